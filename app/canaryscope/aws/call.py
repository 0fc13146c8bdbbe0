"""One call to a service: asked, timed, explained where it fails, and recorded either way. Blocking."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from canaryscope.aws import heads
from canaryscope.aws.errors import explain
from canaryscope.aws.pace import Pace
from canaryscope.aws.situation import Situation, said
from canaryscope.runs.calls import CallRecord, Record
from canaryscope.runs.errors import SourceError, Throttled

__all__ = ["Caller"]

T = TypeVar("T")

_TOKENS = ("NextToken", "ContinuationToken", "nextToken")
_TOKEN_SHOWN = 8


class Caller:
    """Calls operations of one client. `situate` tells, when a call has failed, where it was made from."""

    def __init__(
        self, client: BaseClient, situate: Callable[[Situation], Situation], record: Record, pace: Pace | None = None
    ) -> None:
        self._pace = pace or Pace()
        self._client = client
        self._service = client.meta.service_model.service_name
        self._situate = situate
        self._record = record

    def call(
        self,
        asked: Situation,
        params: Mapping[str, Any],
        convert: Callable[[Mapping[str, Any]], T],
        outcome: Callable[[T], str],
    ) -> T:
        """What `convert` makes of the answer to `asked.operation` with `params`; None among them is left out.

        Raises SourceError, and nothing else that is an Exception. `outcome` puts the result in a few words.
        """
        sent = {name: value for name, value in params.items() if value is not None}
        with self._pace.turn(self._service):
            return self._made(asked, sent, convert, outcome)

    def _made(
        self,
        asked: Situation,
        sent: Mapping[str, Any],
        convert: Callable[[Mapping[str, Any]], T],
        outcome: Callable[[T], str],
    ) -> T:
        started, begin = datetime.now(UTC), time.perf_counter()
        metadata: Mapping[str, Any] = {}
        failure: SourceError | None = None
        told = "stopped"
        heads.forget()
        try:
            answer = getattr(self._client, xform_name(asked.operation))(**sent)
            metadata = answer.get("ResponseMetadata") or {}
            result = convert(answer)
            told = outcome(result)
            self._pace.went_through(asked.operation)
        except Exception as error:
            metadata = heads.last()
            if isinstance(error, ClientError):
                read: Mapping[str, Any] = error.response.get("ResponseMetadata") or {}
                metadata = {**metadata, **read}
            failure = self._explained(error, asked, metadata)
            raise failure from error
        finally:
            record = CallRecord(
                started=started,
                service=self._service,
                operation=asked.operation,
                params=tuple((name, _shown(name, value)) for name, value in sent.items()),
                duration_ms=(time.perf_counter() - begin) * 1000,
                outcome=told if failure is None else f"{failure.summary}: {failure.sentence}",
                failed=failure is not None,
                code=failure.code if failure else "",
            )
            self._record(_answered(record, metadata))
        return result

    def _explained(self, error: Exception, asked: Situation, metadata: Mapping[str, Any]) -> SourceError:
        """What a person is told of `error`. Where a service throttles, the calls that follow are spaced."""
        failure = explain(error, self._situate(asked))
        failure.request_id = failure.request_id or _request_id(metadata)
        if isinstance(failure, Throttled):
            self._pace.throttled(asked.operation)
        return failure


def _answered(record: CallRecord, metadata: Mapping[str, Any]) -> CallRecord:
    """The record with what botocore's ResponseMetadata tells of the answer."""
    status = metadata.get("HTTPStatusCode")
    status = status if isinstance(status, int) else None
    return record._replace(request_id=_request_id(metadata), http_status=status)


def _request_id(metadata: Mapping[str, Any]) -> str:
    return said(metadata.get("RequestId"), 80)


def _shown(name: str, value: object) -> str:
    text = said(value, 255)
    return f"{text[:_TOKEN_SHOWN]}…" if name in _TOKENS and len(text) > _TOKEN_SHOWN else text
