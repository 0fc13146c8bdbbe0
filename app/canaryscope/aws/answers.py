"""What botocore lets pass: answers that are not the API's, told apart before they look like an empty page.

botocore reads leniently. A web page, half a JSON document or nothing at all with HTTP 200 becomes an answer without
members, and a body shorter than its Content-Length goes unnoticed. Shown as it comes, each would read "no runs".
An error whose body is not a JSON object ends in a TypeError or AttributeError, and the HTTP status is lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from botocore.awsrequest import AWSResponse
from botocore.model import ListShape, OperationModel
from botocore.session import Session

from canaryscope.aws.situation import said
from canaryscope.runs.errors import Malformed, Unreachable

__all__ = ["install"]

_TITLE = re.compile(rb"<title[^>]*>([^<]{1,200})", re.IGNORECASE)
_HINT: Final = "Is a proxy or a login page in between? Check the endpoint, AWS_ENDPOINT_URL and HTTPS_PROXY."


def install(session: Session) -> None:
    """Check every answer of Synthetics to the clients that `session` makes from now on."""
    handlers: dict[str, Any] = {"before-parse": _check_body, "after-call": _check_members}
    for event, handler in handlers.items():
        session.register(f"{event}.synthetics", handler)


def _check_body(operation_model: OperationModel, response_dict: dict[str, Any], **_event: object) -> None:
    """Before botocore parses: raise Malformed or Unreachable for a success that is none, make errors parseable."""
    body: bytes = response_dict["body"] or b""
    if response_dict["status_code"] >= 300:
        response_dict["body"] = _parseable_error(body)
        return
    promised = str(response_dict["headers"].get("content-length", ""))
    if promised.isdecimal() and len(body) < int(promised):
        sentence = f"The answer to {operation_model.name} was cut off after {len(body):,} of {int(promised):,} bytes."
        raise Unreachable(sentence, "Try again.", code="IncompleteBody")
    if not body.lstrip()[:1] == b"{":
        raise _not_the_api(operation_model, body)


def _check_members(
    http_response: AWSResponse, parsed: Mapping[str, Any], model: OperationModel, **_event: object
) -> None:
    """After botocore has parsed: where the list that was asked for is missing or empty, see whether that was sent."""
    if http_response.status_code >= 300 or model.output_shape is None:
        return
    lists = {name: shape for name, shape in model.output_shape.members.items() if isinstance(shape, ListShape)}
    # botocore makes a list of characters of a text where a list of texts belongs.
    if lists and all(parsed.get(name) and shape.member.type_name != "string" for name, shape in lists.items()):
        return
    try:
        sent = json.loads(http_response.content)
    except (ValueError, RecursionError):
        raise _not_the_api(model, http_response.content) from None
    if not isinstance(sent, dict) or any(not isinstance(sent.get(name, []), list | None) for name in lists):
        raise _not_the_api(model, http_response.content)
    if sent and sent.keys().isdisjoint(model.output_shape.members):  # {"message": "Forbidden"} is not "no runs"
        raise _not_the_api(model, http_response.content)


def _not_the_api(model: OperationModel, body: bytes) -> Malformed:
    return Malformed(f"The answer to {model.name} is {_kind(body)}, not what the API answers.", _HINT, code="NotTheApi")


def _kind(body: bytes) -> str:
    start = body.lstrip()[:20].lower()
    if not start:
        return "empty"
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        title = _TITLE.search(body[:20_000])
        return f'a web page ("{said(title[1], 80)}")' if title else "a web page"
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return "JSON that breaks off or is damaged" if start.startswith((b"{", b"[")) else "not JSON"
    return "JSON of another shape"


def _parseable_error(body: bytes) -> bytes:
    """`body` where botocore can make an error of it; else its words (the title of a page) as one."""
    try:
        fault = json.loads(body)
    except (ValueError, RecursionError):
        title = _TITLE.search(body[:20_000])
        text = title[1] if title else b"" if body.lstrip().startswith(b"<") else body[:1_000]
        return json.dumps({"message": said(text)}).encode() if text.strip() else b""
    return body if isinstance(fault, dict) and isinstance(fault.get("__type", ""), str) else b""
