"""What a person reads of saving: before, meanwhile, afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import pytest

from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts, artifact_of
from canaryscope.evidence.save_plan import FileToSave, Outcome, SaveProgress, files_to_save
from canaryscope.render.saving import file_lines, outcome_text, progress_text, saving_title, stopped_text, total_text
from canaryscope.runs.errors import AccessDenied, ConnectionLost, CredentialsExpired, NotFound, SourceError
from canaryscope_widgets.lines import Part

PLACE = ArtifactPlace("results", "canary/x")
FOLDER = Path("/srv/evidence/checkout-flow-2026-11-22T12-27-07Z")


def files(**sizes: int) -> tuple[FileToSave, ...]:
    found = [artifact_of(PLACE, PLACE.folder + name.replace("__", "/"), size, None) for name, size in sizes.items()]
    return files_to_save(RunArtifacts(PLACE, tuple(it for it in found if it)), "run")


def test_what_is_to_be_read_is_said_before_it_is_and_what_is_large_stands_out() -> None:
    some = files(CHROME__home=64_200, har=12_345_678)
    assert saving_title("checkout-flow, 12:27:07", some) == "Save 2 files (12.4 MB) of checkout-flow, 12:27:07"
    assert total_text(some) == "2 files · 12.4 MB · 1 of them over 5.0 MB"
    assert ["".join(text for text, _ in cast("Sequence[Part]", line)) for line in file_lines(some)] == [
        "   64.2 kB  CHROME/home",
        "   12.3 MB  har  over 5.0 MB",
    ]


def test_of_what_is_small_the_sum_alone_is_said() -> None:
    assert total_text(files(log=5_000_000)) == "1 file · 5.0 MB"
    assert saving_title("x", files(log=1), cut=True) == "Save the first 1 file (1 B) of x"


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (SaveProgress(7, 12, 1_234_567, 3_400_000, "03-pay.png"), "7 of 12 files · 1.2 of 3.4 MB · 03-pay.png"),
        (SaveProgress(0, 1, 12, 812, "log"), "0 of 1 file · 12 of 812 B · log"),
        (SaveProgress(0, 1_000, 0, 0), "0 of 1,000 files · 0 of 0 B"),
        (SaveProgress(0, 2, 999_960, 999_960), "0 of 2 files · 1.0 of 1.0 MB"),
    ],
)
def test_progress_is_in_the_unit_of_the_whole(progress: SaveProgress, text: str) -> None:
    assert progress_text(progress) == text


@pytest.mark.parametrize(
    ("outcome", "sentence", "hint"),
    [
        (Outcome(12, 12, 3_400_000, FOLDER), f"Saved 12 files (3.4 MB) in {FOLDER}.", ""),
        (
            Outcome(2, 2, 10, FOLDER, before=1, renamed=1),
            f"Saved 2 files (10 B) in {FOLDER}; 1 of them had been there; "
            "1 under another name, because another file has theirs.",
            "",
        ),
        (
            Outcome(1, 3, 10, FOLDER, failures=(NotFound("a is gone.", "A rule."), NotFound("b is gone."))),
            f"Saved 1 file (10 B) in {FOLDER}. 2 files could not be saved: a is gone. And 1 more.",
            "A rule.",
        ),
    ],
)
def test_in_the_end_it_says_what_is_where(outcome: Outcome, sentence: str, hint: str) -> None:
    assert outcome_text(outcome) == (sentence, hint)


@pytest.mark.parametrize(
    ("progress", "error", "told"),
    [
        (SaveProgress(7, 12, 1, 2), None, ("Stopped.", "7 of 12 files saved; enter goes on from there.")),
        (
            SaveProgress(7, 12, 1, 2),
            AccessDenied("No.", "Ask for s3:GetObject."),
            ("No.", "Ask for s3:GetObject. 7 of 12 files saved; enter goes on from there."),
        ),
        (SaveProgress(), AccessDenied("No."), ("No.", "Enter tries again.")),
        (SaveProgress(), ConnectionLost("Gone.", "r starts it again."), ("Gone.", "Enter tries again.")),
        (
            SaveProgress(),
            CredentialsExpired("No.", "L runs `aws sso login`; or run it in a shell, then try again."),
            ("No.", "Esc, then L runs `aws sso login`; or run it in a shell, then try again. Enter tries again."),
        ),
    ],
)
def test_what_has_ended_early_says_why_and_how_to_go_on(
    progress: SaveProgress, error: SourceError | None, told: tuple[str, str]
) -> None:
    assert stopped_text(progress, error) == told
