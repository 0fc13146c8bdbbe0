"""A canary as a line of the picker, and what is wrong when the list cannot be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from canaryscope.render.runs import tone
from canaryscope.render.times import ABSENT
from canaryscope.runs.canaries import CanaryEntry, ListKind
from canaryscope.runs.errors import AccessDenied, SourceError
from canaryscope_widgets.picker import CanaryItem

__all__ = ["canary_items", "list_trouble"]


def canary_items(entries: Iterable[CanaryEntry]) -> list[CanaryItem]:
    """Lines for the picker: failing canaries rank first."""
    return [_item(entry) for entry in entries]


def _item(entry: CanaryEntry) -> CanaryItem:
    run = entry.last_run.run if entry.last_run is not None else None
    word = run.status.state if run is not None else None
    state = entry.canary.state if entry.canary is not None else None
    return CanaryItem(
        name=entry.name,
        word=word or ABSENT,
        tone=tone(word),
        note="" if state in (None, "RUNNING") else str(state),
        rank=0 if entry.failing else 1,
    )


def list_trouble(errors: Mapping[ListKind, SourceError], count: int) -> str:
    """What to tell a person whose list of canaries is incomplete; empty where nothing is wrong."""
    if not errors:
        return ""
    refused = [kind for kind, error in errors.items() if isinstance(error, AccessDenied)]
    if len(refused) == len(errors):
        actions = " and ".join(f"synthetics:{kind.value}" for kind in refused)
        instead = (
            "Type a name with / and Enter: its runs may be allowed." if not count else "A name can be typed with /."
        )
        return f"Not allowed: {actions}. {instead}"
    error = next(error for error in errors.values() if not isinstance(error, AccessDenied))
    return f"{error.sentence} {error.hint}".strip()
