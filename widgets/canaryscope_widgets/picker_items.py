"""What the canary picker shows, and which of it in which order. No Textual in here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from canaryscope_widgets.fuzzy import fuzzy_match
from canaryscope_widgets.tone import Tone

__all__ = ["MAX_NAME", "CanaryItem", "CanaryItems", "Match", "name_problem"]

MAX_NAME = 255
"""Characters in a canary's name, at most (CanaryName in the API's model)."""


class CanaryItem(NamedTuple):
    """A canary, in display terms. All texts are data: clean, one line, never markup."""

    name: str
    word: str = "–"
    """The last run's state as a word: PASSED, FAILED, RUNNING; `–` for none or not known."""
    tone: Tone = Tone.PLAIN
    note: str = ""
    """The canary's state, where it is worth a word: STOPPED, ERROR, CREATING; or `overdue`."""
    rank: int = 0
    """Canaries with a lower rank stand above the others: the owner gives failing ones the lowest."""
    detail: str = ""
    """A few more words, shown dim where there is much room: `9 runs since 11:42:07`."""
    short: str = ""
    """The same in a word or two, for where there is less: `9 runs`."""


class Match(NamedTuple):
    """A canary that the filter lets through, and the offsets of the letters in its name that matched."""

    item: CanaryItem
    offsets: frozenset[int] = frozenset()


class CanaryItems:
    """All canaries known so far, by name, and the ones that match a filter."""

    def __init__(self) -> None:
        self._items: dict[str, CanaryItem] = {}

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, name: str) -> bool:
        return name in self._items

    def replace(self, items: Iterable[CanaryItem]) -> None:
        """These canaries and no others."""
        self._items = {item.name: item for item in items}

    def merge(self, items: Iterable[CanaryItem]) -> None:
        """These canaries too; one that is there already is shown as the new item says."""
        for item in items:
            self._items[item.name] = item

    def matches(self, query: str) -> list[Match]:
        """The canaries whose names match: best first, then by rank and name. Without a query all, by rank and name."""
        if not query.split():
            return [Match(item) for item in sorted(self._items.values(), key=_place)]
        found: list[tuple[float, CanaryItem, frozenset[int]]] = []
        for item in self._items.values():
            score, offsets = fuzzy_match(query, item.name)
            if offsets:
                found.append((score, item, offsets))
        found.sort(key=lambda match: (-match[0], *_place(match[1])))
        return [Match(item, offsets) for _, item, offsets in found]


def _place(item: CanaryItem) -> tuple[int, str]:
    return item.rank, item.name


def name_problem(text: str) -> str | None:
    """Why the text cannot be a canary's name, or None (CanaryName in the API's model: `[0-9a-z_-]+`, 1 to 255)."""
    if not text:
        return "a canary's name has at least one character"
    if re.search("[A-Z]", text):
        return "a canary's name has no capital letters"
    if odd := re.search("[^0-9a-z_-]", text):
        character = "blanks" if odd[0].isspace() else odd[0]
        return f"a canary's name has only a-z, 0-9, - and _, no {character}"
    if len(text) > MAX_NAME:
        return f"a canary's name has at most {MAX_NAME} characters, this has {len(text)}"
    return None
