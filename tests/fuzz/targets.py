"""What takes bytes or text from outside, each as a function of bytes: it may refuse them with its own error only.

`make fuzz` has them found out by coverage (`fuzz/run.py`), `fuzz/test_targets.py` by hypothesis in every run of the
tests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Final

from textual._xterm_parser import XTermParser

from canaryscope.aws import convert
from canaryscope.aws.timestamps import parse_timestamp
from canaryscope.evidence import masking
from canaryscope.evidence.document_text import document_text
from canaryscope.evidence.errors import BadArtifact
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.http_report import parse_http_report
from canaryscope.evidence.invocations import LogEvent, invocations_in
from canaryscope.evidence.links import parse_links
from canaryscope.evidence.log import parse_log
from canaryscope.evidence.report import parse_report
from canaryscope.evidence.saved_names import saved_paths
from canaryscope.lean.screen import LeanScreen
from canaryscope.paste import CONTROLS, END, START, PasteFilter
from canaryscope.pictures.reading import decode
from canaryscope.runs import schedule
from canaryscope.runs.causes import cause_of
from canaryscope.runs.errors import Malformed
from canaryscope.runs.model import RunStatus, RunType
from canaryscope.runs.text import clean, clean_line
from canaryscope.terminal_answers import AnswerFilter
from evidence.documents import assert_harmless

__all__ = ["SAMPLES", "TARGETS", "Target"]

Target = Callable[[bytes], None]
NOW: Final = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
OPERATIONS: Final = (
    partial(convert.runs_page, run_type=RunType.CANARY_RUN),
    *(convert.last_runs_page, convert.canaries_page, convert.get_canary, convert.groups_page),
    *(convert.group_resources_page, convert.log_events_page),
)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _answers(data: bytes) -> None:
    with suppress(ValueError, RecursionError):  # what botocore refuses before it comes here
        shape = json.loads(data)
        for operation in OPERATIONS if isinstance(shape, dict) else ():
            with suppress(Malformed):
                assert_harmless(operation(shape))


def _artifact(parse: Callable[[bytes], object], data: bytes) -> None:
    with suppress(BadArtifact):
        assert_harmless(parse(data))


def _log(data: bytes) -> None:
    assert_harmless(tuple(line.text for line in parse_log(data)))


def _lambda_log(data: bytes) -> None:
    events = [LogEvent("stream", NOW, clean(text)) for text in _text(data).split("\n")]
    for invocation in invocations_in(events):
        assert invocation.events


def _cleaning(data: bytes) -> None:
    text = _text(data)
    assert_harmless((clean_line(text),))
    assert clean(clean(text)) == clean(text)


def _cause(data: bytes) -> None:
    cause = cause_of(RunStatus("FAILED", _text(data), None, "FAILED"))
    assert cause is not None
    assert cause.text
    again = cause_of(RunStatus("FAILED", cause.text, None, "FAILED"))
    assert again is not None
    assert again.text == cause.text


def _timestamp(data: bytes) -> None:
    moment = parse_timestamp(_text(data))
    assert moment is None or moment.tzinfo is not None


def _schedule(data: bytes) -> None:
    schedule.interval(_text(data), NOW)
    schedule.due(_text(data), NOW)


def _masks(data: bytes) -> None:
    text = _text(data)
    for mask in (masking.masked_url, masking.masked_text, masking.masked_document):
        assert isinstance(mask(text), str)


def _names(data: bytes) -> None:
    for path in saved_paths(_text(data).split("\n")):
        assert PurePosixPath(*path).parts == tuple(path)
        assert not {"", ".", ".."} & set(path)


def _keyboard(data: bytes) -> None:
    parser, harmless, answers = XTermParser(), PasteFilter(), AnswerFilter()
    text = data.decode("utf-8", "replace")
    for at in range(0, len(text), 7):
        passed = harmless(text[at : at + 7])
        _, begun, inside = passed.rpartition(START)
        assert not begun or not CONTROLS.search(inside.partition(END)[0])
        with suppress(Exception):  # Textual's own: the driver makes a new parser (`terminal.TerminalDriver._feed`)
            list(parser.feed(answers(passed)))


def _frame(data: bytes) -> None:
    screen = LeanScreen(20, 5)
    for piece in data.decode("utf-8", "replace").split("\n\n"):
        screen.write(piece)
        screen.frame()


TARGETS: Mapping[str, Target] = {
    "answers": _answers,
    "timestamps": _timestamp,
    "report": partial(_artifact, parse_report),
    "har": partial(_artifact, partial(parse_har, name="results.har")),
    "har.html": partial(_artifact, partial(parse_har, name="results.har.html")),
    "har.gz": partial(_artifact, partial(parse_har, name="results.har.gz")),
    "http report": partial(_artifact, parse_http_report),
    "links": partial(_artifact, parse_links),
    "document": partial(_artifact, partial(document_text, name="x.json")),
    "picture": lambda data: _artifact(lambda it: decode(it, "x.png").size, data),
    "log": _log,
    "lambda log": _lambda_log,
    "cleaning": _cleaning,
    "cause": _cause,
    "schedule": _schedule,
    "masking": _masks,
    "names": _names,
    "keyboard": _keyboard,
    "frame": _frame,
}

SAMPLES: tuple[bytes, ...] = (
    b'{"CanaryRuns": [{"Id": "a", "Status": {"State": "FAILED", "StateReason": "x"}, "Timeline": {"Started": 1}}]}',
    b'{"Canaries": [{"Name": "a", "Schedule": {"Expression": "rate(5 minutes)"}}], "NextToken": "t"}',
    b'{"customerScript": {"steps": [{"stepName": "a", "startTime": 1, "screenshots": [{"fileName": "a.png"}]}]}}',
    b'{"log": {"entries": [{"request": {"url": "https://u:p@x/?token=t"}, "response": {"content": {"text": "e3"}}}]}}',
    b'{"links": {"https://x": {"parentUrl": "https://y", "statusCode": 404}}, "brokenLinks": []}',
    b"2026-11-22T12:27:07.123Z ERROR TimeoutError: Navigation timeout of 30000 ms exceeded\n    at x (/opt/a.js:1:2)",
    b"START RequestId: 8f5b Version: 1\nREPORT RequestId: 8f5b\tDuration: 1.2 ms\nEND RequestId: 8f5b",
    b"cron(0/5 9-17 ? * MON-FRI *)",
    b"\x1b[200~paste\x1b[31m\x1b[201~\x1b[<0;1;1M\x1b[?62;4c",
    b"\x1b[2;3H\x1b[1;31mred\x1b[0m \xe6\xbc\xa2\n\n\x1b[H\x1b[J",
    b"../../etc/passwd\nCON\na/b\\c",
)
"""Where a search for something worse begins."""
