"""An AWS that answers HTTP requests from stories: Synthetics, what runs leave (S3, CloudWatch Logs), who one is (STS).

It is a function of the seed, the time and the request: it opens nothing, sleeps never, and may be called from any
thread. `canaryscope.demo.border` puts it under a botocore session; the tests put it behind a loopback port.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from canaryscope.demo.account import Account
from canaryscope.demo.history import as_uuid
from canaryscope.demo.operations import Synthetics
from canaryscope.demo.questions import ServiceError, parse
from canaryscope.demo.reply import Reply, header
from canaryscope.demo.stories import BIG_CANARY, big_story, crowd, stories
from canaryscope.demo.story import Story

if TYPE_CHECKING:
    from canaryscope.demo.logs import Logs
    from canaryscope.demo.s3 import S3

__all__ = ["Reply", "Responder"]

_STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_REGION = re.compile(r"Credential=[^/]+/\d{8}/([^/]+)/")
_NO_HEADERS: Mapping[str, str] = {}


class Responder:
    """Answers requests to `synthetics`, `s3`, `logs` and `sts`.

    `now` is an aware datetime, at which time stands still, or a clock: then new runs appear as time passes. The
    stories are told from the time of construction. `big` adds a canary of 655,200 runs, of which the newest
    have logged 200 MB each, `crowd` so many healthy ones, `more` these.
    """

    def __init__(
        self,
        now: datetime | Callable[[], datetime],
        seed: int = 0,
        region: str = "eu-west-1",
        account: str = "123456789012",
        *,
        big: bool = False,
        crowd: int = 0,
        more: Sequence[Story] = (),
    ) -> None:
        self._now = now
        self._seed = seed
        self._account = Account(account, region)
        self._stories, self._epoch = [*_told(big, crowd), *more], self._milliseconds()
        self._synthetics = Synthetics(self._stories, self._account, self._epoch, seed)

    def respond(
        self,
        service: str,
        method: str,
        path: str,
        query: str,
        body: bytes,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> Reply:
        """The answer to one request. `path` is percent-encoded as it was sent; `query` is without the `?`.

        Names of headers may be in any case. S3 asks Host, Range and If-Match of them, Logs X-Amz-Target and
        Authorization.
        """
        request_id = self._request_id(service, method, path, query, body)
        match service:
            case "sts":
                return self._sts(method, body, request_id)
            case "s3":
                reply = self._s3.respond(method, path, query, headers, self._milliseconds(), self._region(headers))
                reply.headers["x-amz-request-id"] = request_id.replace("-", "")[:16].upper()
                return reply
            case "logs":
                reply = self._logs.respond(body, headers, self._milliseconds(), self._region(headers))
                reply.headers["x-amzn-RequestId"] = request_id
                return reply
        return self._of_synthetics(service, method, path, query, body, request_id)

    def _of_synthetics(self, service: str, method: str, path: str, query: str, body: bytes, request_id: str) -> Reply:
        headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
        try:
            if service != "synthetics":
                raise ServiceError(404, "UnknownOperationException", f"The demo has no service {service}")
            question = parse(method, path, query, body)
            answer: dict[str, object] = self._synthetics.answer(question, self._milliseconds())
            status = 200
        except ServiceError as error:
            status, answer = error.status, {"Message": error.message}
            headers["x-amzn-ErrorType"] = error.code
        return Reply(status, headers, json.dumps(answer).encode())

    @cached_property
    def _s3(self) -> S3:
        from canaryscope.demo.s3 import S3  # what a run leaves is not needed for runs, and the demo starts sooner
        from canaryscope.demo.storage import Storage

        storage = Storage(self._stories, self._account, self._epoch, self._seed, big=BIG_CANARY)
        return S3(storage, self._account, self._seed)

    @cached_property
    def _logs(self) -> Logs:
        from canaryscope.demo.logs import Logs

        return Logs(self._stories, self._account, self._epoch, self._seed)

    def _region(self, headers: Mapping[str, str]) -> str:
        """The region that a request is signed for."""
        scope = _REGION.search(header(headers, "Authorization") or "")
        return scope[1] if scope else self._account.region

    def dry_run_ids(self, canary: str) -> list[str]:
        """The DryRunIds of a canary, newest first: what StartCanaryDryRun told, also of those that were not created.

        Raises ServiceError for a canary that is none.
        """
        return [dry_run.id for dry_run in self._synthetics.dry_runs(canary, self._milliseconds())]

    def _milliseconds(self) -> int:
        now = self._now() if callable(self._now) else self._now
        return round(now.timestamp() * 1000)

    def _request_id(self, *parts: str | bytes) -> str:
        digest = blake2b(repr((self._seed, parts)).encode(), digest_size=16).digest()
        return as_uuid(digest)

    def _sts(self, method: str, body: bytes, request_id: str) -> Reply:
        """sts:GetCallerIdentity in AWS's query protocol."""
        headers = {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        if method != "POST" or action != "GetCallerIdentity":
            message = escape(f"Could not find operation {action}")
            return Reply(400, headers, _xml_error("InvalidAction", message, request_id))
        text = (
            f'<GetCallerIdentityResponse xmlns="{_STS_NAMESPACE}"><GetCallerIdentityResult>'
            f"<Arn>{self._account.person}</Arn><UserId>AROADEMODEMODEMODEMO:demo</UserId><Account>{self._account.id}</Account>"
            f"</GetCallerIdentityResult><ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
            "</GetCallerIdentityResponse>"
        )
        return Reply(200, headers, text.encode())


def _told(big: bool, crowded: int) -> list[Story]:
    return [*stories(), *([big_story()] if big else []), *crowd(crowded)]


def _xml_error(code: str, message: str, request_id: str) -> bytes:
    return (
        f'<ErrorResponse xmlns="{_STS_NAMESPACE}"><Error><Type>Sender</Type><Code>{code}</Code>'
        f"<Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
    ).encode()
