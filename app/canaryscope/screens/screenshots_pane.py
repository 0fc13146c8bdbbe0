"""The screenshots of a run, the failing step's first, beside that of the last good run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.worker import WorkType

from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.evidence.pieces import LARGE, Part, RunEvidence
from canaryscope.evidence.screenshots import Shot, counterpart, shots
from canaryscope.pictures.model import Picture, PictureRequest
from canaryscope.render.evidence_notes import asks_first, failure, nothing_of, piece_note, reading
from canaryscope.render.figures import bytes_text
from canaryscope.render.pictures import shown
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.source import Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.movement import moved
from canaryscope_widgets.picture_view import PictureView, Shown

__all__ = ["ScreenshotsPane"]

KEPT: Final = 12
"""Drawn pictures that are kept."""
BESIDE_FROM: Final = 60
"""Columns from which on two pictures stand beside each other."""
GROUP: Final = "pictures"


class ScreenshotsPane(Vertical):
    """A PictureView and what it shows. `good` tells of the last good run before one, `when` of a run's time."""

    DEFAULT_CSS = "ScreenshotsPane { height: 1fr; }"

    ascii: var[bool] = var(False, init=False)

    def __init__(
        self,
        source: Source,
        loader: EvidenceLoader,
        terminal: TerminalApp[Any],
        good: Callable[[CanaryRun], CanaryRun | None],
        when: Callable[[CanaryRun], str],
    ) -> None:
        super().__init__()
        self._source = source
        self._loader = loader
        self._terminal = terminal
        self._good = good
        self._when = when
        self.view = PictureView(terminal)
        self._evidence: RunEvidence | None = None
        self._shots: tuple[Shot, ...] = ()
        self._at = 0
        self._agreed: set[str] = set()
        self._drawn: OrderedDict[tuple[str, str, PictureRequest], Picture] = OrderedDict()

    def compose(self) -> ComposeResult:
        """The view is all there is."""
        yield self.view

    def watch_ascii(self, ascii: bool) -> None:
        """Pass it on."""
        self.view.ascii = ascii

    def show(self, evidence: RunEvidence | None) -> None:
        """Show a run's screenshots, or more of them; the one that is looked at stays."""
        if evidence is not self._evidence:
            self._at = 0
            self.view.show(())
        self._evidence = evidence
        before = self._shots
        artifacts = None if evidence is None else evidence.artifacts
        self._shots = () if evidence is None or artifacts is None else shots(artifacts, evidence.report)
        if not self._shots:
            self.workers.cancel_group(self, GROUP)
            self.view.show((), "" if evidence is None else _nothing(evidence))
        elif self._shots != before or not self.view.pictures:
            self._draw()

    @property
    def current(self) -> Artifact | None:
        """The screenshot that is looked at."""
        return self._shots[self._at].artifact if self._at < len(self._shots) else None

    def agree(self) -> bool:
        """Read the large screenshot that waits for that. False: none does."""
        current = self.current
        if current is None or current.size <= LARGE or current.key in self._agreed:
            return False
        self._agreed.add(current.key)
        self._draw()
        return True

    def retry(self) -> None:
        """Read again what failed."""
        if self._shots:
            self._draw()

    def on_picture_view_moved(self, event: PictureView.Moved) -> None:
        """Another screenshot."""
        event.stop()
        at = moved(self._at, event.move, 1, len(self._shots) - 1) if self._shots else 0
        if at != self._at:
            self._at = at
            self._draw()

    def on_picture_view_room_changed(self, event: PictureView.RoomChanged) -> None:
        """Draw for the room that there is."""
        event.stop()
        if self._shots:
            self._draw()

    # Reading and drawing

    def _draw(self) -> None:
        if self._evidence is None or not self.view.room()[0]:
            return
        work: WorkType[None] = partial(self._drawing, self._evidence, self._shots[self._at])
        self.run_worker(work, group=GROUP, exclusive=True, exit_on_error=False)

    async def _drawing(self, evidence: RunEvidence, shot: Shot) -> None:
        title = f"{self._at + 1} of {len(self._shots)} · {_title(shot)}"
        artifact = shot.artifact
        if artifact.size > LARGE and artifact.key not in self._agreed:
            self.view.show([Shown(title, notice=asks_first(artifact))])
            return
        good = await self._counterpart(evidence, shot) if self.view.size.width >= BESIDE_FROM else None
        waiting = [Shown(title, notice=reading(artifact))]
        if good is not None:
            waiting.append(Shown(f"last good run, {self._when(good[0].run)}", notice=reading(good[1].artifact)))
        pictures = waiting
        for index, (whose, what) in enumerate([(evidence, shot), *([good] if good is not None else [])]):
            self.view.show(pictures)
            picture = await self._picture(whose, what.artifact, waiting[index].title, len(waiting))
            pictures = [*pictures[:index], picture, *pictures[index + 1 :]]
        self.view.show(pictures)

    async def _counterpart(self, evidence: RunEvidence, shot: Shot) -> tuple[RunEvidence, Shot] | None:
        """The same step of the last good run, where a failed run has one that is loaded and left screenshots."""
        run = self._good(evidence.run) if evidence.run.failed else None
        if run is None:
            return None
        other = self._loader.of(run)
        for part in (Part.ARTIFACTS, Part.REPORT):
            await self._loader.load(other, part)
        found = None if other.artifacts is None else counterpart(shot, shots(other.artifacts, other.report))
        return None if found is None or found.artifact.size > LARGE else (other, found)

    async def _picture(self, evidence: RunEvidence, artifact: Artifact, title: str, beside: int) -> Shown:
        ability = await self._terminal.graphics(ascii=self.ascii)
        request = ability.request(*self.view.room(beside))
        place = evidence.place
        if place is None or request.columns < 1 or request.rows < 1:
            return Shown(title)
        key = (place.bucket, artifact.key, request)
        picture = self._drawn.pop(key, None)
        if picture is None:
            try:
                picture = await self._source.picture(place.bucket, artifact, request)
            except SourceError as error:
                return Shown(title, notice=failure(error))
        self._drawn[key] = picture
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return shown(picture, title, bytes_text(artifact.size))


def _title(shot: Shot) -> str:
    if shot.step is None:
        return shot.artifact.name
    number = "" if shot.step.number is None else f"step {shot.step.number} "
    return f"{number}{shot.step.name}, {shot.moment}".strip(", ")


def _nothing(evidence: RunEvidence) -> str:
    """Why there is nothing to show."""
    if evidence.place is not None and evidence.artifacts is not None:
        return nothing_of(ArtifactKind.SCREENSHOT, evidence.artifacts)
    return piece_note(evidence, Part.ARTIFACTS)
