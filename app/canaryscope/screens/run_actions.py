"""What can be done with a run beyond looking at it: open one of its requests, compare it, save what it left.

What each of these needs is loaded when a person first asks for it: all of it together takes a tenth of the start.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen
from textual.worker import WorkType

from canaryscope.background import Background
from canaryscope.evidence.pieces import Part, Phase, RunEvidence
from canaryscope.runs.errors import SourceError
from canaryscope.runs.model import CanaryRun
from canaryscope.runs.store import StoredRun
from canaryscope.screens.evidence_loader import EvidenceLoader
from canaryscope.screens.runs_pane import RunsPane
from canaryscope.source import Source
from canaryscope_widgets.title_bar import TitleBar
from canaryscope_widgets.tone import Tone

if TYPE_CHECKING:
    from canaryscope.evidence.artifacts import Artifact
    from canaryscope.evidence.compare import Side
    from canaryscope.screens.compare_screen import CompareScreen
    from canaryscope.screens.request_screen import RequestScreen

__all__ = ["RunActions"]

_LOG = logging.getLogger(__name__)

SECONDS = 30.0
"""How long comparing may take; two runs of 20,000 requests each take half a second."""


class RunActions:
    """Opens screens over `screen`. `say` shows a short remark there."""

    def __init__(
        self,
        screen: Screen[None],
        source: Source,
        background: Background,
        runs: RunsPane,
        loader: EvidenceLoader,
        title: TitleBar,
        say: Callable[[str], None],
        *,
        ascii: bool = False,
    ) -> None:
        self._screen = screen
        self._source = source
        self._background = background
        self._runs = runs
        self._loader = loader
        self._title = title
        self._say = say
        self._ascii = ascii
        self.folder = ""
        """The folder that was chosen last for saving, as it was typed."""
        self.marked: StoredRun | None = None
        """The run that is to be compared with another one."""

    # One request

    def open_request(self, evidence: RunEvidence, part: Part, index: int) -> None:
        """Show one request, or one link, of the tab's list."""
        from canaryscope.render.request_text import link_lines
        from canaryscope.render.requests import link_title
        from canaryscope.screens.request_screen import RequestScreen
        from canaryscope.screens.text_screen import TextScreen

        if part is Part.REQUESTS and evidence.requests is not None and index < len(evidence.requests.items):
            screen = RequestScreen(evidence.requests.items[index], ascii=self._ascii)
            self._screen.app.push_screen(screen)
            read: WorkType[None] = partial(self._read_request, screen, evidence, index)
            screen.run_worker(read, group="evidence", exit_on_error=False)
        elif part is Part.LINKS and evidence.links is not None and index < len(evidence.links.items):
            link = evidence.links.items[index]
            self._screen.app.push_screen(TextScreen(link_title(link), link_lines(link), ascii=self._ascii))

    async def _read_request(self, screen: RequestScreen, evidence: RunEvidence, index: int) -> None:
        artifact = evidence.piece(Part.REQUESTS).artifact
        if artifact is None or evidence.place is None:
            return
        screen.tell("Reading headers and body…")
        try:
            screen.show(await self._source.request(evidence.place.bucket, artifact, index))
        except SourceError as error:
            screen.tell(error.sentence, error.hint_above, Tone.BAD)

    # Two runs

    def mark(self) -> None:
        """Mark the run under the cursor; with another one marked, compare the two; the same one is unmarked."""
        if (stored := self._runs.under_cursor) is None:
            return
        marked, self.marked = self.marked, None
        if marked is None:
            self.marked = stored
            self._say(f"The run of {self._when(stored.run)} is marked: m on another one compares the two")
        elif marked.row == stored.row:
            self._say("No run is marked any more")
        else:
            self._compare(marked.run, stored.run)

    def compare_with_good(self) -> None:
        """Compare the failed run under the cursor with the last good one before it."""
        stored, browser = self._runs.under_cursor, self._runs.browser
        if stored is None or browser is None:
            return
        if not stored.run.failed:
            self._say("b compares a failed run with the last good one: this run has not failed")
            return
        good = browser.last_good_before(stored)
        if good.stored is not None:
            self._compare(good.stored.run, stored.run)
        elif good.more:
            self._say(f"No good run before it among the {browser.progress.loaded:,} loaded: s or G loads older ones")
        else:
            self._say("There is no good run before it in the whole history")

    def _when(self, run: CanaryRun) -> str:
        return self._runs.clock.brief(run.timeline.started)

    def _compare(self, one: CanaryRun, other: CanaryRun) -> None:
        from canaryscope.screens.compare_screen import CompareScreen

        began, also = one.timeline.started, other.timeline.started
        if began is not None and also is not None and also < began:
            one, other = other, one
        screen = CompareScreen(
            self._title, f"Two runs compared: {self._when(one)} and {self._when(other)}", ascii=self._ascii
        )
        self._screen.app.push_screen(screen)
        work: WorkType[None] = partial(self._load_both, screen, one, other)
        screen.run_worker(work, group="evidence", exit_on_error=False)

    async def _load_both(self, screen: CompareScreen, one: CanaryRun, other: CanaryRun) -> None:
        from canaryscope.evidence.compare import compare

        sides = (await self._side(screen, one), await self._side(screen, other))
        canary = self._runs.triage_pane.canary
        put = partial(compare, sides[0], sides[1], None if canary is None else canary.last_modified)
        try:
            screen.show(await self._background.run(put, seconds=SECONDS), self._runs.clock)
        except TimeoutError:
            _LOG.debug("comparing %s with %s is given up after %s s", one.id, other.id, SECONDS)
            screen.tell(f"The two runs left so much that comparing them takes more than {SECONDS:.0f} s.")

    async def _side(self, screen: CompareScreen, run: CanaryRun) -> Side:
        """What can be had of a run, and what cannot."""
        from canaryscope.evidence.compare import Side
        from canaryscope.render.evidence_notes import part_missing

        evidence, parts = self._loader.of(run), (Part.REPORT, Part.REQUESTS)
        self._loader.retry(evidence, *parts)
        screen.tell(f"Reading what the run of {self._when(run)} left…")
        for part in parts:
            await self._loader.load(evidence, part)
        missing = [part_missing(evidence, part) for part in parts if evidence.piece(part).phase is not Phase.READY]
        requests = None if evidence.requests is None else evidence.requests.items
        return Side(run, evidence.report, requests, tuple(dict.fromkeys(note for note in missing if note)))

    # Saving

    def save_all(self) -> None:
        """Ask for a folder, and save there all that the run under the cursor left."""
        if (stored := self._runs.under_cursor) is not None:
            work: WorkType[None] = partial(self._save_all, stored.run)
            self._screen.run_worker(work, group="saving", exclusive=True, exit_on_error=False)

    async def _save_all(self, run: CanaryRun) -> None:
        from canaryscope.evidence.saved_names import folder_name
        from canaryscope.render.evidence_notes import piece_note
        from canaryscope.screens.save_screen import SaveScreen

        evidence = self._loader.of(run)
        self._loader.retry(evidence, Part.ARTIFACTS)
        await self._loader.load(evidence, Part.ARTIFACTS)
        if evidence.artifacts is None or not evidence.artifacts.artifacts:
            self._say(piece_note(evidence, Part.ARTIFACTS).replace("\n\n", " "))
            return
        canary = run.name or (self._runs.browser.canary if self._runs.browser is not None else "")
        label = f"{canary}, {self._when(run)}"
        screen = SaveScreen(
            *(self._source, self._background, evidence.artifacts, label, folder_name(run)),
            folder=self.folder,
            ascii=self._ascii,
        )
        self._screen.app.push_screen(screen, self._saved)

    def _saved(self, remark: str | None) -> None:
        if remark:
            self._say(remark)

    def last_good(self, stored: StoredRun) -> CanaryRun | None:
        """The last good run before one, among what is loaded."""
        good = None if self._runs.browser is None else self._runs.browser.last_good_before(stored).stored
        return None if good is None else good.run

    def save_one(self, evidence: RunEvidence | None, artifact: Artifact | None) -> None:
        """Save one file into the folder that was chosen last."""
        if evidence is None or artifact is None:
            self._say("e saves the screenshot that is shown: ] goes to the tab Screenshots")
            return
        work: WorkType[None] = partial(self._save_one, evidence, artifact)
        self._screen.run_worker(work, group="evidence", exit_on_error=False)

    async def _save_one(self, evidence: RunEvidence, artifact: Artifact) -> None:
        from canaryscope.evidence.saved_names import folder_name
        from canaryscope.render.saving import one_outcome_text
        from canaryscope.saving import save_one

        if evidence.artifacts is None:
            return
        where = (self.folder, folder_name(evidence.run))
        try:
            outcome = await save_one(self._source, self._background, evidence.artifacts, artifact, *where)
        except SourceError as error:
            self._say(f"{error.sentence} {error.hint}".strip())
        else:
            self._say(one_outcome_text(artifact.name, outcome))
