"""S3's answers in its own XML, for what moto's S3 never answers: refusals, redirects, short pages, odd keys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from canaryscope.demo.reply import Reply
from canaryscope.demo.responder import Responder
from canaryscope.demo.s3 import parse_s3
from peer.faults import Answer

_RANGE = re.compile(r"bytes=(\d+)-(\d+)")
_NONE: Mapping[str, Any] = {}


class Leaving(Responder):
    """The demo, of which some runs have left other files than its stories tell: `files[prefix][name]`."""

    def __init__(self, now: datetime) -> None:
        super().__init__(now)
        self.files: dict[str, Mapping[str, bytes]] = {}
        """By the run's prefix with its slash, and by what the key has after it. Of other runs the demo tells."""

    def respond(
        self, service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str] = _NONE
    ) -> Reply:
        """The answer to one request."""
        asked = parse_s3(method, path, query, headers).params if service == "s3" else {}
        key = asked.get("Key") or asked.get("Prefix", "")
        prefix = next((prefix for prefix in self.files if key.startswith(prefix)), None)
        if prefix is None:
            return super().respond(service, method, path, query, body, headers)
        files = self.files[prefix]
        if "Prefix" in asked:
            sizes = {prefix + name: len(data) for name, data in files.items()}
            answer = listing(*sizes, sizes=sizes)
        else:
            data, wanted = files[key.removeprefix(prefix)], _RANGE.fullmatch(asked["Range"])
            assert wanted
            answer = part(data[int(wanted[1]) : int(wanted[2]) + 1], int(wanted[1]))
        return Reply(answer.status, answer.headers, answer.body)


def listing(*keys: str, size: int = 10, sizes: Mapping[str, int] = _NONE, token: str | None = None) -> Answer:
    """ListObjectsV2Output, as S3 writes it where keys are asked for in URL encoding."""
    objects = "".join(
        f"<Contents><Key>{quote(key)}</Key><LastModified>2026-11-22T12:27:40.000Z</LastModified>"
        f"<Size>{sizes.get(key, size)}</Size></Contents>"
        for key in keys
    )
    more = f"<NextContinuationToken>{token}</NextContinuationToken>" if token else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<EncodingType>url</EncodingType><IsTruncated>{'true' if token else 'false'}</IsTruncated>"
        f"{more}{objects}</ListBucketResult>"
    )
    return Answer(200, text.encode(), {"Content-Type": "application/xml", "x-amz-request-id": "4442587FB7D0A2F9"})


def refusal(status: int, code: str, message: str = "Because.", more: str = "", **headers: str) -> Answer:
    """An error in the shape of rest-xml."""
    text = f'<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>'
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(
        status, text.encode(), {"Content-Type": "application/xml", "x-amz-request-id": "4442587FB7D0A2F9"} | named
    )


def part(data: bytes, first: int = 0, **headers: str) -> Answer:
    """GetObjectOutput of a range."""
    range_sent = f"bytes {first}-{first + len(data) - 1}/{first + len(data)}"
    return Answer(206, data, {"ETag": '"0"', "Content-Range": range_sent} | headers)
