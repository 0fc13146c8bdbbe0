"""What is said of saving: the files before, the progress meanwhile, what has come of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from canaryscope.evidence.save_plan import FileToSave, Outcome, SaveProgress
from canaryscope.render.figures import bytes_text, counted
from canaryscope.runs.errors import SourceError
from canaryscope.saved_files import path_text
from canaryscope_widgets.lines import Part
from canaryscope_widgets.text_panel import TextLine
from canaryscope_widgets.tone import Tone

__all__ = [
    "LARGE",
    "file_lines",
    "kept_text",
    "one_outcome_text",
    "outcome_text",
    "progress_text",
    "saving_title",
    "stopped_text",
    "total_text",
]

LARGE: Final = 5_000_000
"""Bytes. A larger file stands out before it is read."""
_UNITS: Final = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_SIZE_WIDTH: Final = 10


def saving_title(label: str, files: Sequence[FileToSave], *, cut: bool = False) -> str:
    """`Save 12 files (3.4 MB) of checkout-flow, Nov 22 12:27:07`. `cut`: there are more than were listed."""
    first = "the first " if cut else ""
    return f"Save {first}{counted(len(files), 'file')} ({bytes_text(_total(files))}) of {label}"


def file_lines(files: Sequence[FileToSave]) -> list[TextLine]:
    """Size and path of each file, as it will be called."""
    return [_line(file) for file in files]


def total_text(files: Sequence[FileToSave]) -> str:
    """How much is to be read, and how much of it by large files: `12 files · 23.4 MB · 1 of them over 5 MB`."""
    large = sum(file.artifact.size > LARGE for file in files)
    told = [counted(len(files), "file"), bytes_text(_total(files)), f"{large:,} of them over {bytes_text(LARGE)}"]
    return " · ".join(told if large else told[:-1])


def progress_text(progress: SaveProgress) -> str:
    """`7 of 12 files · 1.2 of 3.4 MB · 03-pay-failed.png`."""
    total = bytes_text(progress.of_size)
    divisor = _UNITS[total.rpartition(" ")[2]]
    size = f"{progress.size / divisor:,.{0 if divisor == 1 else 1}f} of {total}"
    files = f"{progress.files:,} of {counted(progress.of_files, 'file')}"
    return " · ".join(text for text in (files, size, progress.name) if text)


def outcome_text(outcome: Outcome) -> tuple[str, str]:
    """What has come of a saving, and what can be done about the rest."""
    saved = f"Saved {counted(outcome.files, 'file')} ({bytes_text(outcome.size)}) in {path_text(outcome.folder)}"
    notes = []
    if outcome.before:
        notes.append(f"{outcome.before:,} of them had been there")
    if outcome.renamed:
        notes.append(f"{outcome.renamed:,} under another name, because another file has theirs")
    sentence = f"{'; '.join([saved, *notes])}."
    if not outcome.failures:
        return sentence, ""
    failed = len(outcome.failures)
    first = outcome.failures[0]
    others = f" And {failed - 1:,} more." if failed > 1 else ""
    return f"{sentence} {counted(failed, 'file')} could not be saved: {first.sentence}{others}", first.hint


def one_outcome_text(name: str, outcome: Outcome) -> str:
    """What has come of saving one file: its name first, for a narrow line loses the end."""
    if outcome.failures:
        return outcome.failures[0].sentence
    there = " was there already" if outcome.before else ""
    other = ", under another name" if outcome.renamed else ""
    return f"{'' if there else 'Saved '}{name.rpartition('/')[2]}{there}{other} in {path_text(outcome.folder)}"


def stopped_text(progress: SaveProgress, error: SourceError | None = None) -> tuple[str, str]:
    """Why it has ended before the end (None: a person has stopped it), and how to go on."""
    going_on = f"{kept_text(progress)}; enter goes on from there." if progress.of_files else "Enter tries again."
    if error is None:
        return "Stopped.", going_on
    hint = "" if error.hint.startswith("r ") else error.hint_above  # what r does elsewhere, enter does here
    return error.sentence, " ".join(text for text in (hint, going_on) if text)


def kept_text(progress: SaveProgress) -> str:
    """`7 of 12 files saved`."""
    return f"{progress.files:,} of {counted(progress.of_files, 'file')} saved"


def _line(file: FileToSave) -> list[Part]:
    size = bytes_text(file.artifact.size).rjust(_SIZE_WIDTH)
    large = file.artifact.size > LARGE
    looks = Tone.ODD.look if large else ""
    note: list[Part] = [(f"  over {bytes_text(LARGE)}", looks)] if large else []
    return [(size, looks), (f"  {'/'.join(file.path[1:])}", ""), *note]


def _total(files: Sequence[FileToSave]) -> int:
    return sum(file.artifact.size for file in files)
