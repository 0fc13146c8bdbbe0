"""Status and request id of the answer that a thread was given last.

botocore tells them with what it could parse. Of an answer that breaks off, or is no answer of the API, they are all
that AWS's support can look for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

__all__ = ["came", "forget", "last"]

_REQUEST_IDS: Final = ("x-amzn-requestid", "x-amz-request-id")
"""The headers in which services say it, S3 in the second."""
_LAST: Final[ContextVar[Mapping[str, Any]]] = ContextVar("last")


def came(status: int, headers: Mapping[str, Any]) -> None:
    """Note that an answer begins so; the names of `headers` may be in any case."""
    found = {name.lower(): value for name, value in headers.items()}
    request_id = next((found[name] for name in _REQUEST_IDS if name in found), "")
    _LAST.set({"HTTPStatusCode": status, "RequestId": request_id})


def forget() -> None:
    """Before a call: what was noted is of another one."""
    _LAST.set({})


def last() -> Mapping[str, Any]:
    """As in botocore's ResponseMetadata; empty where nothing has come."""
    return _LAST.get({})
