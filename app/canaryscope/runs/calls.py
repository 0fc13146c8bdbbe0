"""The log of a session: one record for each call that was made to AWS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

__all__ = ["SLOWEST", "CallRecord", "Record", "ignore"]

SLOWEST: Final = 100_000
"""Bytes a second that an answer which says how large it is has to come in with: it has so much longer than any call."""


class CallRecord(NamedTuple):
    """One call, when it has ended. All texts are clean and hold no secret."""

    started: datetime
    """UTC."""
    service: str
    """`synthetics`; `s3`; `sts`, `sso`, `sso-oidc` or `signin` where botocore fetched credentials."""
    operation: str
    """The API's name of it: GetCanaryRuns."""
    params: tuple[tuple[str, str], ...]
    """What was asked, in the API's names; a NextToken is shortened, secrets are left out."""
    duration_ms: float
    outcome: str
    """What came: "100 runs, more below", or what went wrong."""
    failed: bool = False
    code: str = ""
    """Of what failed: the service's error code, or the name of botocore's exception."""
    request_id: str = ""
    http_status: int | None = None
    """None: no answer came."""


Record = Callable[[CallRecord], None]
"""Takes a record, from whatever thread made the call, and raises nothing."""


def ignore(_record: CallRecord) -> None:
    """The `Record` of those who keep no log."""
