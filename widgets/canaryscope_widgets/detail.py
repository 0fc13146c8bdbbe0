"""One run in full: its status, its timeline, and all else that the API sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from canaryscope_widgets.detail_layout import Detail, Field, Row, full_rows, short_rows
from canaryscope_widgets.lines import Part
from canaryscope_widgets.movement import movement_bindings
from canaryscope_widgets.scroll_lines import ScrollLines
from canaryscope_widgets.wrapping import wrap_text

__all__ = ["Detail", "Field", "RunDetail"]

SIDE_BY_SIDE_FROM = 76
"""Below this many cells the two groups stand one below the other."""


class RunDetail(ScrollLines):
    """Shows a `Detail`, or a placeholder. Another one repaints only the cells that differ."""

    LOOKS = {
        "detail--rule": "dim",
        "detail--title": "dim",
        "detail--title-focused": "bold",
        "detail--label": "dim",
        "detail--explanation": "dim",
        "detail--bar": "$text-secondary",
        "detail--scale": "dim",
        "detail--placeholder": "dim",
    }
    BINDINGS: ClassVar[list[BindingType]] = [*movement_bindings("detail")]

    def __init__(
        self,
        *,
        compact: bool = False,
        placeholder: str = "No run",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._compact = compact
        self._placeholder = placeholder
        self._detail: Detail | None = None
        self._rows: list[Row] = []
        self._rows_for: tuple[object, ...] = ()

    @property
    def compact(self) -> bool:
        """Whether it is kept as short as its height, the groups side by side where the width allows."""
        return self._compact

    @compact.setter
    def compact(self, compact: bool) -> None:
        if compact != self._compact:
            self._compact = compact
            self.rows_changed(from_the_top=True)

    @property
    def placeholder(self) -> str:
        """What is shown while there is no run."""
        return self._placeholder

    @placeholder.setter
    def placeholder(self, placeholder: str) -> None:
        self._placeholder = placeholder
        self.rows_changed()

    @property
    def detail(self) -> Detail | None:
        """What is shown; None for the placeholder."""
        return self._detail

    @detail.setter
    def detail(self, detail: Detail | None) -> None:
        same_run = detail is not None and self._detail is not None and detail.key == self._detail.key != ""
        self._detail = detail
        self.rows_changed(from_the_top=not same_run)

    def row_count(self, at_least: int) -> int:  # noqa: ARG002
        """The number of rows at this size."""
        return len(self._laid_out())

    def row(self, index: int) -> Sequence[Part]:
        """A row at this size; titles show where the focus is."""
        focused = "-focused" if self.has_focus else ""
        return [
            (text, f"{looks}{focused}" if looks == "detail--title" else looks)
            for text, looks in self._laid_out()[index]
        ]

    def _laid_out(self) -> list[Row]:
        """The rows, laid out once for a detail and a size."""
        width, height = self.size
        now = (self._detail, self._placeholder, self._compact, self.ascii, width, height)
        if now != self._rows_for:
            self._rows_for = now
            if self._detail is None:
                lines = wrap_text(self._placeholder, width - 2, "detail--placeholder")
                self._rows = [[(" ", ""), *line] for line in lines]
            elif self._compact and width >= SIDE_BY_SIDE_FROM:
                self._rows = short_rows(self._detail, width, height, ascii=self.ascii)
            else:
                self._rows = full_rows(self._detail, width, ascii=self.ascii)
        return self._rows
