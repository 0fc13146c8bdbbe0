"""What a service answered instead of what was asked, in parts that have the types they should have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from canaryscope.aws.situation import said
from canaryscope.runs.errors import SourceError

__all__ = ["ServiceAnswer"]


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """The parts of a ClientError; whatever a server may have put there, they have these types."""

    operation: str
    code: str
    text: str
    status: int
    request_id: str
    headers: Mapping[str, Any]

    @classmethod
    def of(cls, error: ClientError) -> ServiceAnswer:
        """The parts of `error`."""
        fault = error.response.get("Error") or {}
        metadata: Mapping[str, Any] = error.response.get("ResponseMetadata") or {}
        status = metadata.get("HTTPStatusCode")
        return cls(
            operation=said(error.operation_name, 80),
            code=said(fault.get("Code"), 80),
            text=said(fault.get("Message") or error.response.get("message")),
            status=status if isinstance(status, int) else 0,
            request_id=said(metadata.get("RequestId"), 80),
            headers=metadata.get("HTTPHeaders") or {},
        )

    @property
    def skew(self) -> float:
        """Seconds that this machine's clock is ahead of the server's; 0 where the answer has no Date."""
        try:
            served = parsedate_to_datetime(self.headers["date"])
        except (KeyError, TypeError, ValueError):
            return 0.0
        served = served if served.tzinfo else served.replace(tzinfo=UTC)
        return (datetime.now(UTC) - served).total_seconds()

    @property
    def quoted(self) -> str:
        """`: the server's text`, or nothing."""
        return f": {self.text}" if self.text else ""

    def error(self, kind: type[SourceError], sentence: str, hint: str = "") -> SourceError:
        """An error of ours with the code and the request id of this answer."""
        return kind(sentence, hint, code=self.code, request_id=self.request_id)
