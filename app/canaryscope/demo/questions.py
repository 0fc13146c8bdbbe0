"""From an HTTP request to an operation with its parameters, checked as the service checks them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

__all__ = ["Question", "ServiceError", "body_members", "parse", "typed"]

_NAME = re.compile(r"[0-9a-z_\-]{1,255}")
_UUID = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}")

_ROUTES: tuple[tuple[str, re.Pattern[str], str], ...] = (
    ("POST", re.compile(r"/canary/(?P<Name>[^/]+)/runs"), "GetCanaryRuns"),
    ("POST", re.compile(r"/canaries"), "DescribeCanaries"),
    ("POST", re.compile(r"/canaries/last-run"), "DescribeCanariesLastRun"),
    ("GET", re.compile(r"/canary/(?P<Name>[^/]+)"), "GetCanary"),
    ("POST", re.compile(r"/groups"), "ListGroups"),
    ("POST", re.compile(r"/group/(?P<GroupIdentifier>[^/]+)/resources"), "ListGroupResources"),
)

_MOST_RESULTS = {
    "GetCanaryRuns": 100,
    "DescribeCanaries": 20,
    "DescribeCanariesLastRun": 100,
    "ListGroups": 20,
    "ListGroupResources": 20,
}
"""The most that MaxResults may be, and what it is where it is omitted."""

_GROUP_OPERATIONS = ("ListGroups", "ListGroupResources")

_MEMBERS: dict[str, dict[str, type]] = {
    "GetCanaryRuns": {"NextToken": str, "MaxResults": int, "DryRunId": str, "RunType": str},
    "DescribeCanaries": {"NextToken": str, "MaxResults": int, "Names": list},
    "DescribeCanariesLastRun": {"NextToken": str, "MaxResults": int, "Names": list, "BrowserType": str},
    "GetCanary": {"DryRunId": str},
    "ListGroups": {"NextToken": str, "MaxResults": int},
    "ListGroupResources": {"NextToken": str, "MaxResults": int},
}


class ServiceError(Exception):
    """An error the service answers: HTTP status, error code, and the message for a person."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Question:
    """An operation's name and its parameters, by their names in the API; `null` counts as omitted."""

    operation: str
    params: dict[str, Any]

    @property
    def limit(self) -> int:
        """MaxResults, or what it is where it was omitted."""
        return int(self.params.get("MaxResults", _MOST_RESULTS[self.operation]))

    def validate(self) -> None:
        """Hold the parameters against the constraints of the service model.

        Raises ServiceError, a ValidationException that names every violation as the service does.
        """
        found = [text for text in map(self._violation, self.params) if text]
        if found:
            plural = "s" if len(found) > 1 else ""
            detected = f"{len(found)} validation error{plural} detected: "
            raise ServiceError(400, "ValidationException", detected + "; ".join(found))

    def _violation(self, member: str) -> str | None:
        value = self.params[member]
        constraint = self._constraint(member, value)
        if constraint is None:
            return None
        at = member[0].lower() + member[1:]
        shown = json.dumps(value) if isinstance(value, list) else value
        return f"Value '{shown}' at '{at}' failed to satisfy constraint: Member must {constraint}"

    def _constraint(self, member: str, value: Any) -> str | None:
        """What the value breaks, or None."""
        match member:
            case "Name":
                if not _NAME.fullmatch(value):
                    return "have length between 1 and 255 and satisfy regular expression pattern: ^[0-9a-z_\\-]+$"
            case "DryRunId":
                if not _UUID.fullmatch(value):
                    return f"satisfy regular expression pattern: ^{_UUID.pattern}$"
            case "RunType":
                return _not_among(value, ("CANARY_RUN", "DRY_RUN"))
            case "BrowserType":
                return _not_among(value, ("CHROME", "FIREFOX"))
            case "GroupIdentifier":
                return _out_of_range(len(value), 1, 128, "have length")
            case "NextToken":
                shortest, longest = (1, 512) if self.operation in _GROUP_OPERATIONS else (4, 252)
                return _out_of_range(len(value), shortest, longest, "have length")
            case "MaxResults":
                return _out_of_range(value, 1, _MOST_RESULTS[self.operation], "have value")
            case "Names":
                if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in value):
                    return "satisfy constraint: [Member must satisfy regular expression pattern: ^[0-9a-z_\\-]+$]"
                return _out_of_range(len(value), 1, 5, "have length")
        return None


def _not_among(value: str, values: tuple[str, ...]) -> str | None:
    return None if value in values else f"satisfy enum value set: [{', '.join(values)}]"


def _out_of_range(value: int, least: int, most: int, have: str) -> str | None:
    if value < least:
        return f"{have} greater than or equal to {least}"
    return f"{have} less than or equal to {most}" if value > most else None


def parse(method: str, path: str, query: str, body: bytes) -> Question:
    """The question a request to Synthetics asks; `path` is percent-encoded, as it was sent.

    Raises ServiceError for a route that is none (404 UnknownOperationException) and for a body that is no JSON
    object or has members of a wrong type (400 SerializationException).
    """
    for verb, pattern, operation in _ROUTES:
        found = pattern.fullmatch(path)
        if found is not None and verb == method:
            in_path = {name: unquote(value) for name, value in found.groupdict().items()}
            sent = _query_members(query) if method == "GET" else body_members(body)
            return Question(operation, in_path | typed(_MEMBERS[operation], sent))
    raise ServiceError(404, "UnknownOperationException", f"No operation answers {method} {path}")


def _query_members(query: str) -> dict[str, Any]:
    """Query parameters begin with a small letter where the API's members begin with a capital."""
    return {name[:1].upper() + name[1:]: value for name, value in parse_qsl(query, keep_blank_values=True)}


def body_members(body: bytes) -> dict[str, Any]:
    """The members of a JSON body. Raises ServiceError where it is none."""
    try:
        sent = json.loads(body or b"{}")
    except ValueError:
        raise ServiceError(400, "SerializationException", "The request body is not valid JSON") from None
    if not isinstance(sent, dict):
        raise ServiceError(400, "SerializationException", "The request body is not a JSON object")
    return sent


def typed(known: Mapping[str, type], sent: Mapping[str, Any]) -> dict[str, Any]:
    """The `known` members, by name; others are ignored, as the services do. Raises ServiceError for a wrong type."""
    params: dict[str, Any] = {}
    for member, kind in known.items():
        value = sent.get(member)
        if value is None:
            continue
        if not isinstance(value, kind) or isinstance(value, bool):
            raise ServiceError(400, "SerializationException", f"{member} is not of the type {kind.__name__}")
        params[member] = value
    return params
