"""What people and scripts read off the status bar, and what stands in an empty table."""

from __future__ import annotations

import pytest

from canaryscope.render.status import StatusText, list_status, nothing_to_show, status_text
from canaryscope.runs.errors import SourceError, Throttled, TimedOut
from canaryscope.runs.filter import RunFilter
from canaryscope.runs.model import RunType
from canaryscope.runs.progress import Phase, Progress

DRY_RUN_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def throttled(delay: float | None) -> Throttled:
    error = Throttled("Too many calls.", "Wait.")
    error.delay = delay
    return error


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(1_200, None, Phase.MORE), "1,200 loaded · more below"),
        (Progress(8_928, None, Phase.END), "8,928 loaded · end of history"),
        (Progress(0, None, Phase.LOADING), "0 loaded · loading…"),
        (Progress(1_200, 3, Phase.MORE), "3 of 1,200 loaded match · more below"),
        (Progress(12_400, 3, Phase.LOADING), "3 of 12,400 loaded match · loading…"),
        (Progress(12_400, 1_234, Phase.END), "1,234 of 12,400 loaded match · end of history"),
        (Progress(100, None, Phase.FAILED, TimedOut("It hung.")), "100 loaded · timed out · r to retry"),
        (Progress(100, 0, Phase.FAILED, TimedOut("It hung.")), "0 of 100 loaded match · timed out · r to retry"),
        (Progress(100, None, Phase.FAILED), "100 loaded · the call failed · r to retry"),
        (Progress(100, None, Phase.FAILED, throttled(None)), "100 loaded · throttled by AWS · r to retry"),
        (
            Progress(100, None, Phase.FAILED, throttled(3.4)),
            "100 loaded · throttled by AWS, trying again within 4 s · r to retry",
        ),
        (
            Progress(100, None, Phase.GAP),
            "100 loaded · refresh stopped, runs are missing in between · r to retry",
        ),
    ],
)
def test_the_forms_of_the_status_bar(progress: Progress, text: str) -> None:
    assert str(status_text(progress)) == text


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_form(phase: Phase) -> None:
    assert str(status_text(Progress(7, None, phase))).startswith("7 loaded · ")


def test_what_to_do_stands_apart_so_that_it_is_never_cut() -> None:
    status = status_text(Progress(100, None, Phase.FAILED, TimedOut("It hung.")))
    assert (status.head, status.tail) == ("100 loaded · timed out", "r to retry")
    assert StatusText("", "no canary chosen").head == "no canary chosen"


RUNS, DRY_RUNS, BOTH = (
    RunFilter(),
    RunFilter(frozenset({RunType.DRY_RUN})),
    RunFilter(frozenset(RunType)),
)


def test_an_empty_table_says_that_it_loads() -> None:
    assert nothing_to_show("checkout-flow", Progress(0, None, Phase.LOADING), RUNS) == "Loading…"


def test_an_empty_table_says_what_went_wrong_what_to_do_and_which_key_tries_again() -> None:
    failed = Progress(0, None, Phase.FAILED, SourceError("The login has expired.", "Run: aws sso login"))
    assert nothing_to_show("x", failed, RUNS) == "The login has expired.\n\nRun: aws sso login\n\nr to retry"
    without_hint = Progress(0, None, Phase.FAILED, SourceError("It broke."))
    assert nothing_to_show("x", without_hint, RUNS) == "It broke.\n\nr to retry"


@pytest.mark.parametrize(
    ("shown", "named"),
    [
        (RUNS, "checkout-flow has no runs:"),
        (BOTH, "checkout-flow has no runs:"),
        (DRY_RUNS, "checkout-flow has no dry runs:"),
        (
            RunFilter(frozenset({RunType.DRY_RUN}), DRY_RUN_ID),
            f"checkout-flow has no dry run with DryRunId {DRY_RUN_ID}.",
        ),
    ],
)
def test_a_canary_without_runs_is_named_once_the_end_is_known(shown: RunFilter, named: str) -> None:
    assert nothing_to_show("checkout-flow", Progress(0, None, Phase.END), shown).startswith(named)
    for phase in (Phase.MORE, Phase.GAP):
        unknown = nothing_to_show("checkout-flow", Progress(0, None, phase), shown)
        assert "has no" not in unknown, "not known before the end"
        assert "G loads on" in unknown


def test_both_kinds_without_runs_of_either_are_not_called_a_dry_run_that_is_missing() -> None:
    shown = RunFilter(frozenset(RunType), DRY_RUN_ID)
    assert "has no runs" in nothing_to_show("x", Progress(0, None, Phase.END), shown)


@pytest.mark.parametrize(
    "shown", [RunFilter(text="zzz"), RunFilter(failures_only=True), RunFilter(dry_run_part="0f8f")]
)
def test_a_filter_that_finds_nothing_says_how_far_it_has_looked(shown: RunFilter) -> None:
    assert "None of 12,400 loaded runs matches so far" in nothing_to_show("x", Progress(12_400, 0, Phase.MORE), shown)
    ended = nothing_to_show("x", Progress(12_400, 0, Phase.END), shown)
    assert "None of 12,400 loaded runs matches in the whole history" in ended
    assert "esc clears the filter" in ended


@pytest.mark.parametrize(
    ("loading", "complete", "failed", "text"),
    [
        (True, False, False, "loading…"),
        (True, False, True, "loading…"),
        (False, True, False, ""),
        (False, False, False, "…"),
        (False, False, True, "r to retry"),
    ],
)
def test_how_far_the_list_of_canaries_is(loading: bool, complete: bool, failed: bool, text: str) -> None:
    assert list_status(loading=loading, complete=complete, failed=failed) == text
