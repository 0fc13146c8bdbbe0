"""Which screenshots a run left, of which step each is, and which of another run belongs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from canaryscope.evidence.artifacts import Artifact, ArtifactKind, RunArtifacts
from canaryscope.evidence.report import Report, Step

__all__ = ["Shot", "counterpart", "shots"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A screenshot, and the step that it is of; None where the report does not tell."""

    artifact: Artifact
    step: Step | None = None

    @property
    def moment(self) -> str:
        """The last word of its name, which says when it was taken: starting, loaded, succeeded, failed."""
        return _base(self.artifact).rpartition(".")[0].rpartition("-")[2].lower()

    @property
    def failed(self) -> bool:
        """Whether it is of a step that failed; without a report, whether its name says so."""
        return self.step.failed if self.step is not None else self.moment.startswith("fail")


def shots(artifacts: RunArtifacts, report: Report | None) -> tuple[Shot, ...]:
    """Those of the first failing step first, the last one taken of it before the others; then all in S3's order."""
    every = report.steps if report is not None else ()
    steps: dict[str, Step] = {}
    for step in every:
        for one in step.screenshots:
            steps.setdefault(one.file_name, step)
    found = [Shot(one, steps.get(_base(one))) for one in artifacts.of_kind(ArtifactKind.SCREENSHOT)]
    taken = [shot.step for shot in found]
    failing = next((step for step in every if step.failed and step in taken), None)
    first = [shot for shot in found if shot.failed and shot.step == failing]
    first.sort(key=lambda shot: (shot.moment.startswith("fail"), shot.moment != "starting"), reverse=True)
    return (*first, *(shot for shot in found if shot not in first))


def counterpart(shot: Shot, others: Sequence[Shot]) -> Shot | None:
    """The screenshot of the same step in another run: taken at the same moment, else after it went well."""
    same = [other for other in others if _same_step(shot, other)]
    by_moment = [other for other in same if other.moment == shot.moment]
    well = [other for other in same if other.moment not in ("starting", "failed")]
    return next(iter((*by_moment, *well[::-1], *same[::-1])), None)


def _same_step(shot: Shot, other: Shot) -> bool:
    if shot.step is None or other.step is None:
        return _step_of_name(shot) == _step_of_name(other)
    return (shot.step.number, shot.step.name) == (other.step.number, other.step.name)


def _step_of_name(shot: Shot) -> str:
    """`04-pay` of `04-pay-failed.png`."""
    return _base(shot.artifact).rpartition(".")[0].rpartition("-")[0].lower()


def _base(artifact: Artifact) -> str:
    """The file's name: a report does not name folders."""
    return artifact.name.rpartition("/")[2]
