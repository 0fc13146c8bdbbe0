"""Why a run failed, so that runs with the same cause can be counted together. A pure function.

The families and the ways to tell causes apart are those of people on call: a 503 and a 404 are two causes, the same
text with another id, time, path or number is one. `error_line` finds the line that tells, `masking` takes out what
varies, `families` says what kind of trouble it is.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from canaryscope.runs.families import Family, family_of
from canaryscope.runs.model import RunStatus
from canaryscope.runs.text import clean, clean_line

__all__ = ["LENGTH", "NO_REASON", "NO_RESULT", "NO_WORDS", "Cause", "Family", "cause_of"]

LENGTH: Final = 160
"""Characters that the text of a cause has at most."""
NO_REASON: Final = "No reason given"
NO_RESULT: Final = "No reason and no test result: mostly a timeout"
NO_WORDS: Final = "Only numbers or signs as a reason"

_READ: Final = 2_048
"""Characters of a reason that are looked at: twice what the API sends."""
_CACHED: Final = 1_024
_ROUNDS: Final = 6


class Cause(NamedTuple):
    """One cause: a line of text with what varies left out, and its family."""

    text: str
    """Of 1 to `LENGTH` characters, without line breaks and control characters. As a reason it gives itself again."""
    family: Family


def cause_of(status: RunStatus) -> Cause | None:
    """The cause of a failed run; None for a run that did not fail. It never raises, whatever the reason holds.

    The family is MONITORING for certain where the test passed, or where the code is EXECUTION_FAILURE and the test is
    not said to have failed; then the text is not asked. Where the test failed it is never MONITORING.
    """
    if status.state != "FAILED" and status.test_result != "FAILED":
        return None
    text, family = _line_and_family((status.state_reason or "")[:_READ])
    if not text:
        unknown = status.test_result == "UNKNOWN"
        text, family = (NO_RESULT, Family.TIMED_OUT) if unknown else (NO_REASON, Family.UNKNOWN)
    if status.test_result == "PASSED":
        family = Family.MONITORING
    elif status.test_result == "FAILED":
        family = Family.UNKNOWN if family is Family.MONITORING else family
    elif status.state_reason_code == "EXECUTION_FAILURE":
        family = Family.MONITORING
    return Cause(text, family)


@lru_cache(maxsize=_CACHED)
def _line_and_family(reason: str) -> tuple[str, Family]:
    """Both of a reason alone."""
    return _settled(_normalised(clean(reason)))


@lru_cache(maxsize=_CACHED)
def _settled(line: str) -> tuple[str, Family]:
    """The text and the family of a normalised line: many reasons have one, so it is worth a cache of its own.

    The text is what no further round changes, so that it gives itself again as a reason.
    """
    text = _shortened(line)
    for _ in range(_ROUNDS):
        again = _shortened(_normalised(text))
        if again == text:
            break
        text = again
    return text, family_of(line) if text else Family.UNKNOWN


def _normalised(text: str) -> str:
    # Their expressions take 10 ms to compile: not before the first run that failed.
    from canaryscope.runs.error_line import telling_line
    from canaryscope.runs.masking import masked

    line = clean_line(masked(telling_line(text)))
    return line if not line or any(map(str.isalnum, line)) else NO_WORDS


def _shortened(line: str) -> str:
    """`line` in `LENGTH` characters, cut between words where one ends in the last third."""
    from canaryscope.runs.masking import MASK

    if len(line) <= LENGTH:
        return line
    head = line[: LENGTH - len(MASK)]
    words = head.rpartition(" ")[0]
    return (words if len(words) > LENGTH * 2 // 3 else head).rstrip(" .:,;-" + MASK) + MASK
