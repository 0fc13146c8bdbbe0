"""How each tab of a run shows what was read of it, on the widget that it has.

The larger ones are loaded when their tab is first opened.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from textual.widget import Widget

from canaryscope.evidence.artifacts import Artifact
from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.render.evidence_notes import EMPTY_PLACE, log_note, piece_note
from canaryscope.render.raw import document_lines, raw_lines
from canaryscope.render.requests import link_rows, request_rows
from canaryscope.render.steps import report_facts, step_rows
from canaryscope.render.times import Clock
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.detail_tabs import DetailTab
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.source import Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.request_list import RequestList
from canaryscope_widgets.request_rows import RequestRows
from canaryscope_widgets.step_list import StepList
from canaryscope_widgets.text_panel import TextPanel

if TYPE_CHECKING:
    from canaryscope.screens.log_pane import LogPane
    from canaryscope.screens.screenshots_pane import ScreenshotsPane

__all__ = ["EvidenceView", "LogFileView", "RawView", "RequestsView", "ScreenshotsView", "StepsView", "view_of"]

Seen = TypeVar("Seen", bound=Widget)


class EvidenceView(Protocol):
    """A tab's view."""

    @property
    def widget(self) -> Widget:
        """What is seen; it has an attribute `ascii`."""

    @property
    def keys(self) -> Widget:
        """What the keys are for."""

    @property
    def picture(self) -> Artifact | None:
        """The screenshot that is looked at."""

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:
        """Show what is known of a run by now; None: there is no run. Who passes by (not `resting`) reads nothing."""

    def agree(self) -> bool:
        """Enter: read the large file that waits for that. False: none does in the view."""

    def back(self) -> bool:
        """Esc: undo something in the view. False: there is nothing to undo."""

    def retry(self) -> bool:
        """Try again what the view itself has read. False: nothing of that has failed."""


class _View(Generic[Seen]):
    """What most views have in common."""

    widget: Seen
    _shown: tuple[object, ...] | None = None

    def _changed(self, *shown: object) -> bool:
        """Whether something else is to be shown than before: thousands of rows are made only then."""
        before, self._shown = self._shown, shown
        return shown != before

    @property
    def keys(self) -> Widget:
        """The widget itself."""
        return self.widget

    @property
    def picture(self) -> Artifact | None:
        """None is."""
        return None

    def agree(self) -> bool:
        """None does."""
        return False

    def back(self) -> bool:
        """There is nothing to undo."""
        return False

    def retry(self) -> bool:
        """It has read nothing itself."""
        return False


class StepsView(_View[StepList]):
    """The steps of a run's script."""

    def __init__(self) -> None:
        self.widget = StepList()

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:  # noqa: ARG002
        """The report, or what there is to say of it."""
        note = "" if evidence is None else piece_note(evidence, Part.REPORT)
        if not self._changed(evidence, note, evidence and evidence.report, evidence and evidence.artifacts):
            return
        if evidence is None or (report := evidence.report) is None:
            self.widget.show((), notice=note)
        else:
            facts = report_facts(report, evidence.run)
            self.widget.show(step_rows(report, evidence.artifacts), facts=facts)


class LogFileView(_View["LogPane"]):
    """The log of a run's script; where the run left none, what its Lambda function wrote."""

    widget: LogPane

    def __init__(self, source: Source, clock: Callable[[], Clock]) -> None:
        from canaryscope.screens.log_pane import LogPane

        self.widget = LogPane(source, clock)
        self._clock = clock
        self._zone = clock().zone

    @property
    def keys(self) -> Widget:
        """The lines; or the line to type into."""
        return self.widget.log_view

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:
        """What is shown stays as it is, searched or scrolled, until there is something else to show."""
        evidence = evidence if resting else None
        note = "" if evidence is None else log_note(evidence)
        if self._changed(evidence, evidence and evidence.lambda_log, evidence and evidence.log, note):
            self._open(evidence, note)
        if (zone := self._clock().zone) is not self._zone:
            self._zone = zone
            self.widget.times_changed()
        if evidence is not None and evidence.report is not None and evidence.report.failing is not None:
            self.widget.step = evidence.report.failing.started

    def _open(self, evidence: RunEvidence | None, note: str) -> None:
        if evidence is None:
            self.widget.clear()
        elif evidence.lambda_log is not None:
            self.widget.show_lines(evidence.lambda_log.lines, evidence.lambda_log.note, above=note)
        elif evidence.log is not None and evidence.place is not None:
            from canaryscope.screens.log_reading import OpenLog

            self.widget.open(OpenLog(evidence.place.bucket, evidence.log))
        else:
            self.widget.say(note)

    def back(self) -> bool:
        """Stop a search, end errors only, clear the pattern."""
        return self.widget.back()

    def retry(self) -> bool:
        """Read again what failed."""
        return self.widget.retry()


class RequestsView(_View[RequestList]):
    """The links that a run followed, below them the requests that it made: who checks links leaves both."""

    def __init__(self) -> None:
        self.widget = RequestList()

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:  # noqa: ARG002
        """What of the two the run left."""
        note = "" if evidence is None else piece_note(evidence, Part.REQUESTS, Part.LINKS)
        if not self._changed(evidence, note, evidence and evidence.requests, evidence and evidence.links):
            return
        rows = RequestRows()
        if evidence is not None and evidence.links is not None:
            rows += link_rows(evidence.links, (evidence.run, Part.LINKS))
            note = "The report has no links."
        if evidence is not None and evidence.requests is not None:
            rows += request_rows(evidence.requests, (evidence.run, Part.REQUESTS))
            note = "The file has no requests."
        self.widget.show(rows, notice=note)

    @staticmethod
    def place(key: Hashable) -> tuple[Part, int] | None:
        """What a row is of, and its place in the file."""
        match key:
            case ((_, Part() as part), int(index)):
                return part, index
        return None


class ScreenshotsView(_View["ScreenshotsPane"]):
    """The screenshots that a run left."""

    def __init__(self, pane: ScreenshotsPane) -> None:
        self.widget = pane

    @property
    def keys(self) -> Widget:
        """The pictures."""
        return self.widget.view

    @property
    def picture(self) -> Artifact | None:
        """It may be one."""
        return self.widget.current

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:
        """Those that are known."""
        self.widget.show(evidence if resting else None)

    def agree(self) -> bool:
        """Read a large one."""
        return self.widget.agree()

    def back(self) -> bool:
        """Stop reading it."""
        return self.widget.back()

    def retry(self) -> bool:
        """Read again what failed."""
        return self.widget.retry()


class RawView(_View[TextPanel]):
    """The run as the API sent it, its files, and the one that tells most as it is."""

    def __init__(self) -> None:
        self.widget = TextPanel()
        self._run: CanaryRun | None = None

    def show(self, evidence: RunEvidence | None, *, resting: bool) -> None:  # noqa: ARG002
        """All that is known."""
        if evidence is None:
            if self._changed():
                self._run = None
                self.widget.set_lines(())
            return
        empty = evidence.place is not None and evidence.left_nothing
        listing = EMPTY_PLACE if empty else piece_note(evidence, Part.ARTIFACTS)
        document = evidence.piece(Part.DOCUMENT)
        if not self._changed(evidence, listing, evidence.artifacts, document):
            return
        lines = raw_lines(evidence.run, evidence.artifacts, listing)
        if document.artifact is not None:
            lines += ["", [(document.artifact.name, "text-panel--heading")]]
            note = piece_note(evidence, Part.DOCUMENT)
            lines += document_lines(document.value, document.artifact) if document.phase is Phase.READY else [note]
        self.widget.set_lines(lines, keep_place=evidence.run == self._run)
        self._run = evidence.run


def view_of(
    tab: DetailTab,
    source: Source,
    loader: EvidenceLoader,
    terminal: TerminalApp[Any],
    good: Callable[[CanaryRun], CanaryRun | None],
    clock: Callable[[], Clock],
) -> EvidenceView:
    """A new view for a tab other than Status. `good` tells of the last good run before one."""
    match tab:
        case DetailTab.STEPS:
            return StepsView()
        case DetailTab.LOG:
            return LogFileView(source, clock)
        case DetailTab.REQUESTS:
            return RequestsView()
        case DetailTab.SCREENSHOTS:
            from canaryscope.screens.screenshots_pane import ScreenshotsPane

            return ScreenshotsView(ScreenshotsPane(source, loader, terminal, good, clock))
    return RawView()
