"""What kind of request a URL asks for: its path without what is another one in every run."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

__all__ = ["MASK", "shape"]

MASK: Final = "…"
_LENGTH: Final = 1_000
"""Characters of a path that are looked at."""

_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_TIMESTAMP = re.compile(
    r"(?<![0-9A-Za-z])\d{4}-?\d\d-?\d\d(?:T\d\d(?::|%3[aA])?\d\d(?:(?::|%3[aA])?\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d(?::|%3[aA])?\d\d)?)?"
    r"(?![0-9A-Za-z])"
)
_WORD = re.compile(r"[0-9A-Za-z]*[0-9][0-9A-Za-z]*|[0-9A-Za-z]{20,}")
_HEX = re.compile(r"[0-9a-f]{6,}|[0-9A-F]{6,}").fullmatch
_RUN_OF_DIGITS = re.compile(r"\d+")
_VERSION = re.compile(r"[vV]\d{1,3}").fullmatch


def shape(path: str) -> str:
    """`path` with `…` for ids, hashes and times, and of its query the names only.

    A path that is nothing but data (of a URL without a host) is its scheme.
    """
    if not path.startswith(("/", "?")):
        return path[:32].partition(":")[0]
    place, mark, query = path[:_LENGTH].partition("?")
    names = [_masked(pair.partition("=")[0]) for pair in query.partition("#")[0].split("&")]
    return _masked(place.partition("#")[0]) + mark + "&".join(names)


def _masked(text: str) -> str:
    return _WORD.sub(_word, _TIMESTAMP.sub(MASK, _UUID.sub(MASK, text)))


def _word(word: re.Match[str]) -> str:
    """Numbers go, and words in which letters and digits alternate as they do in hashes and random ids."""
    text = word[0]
    if _VERSION(text):
        return text
    if text.isdigit() or _HEX(text):
        return MASK
    runs = len(_RUN_OF_DIGITS.findall(text))
    mixed = runs and text != text.lower() and text != text.upper() and len(text) >= 8
    random = mixed or (len(text) >= 8 and runs >= 2) or (len(text) >= 20 and _changes(text) >= 6)
    return MASK if random else text


def _changes(text: str) -> int:
    """How often letters change their case, or turn into digits."""
    kinds = [sign.isdigit() + 2 * sign.isupper() for sign in text]
    return sum(one != other for one, other in pairwise(kinds))
