"""The screenshots of a run, the failing step's first, beside that of the last good run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import var
from textual.worker import WorkType

from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.evidence.pieces import LARGE, Part, Phase, RunEvidence
from canaryscope.evidence.screenshots import Shot, counterpart, shots
from canaryscope.pictures.model import Picture, PictureRequest
from canaryscope.render.evidence_notes import (
    LISTING,
    asks_first,
    failure,
    nothing_of,
    piece_note,
    readable,
    reading,
)
from canaryscope.render.figures import bytes_text
from canaryscope.render.pictures import shown
from canaryscope.render.times import Clock
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import CanaryRun
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.source import Source
from canaryscope.terminal import TerminalApp
from canaryscope_widgets.movement import moved
from canaryscope_widgets.picture_view import PictureView, Shown
from canaryscope_widgets.still import Still

__all__ = ["ScreenshotsPane"]

KEPT: Final = 12
"""Drawn pictures that are kept."""
BESIDE_FROM: Final = 60
"""Columns from which on two pictures stand beside each other."""
GROUP: Final = "pictures"


class ScreenshotsPane(Still, Vertical):
    """A PictureView and what it shows. `good` tells of the last good run before one, `clock` how times are shown."""

    DEFAULT_CSS = "ScreenshotsPane { height: 1fr; }"

    ascii: var[bool] = var(False, init=False)

    def __init__(
        self,
        source: Source,
        loader: EvidenceLoader,
        terminal: TerminalApp[Any],
        good: Callable[[CanaryRun], CanaryRun | None],
        clock: Callable[[], Clock],
    ) -> None:
        super().__init__()
        self._source = source
        self._loader = loader
        self._terminal = terminal
        self._good = good
        self._clock = clock
        self.view = PictureView(terminal)
        self._evidence: RunEvidence | None = None
        self._shots: tuple[Shot, ...] = ()
        self._at = 0
        self._agreed: set[Artifact] = set()
        """Large ones that the person wants to be read."""
        self._drawn_for: tuple[object, ...] = ()
        self._reading: Shot | None = None
        """The screenshot that is being read; None: all that is wanted is here, or waits."""
        self._failed = False
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
            self._at, self._shots = 0, ()
        self._evidence = evidence
        note = "" if evidence is None else _note(evidence)
        if evidence is None or evidence.artifacts is None or note:
            self._shots, self._drawn_for = (), ()
            self._stop()
            self.view.show((), note)
            return
        looked_at = self.current
        self._shots = shots(evidence.artifacts, evidence.report)
        self._at = next((at for at, shot in enumerate(self._shots) if shot.artifact == looked_at), 0)
        now = (evidence, self._shots, self._clock().zone)
        if now != self._drawn_for:
            self._drawn_for = now
            self._draw()

    @property
    def current(self) -> Artifact | None:
        """The screenshot that is looked at."""
        return self._shots[self._at].artifact if self._at < len(self._shots) else None

    def agree(self) -> bool:
        """Read the large screenshot that waits for that. False: none does."""
        current = self.current
        if current is None or current in self._agreed or not asks_first(current) or not readable(current):
            return False
        self._agreed.add(current)
        self._draw()
        return True

    def back(self) -> bool:
        """Stop reading a large screenshot. False: none is read."""
        if self._reading is None or self._reading.artifact not in self._agreed:
            return False
        self._agreed.remove(self._reading.artifact)
        self._draw()
        return True

    def retry(self) -> bool:
        """Read again what failed. False: nothing has."""
        if not self._failed:
            return False
        self._draw()
        return True

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
        self._stop()
        shot = self._shots[self._at]
        title = f"{self._at + 1} of {len(self._shots)} · {_title(shot)}"
        asks = "" if shot.artifact in self._agreed else asks_first(shot.artifact)
        self.view.show([Shown(title, notice=asks or reading(shot.artifact))])
        if not asks:
            self._reading = shot
            work: WorkType[None] = partial(self._drawing, self._evidence, shot, title)
            self.run_worker(work, group=GROUP, exclusive=True, exit_on_error=False)

    def _stop(self) -> None:
        self.workers.cancel_group(self, GROUP)
        self._reading, self._failed = None, False

    async def _drawing(self, evidence: RunEvidence, shot: Shot, title: str) -> None:
        good = await self._counterpart(evidence, shot) if self.view.size.width >= BESIDE_FROM else None
        wanted, pictures = [(evidence, shot)], [Shown(title, notice=reading(shot.artifact))]
        if good is not None:
            wanted.append(good)
            when = self._clock().brief(good[0].run.timeline.started)
            pictures.append(Shown(f"last good run, {when}", notice=reading(good[1].artifact)))
        for index, (whose, what) in enumerate(wanted):
            self.view.show(pictures)
            pictures[index] = await self._picture(whose, what.artifact, pictures[index].title, len(wanted))
            self._reading = None
        self.view.show(pictures)

    def _reached(self, artifact: Artifact, count: int) -> None:
        """More of a large one is here."""
        if self._reading is not None and self._reading.artifact is artifact:
            first, *others = self.view.pictures
            self.view.show([replace(first, notice=reading(artifact, count)), *others])

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
                told = partial(self._reached, artifact) if artifact.size > LARGE else None
                picture = await self._source.picture(place.bucket, artifact, request, told)
            except SourceError as error:
                self._failed = True
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


def _note(evidence: RunEvidence) -> str:
    """Why there is nothing to show (yet): the report tells which screenshot is the first."""
    if evidence.place is None or evidence.artifacts is None:
        return piece_note(evidence, Part.ARTIFACTS)
    if not evidence.artifacts.of_kind(ArtifactKind.SCREENSHOT):
        return nothing_of(ArtifactKind.SCREENSHOT, evidence.artifacts)
    report = evidence.piece(Part.REPORT)
    if report.phase is Phase.UNASKED and evidence.file(Part.REPORT) is not None:
        return LISTING
    return piece_note(evidence, Part.REPORT) if report.phase is Phase.LOADING else ""
