"""What the start does without is there when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from canaryscope.spared import PALETTE, spared
from terminal.program import SOURCES

LOADED = """
import sys
from canaryscope.spared import spared
with spared():
    import canaryscope.application
print(*sorted(name for name in sys.modules if name in ("ssl", "textual.command", "textual.widgets._input")))
"""


def output_of(source: str) -> str:
    result = subprocess.run([sys.executable, "-c", source], env=SOURCES, capture_output=True, text=True, check=True)
    return result.stdout.strip()


def test_the_start_loads_neither_the_palette_nor_tls() -> None:
    assert output_of(LOADED) == ""


def test_the_palette_is_loaded_whole_when_it_opens() -> None:
    opened = """
from canaryscope.screens.palette import QuietPalette
from textual.command import CommandPalette, Provider
from textual.system_commands import SystemCommandsProvider
print(issubclass(QuietPalette, CommandPalette), issubclass(SystemCommandsProvider, Provider))
import ssl, asyncio
print(ssl.create_default_context().check_hostname, asyncio.run(asyncio.sleep(0, "asyncio runs")))
"""
    assert output_of(LOADED + opened).splitlines() == ["True True", "True asyncio runs"]


def test_what_textual_itself_makes_of_it_says_what_is_wrong() -> None:
    made = """
from textual.app import CommandPalette
try:
    CommandPalette()
except RuntimeError as error:
    print(error)
"""
    assert output_of(LOADED + made) == "CommandPalette of textual.command was not loaded: import it from there"


def test_what_is_loaded_already_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    import ssl

    import textual.command

    with spared():
        assert (sys.modules["ssl"], sys.modules[PALETTE]) == (ssl, textual.command)
    assert (sys.modules["ssl"], sys.modules[PALETTE]) == (ssl, textual.command)
    monkeypatch.delitem(sys.modules, PALETTE)
    with spared():
        assert sys.modules[PALETTE] is not textual.command
    assert PALETTE not in sys.modules
