"""A run's files read in the process that talks to AWS: what crosses, what is kept there, what is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from canaryscope.aws import evidence as evidence_module
from canaryscope.aws.evidence import Evidence
from canaryscope.evidence.artifacts import Artifact, ArtifactPlace, artifact_of
from canaryscope.evidence.document import BYTES
from canaryscope.evidence.log_search import LogErrors, LogMatches, LogQuestion
from canaryscope.evidence.log_text import ByteRange
from canaryscope.evidence.reading import Reading
from canaryscope.runs.errors import NotFound, Stopped, Unreadable

PLACE = ArtifactPlace("results", "canary/x")
ETAG = '"781e5e24"'


class Store:
    """Objects by name, read by range; `asked` keeps which ranges."""

    def __init__(self, objects: Mapping[str, bytes]) -> None:
        self.objects = {PLACE.folder + name: data for name, data in objects.items()}
        self.asked: list[tuple[str, int, int]] = []

    def read_artifact(self, bucket: str, key: str, first: int, last: int, etag: str, reading: Reading) -> bytes:
        assert (bucket, etag) == ("results", ETAG)
        self.asked.append((key.removeprefix(PLACE.folder), first, last))
        if key not in self.objects:
            raise NotFound(f"{key} is gone.")
        reading.reached(last + 1)
        return self.objects[key][first : last + 1]

    def artifact(self, name: str, size: int | None = None) -> Artifact:
        key = PLACE.folder + name
        found = artifact_of(PLACE, key, len(self.objects[key]) if size is None else size, None, ETAG)
        assert found is not None
        return found


def evidence(store: Store) -> Evidence:
    return Evidence(cast("Any", store))


def har(*urls: str) -> bytes:
    entries = [
        {
            "request": {"url": url, "headers": [{"name": "Cookie", "value": "a=b"}], "postData": {"text": "body"}},
            "response": {"status": 200, "content": {"text": "answer"}},
        }
        for url in urls
    ]
    return json.dumps({"log": {"entries": entries}}).encode()


def test_a_list_of_requests_is_without_their_headers_and_bodies_and_each_of_them_whole_without_another_call() -> None:
    store = Store({"results.har": har("https://a/1", "https://a/2")})
    it, file = evidence(store), store.artifact("results.har")
    listed = it.requests("results", file, Reading()).items
    assert [request.url for request in listed] == ["https://a/1", "https://a/2"]
    assert all(not (request.request_headers or request.request_body or request.response_body) for request in listed)
    whole = it.request("results", file, 1, Reading())
    assert (whole.url, whole.request_body, whole.response_body) == ("https://a/2", "body", "answer")
    assert whole.request_headers == (("Cookie", "a=b"),)
    assert len(store.asked) == 1


def test_a_request_is_found_where_what_was_read_is_no_longer_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store({"a.har": har("https://a/"), "b.har": har("https://b/")})
    monkeypatch.setattr(evidence_module, "KEPT", 10)
    it = evidence(store)
    for name in ("a.har", "b.har"):
        it.requests("results", store.artifact(name), Reading())
    assert it.request("results", store.artifact("a.har"), 0, Reading()).host == "a"
    assert [name for name, _, _ in store.asked] == ["a.har", "b.har", "a.har"]


def test_requests_of_an_api_canary_come_from_its_own_report() -> None:
    store = Store({"HttpRequestsReport.json": b'[{"requestUrl": "https://api/", "response": {"statusCode": 503}}]'})
    (request,) = evidence(store).requests("results", store.artifact("HttpRequestsReport.json"), Reading()).items
    assert (request.host, request.status) == ("api", 503)


def test_a_report_and_links_are_read() -> None:
    store = Store(
        {
            "SyntheticsReport-FAILED.json": b'{"customerScript": {"status": "FAILED"}}',
            "BrokenLinkCheckerReport.json": b'{"links": {"https://a/": {}}}',
        }
    )
    it = evidence(store)
    assert it.report("results", store.artifact("SyntheticsReport-FAILED.json"), Reading()).status == "FAILED"
    assert len(it.links("results", store.artifact("BrokenLinkCheckerReport.json"), Reading()).items) == 1


def test_a_large_file_comes_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    data = har("https://a/")
    monkeypatch.setattr(evidence_module, "PART", len(data) - 4)
    store, told = Store({"results.har": data}), list[int]()
    evidence(store).requests("results", store.artifact("results.har"), Reading(told.append))
    assert told == [len(data) - 4, len(data)]


def test_a_file_too_large_to_be_read_whole_is_refused_before_it_is_asked_for() -> None:
    store = Store({"results.har": b""})
    with pytest.raises(Unreadable, match=r"results\.har has 67 MB"):
        evidence(store).requests("results", store.artifact("results.har", BYTES + 1), Reading())
    assert store.asked == []


@pytest.mark.parametrize("data", [b"", b"not JSON", b"[" * 100_000, b"\x1f\x8b" + b"\0" * 20])
def test_what_is_no_har_is_a_sentence_that_names_the_file(data: bytes) -> None:
    store = Store({"results.har": data})
    with pytest.raises(Unreadable, match=r"results\.har"):
        evidence(store).requests("results", store.artifact("results.har"), Reading())


def test_a_request_that_is_no_longer_there_is_a_sentence() -> None:
    store = Store({"results.har": har()})
    with pytest.raises(Unreadable, match="written anew"):
        evidence(store).request("results", store.artifact("results.har"), 0, Reading())


def test_a_reading_that_was_stopped_goes_no_further() -> None:
    store, reading = Store({"SyntheticsReport-FAILED.json": b"{}"}), Reading()
    reading.stop()
    with pytest.raises(Stopped):
        evidence(store).report("results", store.artifact("SyntheticsReport-FAILED.json"), reading)


LOG = b"INFO: a\nERROR: b\n at c\nINFO: d\n"


def test_a_log_is_searched_where_its_bytes_come_in_and_only_what_was_found_crosses() -> None:
    store = Store({"log.txt": LOG})
    it, file, part = evidence(store), store.artifact("log.txt"), ByteRange(0, len(LOG) - 1)
    found = it.search_log("results", file, part, LogQuestion("^info"), Reading())
    assert isinstance(found, LogMatches)
    assert [place.at for place in found.places] == [0, 23]
    errors = it.search_log("results", file, part, LogQuestion(None), Reading())
    assert isinstance(errors, LogErrors)
    assert [line.text for line in errors.lines] == ["ERROR: b", " at c"]
    assert store.asked == [("log.txt", 0, len(LOG) - 1)] * 2


def test_a_pattern_that_takes_too_long_is_a_sentence_and_a_stopped_search_ends_between_blocks() -> None:
    store = Store({"log.txt": b"\n".join([b"x" * 4_000] * 50)})
    it, file = evidence(store), store.artifact("log.txt")
    part = ByteRange(0, file.size - 1)
    with pytest.raises(Unreadable, match="takes too long on this log"):
        it.search_log("results", file, part, LogQuestion("(x+x+)+y"), Reading())
    reading = Reading(lambda count: reading.stop())
    with pytest.raises(Stopped):
        it.search_log("results", file, part, LogQuestion("y"), reading)
