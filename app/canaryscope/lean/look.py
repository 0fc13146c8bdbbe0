"""How a cell looks (SGR, ECMA-48 8.3.117), and the shortest sequence that leads from one look to another."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["PLAIN", "Look", "applied", "change"]


class Look(NamedTuple):
    """Colours and attributes as the numbers that set them, such as "31", "48;5;17"; empty is the terminal's own."""

    front: str = ""
    back: str = ""
    marks: frozenset[str] = frozenset()
    """Bold, underlined and so on."""
    link: str = ""
    """What follows `OSC 8 ;`, for text that is a link."""


PLAIN: Final = Look()

_ENDS: Final = {
    "1": "22", "2": "22", "3": "23", "4": "24", "21": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29",
    "51": "54", "52": "54", "53": "55",
}  # fmt: skip
_RARE: Final = frozenset({"6", "21", "51", "52", "53"})
"""Attributes whose end some terminal does not know, or takes for something else."""
_FRONT: Final = frozenset(map(str, (*range(30, 38), *range(90, 98))))
_BACK: Final = frozenset(map(str, (*range(40, 48), *range(100, 108))))
_REST_OF_COLOR: Final = {"5": 1, "2": 3}


@lru_cache(4096)
def applied(look: Look, parameters: str) -> Look | None:
    """The look after `CSI parameters m`; None where a parameter is unknown."""
    numbers = iter(parameters.split(";"))
    front, back, marks, link = look
    for number in numbers:
        if number in ("", "0"):
            front, back, marks = "", "", frozenset()
        elif number in _ENDS:
            marks |= {number}
        elif number in _FRONT:
            front = number
        elif number in _BACK:
            back = number
        elif number in ("38", "48"):
            kind = next(numbers, "")
            rest = [next(numbers, "") for _ in range(_REST_OF_COLOR.get(kind, 0))]
            if not rest or not all(part.isdigit() for part in rest):
                return None
            color = ";".join([number, kind, *rest])
            front, back = (color, back) if number == "38" else (front, color)
        elif number in ("39", "49"):
            front, back = ("", back) if number == "39" else (front, "")
        elif number in _ENDS.values():
            marks = frozenset(mark for mark in marks if _ENDS[mark] != number)
        else:
            return None
    return Look(front, back, marks, link)


@lru_cache(4096)
def change(old: Look | None, new: Look) -> str:
    """What the terminal needs to be told; None is a look that is not known."""
    if old == new:
        return ""
    link = "" if (old or PLAIN).link == new.link else f"\x1b]8;{new.link or ';'}\x1b\\"
    if old is not None and old[:3] == new[:3]:
        return link
    fresh = ["", *_codes(new)]
    if old is None or (old.marks | new.marks) & _RARE:
        return f"{link}\x1b[{';'.join(fresh) if new[:3] != PLAIN[:3] else ''}m"
    return link + min(_sgr(fresh), _sgr(_steps(old, new)), key=len)


def _sgr(codes: Iterable[str]) -> str:
    return f"\x1b[{';'.join(codes)}m"


def _codes(look: Look) -> list[str]:
    return [*sorted(look.marks), *filter(None, (look.front, look.back))]


def _steps(old: Look, new: Look) -> list[str]:
    ends = {_ENDS[mark] for mark in old.marks - new.marks}
    kept = {mark for mark in old.marks if _ENDS[mark] not in ends}
    codes = [*sorted(ends), *sorted(new.marks - kept)]
    if old.front != new.front:
        codes.append(new.front or "39")
    if old.back != new.back:
        codes.append(new.back or "49")
    return codes
