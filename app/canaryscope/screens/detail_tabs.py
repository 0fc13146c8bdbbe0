"""The tabs of a run: what they are called, and what each has to have been read."""

from __future__ import annotations

from enum import StrEnum

from canaryscope.evidence.artifacts import ArtifactKind
from canaryscope.evidence.pieces import Part, RunEvidence
from canaryscope.render.figures import bytes_text
from canaryscope_widgets.tab_bar import Tab

__all__ = ["DetailTab", "tabs_of"]


class DetailTab(StrEnum):
    """The tabs in their order."""

    STATUS = "Status"
    STEPS = "Steps"
    LOG = "Log"
    REQUESTS = "Requests"
    SCREENSHOTS = "Screenshots"
    RAW = "Raw"

    def beside(self, step: int) -> DetailTab:
        """The tab so many to the right; round at the ends."""
        every = list(DetailTab)
        return every[(every.index(self) + step) % len(every)]

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it shows. Status shows a reason whole that the API has cut, so it needs the report of a failed run."""
        return _PARTS[self]

    @property
    def asks_for(self) -> tuple[Part, ...]:
        """The parts of which it says that a file is large, and that Enter reads it."""
        return _PARTS[self] if self in (DetailTab.STEPS, DetailTab.REQUESTS) else ()


_PARTS = {
    DetailTab.STATUS: (Part.REPORT,),
    DetailTab.STEPS: (Part.REPORT,),
    DetailTab.LOG: (Part.LAMBDA_LOG, Part.REPORT),
    DetailTab.REQUESTS: (Part.LINKS, Part.REQUESTS),
    DetailTab.SCREENSHOTS: (Part.ARTIFACTS, Part.REPORT),
    DetailTab.RAW: (Part.ARTIFACTS, Part.DOCUMENT),
}


def tabs_of(evidence: RunEvidence | None) -> tuple[Tab, ...]:
    """The tabs, with how much there is in them as far as that is known."""
    return tuple(Tab(tab.name, tab.value, "" if evidence is None else _note(tab, evidence)) for tab in DetailTab)


def _note(tab: DetailTab, evidence: RunEvidence) -> str:
    match tab:
        case DetailTab.STEPS if evidence.report is not None:
            return _count(len(evidence.report.steps) + evidence.report.cut)
        case DetailTab.LOG if evidence.log is not None:
            return bytes_text(evidence.log.size)
        case DetailTab.REQUESTS:
            return _count(sum(len(it.items) + it.cut for it in (evidence.links, evidence.requests) if it is not None))
        case DetailTab.SCREENSHOTS if evidence.artifacts is not None:
            return _count(len(evidence.artifacts.of_kind(ArtifactKind.SCREENSHOT)))
    return ""


def _count(count: int) -> str:
    return f"{count:,}" if count else ""
