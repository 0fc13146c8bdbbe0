"""Which files a run leaves in S3, each made when it is asked for from how the run went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Protocol

from canaryscope.demo.course import Course, StepTaken, course_of
from canaryscope.demo.har_file import har_file, har_name
from canaryscope.demo.history import Run
from canaryscope.demo.http_file import HTTP_REPORT, LINKS_REPORT, http_file, links_file
from canaryscope.demo.journeys import GUEST_BOOK
from canaryscope.demo.log_file import log_file, log_name
from canaryscope.demo.long_log import LongLog
from canaryscope.demo.page_picture import Look, page_picture
from canaryscope.demo.places import digest_of
from canaryscope.demo.report_file import report_file, report_name, screenshot_names
from canaryscope.demo.story import API, SELENIUM, Story
from canaryscope.demo.traffic import counts, exchanges

__all__ = ["Content", "StoredFile", "files_of"]

_LINK_CHECKER = "docs-broken-links"

_HOSTILE_NAMES = ("../../../.ssh/authorized_keys", "\x1b]0;owned\x07\x1b[2J\u202egnp.exe.png", "a\rb\nc\x9b31m.txt")
"""What whoever may write to the bucket can call a file."""


class Content(Protocol):
    """Bytes that are read in parts."""

    @property
    def size(self) -> int:
        """Bytes."""

    def read(self, first: int, last: int) -> bytes:
        """The bytes from `first` to `last`, both included."""


@dataclass(frozen=True, slots=True)
class _Bytes:
    """What is small enough to be made whole."""

    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, first: int, last: int) -> bytes:
        return self.data[first : last + 1]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One object. `name` is what its key has after the run's prefix and a slash."""

    name: str
    content: Content
    mime: str
    tag: str
    """The ETag, with its quotes: another one where the content is another."""


@lru_cache(128)
def files_of(story: Story, run: Run, *, long_log: bool = False) -> tuple[StoredFile, ...]:
    """The files of a run, by name as S3 orders them. With `long_log` it has logged 200 MB."""
    course = course_of(story, run)
    found: dict[str, Content] = {name: _Bytes(data) for name, data in _small_files(course)}
    if long_log:
        found[log_name(course)] = LongLog(run.started, run.completed - run.started)
    return tuple(_stored(name, found[name], run) for name in sorted(found, key=str.encode))


def _small_files(course: Course) -> Iterator[tuple[str, bytes]]:
    story = course.story
    made = exchanges(course)
    yield report_name(course), report_file(course, counts(made))
    yield log_name(course), log_file(course)
    folder = f"{course.run.browser}/" if len(story.browsers) > 1 else ""
    if story.runtime == API:
        yield HTTP_REPORT, http_file(made)
    elif story.runtime != SELENIUM:
        yield f"{folder}{har_name(course)}", har_file(course, made)
    if story.name == _LINK_CHECKER:
        yield LINKS_REPORT, links_file(course)
    for step in course.steps:
        for name in screenshot_names(course, step):
            yield f"{folder}{name}", _picture(course, step, name)
    if story.name == GUEST_BOOK:
        for name in _HOSTILE_NAMES:
            yield name, b"not what it says\n"


def _picture(course: Course, step: StepTaken, name: str) -> bytes:
    """A step begins on the page of the one before it."""
    page = step.stage
    before = course.steps[max(0, course.steps.index(step) - 1)].stage
    look = Look.WHOLE
    if name.endswith("-starting.png"):
        look = Look.BLANK if step is course.steps[0] else Look.WHOLE
        page = before
    elif name.endswith("-loaded.png"):
        look = Look.LOADED
    elif name.endswith("-failed.png"):
        look = _failed_look(course)
    return page_picture(digest_of(course.journey.host)[0], digest_of(page.path)[0], look)


def _failed_look(course: Course) -> Look:
    failure = course.failure
    if failure is None or failure.status:
        return Look.ERROR
    return Look.BLANK if failure.net_error and failure.net_error != "net::ERR_ABORTED" else Look.WAITING


def _stored(name: str, content: Content, run: Run) -> StoredFile:
    telling = content.read(0, content.size - 1) if isinstance(content, _Bytes) else run.digest
    tag = blake2b(telling, digest_size=16).hexdigest()
    return StoredFile(name, content, _mime(name), f'"{tag}"')


def _mime(name: str) -> str:
    ending = name.rpartition(".")[2]
    known = {"json": "application/json", "png": "image/png", "html": "text/html", "gz": "application/gzip"}
    return known.get(ending, "application/octet-stream")
