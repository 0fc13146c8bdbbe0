"""What a terminal answers when it is asked what it can do, taken out of what a person types.

The answers come in on the terminal's input among keys and pastes, in pieces, late, or twice. Textual's parser would
take one that it does not know for keys. The forms are those of xterm's ctlseqs, kitty's of its graphics protocol.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

__all__ = ["ASK", "AnswerFilter", "Answers"]

ASK: Final = "\x1b[>q\x1b[16t\x1b[c"
"""XTVERSION, the size of a cell, and last DA1, which every terminal answers."""
_LONGEST: Final = 512
"""Characters after which an answer that does not end is none."""
_ANSWER: Final = re.compile(
    r"\x1b(?:"
    r"\[\?(?P<attributes>[\d;]{0,64})c"
    r"|\[(?P<status>0)n"
    r"|\[6;(?P<height>\d{1,4});(?P<width>\d{1,4})t"
    r"|P>\|(?P<name>[^\x1b]*)\x1b\\"
    r"|_G[^\x1b]*\x1b\\)"
)
_BEGINNING: Final = re.compile(
    r"\x1b(?:\[(?:0|\?[\d;]{0,64}|6;\d{0,4}(?:;\d{0,4})?)|P>(?:\|[^\x1b]*\x1b?)?|_G[^\x1b]*\x1b?)\Z"
)
"""What is left of an answer that was cut off. No key begins in this way, but for ctrl+pagedown, which goes on."""
_UNCLEAR: Final = re.compile(r"\x1b(?:\[6?|P|_)?\Z")
"""The same, but it may be a key: escape, or alt and one more."""


class Answers(NamedTuple):
    """What came. Each may be missing."""

    name: str = ""
    """The terminal's name and version."""
    attributes: frozenset[int] = frozenset()
    """Of DA1: 4 is sixel."""
    cell: tuple[int, int] | None = None
    """Width and height in pixels."""


class AnswerFilter:
    """Takes input as it is read, in any pieces, and returns it without answers.

    Keys are not held back, but for a sequence that is cut off where an answer could be: until more comes, or `idle`.
    While an answer is due a lone escape is one of those.
    """

    def __init__(self, alive: Callable[[], None] | None = None) -> None:
        """`alive` is called, in the thread that reads, with each answer to DSR 5."""
        self._alive = alive
        self.answers = Answers()
        """What has come so far."""
        self._held = ""
        self._due: Callable[[], None] | None = None

    def expect(self, complete: Callable[[], None]) -> None:
        """Call `complete`, in the thread that reads, as soon as the last of the answers to ASK is here."""
        self._due = complete

    def give_up(self) -> None:
        """Wait no longer. What comes later is still taken out, and kept."""
        self._due = None

    def __call__(self, text: str) -> str:
        """The piece as it may be parsed."""
        text, self._held = self._held + text, ""
        passed: list[str] = []
        done = 0
        while (escape := text.find("\x1b", done)) >= 0:
            passed.append(text[done:escape])
            done = escape
            if match := _ANSWER.match(text, escape):
                self._take(match)
                done = match.end()
            elif self._is_cut_off(text, escape):
                self._held = text[escape:]
                return "".join(passed)
            else:
                passed.append("\x1b")
                done += 1
        return "".join([*passed, text[done:]])

    def idle(self) -> str:
        """Nothing has come for a while: what was held back though it may be a key, if no answer is due."""
        if self._due is not None or not _UNCLEAR.match(self._held):
            return ""
        held, self._held = self._held, ""
        return held

    def _is_cut_off(self, text: str, escape: int) -> bool:
        if len(text) - escape > _LONGEST:
            return False
        if _BEGINNING.match(text, escape):
            return True
        return bool(_UNCLEAR.match(text, escape)) and (self._due is not None or len(text) - escape > 1)

    def _take(self, answer: re.Match[str]) -> None:
        if answer["status"] is not None:
            if self._alive is not None:
                self._alive()
        elif answer["name"] is not None:
            self.answers = self.answers._replace(name=answer["name"])
        elif answer["width"] is not None:
            self.answers = self.answers._replace(cell=(int(answer["width"]), int(answer["height"])))
        elif answer["attributes"] is not None:
            attributes = frozenset(int(number) for number in answer["attributes"].split(";") if number)
            self.answers = self.answers._replace(attributes=attributes)
            complete, self._due = self._due, None
            if complete is not None:
                complete()
