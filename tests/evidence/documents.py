"""Files that a run leaves, made in code, and what hypothesis makes of them: members of any shape, texts that attack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from hypothesis import strategies as st

from canaryscope.runs.text import clean

MEMBERS = (
    *("log", "entries", "request", "response", "url", "method", "headers", "name", "value", "status", "statusText"),
    *("content", "text", "encoding", "mimeType", "postData", "params", "timings", "connect", "ssl", "time", "size"),
    *("startedDateTime", "customerScript", "steps", "stepNum", "stepName", "startTime", "endTime", "failureReason"),
    *("screenshots", "fileName", "requests", "_2xx", "requestUrl", "httpTimings", "totalDurationInMs", "body", "error"),
    *("statusCode", "links", "brokenLinks", "parentUrl", "hostname", "path", "port", "message", "stack"),
)
"""What the parsers look for: what hypothesis names a member by."""
LINES_ALLOWED = frozenset({"failure_reason", "execution_error", "error", "request_body", "response_body"})
"""The fields that may have line breaks."""

HOSTILE = st.sampled_from(
    [
        "\x1b]0;title\x07",
        "\x1b[31mred",
        "\x9b2J",
        "a\r\nb",
        "\u202egnp.exe",
        "\u200bzero",
        "\ud800",
        "e" + "\u0301" * 90,
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=-(10**400), max_value=10**400),
    st.floats(),
    st.text(max_size=20),
    HOSTILE,
    st.sampled_from(
        ["2026-11-22T12:27:07Z", "0001-01-01T00:00:00+23:59", "base64", "https://u:p@h:1/x?token=t", "200"]
    ),
)
NAMES = st.one_of(st.sampled_from(MEMBERS), HOSTILE, st.text(max_size=5))


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6))


VALUES = st.recursive(SCALARS, _deeper, max_leaves=30)
"""Any JSON, with NaN and Infinity, which Python and JavaScript write too."""


def packed(value: object) -> bytes:
    """`value` as a file."""
    return json.dumps(value).encode()


def texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    """Every text in an object made of dataclasses and tuples, with the name of the field that it is in."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one, where)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name), field.name)


def assert_harmless(value: object) -> None:
    """No control character, escape sequence or direction mark is in it, and no line break where one line is shown."""
    for where, text in texts(value):
        assert clean(text, limit=len(text) + 1) == text, where
        assert "\n" not in text or where in LINES_ALLOWED, where
