"""What botocore lets pass: answers that are not the API's, told apart before they look like an empty page.

botocore reads leniently. A web page, half a JSON document or nothing at all with HTTP 200 becomes an answer without
members, and a body shorter than its Content-Length goes unnoticed. Shown as it comes, each would read "no runs".
An error whose body is not a JSON object ends in a TypeError or AttributeError, and the HTTP status is lost.

With S3 and STS it is the same: a web page that is XML is a listing without objects. And where a redirect does not tell
the bucket's Region, botocore asks for it with HeadBucket, which the guard refuses as it refuses all that is not needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final
from xml.etree import ElementTree

from botocore.awsrequest import AWSResponse
from botocore.hooks import BaseEventHooks, HierarchicalEmitter
from botocore.model import ListShape, OperationModel
from botocore.session import Session

from canaryscope.aws.situation import said
from canaryscope.runs.errors import Malformed, Unreachable

__all__ = ["hooks", "install"]

_TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_HINT: Final = "Is a proxy or a login page in between? Check the endpoint, AWS_ENDPOINT_URL and HTTPS_PROXY."

_ELSEWHERE: Final = (b"<Code>PermanentRedirect", b"<Code>IllegalLocationConstraintException")
"""Errors that send a request on to the bucket's Region (botocore.utils.S3RegionRedirectorv2), as every 3xx does."""


def install(session: Session) -> None:
    """Check every answer of Synthetics, CloudWatch Logs and STS to the clients that `session` makes from now on."""
    handlers: dict[str, Any] = {"before-parse": _check_body, "after-call": _check_members}
    for event, handler in handlers.items():
        for service in ("synthetics", "cloudwatch-logs"):
            session.register(f"{event}.{service}", handler)
    check: Any = _check_answer_of_sts
    session.register("before-parse.sts", check)


def hooks() -> BaseEventHooks:
    """For the `event_hooks` of a new session: check every answer of S3 to its clients.

    So it comes before botocore's own handlers, of which one makes "HTTP 500" of every success of S3 that is no XML.
    """
    emitter = HierarchicalEmitter()
    check: Any = _check_answer_of_s3
    emitter.register_first("before-parse.s3.*", check)
    return emitter


def _check_body(operation_model: OperationModel, response_dict: dict[str, Any], **_event: object) -> None:
    """Before botocore parses: raise Malformed or Unreachable for a success that is none, make errors parseable."""
    body: bytes = response_dict["body"] or b""
    if response_dict["status_code"] >= 300:
        response_dict["body"] = _parseable_error(body)
        return
    _check_length(operation_model, response_dict["headers"], body)
    if not body.lstrip()[:1] == b"{":
        raise _not_the_api(operation_model, body)


def _check_length(operation_model: OperationModel, headers: Mapping[str, Any], body: bytes) -> None:
    promised = str(headers.get("content-length", ""))
    if promised.isdecimal() and len(body) < int(promised):
        sentence = f"The answer to {operation_model.name} was cut off after {len(body):,} of {int(promised):,} bytes."
        raise Unreachable(sentence, "Try again.", code="IncompleteBody")


def _check_members(
    http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_event: object
) -> None:
    """After botocore has parsed: where the list that was asked for is missing or empty, see whether that was sent."""
    if http_response.status_code >= 300 or model.output_shape is None:
        return
    members = model.output_shape.members
    lists = {name: shape for name, shape in members.items() if isinstance(shape, ListShape)}
    # botocore makes a list of characters of a text where a list of texts belongs.
    if lists and all(parsed.get(name) and shape.member.type_name != "string" for name, shape in lists.items()):
        return
    try:
        sent = json.loads(http_response.content)
    except (ValueError, RecursionError):
        raise _not_the_api(model, http_response.content) from None
    if not isinstance(sent, dict) or any(not isinstance(sent.get(name, []), list | None) for name in lists):
        raise _not_the_api(model, http_response.content)
    # {"message": "Forbidden"} is not "no runs", nor is {}: that there are none, or no more, is said by a list.
    answers = any(isinstance(sent.get(name), list) for name in lists) if lists else sent.keys() & members.keys()
    if not answers and not any(sent.get(token) for token in ("NextToken", "nextToken")):
        raise _not_the_api(model, http_response.content)


def _check_answer_of_s3(operation_model: OperationModel, response_dict: dict[str, Any], **_event: object) -> None:
    """Before botocore parses: raise Malformed or Unreachable for a listing or an object that is none."""
    headers, status = response_dict["headers"], response_dict["status_code"]
    if operation_model.has_streaming_output and status < 300:  # the body is an object's, and still to be read
        if "etag" not in headers:
            response_dict["body"].close()
            sentence = f"The answer to {operation_model.name} has no ETag, as every object of S3 has."
            raise Malformed(sentence, _HINT, code="NotTheApi")
        return
    body: bytes = response_dict["body"] or b""
    if status < 300:
        _check_length(operation_model, headers, body)
        if _root(body) not in ("ListBucketResult", "Error"):  # botocore knows of errors with HTTP 200
            raise _not_the_api(operation_model, body)
        return
    sent_on = status < 400 or any(code in body for code in _ELSEWHERE)
    if sent_on and not headers.get("x-amz-bucket-region") and b"<Region>" not in body:
        sentence = f"{operation_model.name} was answered with a redirect (HTTP {status}) that names no Region."
        raise Malformed(sentence, _HINT, code="NotTheApi")
    if _root(body) != "Error":
        response_dict["body"] = _xml_error(body)


def _check_answer_of_sts(operation_model: OperationModel, response_dict: dict[str, Any], **_event: object) -> None:
    """Before botocore parses: the same for STS, whose answers are XML, too."""
    body: bytes = response_dict["body"] or b""
    if response_dict["status_code"] >= 300:
        if not _root(body).startswith(("Error", "Response")):
            response_dict["body"] = b"<ErrorResponse>%b</ErrorResponse>" % _xml_error(body)
        return
    _check_length(operation_model, response_dict["headers"], body)
    if _root(body) != f"{operation_model.name}Response":
        raise _not_the_api(operation_model, body)


def _not_the_api(model: OperationModel, body: bytes) -> Malformed:
    return Malformed(f"The answer to {model.name} is {_kind(body)}, not what the API answers.", _HINT, code="NotTheApi")


def _kind(body: bytes) -> str:
    start = body.lstrip()[:20].lower()
    if not start:
        return "empty"
    if b"<ListBucketResult" in body[:200]:
        return "XML that breaks off or is damaged"
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        title = _TITLE.search(body[:20_000])
        return f'a web page ("{said(title[1], 80)}")' if title else "a web page"
    if start.startswith(b"<"):
        return "XML of another shape" if _root(body) else "XML that breaks off or is damaged"
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "JSON that breaks off or is damaged" if start.startswith((b"{", b"[")) else "not JSON"
    return "JSON of another shape"


def _root(body: bytes) -> str:
    """The name of an XML document's outermost element; empty for what is no XML."""
    try:
        return ElementTree.fromstring(body).tag.rpartition("}")[2]
    except (ElementTree.ParseError, ValueError, LookupError):  # the others are for encodings that Python does not know
        return ""


def _xml_error(body: bytes) -> bytes:
    """The words of a body that is no error of the API, as one that botocore can parse."""
    return f"<Error><Code/><Message>{escape(_words(body))}</Message></Error>".encode()


def _parseable_error(body: bytes) -> bytes:
    """`body` where botocore can make an error of it; else its words (the title of a page) as one."""
    try:
        fault = json.loads(body)
    except (ValueError, RecursionError):
        text = _words(body)
        return json.dumps({"message": text}).encode() if text else b""
    return body if isinstance(fault, dict) and isinstance(fault.get("__type", ""), str) else b""


def _words(body: bytes) -> str:
    """What the body of an error says that is not the API's: the title of a page, the text where it is no page."""
    title = _TITLE.search(body[:20_000])
    return said(title[1] if title else b"" if body.lstrip().startswith(b"<") else body[:1_000])
