"""What a person would open by mistake, or not find: another run's files, a screenshot as a log, an unclean name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.artifacts import (
    Artifact,
    ArtifactKind,
    ArtifactPlace,
    NoArtifacts,
    RunArtifacts,
    artifact_of,
    place_of,
    why_no_place,
)
from canaryscope.runs.text import clean_line

PREFIX = "canary/eu-west-1/checkout-4f2-0a1b2c3d4e5f/2026/11/22/12/27-07-250"
PLACE = ArtifactPlace("cw-syn-results-123456789012-eu-west-1", PREFIX)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def artifact(name: str, size: int = 100, modified: datetime | None = NOON) -> Artifact:
    made = artifact_of(PLACE, PLACE.folder + name, size, modified)
    assert made is not None
    return made


def of(*names: str) -> RunArtifacts:
    return RunArtifacts(PLACE, tuple(artifact(name) for name in names))


@pytest.mark.parametrize(
    "location",
    [
        f"{PLACE.bucket}/{PREFIX}",
        f"s3://{PLACE.bucket}/{PREFIX}",
        f"S3://{PLACE.bucket}/{PREFIX}/",
        f"  {PLACE.bucket}/{PREFIX}// ",
    ],
)
def test_a_location_is_found_with_and_without_its_scheme(location: str) -> None:
    assert place_of(location) == PLACE


@pytest.mark.parametrize(
    ("location", "why"),
    [
        (None, NoArtifacts.ABSENT),
        ("", NoArtifacts.ABSENT),
        (" / ", NoArtifacts.ABSENT),
        ("No data", NoArtifacts.NO_DATA),
        ("no data", NoArtifacts.NO_DATA),
        ("bucket", NoArtifacts.MALFORMED),
        ("s3://bucket/", NoArtifacts.MALFORMED),
        ("arn:aws:s3:::bucket/canary", NoArtifacts.MALFORMED),
        ("https://s3.amazonaws.com/bucket/canary", NoArtifacts.MALFORMED),
        ("/canary/x", NoArtifacts.MALFORMED),
        ("b/canary", NoArtifacts.MALFORMED),
        ("buck et/canary", NoArtifacts.MALFORMED),
    ],
)
def test_a_run_without_a_place_says_why(location: str | None, why: NoArtifacts) -> None:
    assert place_of(location) is None
    assert why_no_place(location) is why
    assert why.sentence.endswith(".")


@given(st.text())
def test_any_location_is_a_place_or_has_a_reason(location: str) -> None:
    place = place_of(location)
    if place is None:
        assert why_no_place(location) in NoArtifacts
    else:
        assert f"{place.bucket}/{place.prefix}" in location
        assert "/" not in place.bucket + place.prefix[-1]


def test_another_run_whose_prefix_begins_alike_is_not_this_one() -> None:
    assert PLACE.folder == f"{PREFIX}/"
    for key in (f"{PREFIX}1/log.txt", PREFIX, f"{PREFIX}/", "elsewhere/log.txt"):
        assert artifact_of(PLACE, key, 100, NOON) is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SyntheticsReport-PASSED.json", ArtifactKind.REPORT),
        ("SyntheticsReport-FAILED.json", ArtifactKind.REPORT),
        ("CHROME/syntheticsreport-failed.json", ArtifactKind.REPORT),
        ("2026-11-22T12-27-07-820Z-log.txt", ArtifactKind.LOG),
        ("FIREFOX/2026-11-22T12-27-07-820Z-LOG.TXT", ArtifactKind.LOG),
        ("chromedriver.log", ArtifactKind.LOG),
        ("results.har.html", ArtifactKind.HAR),
        ("2026-11-22T12-27-07-820Z-results.har.html", ArtifactKind.HAR),
        ("results.har", ArtifactKind.HAR),
        ("CHROME/results.HAR.gz", ArtifactKind.HAR),
        ("HttpRequestsReport.json", ArtifactKind.HTTP_REQUESTS),
        ("BrokenLinkCheckerReport.json", ArtifactKind.LINKS),
        ("01-home-loaded.png", ArtifactKind.SCREENSHOT),
        ("CHROME/02-pay-failed.PNG", ArtifactKind.SCREENSHOT),
        ("03-checkout-succeeded.jpeg", ArtifactKind.SCREENSHOT),
        ("log.txt.png", ArtifactKind.SCREENSHOT),
        ("catalog.txt", ArtifactKind.OTHER),
        ("results.html", ArtifactKind.OTHER),
        ("trace.zip", ArtifactKind.OTHER),
        ("log.txt/../notes", ArtifactKind.OTHER),
        ("SyntheticsReport-FAILED.json\n", ArtifactKind.OTHER),
    ],
)
def test_a_file_is_known_by_its_name(name: str, kind: ArtifactKind) -> None:
    assert artifact(name).kind is kind


@given(st.text(min_size=1))
def test_a_name_is_clean_whatever_the_key_is_and_the_key_stays_as_it_is(inside: str) -> None:
    made = artifact_of(PLACE, PLACE.folder + inside, 1, None)
    assert made is not None
    assert made.key == PLACE.folder + inside
    assert made.name
    assert clean_line(made.name) == made.name


def test_a_name_of_nothing_but_control_characters_can_still_be_seen() -> None:
    assert artifact("\u202e\x1b[2J").name.isprintable()


@pytest.mark.parametrize(
    ("etag", "kept"),
    [('"9e107d9d"', True), ('"9e10-12"', True), ("9e10", False), ('W/"9e10"', False), ('"a\r\nb"', False)],
)
def test_an_etag_is_kept_if_it_can_be_sent_back_as_it_is(etag: str, kept: bool) -> None:
    made = artifact_of(PLACE, f"{PREFIX}/1.png", 1, NOON, etag)
    assert made is not None
    assert made.etag == (etag if kept else "")


def test_the_empty_object_that_stands_for_a_folder_is_no_artifact() -> None:
    assert artifact_of(PLACE, f"{PREFIX}/CHROME/", 0, NOON) is None
    assert artifact_of(PLACE, f"{PREFIX}/empty.txt", 0, NOON) is not None


def test_times_are_told_in_utc() -> None:
    east = timezone(timedelta(hours=2))
    assert artifact("a", modified=datetime(2026, 11, 22, 14, tzinfo=east)).modified == NOON
    assert artifact("a", modified=datetime(2026, 11, 22, 12)).modified == NOON  # noqa: DTZ001 - the point of it


def test_the_failed_report_is_opened_before_the_passed_one() -> None:
    found = of("SyntheticsReport-FAILED.json", "SyntheticsReport-PASSED.json").telling(ArtifactKind.REPORT)
    assert found is not None
    assert found.name == "SyntheticsReport-FAILED.json"


def test_a_har_that_needs_no_unpacking_is_opened_first() -> None:
    names = ["results.har", "results.har.gz", "results.har.html"]
    while names:
        found = of(*sorted(names, reverse=True)).telling(ArtifactKind.HAR)
        assert found is not None
        assert found.name == names.pop(0)


def test_of_two_logs_the_newer_one_is_opened() -> None:
    logs = (artifact("a-log.txt", modified=NOON + timedelta(seconds=1)), artifact("b-log.txt"))
    assert RunArtifacts(PLACE, logs).telling(ArtifactKind.LOG) is logs[0]


def test_each_browser_has_its_own_files() -> None:
    found = of("CHROME/SyntheticsReport-FAILED.json", "FIREFOX/SyntheticsReport-PASSED.json", "log.txt")
    for browser, state in (("CHROME", "FAILED"), ("FIREFOX", "PASSED")):
        report = found.telling(ArtifactKind.REPORT, browser)
        assert report is not None
        assert report.name == f"{browser}/SyntheticsReport-{state}.json"
    log = found.telling(ArtifactKind.LOG, "FIREFOX")
    assert log is not None
    assert log.name == "log.txt"


def test_what_a_run_did_not_leave_is_not_found() -> None:
    assert of("log.txt").telling(ArtifactKind.HAR) is None
    assert of("1.png", "log.txt", "2.png").of_kind(ArtifactKind.SCREENSHOT) == (artifact("1.png"), artifact("2.png"))
