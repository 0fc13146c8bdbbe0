"""What came of a question of several pages before one of them failed: who asks again goes on from its token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from canaryscope.runs.errors import InvalidRequest, SourceError
from canaryscope.runs.model import Page

__all__ = ["Begun", "Pages"]

T = TypeVar("T")


@dataclass
class Pages(Generic[T]):
    """The pages of one question that are here."""

    items: list[T] = field(default_factory=list)
    token: str | None = None
    """Of the page that comes next, once one is here."""
    count: int = 0
    done: bool = False
    """Whether no more are wanted, or there are none."""


class Begun:
    """What has been read, by what was asked for. The error that ends a reading has it, in another process too."""

    def __init__(self) -> None:
        self._pages: dict[str | None, Pages[Any]] = {}

    def __len__(self) -> int:
        """How many items are kept."""
        return sum(len(pages.items) for pages in self._pages.values())

    def read(
        self, what: str | None, ask: Callable[[str | None], Page[T]], enough: Callable[[Pages[T]], bool]
    ) -> Pages[T]:
        """The pages of `what`, on from what is here; `enough` is asked after each one.

        Raises SourceError, which has this as its `begun`; but not where the token itself may be what was refused.
        """
        pages: Pages[T] = self._pages.setdefault(what, Pages())
        try:
            while not pages.done:
                page = ask(pages.token)
                pages.items.extend(page.items)
                pages.token = page.next_token
                pages.count += 1
                pages.done = enough(pages) or pages.token is None
        except SourceError as error:
            if not isinstance(error, InvalidRequest):
                error.begun = self
            raise
        return pages
