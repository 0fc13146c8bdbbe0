"""The environment variables that Textual reads, settled before it is imported.

Textual reads its TEXTUAL_* variables and ESCDELAY into constants at import (`textual.constants`), so they can only be
set before.
What a person has set stays.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Final, NamedTuple

__all__ = ["TEXTUAL_DEFAULTS", "Environment", "settle"]

TEXTUAL_DEFAULTS: Final[dict[str, str]] = {
    "TEXTUAL_FPS": "250",
    "TEXTUAL_ANIMATIONS": "none",
    "TEXTUAL_SMOOTH_SCROLL": "0",
    "TEXTUAL_COLOR_SYSTEM": "standard",
    "ESCDELAY": "25",
}
"""No movement between two states, and the sixteen colours of the terminal's own palette.

The frames a second are at most those: what a key has changed would else wait for up to 33 ms behind a frame that tells
how far something is. A line that cannot carry them is not asked to (`canaryscope.lean.output`).

An ESC is the key esc when nothing has followed it for so many milliseconds. With Textual's 100, esc alone would answer
later than 100 ms; the bytes of one sequence, which a terminal writes at once, seldom arrive further apart than this.

With `auto`, Rich would take true colour wherever a COLORTERM has leaked to, such as into a screen or a console that
cannot do it. The themes used name palette colours only, which look the same everywhere and are the shortest to write.
Pictures alone take more colours, where TERM tells that there are 256.
"""

_WITH_256_COLORS: Final = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour", "rio")
"""How TERM begins in terminals that do not name the number of their colours."""


class Environment(NamedTuple):
    """What the terminal can show, as far as the environment tells."""

    ascii: bool = False
    """Draw with ASCII only: the Linux console's font has few glyphs, and another locale no UTF-8."""
    no_color: bool = False
    """NO_COLOR is present, be it empty. Textual obeys by itself; this is for what else depends on it."""


def settle(environ: MutableMapping[str, str], encoding: str | None = None) -> Environment:
    """Set what Textual shall find in `environ`, and say what the terminal can show.

    `encoding` is that of the stream the screen is written to; None leaves the question to the locale's name.
    """
    for name, value in (TEXTUAL_DEFAULTS | _colors(environ)).items():
        if not environ.get(name):
            environ[name] = value
    return Environment(
        ascii=environ.get("TERM", "").startswith("linux") or not _is_utf8(environ, encoding),
        no_color="NO_COLOR" in environ,
    )


def _colors(environ: Mapping[str, str]) -> dict[str, str]:
    """What differs from the defaults where there are 256 colours."""
    term = environ.get("TERM", "")
    many = term.endswith(("-256color", "-direct")) or term.startswith(_WITH_256_COLORS)
    return {"TEXTUAL_COLOR_SYSTEM": "256"} if many else {}


def _is_utf8(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Whether text goes out as UTF-8.

    A locale that names no character set (none at all, C, POSIX) leaves it to the encoding: Python writes UTF-8 in the
    C locale (PEP 538, PEP 540), and so do today's terminals.
    """
    locale = next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "")
    named = locale.partition(".")[2].partition("@")[0]
    return all(_normal(name) in ("utf8", "") for name in (named, encoding or ""))


def _normal(encoding: str) -> str:
    return encoding.lower().replace("-", "").replace("_", "")
