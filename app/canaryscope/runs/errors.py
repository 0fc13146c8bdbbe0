"""What can go wrong on the way to AWS, in a person's terms.

`canaryscope.aws.errors` makes these from botocore's errors; everything above catches `SourceError`. An error says
what is wrong in a few words (`summary`, for the status bar), in a sentence (`str(error)`), and what to do (`hint`).
"""

from __future__ import annotations

from collections.abc import Sized
from math import ceil
from typing import ClassVar

__all__ = [
    "AccessDenied",
    "ClockSkewed",
    "CodeRefused",
    "ConnectionLost",
    "CredentialsExpired",
    "CredentialsRejected",
    "InvalidRequest",
    "Malformed",
    "MfaNeeded",
    "NoCredentials",
    "NoRegion",
    "NotFound",
    "ProfileNotFound",
    "ReadOnlyViolation",
    "ServiceFailure",
    "SourceError",
    "Stopped",
    "Throttled",
    "TimedOut",
    "Unreachable",
    "Unreadable",
]


class SourceError(Exception):
    """A call that did not bring what was asked. All texts are clean (no control characters)."""

    summary: ClassVar[str] = "the call failed"
    login: tuple[str, ...] = ()
    """The program and its arguments that would help: a login on the terminal, which the hint offers."""
    begun: Sized | None = None
    """What was read before the call failed, for who asks the same again: a `canaryscope.evidence.begun.Begun`."""

    def __init__(self, sentence: str, hint: str = "", *, code: str = "", request_id: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        """What went wrong, in one sentence."""
        self.hint = hint
        """What a person can do about it, with the command or the permission by name; may be empty."""
        self.code = code
        """The service's error code or botocore's exception name, for the log."""
        self.request_id = request_id

    @property
    def hint_above(self) -> str:
        """The hint on a screen that lies above the explorer, which has the keys for that."""
        return f"Esc, then {self.hint}" if self.hint.startswith(("L runs ", "r ")) else self.hint


class NoCredentials(SourceError):
    """botocore found no credentials anywhere, or only a part of them."""

    summary = "no credentials"


class MfaNeeded(NoCredentials):
    """A role needs a code of an MFA device, which only a person can give."""

    summary = "MFA code needed"

    def __init__(self, sentence: str, hint: str = "", *, role: str = "", device: str = "", profile: str = "") -> None:
        super().__init__(sentence, hint, code="MfaNeeded")
        self.role = role
        """The role's ARN; empty where it is not known."""
        self.device = device
        """The mfa_serial: an ARN, or the number of a device."""
        self.profile = profile
        """Where the role stands in AWS's files, which may be the source_profile of the one in use."""


class ConnectionLost(SourceError):
    """There is no connection (any more) over which AWS could be asked: it has to be made anew."""

    summary = "not connected"


class CredentialsExpired(SourceError):
    """The credentials or the SSO login are no longer valid: others have to be had."""

    summary = "credentials expired"


class CredentialsRejected(CredentialsExpired):
    """The service does not know the credentials, or their signature is wrong."""

    summary = "credentials not accepted"


class AccessDenied(SourceError):
    """403: the identity may not do this. The hint names the action."""

    summary = "access denied"


class CodeRefused(AccessDenied):
    """STS did not take the MFA code."""

    summary = "MFA code not accepted"


class NoRegion(SourceError):
    """No region is set, or Synthetics does not exist in it."""

    summary = "no region"


class ProfileNotFound(SourceError):
    """The profile is in none of AWS's files, or those cannot be read."""

    summary = "unknown profile"


class NotFound(SourceError):
    """ResourceNotFoundException: no such canary (or dry run) here."""

    summary = "not found"


class InvalidRequest(SourceError):
    """ValidationException: the sentence is the server's text, cleaned. An expired NextToken arrives like this."""

    summary = "request refused"


class Throttled(SourceError):
    """ThrottlingException, TooManyRequestsException or HTTP 429. Not declared by the API, yet it happens."""

    summary = "throttled by AWS"
    delay: float | None = None
    """Seconds until the call is made again by itself; None: it waits for a person."""

    @property
    def within(self) -> str:
        """`within 4 s`: true for as long as it stands on the screen, where nothing counts down."""
        return f"within {ceil(self.delay or 0.0):,} s"


class ServiceFailure(SourceError):
    """HTTP 5xx."""

    summary = "AWS had an internal error"


class Unreachable(SourceError):
    """No answer could be had: refused, reset, cut off, DNS, TLS, proxy."""

    summary = "AWS could not be reached"


class TimedOut(SourceError):
    """The answer did not come in time."""

    summary = "timed out"


class Malformed(SourceError):
    """The answer is not what the API answers: not JSON, or JSON of another shape."""

    summary = "unreadable answer"


class ClockSkewed(SourceError):
    """This machine's clock is so far off that the signature is refused."""

    summary = "this machine's clock is wrong"


class ReadOnlyViolation(SourceError):
    """The read-only guard refused an operation that is not on its list: a mistake in this program."""

    summary = "refused: canaryscope only reads"


class Stopped(SourceError):
    """Nobody waits for the answer any more; a person has gone on, or stopped it."""

    summary = "stopped"


class Unreadable(SourceError):
    """A file came, and cannot be shown as what it should be: damaged, another form, too large."""

    summary = "unreadable file"
