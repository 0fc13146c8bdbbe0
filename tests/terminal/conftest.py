"""The program on a terminal, as a fixture that always ends it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import pytest

from terminal.emulator import XTERM, Identity
from terminal.probe import Terminal
from terminal.program import COMMAND, SOURCES, Explore


@pytest.fixture
def explore() -> Iterator[Explore]:
    """A function that starts the program; every one of them is ended with the test."""
    with contextlib.ExitStack() as terminals:

        def start(
            *arguments: str,
            env: Mapping[str, str] | None = None,
            cols: int = 80,
            rows: int = 24,
            resize_reports: bool = False,
            identity: Identity = XTERM,
        ) -> Terminal:
            terminal = Terminal(
                [*COMMAND, *arguments],
                cols=cols,
                rows=rows,
                env=SOURCES | dict(env or {}),
                resize_reports=resize_reports,
                identity=identity,
            )
            return terminals.enter_context(terminal)

        yield start
