"""Saving a run's artifacts: into which folder, what that will be, how far it is, and what came of it."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.worker import Worker, WorkerState, WorkType

from canaryscope.background import Background
from canaryscope.evidence.artifacts import RunArtifacts
from canaryscope.evidence.save_plan import Outcome, SaveProgress, files_to_save
from canaryscope.render.saving import (
    file_lines,
    kept_text,
    outcome_text,
    progress_text,
    saving_title,
    stopped_text,
    total_text,
)
from canaryscope.runs.errors import SourceError
from canaryscope.saving import Saving, chosen_folder, default_folder
from canaryscope.screens.quiet import QuietResultScreen
from canaryscope.source import Source
from canaryscope_widgets.fielded import FieldedMessage
from canaryscope_widgets.hint_bar import Hint, HintBar
from canaryscope_widgets.input_line import InputLine
from canaryscope_widgets.movement import Move
from canaryscope_widgets.notice import Notice
from canaryscope_widgets.status_bar import StatusBar
from canaryscope_widgets.text_panel import TextPanel
from canaryscope_widgets.tone import Tone

__all__ = ["SaveScreen"]

_LOG = logging.getLogger(__name__)

REDRAWN_EVERY: Final = 0.3
"""Seconds between two looks of the progress: a slow line has better things to carry."""
LONGEST_FOLDER: Final = 4_096


def _scroll(keys: str, move: Move, tooltip: str) -> Binding:
    return Binding(keys, f"scroll('{move}')", "Files", id=f"save.{move}", tooltip=tooltip, show=False)


class SaveScreen(QuietResultScreen[str]):
    """Nothing is read before Enter. The result is a remark on what was saved, "" where nothing was.

    `folder` is what the person chose last, as they typed it; `name` that of the folder to be made in it.
    """

    CSS_PATH = "save_screen.tcss"
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-flat"), (14, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Stop or back", id="save.back", tooltip="Stop saving; then back", show=False),
        _scroll("down", Move.DOWN, "The files, one line down"),
        _scroll("up", Move.UP, "The files, one line up"),
        _scroll("pagedown", Move.PAGE_DOWN, "The files, one screen down"),
        _scroll("pageup", Move.PAGE_UP, "The files, one screen up"),
    ]

    class FolderChosen(FieldedMessage):
        """Something is saved into this folder, which is as it was typed."""

        folder: str

    def __init__(
        self,
        source: Source,
        background: Background,
        found: RunArtifacts,
        label: str,
        name: str,
        *,
        folder: str = "",
        ascii: bool = False,
    ) -> None:
        super().__init__()
        self._source = source
        self._background = background
        self._bucket = found.place.bucket
        self._files = files_to_save(found, name)
        self._progress = SaveProgress()
        self._worker: Worker[None] | None = None
        self._redrawing: Timer | None = None
        self._remark = ""
        self._title = Notice(max_lines=1, id="title")
        self._title.say(saving_title(label, self._files, cut=found.cut), tone=Tone.PLAIN)
        self._folder = InputLine("Folder", folder or default_folder(), max_length=LONGEST_FOLDER, id="folder")
        self._into = Notice(id="into")
        self._into.say(f"They go into a folder of their own there: {name}", tone=Tone.PLAIN)
        self._panel = TextPanel(file_lines(self._files))
        self._said = Notice(max_lines=5, id="said")
        self._status = StatusBar()
        self._status.text = total_text(self._files)
        self._hints = HintBar()
        for widget in (self._title, self._folder, self._into, self._panel, self._said, self._status, self._hints):
            widget.ascii = ascii

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield self._title
        yield self._folder
        yield self._into
        yield self._panel
        yield self._said
        yield self._status
        yield self._hints

    def on_mount(self) -> None:
        """The folder first."""
        if self._files:
            self._ask("save")
        else:
            self._say("The run has no artifacts: there is nothing to save.", "", Tone.ODD)
            self._rest()

    @property
    def saving(self) -> bool:
        """Whether files are being saved."""
        return self._worker is not None

    # What the person does

    def on_input_line_submitted(self, event: InputLine.Submitted) -> None:
        """Save, or go on."""
        event.stop()
        if self.saving or not self._files:
            return
        try:
            chosen = chosen_folder(event.value)
        except SourceError as error:
            self._say(error.sentence, error.hint)
            return
        self._source.ask_again()
        self.post_message(self.FolderChosen(event.value))
        self._say("", "")
        self._panel.focus()
        self._hints.hints = [Hint("esc", "stop"), Hint("j k", "scroll"), Hint("q", "quit")]
        self._progress = SaveProgress()
        work: WorkType[None] = partial(self._save, chosen)
        self._worker = self.run_worker(work, group="save", exit_on_error=False)

    def on_input_line_cancelled(self, event: InputLine.Cancelled) -> None:
        """Esc in the line is Esc."""
        event.stop()
        self.action_back()

    def action_back(self) -> None:
        """Stop what is under way; where nothing is, back to where it was opened."""
        if self._worker is None:
            self.dismiss(self._remark)
            return
        self._worker.cancel()
        self._failed(None)

    def action_scroll(self, move: str) -> None:
        """Move the list of files while a folder is typed."""
        self._panel.action_move(move)

    # What comes of it

    async def _save(self, chosen: Path) -> None:
        saving = Saving(self._source, self._background, self._bucket, self._files, chosen, self._reached)
        try:
            outcome = await saving.run()
        except SourceError as error:
            self._failed(error)
        else:
            self._saved(outcome)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A mistake of ours ends the saving, and is told."""
        if event.state is WorkerState.ERROR and event.worker is self._worker:
            name = type(event.worker.error).__name__
            _LOG.debug("saving failed in canaryscope itself", exc_info=event.worker.error)
            self._failed(SourceError(f"Saving failed in canaryscope itself: {name}."))

    def _saved(self, outcome: Outcome) -> None:
        self._ended()
        sentence, hint = outcome_text(outcome)
        self._remark = sentence
        if outcome.failures:
            self._say(sentence, hint)
            self._ask("try again")
        else:
            self._say(sentence, hint, Tone.GOOD)
            self._rest()

    def _failed(self, error: SourceError | None) -> None:
        """It has ended early, because of an error or by Esc. What is whole stays."""
        self._ended()
        sentence, hint = stopped_text(self._progress, error)
        self._remark = kept_text(self._progress) if self._progress.files else ""
        self._say(sentence, hint, Tone.ODD if error is None else Tone.BAD)
        self._ask("go on")

    def _ended(self) -> None:
        self._worker = None
        if self._redrawing is not None:
            self._redrawing.stop()
            self._redrawing = None
        if self._progress.of_files:
            self._status.text = progress_text(replace(self._progress, name=""))

    def _ask(self, enter: str) -> None:
        """Have the folder typed, and Enter do this."""
        self._hints.hints = [
            Hint("enter", enter),
            Hint("esc", "back"),
            Hint("pgdn pgup", "the files"),
            Hint("ctrl+u", "delete all"),
            Hint("ctrl+c", "quit"),
        ]
        self._folder.focus()

    def _rest(self) -> None:
        """There is nothing more to be done here."""
        self._hints.hints = [Hint("esc", "back"), Hint("j k", "scroll"), Hint("q", "quit")]
        self._panel.focus()

    def _say(self, sentence: str, hint: str, tone: Tone = Tone.BAD) -> None:
        self.set_class(bool(sentence), "-said")
        self._said.say(sentence, hint, tone)

    # The progress, seen now and then

    def _reached(self, progress: SaveProgress) -> None:
        self._progress = progress
        if self._redrawing is None:
            self._redraw()

    def _redraw(self) -> None:
        """Show the progress if it is another one than the line says, and look again later; else rest."""
        text = progress_text(self._progress)
        if text == self._status.text:
            self._redrawing = None
            return
        self._status.text = text
        self._redrawing = self.set_timer(REDRAWN_EVERY, self._redraw)
