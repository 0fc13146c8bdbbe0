"""A run as a block of Markdown for a ticket: what its canary has come to, the run's facts, and where to look.

What runs say is the monitored site's text: none of it acts as markup, links anywhere or mentions anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from canaryscope.render.figures import counted
from canaryscope.render.markdown import cell, code, fence
from canaryscope.render.times import iso
from canaryscope.render.triage import before, changes_words, percent, streak_words
from canaryscope.runs.causes import Cause
from canaryscope.runs.model import CanaryRun, RunType
from canaryscope.runs.triage import Numbers, Triage

__all__ = ["Place", "s3_uri", "ticket"]

NO_ARTIFACTS = "No data"
"""What the API says as the location of a run that left no artifacts."""
COUNTED = "scheduled run"
LONGEST = 8_000
"""Characters of a reason in a ticket. The API has 1,024; a report may have a whole page."""


class Place(NamedTuple):
    """Where the run on screen is from. Empty: not known."""

    canary: str
    region: str = ""
    account: str = ""
    """The account's number, or the profile where that is what is known."""
    link: str = ""
    """The console's page of the canary; there is none for a single run."""
    command: str = ""
    """The question on screen as an AWS CLI command."""


def ticket(
    run: CanaryRun,
    place: Place,
    triage: Triage | None = None,
    cause: Cause | None = None,
    reason: str | None = None,
) -> str:
    """The block; what is not known is left out. `triage` is that of the canary, `cause` that of the run.

    `reason` is the whole one, where the run has only its beginning; a ticket takes `LONGEST` characters of it.
    A dry run says nothing of how its canary is doing, so there is no triage beside it.
    """
    told = triage if triage is not None and run.run_type is not RunType.DRY_RUN else Triage()
    rows = {
        **_cells({"Canary": place.canary, "Account": place.account, "Region": place.region}),
        **_cells(_streak(told)),
        **_cause(cause),
        **_cells(_numbers(told.numbers)),
        **_cells(_facts(run)),
        **_cells({"Console": place.link}),
    }
    lines = ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]
    lines += [*fence(_shortened(reason or run.status.state_reason or "")), *fence(place.command, "sh")]
    return "\n".join(lines)


def _shortened(reason: str) -> str:
    return reason if len(reason) <= LONGEST else f"{reason[:LONGEST]}…"


def s3_uri(run: CanaryRun) -> str:
    """The artifacts' location with its scheme, which the API leaves out; empty where there are no artifacts."""
    location = run.artifact_s3_location
    if not location or location == NO_ARTIFACTS:
        return ""
    return location if location.startswith("s3://") else f"s3://{location}"


def _streak(triage: Triage) -> dict[str, str | None]:
    """What the canary has come to: since when, and the run before."""
    streak = triage.streak
    if streak is None:
        return {}
    now, turn = streak_words(streak, iso, COUNTED), before(streak)
    flapping = {"Verdict": changes_words(triage, COUNTED), "Now": now}
    return {
        **(flapping if triage.flapping else {"Verdict": now}),
        **({} if turn is None else {turn[0].capitalize(): iso(turn[1])}),
        "Mostly in" if streak.mostly else "Only in": streak.only,
        "Causes": f"{streak.causes:,} different ones in this streak" if streak.causes > 1 else None,
    }


def _cause(cause: Cause | None) -> dict[str, str]:
    """The run's cause and its family."""
    return {} if cause is None else {"Cause": f"{code(cause.text)} ({cause.family.value})"}


def _numbers(numbers: Numbers | None) -> dict[str, str]:
    if numbers is None or not numbers.decided:
        return {}
    decided = numbers.decided
    since, until = iso(numbers.since), iso(numbers.until)
    where = f"{f' from {since}' if since else ''}{f' to {until}' if until else ''}"
    runs = counted(decided, COUNTED)
    rows = {"Pass rate": f"{percent(decided - numbers.failed, decided)} of {runs}{where}"}
    if numbers.retried:
        rows["First-attempt pass rate"] = percent(numbers.passed + numbers.unsaved, decided)
        rows["Flake rate"] = percent(numbers.retried, decided)
    return rows


def _facts(run: CanaryRun) -> Mapping[str, str | None]:
    length = run.length
    return {
        "State": run.status.state,
        "Test result": run.status.test_result,
        "Reason code": run.status.state_reason_code,
        "Started": iso(run.timeline.started),
        "Completed": iso(run.timeline.completed),
        "Duration": None if length is None else f"{length.total_seconds():.3f} s",
        "Run ID": run.id,
        "Retry attempt": None if run.retry_attempt is None else str(run.retry_attempt),
        "Dry run ID": run.dry_run_id,
        "Browser": run.browser_type,
        "Location": run.location,
        "Artifacts": s3_uri(run),
    }


def _cells(facts: Mapping[str, str | None]) -> dict[str, str]:
    """What is known of these, as cells."""
    return {name: cell(value) for name, value in facts.items() if value}
