"""S3 as far as it is read: ListObjectsV2 and GetObject, in its XML (Amazon S3 API reference)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from canaryscope.demo.account import Account
from canaryscope.demo.course import iso
from canaryscope.demo.questions import Question, ServiceError
from canaryscope.demo.reply import Reply, header
from canaryscope.demo.storage import Storage, StoredObject
from canaryscope.demo.tokens import InvalidTokenError, Tokens

__all__ = ["S3", "parse_s3"]

_MOST_KEYS = 1_000
_MOST_BYTES = 32 << 20
"""What is sent at once: no answer is larger than memory has room for."""
_VIRTUAL_HOST = re.compile(r"(?P<bucket>.+)\.s3[.-][a-z0-9.-]*amazonaws\.com(?:\.cn)?(?::\d+)?")
_RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,15})-(?P<last>\d{0,15})|-(?P<end>\d{1,15}))")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TIME_BITS = 44
"""Bits of a time in milliseconds since 1970 within a token."""

_LISTING = {
    "prefix": "Prefix",
    "max-keys": "MaxKeys",
    "continuation-token": "ContinuationToken",
    "encoding-type": "EncodingType",
}


def parse_s3(method: str, path: str, query: str, headers: Mapping[str, str]) -> Question:
    """The question that a request asks; the bucket is told by the host, or by the path.

    Raises ServiceError for all that is not read.
    """
    virtual = _VIRTUAL_HOST.fullmatch(header(headers, "Host") or "")
    if virtual:
        bucket, key = virtual["bucket"], path.removeprefix("/")
    else:
        bucket, _, key = path.removeprefix("/").partition("/")
    params: dict[str, Any] = {"Bucket": unquote(bucket)}
    sent = dict(parse_qsl(query, keep_blank_values=True))
    if method == "GET" and key:
        named = {"Range": header(headers, "Range"), "IfMatch": header(headers, "If-Match")}
        params |= {"Key": unquote(key)} | {name: value for name, value in named.items() if value is not None}
        return Question("GetObject", params)
    if method == "GET" and bucket and sent.get("list-type") == "2" and not {"delimiter", "start-after"} & sent.keys():
        return Question("ListObjectsV2", params | {_LISTING[name]: sent[name] for name in _LISTING if name in sent})
    raise ServiceError(501, "NotImplemented", "A header you provided implies functionality that is not implemented")


class S3:
    """Answers from what is stored."""

    def __init__(self, storage: Storage, account: Account, seed: int) -> None:
        self._storage = storage
        self._account = account
        self._tokens = Tokens(f"{seed}/{account.id}/{account.region}/s3")

    def respond(self, method: str, path: str, query: str, headers: Mapping[str, str], now: int, region: str) -> Reply:
        """The answer to a request in a region at this time (ms since 1970)."""
        try:
            return self._answer(parse_s3(method, path, query, headers), now, region)
        except ServiceError as error:
            return _error_reply(error)

    def _answer(self, question: Question, now: int, region: str) -> Reply:
        bucket = question.params["Bucket"]
        place = self._storage.region_of(bucket)
        if place is None:
            raise ServiceError(404, "NoSuchBucket", "The specified bucket does not exist")
        if place != region:
            return _elsewhere(place)
        if question.operation == "ListObjectsV2":
            self._allow(bucket, "s3:ListBucket", f"arn:{self._account.partition}:s3:::{bucket}")
            return self._list(bucket, question.params, now)
        resource = f"arn:{self._account.partition}:s3:::{bucket}/{question.params['Key']}"
        self._allow(bucket, "s3:GetObject", resource)
        self._allow(bucket, "kms:Decrypt", self._account.arn("kms", "key/6f2c1d8e-0b57-4a3e-9d41-77c0ffee0001"))
        return self._get(bucket, question.params, now)

    def _allow(self, bucket: str, action: str, resource: str) -> None:
        if action in self._storage.refused(bucket):
            message = (
                f"User: {self._account.person} is not authorized to perform: {action} on resource: "
                f'"{resource}" because no identity-based policy allows the {action} action'
            )
            raise ServiceError(403, "AccessDenied", message)

    def _list(self, bucket: str, params: Mapping[str, Any], now: int) -> Reply:
        prefix, token = params.get("Prefix", ""), params.get("ContinuationToken")
        most = min(_MOST_KEYS, int(params["MaxKeys"])) if params.get("MaxKeys", "").isdecimal() else _MOST_KEYS
        bound = f"{bucket}/{prefix}"
        objects = self._storage.objects(bucket, prefix, now, self._place(bound, token))
        found = list(islice(objects, most + 1)) if most else []
        more = len(found) > most
        found = found[:most]
        spelled = quote if params.get("EncodingType") == "url" else _escaped
        parts = [f"<Name>{bucket}</Name><Prefix>{spelled(prefix)}</Prefix><KeyCount>{len(found)}</KeyCount>"]
        parts.append(f"<MaxKeys>{most}</MaxKeys><IsTruncated>{'true' if more else 'false'}</IsTruncated>")
        if params.get("EncodingType") == "url":
            parts.append("<EncodingType>url</EncodingType>")
        if token is not None:
            parts.append(f"<ContinuationToken>{_escaped(token)}</ContinuationToken>")
        if more:
            number, started, at = found[-1].place
            following = self._tokens.make(bound, number << _TIME_BITS | started, at)
            parts.append(f"<NextContinuationToken>{following}</NextContinuationToken>")
        parts.extend(
            f"<Contents><Key>{spelled(one.key)}</Key><LastModified>{iso(one.modified)}</LastModified>"
            f"<ETag>{escape(one.file.tag)}</ETag><Size>{one.file.content.size}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
            for one in found
        )
        return _xml(200, "ListBucketResult", "".join(parts))

    def _place(self, bound: str, token: str | None) -> tuple[int, int, int] | None:
        if token is None:
            return None
        try:
            packed, at = self._tokens.read(bound, token)
        except InvalidTokenError:
            raise ServiceError(400, "InvalidArgument", "The continuation token provided is incorrect") from None
        return packed >> _TIME_BITS, packed & (1 << _TIME_BITS) - 1, at

    def _get(self, bucket: str, params: Mapping[str, Any], now: int) -> Reply:
        found = self._storage.find(bucket, params["Key"], now)
        if found is None:
            raise ServiceError(404, "NoSuchKey", "The specified key does not exist.")
        if params.get("IfMatch") not in (None, "*", found.file.tag, found.file.tag.strip('"')):
            message = "At least one of the pre-conditions you specified did not hold"
            raise ServiceError(412, "PreconditionFailed", message)
        size = found.file.content.size
        wanted = _RANGE.fullmatch(params.get("Range", ""))
        first, last = _bounds(wanted, size) if wanted else (0, size - 1)
        if first > last:
            raise ServiceError(416, "InvalidRange", "The requested range is not satisfiable")
        if last - first >= _MOST_BYTES:
            raise ServiceError(501, "NotImplemented", f"The demo sends at most {_MOST_BYTES:,} bytes at a time")
        headers = _object_headers(found)
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        return Reply(206 if wanted else 200, headers, found.file.content.read(first, last))


def _error_reply(error: ServiceError) -> Reply:
    """An error as S3 writes it."""
    return _xml(
        error.status, "Error", f"<Code>{error.code}</Code><Message>{_escaped(error.message)}</Message>", namespace=""
    )


def _elsewhere(region: str) -> Reply:
    """What S3 answers in a region where the bucket is not."""
    message = "The bucket you are attempting to access must be addressed using the specified endpoint."
    reply = _error_reply(ServiceError(301, "PermanentRedirect", message))
    reply.headers["x-amz-bucket-region"] = region
    return reply


def _bounds(wanted: re.Match[str], size: int) -> tuple[int, int]:
    if wanted["end"] is not None:
        return max(0, size - int(wanted["end"])), size - 1
    return int(wanted["first"]), min(size - 1, int(wanted["last"] or size - 1))


def _object_headers(found: StoredObject) -> dict[str, str]:
    modified = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(found.modified // 1000))
    return {
        "Content-Type": found.file.mime,
        "ETag": found.file.tag,
        "Last-Modified": modified,
        "Accept-Ranges": "bytes",
    }


def _escaped(text: str) -> str:
    """Text in XML. S3 writes control characters as references, which XML 1.0 does not allow: hence `encoding-type`."""
    return _CONTROL.sub(lambda found: f"&#x{ord(found[0]):x};", escape(text, quote=False))


def _xml(
    status: int, root: str, inside: str, namespace: str = ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
) -> Reply:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}{namespace}>{inside}</{root}>'
    return Reply(status, {"Content-Type": "application/xml"}, text.encode())
