"""What a person would look for in the help or the session's log and not find."""

from __future__ import annotations

from datetime import UTC, datetime

from textual.binding import Binding, BindingType
from textual.content import Content

from canaryscope.render.texts import help_lines, key_rows, log_lines
from canaryscope.runs.calls import CallRecord
from canaryscope.scopes import scopes
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine

BINDINGS: list[BindingType] = [
    Binding("j,down", "move('down')", "Down", id="table.down", tooltip="One line down"),
    Binding("question_mark", "help", "Help", id="app.help"),
    Binding("ctrl+d", "half", "Half", id="table.half", tooltip="Half a screen"),
    Binding("pageup,G", "top", "Up", id="table.top", tooltip="Up"),
]


def plain(line: TextLine) -> str:
    return line if isinstance(line, str) else "".join(text for text, _ in parts(line))


def parts(line: TextLine) -> list[Part]:
    assert not isinstance(line, str | Content)
    return list(line)


def text(lines: list[TextLine]) -> str:
    return "\n".join(plain(line) for line in lines)


def test_keys_are_written_as_on_a_keyboard_one_row_for_each_binding() -> None:
    assert key_rows(BINDINGS, {}) == [
        ("j down", "table.down", "One line down"),
        ("?", "app.help", "Help"),
        ("ctrl+d", "table.half", "Half a screen"),
        ("PageUp G", "table.top", "Up"),
    ]


def test_the_users_own_keys_stand_in_place_of_the_usual_ones() -> None:
    rows = key_rows(BINDINGS, {"table.down": "ctrl+n,full_stop", "app.help": "f1"})
    assert [keys for keys, _, _ in rows] == ["ctrl+n .", "f1", "ctrl+d", "PageUp G"]


def test_every_binding_has_an_id_a_description_and_a_tooltip() -> None:
    for scope, bindings in scopes().items():
        for binding in bindings:
            assert isinstance(binding, Binding)
            assert binding.id, (scope, binding)
            assert binding.description, (scope, binding)
            assert binding.tooltip, (scope, binding)


def test_no_id_stands_for_two_things() -> None:
    actions: dict[str, set[str]] = {}
    for bindings in scopes().values():
        for binding in Binding.make_bindings(bindings):
            actions.setdefault(binding.id or "", set()).add(binding.action)
    assert {id: found for id, found in actions.items() if len(found) > 1} == {}


def test_help_shows_remarks_first_then_each_scope_with_its_keys_and_ids() -> None:
    lines = help_lines({"Runs": key_rows(BINDINGS, {}), "Detail": []}, ["keys.toml:3: no such binding"])
    shown = text(lines).split("\n")
    assert shown[0] == "keys.toml:3: no such binding"
    assert shown[2] == "Runs"
    assert shown[3].split() == ["j", "down", "One", "line", "down", "table.down"]
    assert "Detail" in shown


def test_at_80_columns_every_key_of_the_program_stands_on_one_line_that_any_terminal_can_show() -> None:
    lines = help_lines({title: key_rows(bindings, {}) for title, bindings in scopes().items()}, [])
    shown = text(lines)
    assert shown.isascii()
    assert [line for line in shown.split("\n") if len(line) > 78] == []
    keys = [line[:18] for line in shown.split("\n") if line.startswith("  ")]
    assert all(key.endswith(" ") for key in keys), "keys and what they do are apart"


def record(**changes: object) -> CallRecord:
    values: dict[str, object] = {
        "started": datetime(2026, 11, 22, 12, 30, 7, tzinfo=UTC),
        "service": "synthetics",
        "operation": "GetCanaryRuns",
        "params": (("Name", "checkout-flow"), ("RunType", "CANARY_RUN")),
        "duration_ms": 81.6,
        "outcome": "100 runs, more below",
        "http_status": 200,
        "request_id": "3f1c",
    }
    return CallRecord(**(values | changes))  # type: ignore[arg-type]


def test_a_call_in_the_log_says_when_what_how_long_and_what_came() -> None:
    assert text(log_lines([record()])) == (
        "12:30:07Z synthetics:GetCanaryRuns Name=checkout-flow RunType=CANARY_RUN 82 ms 100 runs, more below"
        "  200 id 3f1c"
    )


def test_a_failed_call_in_the_log_has_its_code_and_stands_out() -> None:
    [line] = log_lines([record(failed=True, outcome="It broke.", http_status=500, code="InternalServerException")])
    assert ("It broke.", "tone--bad") in parts(line)
    assert plain(line).endswith("500 InternalServerException id 3f1c")


def test_a_call_that_got_no_answer_has_no_status_in_the_log() -> None:
    [line] = log_lines([record(http_status=None, request_id="", outcome="timed out", code="ReadTimeoutError")])
    assert plain(line).endswith("timed out  ReadTimeoutError")
    [bare] = log_lines([record(http_status=None, request_id="", outcome="timed out", params=())])
    assert plain(bare).endswith("ms timed out")


def test_why_the_log_file_is_not_written_is_the_last_line() -> None:
    assert log_lines([record()], "The log is full.")[1:] == ["The log is full."]


def test_an_empty_log_says_so() -> None:
    assert log_lines([]) == ["No call has been made yet."]
