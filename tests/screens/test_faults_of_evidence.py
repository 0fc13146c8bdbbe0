"""What is missing, or does not come, costs what it is for and nothing else: neither another tab nor the runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from peer import Answer, Peer, error
from peer.s3 import refusal
from screens.support import explorer

USER = "User: arn:aws:sts::123456789012:assumed-role/on-call/jo is not authorized to perform:"
SHOP, TIMED_OUT = "checkout-flow", "bulk-import"
TABS = ("Steps", "Log", "Requests", "Screenshots", "Raw")


def refused(action: str) -> Answer:
    """S3's refusal for want of a permission."""
    message = f'{USER} {action} on resource: "arn:aws:s3:::x" because no identity-based policy allows it'
    return refusal(403, "AccessDenied", message)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.mark.parametrize(
    ("operation", "action", "shown"),
    [
        ("ListObjectsV2", "s3:ListBucket", {"Raw": '"Name": "checkout-flow"'}),
        ("GetObject", "s3:GetObject", {"Raw": '"Name": "checkout-flow"'}),
        ("GetObject", "kms:Decrypt", {"Raw": '"Name": "checkout-flow"'}),
    ],
)
async def test_each_tab_that_needs_it_names_the_action_and_the_runs_go_on(
    peer: Peer, operation: str, action: str, shown: dict[str, str]
) -> None:
    peer.script(operation, refused(action))
    async with explorer(peer, canary=SHOP) as seen:
        await seen.reaches()
        await seen.press("tab")
        for tab in TABS:
            await seen.press("]")
            await seen.until(lambda tab=tab: f"[{tab}" in seen.text)  # type: ignore[misc]
            await seen.press("enter")
            await seen.shows(shown.get(tab, action))
            await seen.press("G")
            await seen.shows(action)
            await seen.press("escape")
            await seen.shows("row 1", "100 loaded · more below")
        peer.forgive()
        await seen.press("r", "]", "]")
        await seen.shows("[Steps 4]", "go to checkout")


async def test_without_leave_to_read_the_steps_are_not_asked_for_run_by_run(peer: Peer) -> None:
    peer.script("GetObject", refused("s3:GetObject"))
    async with explorer(peer, canary=SHOP) as seen:
        await seen.reaches()
        await seen.until(lambda: peer.count("GetObject"))
        for _ in range(3):
            await seen.press("j")
            await seen.until(lambda: seen.app.explorer.detail_pane.resting)
        assert peer.count("GetObject") == 1
        assert seen.status.startswith("100 loaded")


@pytest.mark.parametrize(
    ("operation", "answer", "action"),
    [
        (
            "FilterLogEvents",
            Answer(
                400,
                f'{{"__type": "AccessDeniedException", "Message": "{USER} logs:FilterLogEvents on x"}}'.encode(),
                {"Content-Type": "application/x-amz-json-1.1"},
            ),
            "logs:FilterLogEvents",
        ),
        (
            "GetCanary",
            error(403, "AccessDeniedException", f"{USER} synthetics:GetCanary on resource: x"),
            "synthetics:GetCanary",
        ),
    ],
)
async def test_the_lambda_log_alone_names_what_it_needs(
    peer: Peer, operation: str, answer: Answer, action: str
) -> None:
    peer.script(operation, answer)
    async with explorer(peer, canary=TIMED_OUT) as seen:
        await seen.until(lambda: "loaded · more below" in seen.status)
        await seen.press("j", "enter", "]")
        await seen.shows("[Steps]", "The tab Log shows what its Lambda function wrote")
        await seen.press("]")
        await seen.shows("[Log]", action)
        await seen.press("]")
        await seen.shows("[Requests]", "The run has no ArtifactS3Location")
        peer.forgive()
        await seen.press("[", "r")
        await seen.shows("exited with error: signal: killed")


async def test_while_a_log_does_not_come_the_one_of_the_run_before_is_not_in_its_place(peer: Peer) -> None:
    async with explorer(peer, canary=SHOP) as seen:
        await seen.reaches()
        await seen.press("]", "]")
        await seen.shows("[Log ", "Step 4 - go to checkout: started")
        await seen.press("[", "[")
        peer.hold("GetObject")
        await seen.press("j")
        await seen.shows("row 2", "[Status]· Steps · Log 2.6 kB")
        await seen.press("]", "]")
        await seen.shows("[Log 2.6 kB]", "Reading the log")
        assert "Step 4" not in seen.text
        peer.forgive()
        await seen.shows("Step 4 - go to checkout: started")
