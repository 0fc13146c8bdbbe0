"""Canaries for the picker's tests, and what a person sees of them."""

from __future__ import annotations

from textual.pilot import Pilot

from canaryscope_widgets.one_line import OneLine
from canaryscope_widgets.picker import CanaryItem, CanaryPicker
from canaryscope_widgets.picker_list import PickerList
from canaryscope_widgets.tone import Tone
from stage import burst, lines_of

__all__ = ["body", "cursor_line", "failing", "filter_by", "head", "many", "opened_with", "passing"]


def failing(name: str, note: str = "") -> CanaryItem:
    return CanaryItem(name, "FAILED", Tone.BAD, note, rank=0)


def passing(name: str, note: str = "") -> CanaryItem:
    return CanaryItem(name, "PASSED", Tone.GOOD, note, rank=1)


def many(count: int) -> list[CanaryItem]:
    return [passing(f"canary-{number:04}") for number in range(count)]


def body(picker: CanaryPicker) -> list[str]:
    """The lines of the list that show something."""
    return [line for line in lines_of(picker.query_one(PickerList)) if line]


def head(picker: CanaryPicker) -> str:
    return lines_of(picker.query_one("_Head", OneLine))[0].strip()


def cursor_line(picker: CanaryPicker) -> int:
    return next(y for y, line in enumerate(body(picker)) if line.startswith("▌"))


async def opened_with(pilot: Pilot[None], picker: CanaryPicker, items: list[CanaryItem]) -> None:
    picker.set_items(items)
    picker.focus()
    await pilot.pause()


async def filter_by(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash")
    await burst(pilot, text)
