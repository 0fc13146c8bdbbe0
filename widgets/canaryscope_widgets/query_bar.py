"""The line that says which runs are asked for and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.reactive import var

from canaryscope_widgets.glyphs import MISSING
from canaryscope_widgets.lines import ELLIPSIS, Part, cells, cut, spread
from canaryscope_widgets.one_line import OneLine

__all__ = ["QueryBar"]

ID_AT_LEAST = len("1a2b…")
TEXT_AT_LEAST = 5
"""Cells of the filter's text, and of the cause's."""
GAP = 2
"""Cells at least between what narrows the table and what stands at the right end."""


class QueryBar(OneLine):
    """`[x] Canary runs  [ ] Dry runs   DryRunId –` and, when on, `failures only`, `filter: {text}`, `cause: {text}`.

    `watching` stands at the right end. Where room is short an absent DryRunId is not mentioned; then `watching` is
    left out, the texts of filter and cause are cut, then the id. A line that is still too long ends with an ellipsis,
    so that nobody takes a filtered table for an unfiltered one.
    """

    LOOKS = {
        "query-bar--narrowed": "bold",
    }

    canary_runs: var[bool] = var(True, init=False)
    dry_runs: var[bool] = var(False, init=False)
    dry_run_id: var[str] = var("", init=False)
    """The DryRunId, or the part of one, that is searched for; "" for none."""
    failures_only: var[bool] = var(False, init=False)
    filter: var[str] = var("", init=False)
    """The text filter; "" for none."""
    cause: var[str] = var("", init=False)
    """The one cause whose runs are shown, in one line; "" for all."""
    watching: var[str] = var("", init=False)
    """How often new runs are looked for, `watch 75 s`; "" for not at all."""

    def parts(self) -> Sequence[Part]:
        """The line, for the width that the widget has now."""
        room = self.size.width - 1
        dry_run_id, text, cause = self.dry_run_id, self.filter, self.cause
        for shown, watching in (
            (dry_run_id or MISSING, self.watching),
            (dry_run_id, self.watching),
            (dry_run_id, ""),
        ):
            parts = self._parts(shown, text, cause)
            if cells(parts) + (GAP + cell_len(watching) if watching else 0) <= room:
                return spread(parts, [(watching, "")], room)
        text, cause = _share(text, cause, cell_len(text) + cell_len(cause) - cells(parts) + room)
        parts = self._parts(dry_run_id, text, cause)
        if cells(parts) > room:
            parts = self._parts(_shorten(dry_run_id, cells(parts) - room, ID_AT_LEAST), text, cause)
        if cells(parts) > room:
            whole = cut("".join(text for text, _ in parts), max(room, len(ELLIPSIS)))
            parts = [(whole, "")]
        return parts

    def _parts(self, dry_run_id: str, text: str, cause: str) -> list[Part]:
        parts: list[Part] = [(f" {_box(self.canary_runs)} Canary runs  {_box(self.dry_runs)} Dry runs", "")]
        if dry_run_id == MISSING:
            parts.append((f"   DryRunId {MISSING}", ""))
        elif dry_run_id:
            parts += [("   ", ""), (f"DryRunId: {dry_run_id}", "query-bar--narrowed")]
        if self.failures_only:
            parts += [("  ", ""), ("failures only", "query-bar--narrowed")]
        for name, value in (("filter", text), ("cause", cause)):
            if value:
                parts += [("  ", ""), (f"{name}: {value}", "query-bar--narrowed")]
        return parts

    watch_canary_runs = watch_dry_runs = watch_dry_run_id = watch_failures_only = watch_filter = OneLine.changed
    watch_cause = watch_watching = OneLine.changed


def _box(on: bool) -> str:
    return "[x]" if on else "[ ]"


def _shorten(text: str, cells: int, at_least: int) -> str:
    """The text, so many cells shorter if at least some remain."""
    return cut(text, max(cell_len(text) - cells, at_least))


def _share(first: str, second: str, room: int) -> tuple[str, str]:
    """Both texts in so many cells together, the longer one cut first, as long as some of each remain."""
    half = room // 2
    return (
        cut(first, max(half, room - cell_len(second), TEXT_AT_LEAST)),
        cut(second, max(room - half, room - cell_len(first), TEXT_AT_LEAST)),
    )
