"""How each tab of a run shows what was read of it, on the widget that it has."""

from __future__ import annotations

from typing import Protocol

from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.render.evidence_notes import piece_note
from canaryscope.render.raw import document_lines, raw_lines
from canaryscope.render.requests import link_rows, request_rows
from canaryscope.render.steps import report_facts, step_rows
from canaryscope.runs.model import CanaryRun
from canaryscope_widgets.block_lines import BlockLines
from canaryscope_widgets.request_list import RequestList
from canaryscope_widgets.scroll_lines import ScrollLines
from canaryscope_widgets.step_list import StepList
from canaryscope_widgets.text_panel import TextPanel

__all__ = ["EvidenceView", "RawView", "RequestsView", "StepsView"]


class EvidenceView(Protocol):
    """A tab's view."""

    @property
    def widget(self) -> BlockLines | ScrollLines:
        """What is seen."""

    def show(self, evidence: RunEvidence | None) -> None:
        """Show what is known of a run by now; None: there is no run."""


class StepsView:
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


class RequestsView:
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


class RawView:
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
