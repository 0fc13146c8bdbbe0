"""What runs leave in S3, read by the program's own parsers: it fits how the run ended, on every canary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import stories
from canaryscope.demo.story import API, PLAYWRIGHT, SELENIUM
from canaryscope.evidence.artifacts import ArtifactKind
from canaryscope.evidence.har import parse_har
from canaryscope.evidence.http_report import parse_http_report
from canaryscope.evidence.links import broken_first, parse_links
from canaryscope.evidence.log import Level, LogLine, parse_log
from canaryscope.evidence.report import Report, parse_report
from canaryscope.evidence.requests import Request, masked
from canaryscope.runs.text import clean
from demo.leavings import keys, kinds_of_runs, listed, place, read, run_that, telling
from demo.paging import NOW, runs_page
from evidence.documents import assert_harmless

Run = dict[str, Any]
STORIES = {story.name: story for story in stories()}
RAN = [name for name, story in STORIES.items() if story.runs is not None]
WITHOUT_FILES = {"nightly-statement-archive", "legacy-intranet", "bulk-import", "pdf-renderer"}
"""Canaries of which some runs, for that reason, uploaded nothing."""
EXACT = timedelta(milliseconds=1)


def located(run: Run) -> bool:
    return run.get("ArtifactS3Location") not in (None, "No data")


@pytest.fixture(scope="module")
def runs(responder: Responder) -> dict[str, list[Run]]:
    """Of each canary one run for each way to end, with artifacts that may be read."""
    readable = [name for name in RAN if not STORIES[name].refuses]
    return {name: [run for run in kinds_of_runs(responder, name) if located(run)] for name in readable}


@pytest.fixture(scope="module")
def every_run(runs: dict[str, list[Run]]) -> list[Run]:
    return [run for found in runs.values() for run in found]


def report(s3: Any, run: Run) -> Report:
    return parse_report(telling(s3, run, ArtifactKind.REPORT))


def log(s3: Any, run: Run) -> tuple[LogLine, ...]:
    return parse_log(telling(s3, run, ArtifactKind.LOG))


def requests(s3: Any, run: Run) -> tuple[Request, ...]:
    artifact = listed(s3, run).telling(ArtifactKind.HAR, run.get("BrowserType"))
    assert artifact is not None
    return parse_har(read(s3, run, artifact), artifact.name).items


def moment(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=round(seconds * 1000))


def test_every_run_leaves_a_report_and_a_log_and_what_its_runtime_leaves(s3: Any, every_run: list[Run]) -> None:
    assert len(every_run) > 60
    for run in every_run:
        story = STORIES[run["Name"]]
        kinds = {artifact.kind for artifact in listed(s3, run).artifacts}
        assert {ArtifactKind.REPORT, ArtifactKind.LOG} <= kinds
        assert (ArtifactKind.HTTP_REQUESTS in kinds) == (story.runtime == API)
        assert (ArtifactKind.HAR in kinds) == (story.runtime not in (API, SELENIUM))
        assert (ArtifactKind.LINKS in kinds) == (story.name == "docs-broken-links")
        begun = report(s3, run).steps
        assert (ArtifactKind.SCREENSHOT in kinds) == (story.runtime != API and bool(begun))
        assert ArtifactKind.OTHER not in kinds or story.name == "guest-book"


def test_the_steps_of_a_report_add_up_to_the_run(s3: Any, every_run: list[Run]) -> None:
    for run in every_run:
        found = report(s3, run)
        times = run["Timeline"]
        assert found.canary == run["Name"]
        assert (found.started, found.ended) == (moment(times["Started"]), moment(times["Completed"]))
        assert found.duration is not None
        before = timedelta(milliseconds=sum(part or 0 for part in (found.reset_ms, found.launch_ms, found.setup_ms)))
        took = [step.duration for step in found.steps]
        assert all(each is not None and each >= EXACT for each in took), run
        if took:
            assert before + sum((each for each in took if each), timedelta()) == found.duration
            assert all(one.ended == other.started for one, other in pairwise(found.steps))
            assert 1 <= len(took) <= 7
            assert run["Status"]["State"] == "FAILED" or len(took) >= 3


def test_the_step_that_failed_tells_why_in_all_its_length(s3: Any, every_run: list[Run]) -> None:
    longer = set()
    for run in every_run:
        found, status = report(s3, run), run["Status"]
        assert found.status == status["State"]
        if status["State"] == "PASSED":
            assert (found.failing, found.failure_reason) == (None, "")
            continue
        reason = clean(status.get("StateReason", ""), limit=10_000)
        assert found.failure_reason.startswith(reason.rstrip())
        if found.steps:
            assert found.failing is found.steps[-1]
            assert found.failing.failure_reason == found.failure_reason
        if len(found.failure_reason) > 1_024:
            longer.add(run["Name"])
    assert {"api-certificate-check", "payment-3ds-challenge"} <= longer


def test_a_step_that_timed_out_took_as_long_as_its_timeout(responder: Responder, s3: Any) -> None:
    for canary in ("checkout-flow", "payment-3ds-challenge", "login-api", "product-gallery"):
        run = run_that(responder, canary, "FAILED", reason="30000")
        failing = report(s3, run).failing
        assert failing is not None
        assert failing.duration is not None
        assert failing.duration >= timedelta(seconds=30)


def test_a_canary_that_did_not_start_has_no_step_and_says_so(responder: Responder, s3: Any) -> None:
    found = report(s3, run_that(responder, "customer-onboarding-mail", "FAILED"))
    assert found.steps == ()
    assert "entry file index not found" in found.execution_error


def test_python_counts_from_two_and_names_no_zone(responder: Responder, s3: Any) -> None:
    run = run_that(responder, "supplier-portal-selenium", "PASSED")
    assert [step.number for step in report(s3, run).steps] == [2, 3, 4, 5]
    text = telling(s3, run, ArtifactKind.REPORT).decode()
    assert '"startTime": "2026-' in text
    assert "Z" not in text


def test_the_screenshots_of_a_report_are_there(s3: Any, every_run: list[Run]) -> None:
    for run in every_run:
        named = {shot.file_name for step in report(s3, run).steps for shot in step.screenshots}
        found = [artifact for artifact in listed(s3, run).artifacts if artifact.kind is ArtifactKind.SCREENSHOT]
        assert named <= {artifact.name.rpartition("/")[2] for artifact in found}
        folder = run["BrowserType"] if len(STORIES[run["Name"]].browsers) > 1 else ""
        pictures = [one for one in found if one.name.rpartition("/")[2] in named]
        assert {one.name.rpartition("/")[0] for one in pictures} <= {folder}
        assert all(read(s3, run, one).startswith(b"\x89PNG\r\n\x1a\n") for one in pictures)


def test_a_page_that_failed_looks_otherwise_than_one_that_did_not(responder: Responder, s3: Any) -> None:
    failed = run_that(responder, "checkout-flow", "FAILED")
    passed = run_that(responder, "checkout-flow", "PASSED")
    shots = {}
    for run, end in ((failed, "04-go-to-checkout-failed.png"), (passed, "04-go-to-checkout-succeeded.png")):
        [artifact] = [one for one in listed(s3, run).artifacts if one.name == end]
        shots[end] = read(s3, run, artifact)
    assert len(set(shots.values())) == 2


def test_a_log_has_colours_and_tells_when_the_step_failed(s3: Any, every_run: list[Run]) -> None:
    for run in every_run:
        data, lines, found = telling(s3, run, ArtifactKind.LOG), log(s3, run), report(s3, run)
        assert (b"\x1b[32mINFO" in data) == (STORIES[run["Name"]].runtime != SELENIUM)
        errors = [line for line in lines if line.level is Level.ERROR]
        assert bool(errors) == (run["Status"]["State"] == "FAILED")
        if found.failing is not None and found.failing.ended is not None and run["Name"] != "guest-book":
            told = next(line for line in errors if line.time is not None)
            assert told.time is not None
            assert abs(found.failing.ended - told.time) <= timedelta(seconds=1)
            assert found.failing.name in told.text
            assert sum(line.continues for line in lines) >= found.failure_reason.count("\n")


def test_archives_have_the_form_of_their_runtime(responder: Responder, s3: Any) -> None:
    def name(canary: str) -> str:
        [har] = listed(s3, run_that(responder, canary, "PASSED")).of_kind(ArtifactKind.HAR)
        return har.name

    assert name("checkout-flow") == "results.har.html"
    assert name("payment-3ds-challenge") == "results.har"
    assert name("release-gate") in ("CHROME/results.har.gz", "FIREFOX/results.har.gz")
    packed = telling(s3, run_that(responder, "release-gate", "PASSED"), ArtifactKind.HAR)
    assert packed[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip with no time in it"


def test_requests_have_phases_sizes_and_something_to_hide(s3: Any, every_run: list[Run]) -> None:
    for run in every_run:
        story = STORIES[run["Name"]]
        if story.runtime in (API, SELENIUM) or run["Status"]["State"] == "FAILED":
            continue
        found = requests(s3, run)
        assert 8 <= len(found) <= 30
        assert all(one.total_ms and one.timings.total for one in found)
        assert all(abs((one.total_ms or 0) - (one.timings.total or 0)) < 0.01 for one in found)
        assert any(one.timings.tls and one.timings.dns and one.timings.wait for one in found)
        assert not any(one.failed for one in found)
        shown = {name.lower(): value for one in found for name, value in masked(one).request_headers}
        assert shown["x-api-key"] == "****"
        assert "****" in shown["authorization"]
        assert "****" in shown["cookie"]
        assert any("token=****" in masked(one).url for one in found)
        assert any(one.request_body and "****" in masked(one).request_body for one in found)


def test_every_request_ends_before_its_run(s3: Any, every_run: list[Run]) -> None:
    for run in every_run:
        if STORIES[run["Name"]].runtime in (API, SELENIUM):
            continue
        ended = moment(run["Timeline"]["Completed"])
        for one in requests(s3, run):
            assert one.started is not None
            assert one.started + timedelta(milliseconds=one.total_ms or 0) <= ended, (run, one)


@pytest.mark.parametrize(
    ("canary", "reason", "status", "error"),
    [
        ("checkout-flow", "Navigation timeout", 0, "net::ERR_ABORTED"),
        ("checkout-flow", "504 Gateway", 504, ""),
        ("search-suggestions", "503 Service", 503, ""),
        ("status-page", "ERR_NAME_NOT_RESOLVED", 0, "net::ERR_NAME_NOT_RESOLVED"),
        ("inventory-sync", "ERR_CONNECTION_REFUSED", 0, "net::ERR_CONNECTION_REFUSED"),
        ("store-locator", "No response returned", 0, "net::ERR_EMPTY_RESPONSE"),
        ("docs-broken-links", "broken link", 404, ""),
    ],
)
def test_the_request_that_failed_fits_the_reason(
    responder: Responder, s3: Any, canary: str, reason: str, status: int, error: str
) -> None:
    run = run_that(responder, canary, "FAILED", reason=reason)
    [failed] = [one for one in requests(s3, run) if one.failed]
    assert (failed.status, failed.error) == (status, error)
    text = run["Status"]["StateReason"]
    assert failed.url in text or "https://" not in text
    counted = report(s3, run).requests
    assert counted is not None
    assert (counted.client_errors, counted.server_errors, counted.failed) == (
        int(400 <= status < 500),
        int(status >= 500),
        int(status == 0),
    )


def test_a_click_that_timed_out_waited_for_a_slow_call(responder: Responder, s3: Any) -> None:
    slow = max(requests(s3, run_that(responder, "payment-3ds-challenge", "FAILED")), key=lambda one: one.total_ms or 0)
    assert (slow.path, slow.failed) == ("/api/confirm-challenge", False)
    assert (slow.total_ms or 0) > 20_000


def test_held_against_a_passing_run_requests_are_gone_new_failed_and_slower(responder: Responder, s3: Any) -> None:
    def by_path(state: str) -> dict[str, Request]:
        run = run_that(responder, "search-suggestions", state)
        return {one.url.partition("?")[0] + one.method: one for one in requests(s3, run)}

    good, bad = by_path("PASSED"), by_path("FAILED")
    assert len(good.keys() & bad.keys()) > 8
    assert good.keys() - bad.keys()
    assert any("error-503.css" in key for key in bad.keys() - good.keys())
    assert any(bad[key].failed and not good[key].failed for key in good.keys() & bad.keys())


def test_an_api_canary_tells_its_calls_and_none_of_its_secrets_when_masked(responder: Responder, s3: Any) -> None:
    run = run_that(responder, "login-api", "FAILED")
    calls = parse_http_report(telling(s3, run, ArtifactKind.HTTP_REQUESTS)).items
    assert [one.failed for one in calls] == [False, True]
    assert calls[-1].error == "connect ETIMEDOUT id.example.com:443"
    assert "client_secret" in calls[-1].request_body
    assert "****" in masked(calls[-1]).request_body


def test_broken_links_are_three_and_none_when_it_passed(responder: Responder, s3: Any) -> None:
    links = parse_links(telling(s3, run_that(responder, "docs-broken-links", "FAILED"), ArtifactKind.LINKS)).items
    assert [link.failed for link in broken_first(links)] == [True] * 3 + [False] * (len(links) - 3)
    assert {link.status for link in links if link.failed} == {404}
    before = parse_links(telling(s3, run_that(responder, "docs-broken-links", "PASSED"), ArtifactKind.LINKS)).items
    assert [link.url for link in before] == [link.url for link in links]
    assert not any(link.failed for link in before)


def test_what_everybody_may_write_into_is_read_clean(responder: Responder, s3: Any) -> None:
    for state in ("PASSED", "FAILED"):
        run = run_that(responder, "guest-book", state)
        found = report(s3, run)
        assert b"\\u001b]0;owned" in telling(s3, run, ArtifactKind.REPORT)
        assert b"\x1b]0;owned" in telling(s3, run, ArtifactKind.LOG)
        names = tuple(artifact.name for artifact in listed(s3, run).artifacts)
        for one in (found, log(s3, run), requests(s3, run), names):
            assert_harmless(one)
        assert any("etc/passwd" in step.name for step in found.steps) == (state == "PASSED")
    assert len(telling(s3, run, ArtifactKind.HAR)) > 1_000_000


@pytest.mark.parametrize("canary", sorted(WITHOUT_FILES))
def test_a_run_that_uploaded_nothing_has_nothing(responder: Responder, s3: Any, canary: str) -> None:
    run = next(run for run in kinds_of_runs(responder, canary, pages=30) if not located(run))
    passed = run_that(responder, canary, "PASSED")
    when = moment(run["Timeline"]["Started"])
    prefix = place(passed).prefix.rsplit("/", 5)[0] + f"/{when:%Y/%m/%d/%H/%M-%S}"
    assert s3.list_objects_v2(Bucket=place(passed).bucket, Prefix=prefix)["KeyCount"] == 0


def test_a_run_under_way_has_nothing_yet() -> None:
    now = NOW
    responder = Responder(lambda: now)
    s3: Any = demo_session(responder).create_client("s3")
    run = runs_page(responder, "bulk-import", MaxResults=1)["CanaryRuns"][0]
    assert run["Status"]["State"] == "RUNNING"
    root = runs_page(responder, "bulk-import")["CanaryRuns"][-1]["ArtifactS3Location"].rsplit("/", 5)[0]
    when = moment(run["Timeline"]["Started"])
    bucket, _, prefix = f"{root}/{when:%Y/%m/%d/%H/%M-%S}".partition("/")
    assert s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] == 0
    now += timedelta(minutes=10)
    assert s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"] > 3
    s3.close()


def test_a_lifecycle_rule_has_deleted_what_is_older_than_twenty_days(responder: Responder, s3: Any) -> None:
    token: dict[str, str] = {}
    emptied = kept = None
    for _ in range(320):
        page = runs_page(responder, "homepage-heartbeat", **token)
        last = page["CanaryRuns"][-1]
        old = NOW - moment(last["Timeline"]["Started"]) > timedelta(days=20)
        emptied, kept = (last, kept) if old else (emptied, last)
        if old or "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert emptied is not None
    assert kept is not None
    assert keys(s3, kept)
    assert keys(s3, emptied) == []


def test_each_location_and_each_dry_run_has_files_of_its_own(responder: Responder, s3: Any) -> None:
    located_runs = kinds_of_runs(responder, "global-landing-page")
    assert {run["Location"] for run in located_runs} == {"eu-west-1", "us-east-1", "eu-west-3"}
    for run in located_runs:
        assert place(run).prefix.split("/")[1] == run["Location"]
        assert report(s3, run).started == moment(run["Timeline"]["Started"])
    for run in runs_page(responder, "release-gate", RunType="DRY_RUN")["CanaryRuns"][:12]:
        assert report(s3, run).started == moment(run["Timeline"]["Started"])


def test_playwright_is_told_from_puppeteer_by_its_archive(responder: Responder, s3: Any) -> None:
    assert STORIES["payment-3ds-challenge"].runtime == PLAYWRIGHT
    data = telling(s3, run_that(responder, "payment-3ds-challenge", "PASSED"), ArtifactKind.HAR)
    assert b'"creator": {"name": "Playwright"' in data


@pytest.fixture
def any_seed() -> Iterator[Any]:
    responder = Responder(NOW, seed=7, region="us-gov-west-1")
    client: Any = demo_session(responder, region="us-gov-west-1").create_client("s3")
    yield responder, client
    client.close()


def test_another_seed_and_partition_tell_the_same_stories(any_seed: Any) -> None:
    responder, client = any_seed
    found = report(client, run_that(responder, "checkout-flow", "FAILED"))
    assert found.failing is not None
    assert found.failing.name == "go to checkout"
