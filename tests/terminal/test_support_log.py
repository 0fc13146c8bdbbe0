"""The real program leaves a log that says what it did, and nothing of it costs the terminal anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from terminal.program import A_RUN, INSTANT, Explore

pytestmark = pytest.mark.terminal


def log(folder: Path) -> Path:
    return folder / "canaryscope" / "log" / "canaryscope.log"


def test_a_session_leaves_a_line_for_each_call(explore: Explore, tmp_path: Path) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT | {"XDG_STATE_HOME": str(tmp_path)})
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.5)
    terminal.send("q")
    assert terminal.exit_code() == 0
    lines = log(tmp_path).read_text().splitlines()
    assert sum("call=synthetics:GetCanaryRuns Name=checkout-flow" in line for line in lines) >= 1
    assert all(" ms=" in line and " attempt=1 " in line for line in lines)
    assert not [line for line in lines if "debug=" in line]


def test_debug_tells_of_the_process_for_aws_of_pages_and_of_resizes(explore: Explore, tmp_path: Path) -> None:
    env = INSTANT | {"XDG_STATE_HOME": str(tmp_path)}
    terminal = explore("--demo", "--debug", "--canary", "checkout-flow", env=env)
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.5)
    terminal.send("q")
    assert terminal.exit_code() == 0
    text = log(tmp_path).read_text()
    for told in (
        "debug=aws_process the process for AWS is ",
        "debug=aws_process question 1: connect",
        "debug=aws_process answer 1: Where",
        "debug=screens.run_loader a page of 100 runs was taken in",
        "debug=screens.explorer the terminal has 80x24",
    ):
        assert told in text


def test_where_no_log_can_be_written_the_session_goes_on_and_says_so(explore: Explore, tmp_path: Path) -> None:
    log(tmp_path).parent.parent.mkdir()
    log(tmp_path).parent.write_text("in the way of a folder")
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT | {"XDG_STATE_HOME": str(tmp_path)})
    terminal.wait_for(A_RUN)
    terminal.wait_for_quiet(0.5)
    terminal.send("!")
    terminal.wait_for("is not written any more")
    terminal.send("q")
    assert terminal.exit_code() == 0
