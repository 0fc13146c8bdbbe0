"""However the program ends, it ends at once and the terminal is as before, also while a call hangs."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from peer import Hang, Peer
from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, IMPORT_CLOCK, INSTANT, SOURCES, Explore

pytestmark = pytest.mark.terminal

AT_ONCE = 0.5
"""Seconds within which quitting has to be over."""


@pytest.fixture
def hanging() -> Iterator[Peer]:
    """A server that takes every call for runs and never answers."""
    with Peer() as peer:
        peer.script("GetCanaryRuns", Hang())
        yield peer


def end(terminal: Terminal, how: Callable[[], None], *, within: float = AT_ONCE) -> int:
    """End the program; its exit code. It has to be over in so many seconds, and to leave no process behind."""
    family = terminal.family()
    told = time.monotonic()
    how()
    code = terminal.exit_code()
    assert time.monotonic() - told < within
    _, alive = psutil.wait_procs(family, timeout=1)
    assert [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE] == []
    return code


@pytest.mark.parametrize("key", ["q", "<ctrl+q>", "<ctrl+c>"])
def test_quitting_takes_no_time_and_restores_the_terminal(explore: Explore, key: str) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    assert end(terminal, lambda: terminal.send(key)) == 0
    assert terminal.left_behind() == []


@pytest.mark.parametrize("key", ["q", "<ctrl+q>", "<ctrl+c>"])
def test_quitting_does_not_wait_for_a_call_that_hangs(explore: Explore, hanging: Peer, key: str) -> None:
    terminal = explore("--canary", "checkout-flow", env=hanging.environment())
    hanging.wait_for_calls(1, "GetCanaryRuns")
    terminal.wait_for("loading")
    assert end(terminal, lambda: terminal.send(key)) == 0
    assert terminal.left_behind() == []


def test_quitting_does_not_wait_for_boto3_to_load(explore: Explore, tmp_path: Path) -> None:
    os.mkfifo(gate := tmp_path / "gate")
    terminal = explore("--demo", env={**INSTANT, **IMPORT_CLOCK, "IMPORT_GATE": str(gate)})
    terminal.wait_for("canaryscope")
    assert end(terminal, lambda: terminal.send("q")) == 0
    assert terminal.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_program_and_restores_the_terminal(explore: Explore, number: signal.Signals) -> None:
    terminal = explore("--demo", "--canary", "checkout-flow", env=INSTANT)
    terminal.wait_for(A_RUN)
    assert end(terminal, lambda: terminal.signal(number)) == 1
    assert terminal.left_behind() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_while_a_call_hangs(explore: Explore, hanging: Peer, number: signal.Signals) -> None:
    terminal = explore("--canary", "checkout-flow", env=hanging.environment())
    hanging.wait_for_calls(1, "GetCanaryRuns")
    terminal.wait_for("loading")
    assert end(terminal, lambda: terminal.signal(number)) == 1
    assert terminal.left_behind() == []


def test_a_signal_right_after_the_start_leaves_the_terminal_as_it_was(explore: Explore) -> None:
    terminal = explore("--demo", env=INSTANT)
    terminal.wait_for(lambda seen: seen.emulator.modes.get(1049))
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_code() == 1
    assert terminal.left_behind() == []


def test_a_signal_while_the_explorer_is_being_loaded_is_no_crash(explore: Explore) -> None:
    terminal = explore("--demo", env=INSTANT)
    terminal.wait_for("canaryscope")
    terminal.signal(signal.SIGTERM)
    assert terminal.exit_code() == 1
    assert terminal.left_behind() == []
    assert b"Traceback" not in terminal.output


@pytest.mark.parametrize("wrapper", [[], ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]], ids=["plain", "nohup"])
def test_a_vanished_terminal_ends_the_program(wrapper: list[str]) -> None:
    arguments = ["--demo", "--canary", "checkout-flow"]
    with Terminal([*wrapper, *COMMAND, *arguments], env=SOURCES | INSTANT) as terminal:
        terminal.wait_for(A_RUN)
        assert end(terminal, terminal.hang_up, within=2) in (1, -signal.SIGHUP)


def test_without_a_terminal_it_says_so_and_exits_with_2() -> None:
    with Terminal(["sh", "-c", '"$@" </dev/null', "sh", *COMMAND, "--demo"], env=SOURCES) as terminal:
        assert terminal.exit_code() == 2
        assert len(bytes(terminal.output).splitlines()) == 1
        assert b"terminal" in terminal.output
        assert b"\x1b" not in terminal.output
