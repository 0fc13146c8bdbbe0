"""What a run left, read from moto's S3 and Logs, which nobody here wrote; and what a person is told who may not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from canaryscope.evidence.pieces import Part, Phase
from screens.mirrored import Mirror, mirrored
from screens.support import Seen, explorer

SHOP, GALLERY, PLAYWRIGHT = "checkout-flow", "product-gallery", "payment-3ds-challenge"
API, LINKS, ABROAD, TIMED_OUT = "api-certificate-check", "docs-broken-links", "returns-portal", "legacy-intranet"


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    """Made once: to put 300 objects there takes a second."""
    with mirrored() as mirror:
        mirror.store(SHOP, GALLERY, PLAYWRIGHT, API, LINKS, ABROAD)
        mirror.log(TIMED_OUT)
        yield mirror


@asynccontextmanager
async def opened(mirror: Mirror, canary: str, *, full: bool = True) -> AsyncIterator[Seen]:
    """The newest run of a canary, which fills the screen, if that is wanted."""
    async with explorer(canary=canary, environ=mirror.environ, now=lambda: mirror.now) as seen:
        await seen.until(lambda: "loaded · more below" in seen.status)
        if full:
            await seen.press("enter")
            await seen.shows("esc back")
        yield seen


async def turn(seen: Seen, *texts: str) -> None:
    """Go to the next tab, and wait until it shows this."""
    await seen.press("]")
    await seen.shows(*texts)


async def test_all_tabs_of_a_failed_run_are_read_from_s3(mirror: Mirror) -> None:
    async with opened(mirror, SHOP) as seen:
        await seen.shows("TimeoutError: Navigation timeout of 30000 ms exceeded", "Steps 4")
        await turn(seen, "[Steps 4]", "4 FAILED go to checkout", "at LifecycleWatcher.#timeoutReject")
        await turn(seen, "[Log ", "Step 4 - go to checkout: started")
        await turn(seen, "[Requests 18]", "none GET shop.example.com/checkout 0 B")
        await turn(seen, "[Screenshots 9]", "1 of 9 · step 4 go to checkout, failed", "last good run", "▀▀▀")
        await turn(seen, "[Raw]", "The run, as the API sent it")
        evidence = seen.app.explorer.detail_pane.evidence
        await seen.until(lambda: evidence is not None and evidence.piece(Part.DOCUMENT).phase is Phase.READY)
        await seen.press("G")
        await seen.shows('"stepsReport": {')


async def test_the_lines_of_a_log_are_searched_where_they_are(mirror: Mirror) -> None:
    async with opened(mirror, SHOP) as seen:
        await seen.press("]")
        await turn(seen, "Step 4 - go to checkout: started")
        await seen.press("slash", *"response: 200", "enter")
        await seen.until(lambda: any("Response: 200" in line for line in seen.lines if line.startswith("▌")))
        await seen.press("f")
        await seen.shows("errors only", "TimeoutError")


async def test_a_request_is_opened_and_its_secrets_are_masked_until_they_are_asked_for(mirror: Mirror) -> None:
    async with opened(mirror, SHOP) as seen:
        await seen.press("]", "]")
        await turn(seen, "[Requests 18]")
        await seen.press("enter")
        await seen.shows("https://shop.example.com/checkout", "Request headers", "Cookie: ****")
        await seen.press("v")
        await seen.shows("Cookie: session=")
        assert "****" not in seen.text


@pytest.mark.parametrize(
    ("canary", "tab", "row"),
    [
        (GALLERY, "[Requests 16]", "GET shop.example.com/p/"),
        (PLAYWRIGHT, "[Requests ", "bank"),
        (API, "[Requests ", "GET"),
        (LINKS, "[Requests ", "404"),
    ],
    ids=["results.har.gz", "results.har", "HttpRequestsReport.json", "BrokenLinkCheckerReport.json"],
)
async def test_the_requests_of_each_kind_of_canary_are_read(mirror: Mirror, canary: str, tab: str, row: str) -> None:
    async with opened(mirror, canary) as seen:
        await seen.press("]", "]")
        await turn(seen, tab, row)


async def test_a_bucket_in_another_region_is_read_there(mirror: Mirror) -> None:
    assert mirror.place(ABROAD).bucket.endswith("us-east-1")
    async with opened(mirror, ABROAD) as seen:
        await turn(seen, "[Steps 3]", "PASSED")


async def test_a_run_that_timed_out_shows_its_lambda_log_and_no_other(mirror: Mirror) -> None:
    row, reason = next(
        (row, run["Status"]["StateReason"])
        for row, run in enumerate(mirror.runs(TIMED_OUT))
        if "StateReason" in run["Status"]
    )
    request = reason.split()[1]
    async with opened(mirror, TIMED_OUT, full=False) as seen:
        await seen.press(*"j" * row, "enter", "]")
        await turn(seen, "[Log]", f"{request} Task timed out after 60.06")
        await seen.press("g")
        await seen.shows(f"START RequestId: {request}")
        assert seen.text.count("START RequestId") <= 1


def files_below(path: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in path.rglob("*") if file.is_file()}


async def test_all_that_a_run_left_is_saved_byte_for_byte(mirror: Mirror, tmp_path: Path) -> None:
    where = mirror.place(SHOP)
    async with opened(mirror, SHOP, full=False) as seen:
        await seen.press("E")
        await seen.shows("Folder", "They go into a folder of their own")
        await seen.press("ctrl+u", *str(tmp_path), "enter")
        await seen.shows("Saved 12 files")
    assert files_below(tmp_path) == {key.rpartition("/")[2]: data for key, data in mirror.objects(where).items()}


async def test_a_failed_run_is_compared_with_the_last_good_one(mirror: Mirror) -> None:
    async with opened(mirror, SHOP, full=False) as seen:
        await seen.press("b")
        await seen.shows('Step 4 "go to checkout" FAILED', "go to checkout", "y copy as Markdown")


async def test_an_artifact_that_is_deleted_after_it_was_listed_costs_its_own_tab(mirror: Mirror) -> None:
    where = mirror.place(SHOP, 1)
    har = next(key for key in mirror.objects(where) if "har" in key)
    async with opened(mirror, SHOP, full=False) as seen:
        await seen.press("j", "]")
        await seen.shows("[Steps 4]", "go to checkout")
        mirror.s3.delete_object(Bucket=where.bucket, Key=har)
        await seen.press("]", "]")
        await seen.shows("is no longer in the bucket", "lifecycle rule")
        await turn(seen, "1 of 9 · step 4 go to checkout")


async def test_a_run_whose_artifacts_are_deleted_and_one_whose_bucket_is_say_so(mirror: Mirror) -> None:
    where = mirror.place(SHOP, 2)
    for key in mirror.objects(where):
        mirror.s3.delete_object(Bucket=where.bucket, Key=key)
    async with opened(mirror, SHOP, full=False) as seen:
        await seen.press("j", "j")
        await turn(seen, "The place in S3 is empty", "lifecycle rule")
    async with opened(mirror, "gift-cards", full=False) as seen:
        await turn(seen, "There is no bucket gift-cards-evidence")
