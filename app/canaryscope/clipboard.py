"""Copying to the clipboard of the person's own machine: OSC 52, which works through SSH.

The sequence is `ESC ] 52 ; c ; BASE64 BEL` (xterm's ctlseqs). No answer comes back, so a terminal that ignores it
cannot be told from one that obeys; `Copied.hint` says what to look at where that is likely.

Multiplexers keep the sequence to themselves unless it is wrapped:

- tmux takes a bare one with `set-clipboard on` (its default, `external`, ignores what comes from inside) and, from 3.3
  on, a passthrough (`ESC P tmux; … ESC \\`, every ESC doubled) only with `allow-passthrough on`; before 3.3 always. So
  both are sent: what is not allowed is dropped in silence, and the same text twice does no harm.
- GNU screen hands on what stands in `ESC P … ESC \\`, in strings of less than 768 bytes, so it is cut into pieces. It
  would print a tmux passthrough, hence that is never sent to a TERM=screen which is not known to be tmux.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from textual.app import App

from canaryscope.runs.text import clean

__all__ = ["LIMIT", "SCREEN_PIECE", "CannotCopy", "ClipboardError", "Copied", "copy", "osc52"]

_LOG = logging.getLogger(__name__)

LIMIT: Final = 74_994
"""Bytes of text (UTF-8): with more, the sequence passes the 100,000 bytes after which hterm and others drop it."""
SCREEN_PIECE: Final = 512
"""Bytes between `ESC P` and `ESC \\` for GNU screen, whose buffer (MAXSTR) holds 768."""
TMUX_HINT: Final = "tmux needs set-clipboard on"

_PIECES = re.compile(rf"[^\n]{{1,{SCREEN_PIECE}}}")


class ClipboardError(Exception):
    """The text cannot be copied this way; the message is the reason, as a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Copied:
    """The sequence was written. Whether the terminal obeyed, it does not tell."""

    characters: int
    hint: str = ""
    """What to set where the paste turns out to be empty; may be empty."""


@dataclass(frozen=True, slots=True)
class CannotCopy:
    """Nothing was written: show the text for selecting, with the reason."""

    reason: str


def osc52(text: str, environ: Mapping[str, str]) -> str:
    """The sequence that copies `text` in the terminal that `environ` describes (TERM, TMUX, STY, TERM_PROGRAM).

    Raises ClipboardError where that cannot work.
    """
    term = environ.get("TERM", "")
    in_tmux = bool(environ.get("TMUX")) or term.startswith("tmux")
    in_screen = not in_tmux and bool(environ.get("STY"))
    if reason := _refusal(term, environ, multiplexed=in_tmux or in_screen):
        raise ClipboardError(reason)
    data = text.encode("utf-8")
    if len(data) > LIMIT:
        raise ClipboardError(f"{len(data):,} bytes are more than a terminal takes into its clipboard ({LIMIT:,})")
    bare = f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\a"
    if in_tmux:
        return bare + "\x1bPtmux;" + bare.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    through_screen = "".join(f"\x1bP{piece}\x1b\\" for piece in _PIECES.findall(bare))
    if in_screen:
        return through_screen
    # Over SSH from inside a multiplexer only TERM is left, and both screen and tmux say "screen". Each ignores the
    # other's form; bare comes last, so that a terminal that takes pieces for sequences ends up with the whole text.
    return through_screen + bare if term.startswith("screen") else bare


def copy(app: App[Any], text: str, environ: Mapping[str, str]) -> Copied | CannotCopy:
    """Copy `text`, made harmless first (newlines stay), through the terminal of `app`."""
    text = clean(text, limit=len(text))
    try:
        sequence = osc52(text, environ)
    except ClipboardError as error:
        _LOG.debug("%d characters are not copied: %s", len(text), error)
        return CannotCopy(str(error))
    driver = app._driver
    if driver is None:
        return CannotCopy("there is no terminal to copy through")
    driver.write(sequence)
    driver.flush()
    return Copied(len(text), TMUX_HINT if "\x1bPtmux;" in sequence else "")


def _refusal(term: str, environ: Mapping[str, str], *, multiplexed: bool) -> str | None:
    if term in ("", "dumb"):
        return "this terminal is unknown (TERM is not set or dumb)"
    if term.startswith("linux"):
        return "the Linux console has no clipboard"
    if environ.get("TERM_PROGRAM") == "Apple_Terminal" and not multiplexed:
        return "Terminal.app lets no program copy (OSC 52)"
    return None
