"""Help and the session log, as lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from textual.binding import Binding, BindingType
from textual.keys import format_key

from canaryscope.runs.calls import CallRecord
from canaryscope_widgets.lines import Part, fit
from canaryscope_widgets.text_panel import TextLine

__all__ = ["KeyRow", "help_lines", "key_rows", "log_lines"]

KeyRow = tuple[str, str, str]
"""Keys, id and what it does."""
KEYS_WIDTH = 18
KEY_NAMES = {
    "pagedown": "PageDown",
    "pageup": "PageUp",
    "home": "Home",
    "end": "End",
    "escape": "esc",
    **{key: key for key in ("enter", "backspace", "delete", "up", "down", "left", "right")},
}


def key_rows(bindings: Iterable[BindingType], keymap: Mapping[str, str]) -> list[KeyRow]:
    """A row for each binding, in their order: its keys, as the person's key map has them, id, and tooltip."""
    rows: dict[str, tuple[list[str], str]] = {}
    for binding in Binding.make_bindings(bindings):
        keys, _ = rows.setdefault(binding.id or binding.action, ([], binding.tooltip or binding.description))
        keys.append(binding.key)
    return [
        (" ".join(map(_shown, keymap[id].split(",") if id in keymap else keys)), id, text)
        for id, (keys, text) in rows.items()
    ]


def _shown(key: str) -> str:
    """A key as it is written on a keyboard: `?`, `ctrl+d`, `G`, `down`. Textual's `⏎` and `⌫` are in few fonts."""
    modifier, plus, base = key.rpartition("+")
    return modifier + plus + (KEY_NAMES.get(base) or format_key(base))


def help_lines(scopes: Mapping[str, Sequence[KeyRow]], notes: Sequence[str]) -> list[TextLine]:
    """All keys, scope by scope; `notes` are shown first (what is wrong with the key map, say)."""
    lines: list[TextLine] = [*notes, *([""] if notes else [])]
    for title, rows in scopes.items():
        heading: list[Part] = [(title, "text-panel--heading")]
        lines += [heading]
        for keys, id, text in rows:
            row: list[Part] = [
                (fit(f"  {keys}", KEYS_WIDTH), "text-panel--key"),
                (text, ""),
                (f"  {id}", "text-panel--dim"),
            ]
            lines.append(row)
        lines.append("")
    return lines


def log_lines(records: Iterable[CallRecord], problem: str = "") -> list[TextLine]:
    """One line a call: when (UTC), what, how long, what came of it. Last, a `problem` of the log, if there is one."""
    lines = [_call(record) for record in records] or ["No call has been made yet."]
    return [*lines, problem] if problem else lines


def _call(record: CallRecord) -> TextLine:
    asked = " ".join(f"{name}={value}" for name, value in record.params)
    tags = " ".join(
        text
        for text in (str(record.http_status or ""), record.code, record.request_id and f"id {record.request_id}")
        if text
    )
    line: list[Part] = [
        (f"{record.started:%H:%M:%S}Z ", "text-panel--dim"),
        (f"{record.service}:{record.operation} ", "text-panel--key"),
        (f"{asked} ", ""),
        (f"{record.duration_ms:.0f} ms ", "text-panel--dim"),
        (record.outcome, "tone--bad" if record.failed else ""),
        (f"  {tags}" if tags else "", "text-panel--dim"),
    ]
    return line
