"""The README's IAM policies are enough for every feature, hold nothing superfluous, and grant what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from canaryscope.aws import session
from canaryscope.demo.story import MINUTE, Story, Timetable
from canaryscope.evidence.pieces import Part, Phase
from peer import FIXED_NOW, Peer
from peer.iam import Guarded, Policy
from readme import README, policies
from screens.gated import quiet
from screens.left import pane
from screens.support import CREDENTIALS, Seen, explorer

SHOP, TIMED_OUT, DRY = "checkout-flow", "legacy-intranet", "onboarding-wizard"
TEAM = Story(name="my-team-checkout", runs=Timetable(every=5 * MINUTE))
RESULTS = "cw-syn-results-"
"""How the buckets are called that Synthetics makes; here they are encrypted with a customer's key."""
ACCOUNT = "123456789012"


def whole() -> Policy:
    """All that the README grants somebody who may see all canaries."""
    of_all, _, of_files, of_logs = policies()
    return of_all.with_all_of(of_files, of_logs)


def team() -> Policy:
    """All that it grants somebody who may see certain ones."""
    _, part, of_files, of_logs = policies()
    return part.with_all_of(of_files, of_logs)


@contextmanager
def aws(policy: Policy) -> Iterator[tuple[Guarded, Peer]]:
    """AWS for somebody who has this policy."""
    guarded = Guarded(FIXED_NOW, policy, encrypted=[RESULTS], more=[TEAM])
    with Peer(guarded) as peer:
        yield guarded, peer


@asynccontextmanager
async def opened(peer: Peer, canary: str | None = None) -> AsyncIterator[Seen]:
    """The explorer in a window that has room for one pane at a time: it asks for nothing beside that."""
    environ = CREDENTIALS | {"AWS_ENDPOINT_URL": peer.url}
    async with explorer(canary=canary, environ=environ, size=(90, 40), utc=True) as seen:
        yield seen


async def reads(seen: Seen, *texts: str) -> None:
    """Wait until a person reads all of this, in whichever pane."""
    await seen.until(lambda: all(text in f"{seen.text} {seen.picker} {pane(seen)}" for text in texts))


async def pick(seen: Seen, canary: str) -> None:
    """Choose a canary in the list."""
    await seen.press("slash", *canary, "enter")
    await seen.until(lambda: canary in seen.lines[0] and "loaded · more below" in seen.status)


async def through_the_tabs(seen: Seen) -> None:
    """What a failed run left in S3."""
    for texts in (
        ("[Steps 4]", "4 FAILED go to checkout"),
        ("[Log ", "Step 4 - go to checkout: started"),
        ("[Requests 18]", "none GET shop.example.com/checkout"),
        ("[Screenshots 9]", "last good run", "▀▀▀"),
        ("[Raw]", "The run, as the API sent it"),
    ):
        await seen.press("]")
        await reads(seen, *texts)
    evidence = seen.app.explorer.detail_pane.evidence
    await seen.until(lambda: evidence is not None and evidence.piece(Part.DOCUMENT).phase is Phase.READY)
    await seen.press("]")


async def save(seen: Seen, folder: Path) -> None:
    """Everything of a run, and back."""
    await seen.press("E")
    await reads(seen, "They go into a folder of their own")
    await seen.press("ctrl+u", *str(folder), "enter")
    await reads(seen, "Saved 12 files")
    await seen.press("escape")


async def search_dry_run(seen: Seen, dry_run: str) -> None:
    """Dry runs, then those of one DryRunId."""
    await seen.press("2", "1")
    await seen.until(lambda: "[ ] Canary runs [x] Dry runs" in seen.text and "loaded" in seen.status)
    await seen.press("d", *dry_run, "enter")
    await reads(seen, f"DryRunId: {dry_run}")
    await seen.until(lambda: seen.status.startswith("1 loaded · end of history"))


async def walk(seen: Seen, guarded: Guarded, folder: Path) -> None:
    """Every feature that asks AWS for something."""
    await reads(seen, "Canaries", SHOP)
    await pick(seen, SHOP)
    await seen.until(lambda: ACCOUNT in seen.lines[0])
    await through_the_tabs(seen)
    await save(seen, folder)
    await seen.press("b")
    await reads(seen, 'Step 4 "go to checkout" FAILED', "y copy as Markdown")
    await seen.press("escape", *["pagedown"] * 4)
    await seen.until(lambda: "200 loaded" in seen.status)
    await seen.press("w", "r", "c")
    await pick(seen, TIMED_OUT)
    await seen.press("]", "]")
    await reads(seen, "[Log]", "Task timed out after 60.0")
    await seen.press("c")
    await pick(seen, DRY)
    await search_dry_run(seen, guarded.dry_run_ids(DRY)[0])
    await quiet(seen, None)


async def test_the_policies_of_the_readme_are_enough_for_every_feature_and_hold_nothing_superfluous(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "_AWS_HOSTS", ("127.0.0.1",))  # the account is asked for at AWS's own endpoint only
    with aws(whole()) as (guarded, peer):
        async with opened(peer) as seen:
            await walk(seen, guarded, tmp_path)
            refused = [call for call in seen.log if call.failed and call.code != "Stopped"]
            assert refused == []
        assert guarded.denied == []
        assert peer.count("GetCallerIdentity") == 1
        spared = {action for action in whole().actions if all(map(whole().without(action).allows, guarded.asked))}
        assert spared == {"synthetics:ListGroups", "synthetics:ListGroupResources"}
        assert "The reads in the second are ones that canaryscope allows itself, but\ndoes not make yet" in README
    assert len(files_below(tmp_path)) == 12


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


class Lost(NamedTuple):
    """What a person does who lacks an action, and what they read."""

    canary: str | None
    keys: str
    shows: tuple[str, ...]


LOST = {
    "synthetics:GetCanaryRuns": Lost(SHOP, "", ("Access denied to synthetics:GetCanaryRuns", "on-call/demo")),
    "synthetics:DescribeCanaries": Lost(
        None, "", (SHOP, "Not allowed:", "synthetics:DescribeCanaries.", "A name can be typed with /.")
    ),
    "synthetics:DescribeCanariesLastRun": Lost(None, "", (SHOP, "Not allowed:", "A name can be typed with /.")),
    "synthetics:GetCanary": Lost(TIMED_OUT, "]]", ("synthetics:GetCanary",)),
    "s3:ListBucket": Lost(SHOP, "]", ("Access denied to s3:ListBucket", RESULTS)),
    "s3:GetObject": Lost(SHOP, "]", ("Access denied to s3:GetObject", RESULTS)),
    "kms:Decrypt": Lost(SHOP, "]", ("Access denied to kms:Decrypt", "arn:aws:kms:")),
    "logs:FilterLogEvents": Lost(TIMED_OUT, "]]", ("Access denied to logs:FilterLogEvents", "/aws/lambda/cwsyn-")),
}


def test_each_action_that_is_used_has_its_line() -> None:
    assert {*LOST} | {"synthetics:ListGroups", "synthetics:ListGroupResources"} == {*whole().actions}


@pytest.mark.parametrize("action", LOST)
async def test_without_one_action_a_person_reads_which_one_is_missing(action: str) -> None:
    lost = LOST[action]
    with aws(whole().without(action)) as (guarded, peer):
        async with opened(peer, lost.canary) as seen:
            if lost.canary and action != "synthetics:GetCanaryRuns":
                await seen.reaches()
            await seen.press(*lost.keys)
            await reads(seen, *lost.shows)
        assert {needed.action for needed in guarded.denied} == {action}


async def test_the_policy_for_certain_canaries_opens_those_and_refuses_others_in_a_sentence() -> None:
    with aws(team()) as (guarded, peer):
        async with opened(peer) as seen:
            await reads(seen, "Not allowed:", "synthetics:DescribeCanaries.", "Type a name with / and Enter")
            await pick(seen, TEAM.name)
            await seen.press("]")
            await reads(seen, "[Steps 3]", "PASSED")
            await quiet(seen, None)
            canary = f"arn:aws:synthetics:eu-west-1:{ACCOUNT}:canary:"
            assert not any(needed.resource == canary + TEAM.name for needed in guarded.denied)
            assert seen.app.explorer.runs_pane.triage_pane.canary is not None, "its schedule and timeout are known"
            await seen.press("c", "slash", *SHOP, "enter")
            await reads(seen, "Access denied to synthetics:GetCanaryRuns", f"canary:{SHOP}")
        lists = {"synthetics:DescribeCanaries", "synthetics:DescribeCanariesLastRun"}
        assert {needed.action for needed in guarded.denied if needed.resource == "*"} <= lists
        assert {needed.resource for needed in guarded.denied} == {"*", canary + SHOP}
