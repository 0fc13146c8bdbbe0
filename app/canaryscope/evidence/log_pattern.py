"""A person's own pattern, run over hostile text: bounded in time and memory, which the standard library's `re` is not.

The only module that knows `regex`. It is loaded with the first pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import prod
from typing import Final

from canaryscope.evidence.errors import BadArtifact
from canaryscope.runs.text import clean_line

__all__ = ["LONGEST", "SECONDS", "LogPattern", "PatternTooSlow", "refusal"]

LONGEST: Final = 200
"""Characters of a pattern."""
SECONDS: Final = 0.02
"""How long a pattern may take for one line, which has 16 kB at most."""
SLOW_AT_MOST: Final = 10
"""Lines on which it takes longer: those are left out. With one more the pattern is given up."""
FOUND_AT_MOST: Final = 100
"""Places that are told of one line: a pattern such as `.` finds every character of it."""
SIZE: Final = 100_000
"""The characters that a pattern may come to with its repeats: `a{1000000}` is written out, in 260 bytes each."""

_REPEAT = re.compile(r"\{\s*(\d{1,20})")
_PLAIN = re.compile(r"[\w /:;,@=<>%&!'\"~-]+")
_ESCAPED = re.compile(r"\\.", re.DOTALL)


class PatternTooSlow(BadArtifact):
    """A pattern that takes too long on too many lines."""


class LogPattern:
    """A regular expression. It does not mind case unless it has a capital letter itself.

    Raises ValueError, with a few words why, for what is none.
    """

    def __init__(self, text: str) -> None:
        import regex

        self.text = text
        self.slow = 0
        """Lines on which it took too long so far; they do not match."""
        self._marks = True
        if len(text) > LONGEST:
            raise ValueError(f"at most {LONGEST} characters")
        if prod(map(int, _REPEAT.findall(text))) * len(text) > SIZE:
            raise ValueError("repeats too often")
        cased = any(character.isupper() for character in _ESCAPED.sub("", text))
        try:
            self._pattern = regex.compile(text, 0 if cased else regex.IGNORECASE, cache_pattern=False)
        except regex.error as error:
            raise ValueError(clean_line(str(error.msg), limit=60)) from None
        except Exception:  # noqa: BLE001 - for some of what is none it raises errors of other kinds
            raise ValueError("not a pattern") from None

    def matches(self, text: str) -> bool:
        """Whether it is found in a line. Raises PatternTooSlow after too many lines on which it takes too long."""
        try:
            return self._pattern.search(text, timeout=SECONDS) is not None
        except (TimeoutError, MemoryError):
            self.leave_out(1)
            return False

    def may_match(self, texts: Iterable[str]) -> bool:
        """Whether it may be found in one of these lines: False is certain. One look for a plain word in all of them."""
        if not _PLAIN.fullmatch(self.text):
            return True
        try:
            return self._pattern.search("\n".join(texts), timeout=SECONDS) is not None
        except (TimeoutError, MemoryError):
            return True

    def leave_out(self, lines: int) -> None:
        """It took too long on so many lines more. Raises PatternTooSlow when these are too many."""
        self.slow += lines
        if self.slow > SLOW_AT_MOST:
            raise PatternTooSlow("The pattern takes too long on this log: a simpler one is needed.")

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where it is found in a line: the first places, none of them empty; none at all once it took too long."""
        found: list[tuple[int, int]] = []
        if not self._marks:
            return found
        try:
            for match in self._pattern.finditer(text, timeout=SECONDS):
                start, end = match.span()
                if start < end:
                    found.append((start, end))
                if len(found) == FOUND_AT_MOST:
                    break
        except (TimeoutError, MemoryError):
            self._marks = False
        return found


def refusal(text: str) -> str:
    """Why a text is no pattern, in a few words; "" for one that is."""
    try:
        LogPattern(text)
    except ValueError as error:
        return str(error)
    return ""
