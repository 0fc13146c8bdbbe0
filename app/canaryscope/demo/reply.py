"""An HTTP answer, and the headers of a request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Reply", "header"]


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


def header(headers: Mapping[str, str], name: str) -> str | None:
    """The value of the header with this name, in whatever case it was written."""
    sought = name.lower()
    return next((value for key, value in headers.items() if key.lower() == sought), None)
