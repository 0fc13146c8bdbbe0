"""An AWS that answers HTTP requests from stories: Synthetics, and who one is (STS).

It is a function of the seed, the time and the request: it opens nothing, sleeps never, and may be called from any
thread. `canaryscope.demo.border` puts it under a botocore session; the tests put it behind a loopback port.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from html import escape
from urllib.parse import parse_qs

from canaryscope.demo.history import as_uuid
from canaryscope.demo.operations import Synthetics
from canaryscope.demo.questions import ServiceError, parse
from canaryscope.demo.stories import big_story, crowd, stories
from canaryscope.demo.story import Story
from canaryscope.demo.wire import Account

__all__ = ["Reply", "Responder"]

_STS_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Responder:
    """Answers requests to `synthetics` and `sts`.

    `now` is an aware datetime, at which time stands still, or a clock: then new runs appear as time passes. The
    stories are told from the time of construction. `big` adds a canary of 655,200 runs, `crowd` so many healthy ones.
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
    ) -> None:
        self._now = now
        self._seed = seed
        self._account = Account(account, region)
        self._synthetics = Synthetics(_told(big, crowd), self._account, self._milliseconds(), seed)

    def respond(self, service: str, method: str, path: str, query: str, body: bytes) -> Reply:
        """The answer to one request. `path` is percent-encoded as it was sent; `query` is without the `?`."""
        request_id = self._request_id(service, method, path, query, body)
        if service == "sts":
            return self._sts(method, body, request_id)
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
        arn = f"arn:{self._account.partition}:sts::{self._account.id}:assumed-role/on-call/demo"
        text = (
            f'<GetCallerIdentityResponse xmlns="{_STS_NAMESPACE}"><GetCallerIdentityResult>'
            f"<Arn>{arn}</Arn><UserId>AROADEMODEMODEMODEMO:demo</UserId><Account>{self._account.id}</Account>"
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
