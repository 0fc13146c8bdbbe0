"""How each tab of a run shows what was read of it, on the widget that it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from textual.widget import Widget

from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.render.evidence_notes import log_note, piece_note
from canaryscope.render.raw import document_lines, raw_lines
from canaryscope.render.requests import link_rows, request_rows
from canaryscope.render.steps import report_facts, step_rows
from canaryscope.render.times import Clock
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.log_pane import LogPane, OpenLog
from canaryscope.screens.screenshots_pane import ScreenshotsPane
from canaryscope.source import Source
from canaryscope_widgets.request_list import RequestList
from canaryscope_widgets.step_list import StepList
from canaryscope_widgets.text_panel import TextPanel

__all__ = ["EvidenceView", "LogFileView", "RawView", "RequestsView", "ScreenshotsView", "StepsView"]

Seen = TypeVar("Seen", bound=Widget)


class EvidenceView(Protocol):
    """A tab's view."""

    @property
    def widget(self) -> Widget:
        """What is seen; it has an attribute `ascii`."""

    @property
    def keys(self) -> Widget:
        """What the keys are for."""

    def show(self, evidence: RunEvidence | None) -> None:
        """Show what is known of a run by now; None: there is no run."""

    def agree(self) -> bool:
        """Enter: read the large file that waits for that. False: none does in the view."""

    def back(self) -> bool:
        """Esc: undo something in the view. False: there is nothing to undo."""

    def retry(self) -> None:
        """Try again what the view itself has read."""


class _View(Generic[Seen]):
    """What most views have in common."""

    widget: Seen

    @property
    def keys(self) -> Widget:
        """The widget itself."""
        return self.widget

    def agree(self) -> bool:
        """None does."""
        return False

    def back(self) -> bool:
        """There is nothing to undo."""
        return False

    def retry(self) -> None:
        """It has read nothing itself."""


class StepsView(_View[StepList]):
    """The steps of a run's script."""

    def __init__(self) -> None:
        self.widget = StepList()

    def show(self, evidence: RunEvidence | None) -> None:
        """The report, or what there is to say of it."""
        if evidence is None:
            self.widget.show(())
        elif (report := evidence.report) is None:
            self.widget.show((), notice=piece_note(evidence, Part.REPORT))
        else:
            facts = report_facts(report, evidence.run)
            self.widget.show(step_rows(report, evidence.artifacts), facts=facts)


class LogFileView(_View[LogPane]):
    """The log of a run's script; where the run left none, what its Lambda function wrote."""

    def __init__(self, source: Source, clock: Callable[[], Clock]) -> None:
        self.widget = LogPane(source, clock)
        self._shown: tuple[object, ...] = ()

    @property
    def keys(self) -> Widget:
        """The lines; or the line to type into."""
        return self.widget.log_view

    def show(self, evidence: RunEvidence | None) -> None:
        """What is shown stays as it is, searched or scrolled, until there is something else to show."""
        note = "" if evidence is None else log_note(evidence)
        shown = (evidence, evidence and evidence.lambda_log, evidence and evidence.log, note)
        if shown != self._shown:
            self._shown = shown
            self._open(evidence, note)
        if evidence is not None and evidence.report is not None and evidence.report.failing is not None:
            self.widget.step = evidence.report.failing.started

    def _open(self, evidence: RunEvidence | None, note: str) -> None:
        if evidence is None:
            self.widget.clear()
        elif evidence.lambda_log is not None:
            self.widget.show_lines(evidence.lambda_log.lines, evidence.lambda_log.note, above=note)
        elif evidence.log is not None and evidence.place is not None:
            self.widget.open(OpenLog(evidence.place.bucket, evidence.log))
        else:
            self.widget.say(note)

    def back(self) -> bool:
        """Stop a search, end errors only, clear the pattern."""
        return self.widget.back()

    def retry(self) -> None:
        """Read again what failed."""
        self.widget.retry()


class RequestsView(_View[RequestList]):
    """The requests that a run made, or the links that it followed."""

    def __init__(self) -> None:
        self.widget = RequestList()

    def show(self, evidence: RunEvidence | None) -> None:
        """Whichever of the two the run left."""
        if evidence is None:
            self.widget.show(())
        elif evidence.requests is not None:
            self.widget.show(request_rows(evidence.requests, evidence.run), notice="The file has no requests.")
        elif evidence.links is not None:
            self.widget.show(link_rows(evidence.links, evidence.run), notice="The report has no links.")
        else:
            self.widget.show((), notice=piece_note(evidence, Part.REQUESTS, Part.LINKS))


class ScreenshotsView(_View[ScreenshotsPane]):
    """The screenshots that a run left."""

    def __init__(self, pane: ScreenshotsPane) -> None:
        self.widget = pane

    @property
    def keys(self) -> Widget:
        """The pictures."""
        return self.widget.view

    def show(self, evidence: RunEvidence | None) -> None:
        """Those that are known."""
        self.widget.show(evidence)

    def agree(self) -> bool:
        """Read a large one."""
        return self.widget.agree()

    def retry(self) -> None:
        """Read again what failed."""
        self.widget.retry()


class RawView(_View[TextPanel]):
    """The run as the API sent it, its files, and the one that tells most as it is."""

    def __init__(self) -> None:
        self.widget = TextPanel()
        self._run: CanaryRun | None = None

    def show(self, evidence: RunEvidence | None) -> None:
        """All that is known."""
        if evidence is None:
            self.widget.set_lines(())
            return
        lines = raw_lines(evidence.run, evidence.artifacts, piece_note(evidence, Part.ARTIFACTS))
        document = evidence.piece(Part.DOCUMENT)
        if document.artifact is not None:
            lines += ["", [(document.artifact.name, "text-panel--heading")]]
            note = piece_note(evidence, Part.DOCUMENT)
            lines += document_lines(document.value, document.artifact) if document.phase is Phase.READY else [note]
        self.widget.set_lines(lines, keep_place=evidence.run == self._run)
        self._run = evidence.run
