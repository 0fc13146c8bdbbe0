"""CloudWatch Logs, as far as a run's Lambda log is read: the lines of one window, and of them the run's.

The method blocks and belongs in a worker thread; several may run at once. It raises SourceError, and nothing else that
is an Exception.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from canaryscope.aws import convert
from canaryscope.aws.call import Caller
from canaryscope.aws.situation import Situation
from canaryscope.evidence.begun import Begun, Pages
from canaryscope.evidence.invocations import LogEvent
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion, log_of
from canaryscope.evidence.reading import Reading
from canaryscope.runs.model import Page

__all__ = ["EVENTS", "PAGES", "SIZE", "Logs"]

EVENTS: Final = 10_000
SIZE: Final = 4 * 1024 * 1024
"""Characters of the events that are read of a window; a page has up to 1 MB."""
PAGES: Final = 10
"""Pages that are asked for at most: many may be empty though there is another one."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Logs:
    """The Lambda logs of runs. Made by `canaryscope.aws.session.Connection`.

    `caller` makes the client when it is first needed; it is told for which call, and raises SourceError.
    """

    def __init__(self, caller: Callable[[Situation], Caller]) -> None:
        self._caller = caller

    def lambda_log(self, question: LambdaLogQuestion, reading: Reading) -> LambdaLog:
        """FilterLogEvents: the run's lines, or those of the window where they cannot be told from others.

        The whole window is asked for: a filter by the request id would lose the lines that do not name it. Where the
        window is too much to be read, the rest of the run's lines is asked for so all the same. `reading` is told,
        page by page, how many characters of a window are here. What the question has `begun` is not asked for again.
        """
        begun = question.begun or Begun()
        events, cut = self._events(question, reading, begun)
        log = log_of(question, events, cut=cut)
        if not log.cut or question.request_id is None:
            return log
        known = {*events}
        named, _ = self._events(question, reading, begun, f'"{question.request_id}"')
        return log_of(question, events, cut=cut, named=[event for event in named if event not in known])

    def _events(
        self, question: LambdaLogQuestion, reading: Reading, begun: Begun, pattern: str | None = None
    ) -> tuple[list[LogEvent], bool]:
        """The first events of the window, and whether there are more."""

        def enough(pages: Pages[LogEvent]) -> bool:
            size = sum(len(event.message) for event in pages.items)
            reading.reached(size)
            return pages.count >= PAGES or len(pages.items) >= EVENTS or size >= SIZE

        found = begun.read(pattern, lambda token: self._page(question, pattern, token), enough)
        return found.items[:EVENTS], found.token is not None or len(found.items) > EVENTS

    def _page(self, question: LambdaLogQuestion, pattern: str | None, token: str | None) -> Page[LogEvent]:
        asked = Situation(operation="FilterLogEvents", service="logs", region=question.region, log_group=question.group)
        params = {
            "logGroupName": question.group,
            "startTime": (question.start - _EPOCH) // _MILLISECOND,
            "endTime": -((_EPOCH - question.end) // _MILLISECOND),
            "filterPattern": pattern,
            "nextToken": token,
        }
        return self._caller(asked).call(
            asked,
            params,
            convert.log_events_page,
            lambda page: f"{len(page.items):,} lines{', more below' if page.next_token else ''}",
        )
