"""A run's artifacts in S3: against moto's S3, which nobody here wrote, and where that is too kind, a loopback peer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from moto.s3.models import s3_backends

from canaryscope.aws import session as session_module
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws.session import Connection
from canaryscope.background import Background
from canaryscope.demo.border import _response
from canaryscope.demo.responder import Reply
from canaryscope.evidence.artifacts import PART, ArtifactKind, ArtifactPlace
from canaryscope.evidence.save_plan import files_to_save
from canaryscope.runs import errors
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError
from canaryscope.saving import Saving
from canaryscope.source import Source
from peer import Answer, Cut, Fault, Hang, Peer, Reset, html_page
from peer.moto_server import moto_server
from peer.moto_server import writer as writing
from peer.s3 import listing, part, refusal

Connecting = Callable[..., Connection]
BUCKET = "cw-syn-results-123456789012-eu-west-1"
PLACE = ArtifactPlace(BUCKET, "canary/eu-west-1/checkout-4f2-0a1b2c3d4e5f/2026/11/22/12/27-07-250")
KEY = f"{PLACE.folder}SyntheticsReport-FAILED.json"
WHO = "arn:aws:sts::123456789012:assumed-role/on-call/jo"
ODD = [
    "../../x.txt",
    "..",
    "a b+c&d.txt",
    "ü€😀.png",
    "//double",
    "%2F%41",
    "q?r#s",
    "<x>&amp;",
    "\x01ctl",
    "\u202e.png",
]


@pytest.fixture(scope="module")
def moto(
    recording: Callable[[str], tuple[Connection, list[CallRecord]]],
) -> Iterator[tuple[Any, Connection, list[CallRecord]]]:
    """moto's S3 on a loopback port: a client that may write there, and the connection that is tested."""
    with moto_server() as url:
        client = writing(url, "s3", "ap-southeast-2")
        elsewhere = {"LocationConstraint": "ap-southeast-2"}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=elsewhere)
        yield client, *recording(url)
        client.close()


@pytest.fixture
def writer(moto: tuple[Any, Connection, list[CallRecord]]) -> Any:
    return moto[0]


@pytest.fixture
def s3(moto: tuple[Any, Connection, list[CallRecord]]) -> Connection:
    moto[2].clear()
    return moto[1]


@pytest.fixture
def records(moto: tuple[Any, Connection, list[CallRecord]]) -> list[CallRecord]:
    return moto[2]


def put(writer: Any, name: str, body: bytes = b"x", place: ArtifactPlace = PLACE) -> None:
    writer.put_object(Bucket=place.bucket, Key=place.folder + name, Body=body)


def test_a_server_that_is_not_aws_is_asked_for_the_bucket_in_the_path(
    connecting: Callable[..., Connection], peer: Peer, keys: None, home: Path
) -> None:
    """`bucket.localhost` has no address on most machines."""
    url = peer.url.replace("127.0.0.1", "localhost")
    peer.script("ListObjectsV2", listing(f"{PLACE.folder}a-log.txt"))
    found = connecting(region="eu-west-1", endpoint_url=url).artifacts.list_artifacts(PLACE)
    assert [artifact.name for artifact in found.artifacts] == ["a-log.txt"]
    (home / ".aws" / "config").write_text("[default]\ns3 =\n  addressing_style = virtual\n")
    s3: Any = connecting(region="eu-west-1", endpoint_url=url)._client("s3")
    assert s3.meta.config.s3["addressing_style"] == "virtual", "unless a person says otherwise"


# --- what moto's S3 answers


def test_the_artifacts_of_a_run_are_listed_and_those_of_the_run_whose_name_begins_alike_are_not(
    writer: Any, s3: Connection, records: list[CallRecord]
) -> None:
    for name in ("SyntheticsReport-FAILED.json", "2026-11-22T12-27-07-820Z-log.txt", "CHROME/01-home-loaded.png"):
        put(writer, name, b"12345")
    put(writer, "CHROME/", b"")
    put(writer, "other-log.txt", place=ArtifactPlace(BUCKET, PLACE.prefix + "1"))
    found = s3.artifacts.list_artifacts(PLACE)
    assert [(artifact.name, artifact.kind, artifact.size) for artifact in found.artifacts] == [
        ("2026-11-22T12-27-07-820Z-log.txt", ArtifactKind.LOG, 5),
        ("CHROME/01-home-loaded.png", ArtifactKind.SCREENSHOT, 5),
        ("SyntheticsReport-FAILED.json", ArtifactKind.REPORT, 5),
    ]
    assert all(artifact.modified is not None for artifact in found.artifacts)
    assert (found.place, found.cut) == (PLACE, False)
    (record,) = records
    assert (record.service, record.operation, record.outcome) == ("s3", "ListObjectsV2", "3 artifacts")
    assert (record.failed, record.http_status) == (False, 200)
    assert dict(record.params) == {"Bucket": BUCKET, "Prefix": PLACE.folder, "MaxKeys": "1000"}


def test_a_run_that_left_nothing_has_no_artifacts(s3: Connection) -> None:
    assert s3.artifacts.list_artifacts(ArtifactPlace(BUCKET, "canary/nothing")).artifacts == ()


def test_of_more_artifacts_than_are_listed_it_says_that_there_are_more(s3: Connection) -> None:
    place = ArtifactPlace(BUCKET, "canary/many")
    bucket = s3_backends["123456789012"]["aws"]  # moto's own store: 1,200 requests would take seconds
    for number in range(1_000):
        bucket.put_object(BUCKET, f"{place.folder}{number:04}-step.png", b"x")
    all_of_them = s3.artifacts.list_artifacts(place)
    assert (len(all_of_them.artifacts), all_of_them.cut) == (1_000, False)
    for number in range(1_000, 1_200):
        bucket.put_object(BUCKET, f"{place.folder}{number:04}-step.png", b"x")
    too_many = s3.artifacts.list_artifacts(place)
    assert (len(too_many.artifacts), too_many.cut) == (1_000, True)


@pytest.mark.parametrize("name", ODD)
def test_a_key_of_any_kind_is_listed_cleanly_and_read_by_what_it_is(writer: Any, s3: Connection, name: str) -> None:
    place = ArtifactPlace(BUCKET, f"odd/{ODD.index(name)}")
    put(writer, name, name.encode(), place)
    (artifact,) = s3.artifacts.list_artifacts(place).artifacts
    assert artifact.key == place.folder + name
    assert artifact.name.isprintable()
    assert s3.artifacts.read_artifact(BUCKET, artifact.key, 0, artifact.size - 1) == name.encode()


@pytest.mark.parametrize(("first", "last"), [(0, 0), (0, 9), (3, 6), (9, 9), (0, 8)])
def test_a_range_is_these_bytes_and_no_others(
    writer: Any, s3: Connection, records: list[CallRecord], first: int, last: int
) -> None:
    put(writer, "digits", b"0123456789")
    assert s3.artifacts.read_artifact(BUCKET, f"{PLACE.folder}digits", first, last) == b"0123456789"[first : last + 1]
    assert dict(records[-1].params)["Range"] == f"bytes={first}-{last}"
    assert records[-1].outcome == f"{last - first + 1} bytes"


@pytest.mark.parametrize(("first", "last"), [(5, 20), (10, 19), (0, PART)])
def test_an_object_that_is_shorter_than_it_was_is_told_and_not_shown_as_the_whole(
    writer: Any, s3: Connection, first: int, last: int
) -> None:
    put(writer, "digits", b"0123456789")
    with pytest.raises(SourceError) as caught:
        s3.artifacts.read_artifact(BUCKET, f"{PLACE.folder}digits", first, last)
    assert isinstance(caught.value, errors.Malformed | errors.NotFound | errors.InvalidRequest)


def test_an_object_that_was_written_anew_is_told_and_parts_of_two_are_never_put_together(
    writer: Any, s3: Connection, records: list[CallRecord]
) -> None:
    place = ArtifactPlace(BUCKET, "canary/anew")
    put(writer, "run-log.txt", b"0123456789", place)
    (log,) = s3.artifacts.list_artifacts(place).artifacts
    assert log.etag == '"781e5e245d69b566979b86e28d23f2c7"'
    assert s3.artifacts.read_artifact(BUCKET, log.key, 0, 4, log.etag) == b"01234"
    assert dict(records[-1].params)["IfMatch"] == log.etag
    put(writer, "run-log.txt", b"abcdefghij", place)
    with pytest.raises(errors.Malformed) as caught:
        s3.artifacts.read_artifact(BUCKET, log.key, 5, 9, log.etag)
    assert caught.value.sentence == '"run-log.txt" was written anew since it was listed.'
    assert caught.value.code == "PreconditionFailed"
    assert s3.artifacts.read_artifact(BUCKET, log.key, 5, 9) == b"fghij"


@pytest.mark.parametrize(("first", "last"), [(-5, -1), (5, 4), (0, PART)])
def test_nothing_is_asked_that_would_be_the_whole_of_a_large_object(
    s3: Connection, records: list[CallRecord], first: int, last: int
) -> None:
    with pytest.raises(errors.InvalidRequest):
        s3.artifacts.read_artifact(BUCKET, KEY, first, last)
    assert records == []


def test_an_artifact_that_is_gone_may_have_met_a_lifecycle_rule(s3: Connection) -> None:
    with pytest.raises(errors.NotFound) as caught:
        s3.artifacts.read_artifact(BUCKET, f"{PLACE.folder}gone-log.txt", 0, 9)
    assert caught.value.sentence == f'"gone-log.txt" is no longer in the bucket {BUCKET}.'
    assert "lifecycle" in caught.value.hint


def test_a_bucket_that_is_gone_is_named(s3: Connection) -> None:
    with pytest.raises(errors.NotFound, match="There is no bucket gone-bucket"):
        s3.artifacts.list_artifacts(ArtifactPlace("gone-bucket", "canary/x"))


def test_a_bucket_that_cannot_be_one_is_the_locations_fault(s3: Connection) -> None:
    with pytest.raises(errors.InvalidRequest) as caught:
        s3.artifacts.list_artifacts(ArtifactPlace("no/bucket", "canary/x"))
    assert "ArtifactS3Location" in caught.value.hint


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_artifacts_with_keys_of_any_kind_are_saved_whole_and_inside_the_folder(
    writer: Any, s3: Connection, tmp_path: Path
) -> None:
    place = ArtifactPlace(BUCKET, "canary/saved")
    for name in ODD:
        put(writer, name, name.encode(), place)
    background = Background()
    source = Source(ConnectionOptions(), background, lambda *_: s3)
    files = files_to_save(await source.artifacts(place), "run")
    outcome = await Saving(source, background, BUCKET, files, tmp_path / "chosen").run()
    assert (outcome.files, outcome.failures) == (len(ODD), ())
    saved = files_below(tmp_path)
    assert sorted(path.read_bytes() for path in saved) == sorted(name.encode() for name in ODD)
    assert all(path.is_relative_to(tmp_path / "chosen" / "run") for path in saved)


# --- what a peer answers


def failure(connection: Connection) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connection.artifacts.list_artifacts(PLACE)
    return caught.value


def failure_to_read(connection: Connection) -> SourceError:
    with pytest.raises(SourceError) as caught:
        connection.artifacts.read_artifact(BUCKET, KEY, 0, 9)
    return caught.value


def test_a_newline_in_a_key_is_no_newline_on_the_screen(peer: Peer, connection: Connection) -> None:
    peer.script(None, listing(f"{PLACE.folder}a\nb\r\x1b[31m.png"))
    (artifact,) = connection.artifacts.list_artifacts(PLACE).artifacts
    assert (artifact.key, artifact.name) == (f"{PLACE.folder}a\nb\r\x1b[31m.png", "a b .png")
    peer.script(None, part(b"0123456789"))
    assert len(connection.artifacts.read_artifact(BUCKET, artifact.key, 0, 9)) == 10
    assert peer.calls[-1].params["Key"].endswith("a\nb\r\x1b[31m.png")


def test_short_pages_are_put_together_and_their_tokens_are_not_in_the_log(
    peer: Peer, connection: Connection, log: list[CallRecord]
) -> None:
    peer.script(None, listing(f"{PLACE.folder}b.png"))
    peer.script(None, listing(f"{PLACE.folder}a.png", token="1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J"), calls={1})
    found = connection.artifacts.list_artifacts(PLACE)
    assert ([artifact.name for artifact in found.artifacts], found.cut) == (["a.png", "b.png"], False)
    assert [record.outcome for record in log] == ["1 artifacts, more below", "1 artifacts"]
    assert dict(log[1].params)["ContinuationToken"] == "1ueGcxLP…"


def test_a_server_that_has_always_one_page_more_is_not_asked_for_ever(peer: Peer, connection: Connection) -> None:
    peer.script(None, listing(token="again"))
    found = connection.artifacts.list_artifacts(PLACE)
    assert (found.artifacts, found.cut) == ((), True)
    assert peer.count() == 10


@pytest.mark.parametrize(
    "first",
    [
        refusal(301, "PermanentRedirect", x_amz_bucket_region="ap-southeast-2"),
        refusal(400, "AuthorizationHeaderMalformed", more="<Region>ap-southeast-2</Region>"),
        refusal(400, "IllegalLocationConstraintException", x_amz_bucket_region="ap-southeast-2"),
        Answer(307, b"", {"x-amz-bucket-region": "ap-southeast-2"}),
    ],
    ids=lambda answer: f"{answer.status}",
)
def test_a_bucket_in_another_region_is_asked_there_and_the_next_time_at_once(
    peer: Peer, connection: Connection, first: Answer
) -> None:
    place = ArtifactPlace(f"far-{first.status}-{len(first.body)}", PLACE.prefix)
    signed: list[str] = []
    client = connection._client("s3")
    client.meta.events.register("before-send.s3", note := partial(note_region, signed))
    peer.script(None, listing(f"{place.folder}a.png"))
    peer.script(None, first, calls={1})
    for _ in range(2):
        assert len(connection.artifacts.list_artifacts(place).artifacts) == 1
    client.meta.events.unregister("before-send.s3", note)
    assert signed == ["eu-west-1", "ap-southeast-2", "ap-southeast-2"]


def note_region(signed: list[str], request: Any, **_: object) -> None:
    """The Region in the scope of an Authorization header: Credential=AKIA…/20261122/eu-west-1/s3/aws4_request."""
    signed.append(str(request.headers["Authorization"]).split("/")[2])


def test_at_aws_itself_a_bucket_in_another_region_has_another_host(keys: None, connecting: Connecting) -> None:
    hosts: list[str] = []

    def answer(request: Any, **_: object) -> AWSResponse:
        hosts.append(str(urlsplit(request.url).hostname))
        sent = listing() if len(hosts) > 1 else refusal(301, "PermanentRedirect", x_amz_bucket_region="ap-southeast-2")
        return _response(request.url, Reply(sent.status, sent.headers, sent.body))

    connection = connecting(region="eu-west-1")
    events: Any = connection._client("s3").meta.events
    events.register("before-send.s3", answer)
    assert connection.artifacts.list_artifacts(PLACE).artifacts == ()
    assert hosts == [f"{BUCKET}.s3.eu-west-1.amazonaws.com", f"{BUCKET}.s3.ap-southeast-2.amazonaws.com"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html_page(302), "names no Region"),
        (Answer(301, b"", {"Location": "http://127.0.0.1:9/"}), "names no Region"),
        (refusal(400, "PermanentRedirect"), "names no Region"),
        (refusal(301, "PermanentRedirect", x_amz_bucket_region="ap-southeast-2"), "again"),
        (html_page(), "a web page"),
        (Answer(200, b"<html><head><title>Sign in\x1b[31m</title></head></html>"), 'a web page ("Sign in")'),
        (Answer(200, b""), "empty"),
        (Answer(200, b"{}"), "shape"),
        (Answer(200, b"<ListAllMyBucketsResult/>"), "XML of another shape"),
        (Answer(200, listing("a", "b").body[:200]), "breaks off"),
        (Answer(200, listing("a").body.replace(b"<Size>10</Size>", b"<Size>big</Size>")), "shape"),
        (Answer(200, listing("a").body.replace(b"<Key>a</Key>", b"")), "shape"),
        (Answer(200, listing("a").body.replace(b"<Key>a</Key>", b"<Key>")), "damaged"),
    ],
)
def test_a_listing_that_is_none_is_told_and_never_a_run_without_artifacts(
    peer: Peer, connection: Connection, log: list[CallRecord], answer: Answer, words: str
) -> None:
    peer.script(None, answer)
    told = failure(connection)
    assert isinstance(told, errors.Malformed)
    assert words in told.sentence
    assert told.sentence.isprintable()
    assert log[0].failed


def test_a_listing_as_other_servers_write_it_is_one(peer: Peer, connection: Connection) -> None:
    for body in (b"<ListBucketResult/>", b'<?xml version="1.0"?>\n<ListBucketResult></ListBucketResult>\n\n'):
        peer.script(None, Answer(200, body))
        assert connection.artifacts.list_artifacts(PLACE).artifacts == ()


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refusal(403, "ExpiredToken"), errors.CredentialsExpired, "expired"),
        (refusal(403, "InvalidAccessKeyId"), errors.CredentialsRejected, "does not accept"),
        (refusal(403, "RequestTimeTooSkewed"), errors.ClockSkewed, "clock"),
        (refusal(503, "SlowDown", "Please reduce your request rate."), errors.Throttled, "ListObjectsV2"),
        (refusal(500, "InternalError"), errors.ServiceFailure, "HTTP 500"),
        (Answer(200, refusal(500, "InternalError").body), errors.ServiceFailure, "Because"),
        (refusal(400, "RequestTimeout"), errors.TimedOut, "ListObjectsV2"),
        (html_page(503), errors.ServiceFailure, "503"),
        (Answer(403, b"<html><title>Blocked by policy & co</title>"), errors.AccessDenied, "Blocked by policy & co"),
        (Answer(404, b""), errors.NotFound, "HTTP 404"),
        (Answer(418, b"plain words"), SourceError, "plain words"),
    ],
)
def test_every_error_has_its_kind_and_its_words(
    peer: Peer, connection: Connection, answer: Answer, kind: type[SourceError], words: str
) -> None:
    peer.script(None, answer)
    told = failure(connection)
    assert type(told) is kind
    assert words in told.sentence
    assert "<" not in told.sentence


def test_a_missing_permission_to_list_is_named_with_the_bucket(peer: Peer, connection: Connection) -> None:
    peer.script(None, refusal(403, "AccessDenied", "Access Denied"))
    told = failure(connection)
    assert isinstance(told, errors.AccessDenied)
    assert f"s3:ListBucket on the bucket {BUCKET}" in told.sentence
    assert told.hint == "Ask an administrator for the permission s3:ListBucket."
    assert told.request_id == "4442587FB7D0A2F9"


def test_a_missing_permission_to_read_is_named_and_that_the_key_may_be_meant(
    peer: Peer, connection: Connection
) -> None:
    peer.script(None, refusal(403, "AccessDenied", "Access Denied"))
    told = failure_to_read(connection)
    assert isinstance(told, errors.AccessDenied)
    assert "s3:GetObject" in told.sentence
    assert "permission s3:GetObject." in told.hint
    assert "kms:Decrypt" in told.hint


def test_a_missing_permission_that_s3_names_is_the_one_that_is_asked_for(peer: Peer, connection: Connection) -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/0f8fad5b"
    text = f"User: {WHO} is not authorized to perform: kms:Decrypt on resource: {key} because no policy allows it"
    peer.script(None, refusal(403, "AccessDenied", text))
    told = failure_to_read(connection)
    assert isinstance(told, errors.AccessDenied)
    assert told.sentence == f"Access denied to kms:Decrypt on {key} for {WHO}."
    assert told.hint == "Ask an administrator for the permission kms:Decrypt."


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (refusal(400, "KMS.DisabledException", f"{WHO} is disabled."), "disabled or deleted"),
        (refusal(400, "KMS.NotFoundException", "No key"), "disabled or deleted"),
        (
            refusal(403, "AccessDenied", "The ciphertext refers to a customer master key that does not exist"),
            "kms:Decrypt",
        ),
        (refusal(403, "KMS.AccessDeniedException"), "kms:Decrypt"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_from_an_object_that_may_not_be_read(
    peer: Peer, connection: Connection, answer: Answer, hint: str
) -> None:
    peer.script(None, answer)
    told = failure_to_read(connection)
    assert isinstance(told, errors.AccessDenied)
    assert '"SyntheticsReport-FAILED.json" is encrypted' in told.sentence
    assert hint in told.hint


def test_an_archived_object_is_not_called_forbidden(peer: Peer, connection: Connection) -> None:
    peer.script(None, refusal(403, "InvalidObjectState", more="<StorageClass>GLACIER</StorageClass>"))
    told = failure_to_read(connection)
    assert isinstance(told, errors.InvalidRequest)
    assert "archived" in told.sentence


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (html_page(), "ETag"),
        (part(b"0123456789", 5), "range"),
        (part(b"01234"), "range"),
        (part(b"0123456789" * 2), "range"),
        (Answer(200, b"0123456789" * 2, {"ETag": '"0"'}), "range"),
        (Answer(206, b"0123456789" * 2, {"ETag": '"0"', "Content-Range": "bytes 0-9/30"}), "as many"),
        (Answer(200, b"0123456789" * 2, {"ETag": '"0"', "Content-Range": "nonsense"}), "range"),
    ],
)
def test_bytes_that_were_not_asked_for_are_never_taken_for_those(
    peer: Peer, connection: Connection, answer: Answer, words: str
) -> None:
    peer.script(None, answer)
    told = failure_to_read(connection)
    assert isinstance(told, errors.Malformed)
    assert words in told.sentence


def test_a_server_that_knows_no_ranges_may_send_the_whole_if_that_is_the_same(
    peer: Peer, connection: Connection
) -> None:
    peer.script(None, Answer(200, b"0123456789", {"ETag": '"0"'}))
    assert connection.artifacts.read_artifact(BUCKET, KEY, 0, 9) == b"0123456789"


class Serving:
    """A Responder that gives every request the same answer, so that a fault has one to spoil."""

    def __init__(self, answer: Answer) -> None:
        self._reply = Reply(answer.status, answer.headers, answer.body)

    def respond(self, *_request: object) -> Reply:
        return self._reply


@pytest.mark.parametrize("fault", [Cut(0), Cut(0.5), Reset(), Reset(within=True)])
@pytest.mark.parametrize("asked", [failure, failure_to_read])
def test_what_was_cut_off_is_no_answer_and_is_not_asked_for_again_unasked(
    peer: Peer,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    asked: Callable[[Connection], SourceError],
) -> None:
    answer = listing(f"{PLACE.folder}a.png") if asked is failure else part(b"0123456789")
    monkeypatch.setattr(peer, "responder", Serving(answer))
    peer.script(None, fault)
    told = asked(connection)
    assert isinstance(told, errors.Unreachable)
    assert "cut off" in told.sentence or "closed before" in told.sentence
    assert peer.count() == 1
    peer.forgive()
    if asked is failure:
        assert len(connection.artifacts.list_artifacts(PLACE).artifacts) == 1
    else:
        assert connection.artifacts.read_artifact(BUCKET, KEY, 0, 9) == b"0123456789"


@pytest.mark.parametrize("asked", [failure, failure_to_read])
def test_an_answer_that_does_not_come_ends(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch, asked: Any
) -> None:
    quick = Config(connect_timeout=0.2, read_timeout=0.2, retries={"total_max_attempts": 1})
    monkeypatch.setattr(session_module, "_CONFIG", quick)
    peer.script(None, Hang())
    told = asked(connecting(region="eu-west-1", endpoint_url=peer.url))
    assert isinstance(told, errors.TimedOut)
    assert peer.count() == 1


# --- where S3 is asked


def asked_of(peer: Peer, connection: Connection) -> int:
    """How many calls come to `peer` when artifacts are listed."""
    peer.script(None, listing())
    try:
        connection.artifacts.list_artifacts(PLACE)
    except errors.Unreachable:
        return 0
    return peer.count()


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS's own hosts are asked through a proxy that is not there."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_an_endpoint_that_is_no_host_of_aws_is_asked_for_s3_too(
    peer: Peer, keys: None, connecting: Connecting, offline: None
) -> None:
    connection = connecting(region="eu-west-1", endpoint_url=peer.url)
    assert asked_of(peer, connection) == 1
    assert peer.calls[0].params["Bucket"] == BUCKET, (
        "it came, so the bucket is in the path: no DNS knows bucket.127.0.0.1"
    )


def test_an_endpoint_of_aws_for_synthetics_is_not_asked_for_s3(
    peer: Peer, keys: None, connecting: Connecting, offline: None
) -> None:
    vpce = "https://vpce-0a1b-2c3d.synthetics.eu-west-1.vpce.amazonaws.com"
    told = failure(connecting(region="eu-west-1", endpoint_url=vpce))
    assert told.sentence == "The proxy 127.0.0.1:9 could not be used."
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url=vpce)) == 0


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_the_endpoint_of_s3s_own_comes_before_that_of_synthetics(
    peer: Peer, keys: None, connecting: Connecting, offline: None, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, peer.url)
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url="http://127.0.0.1:9")) == 1
    monkeypatch.setenv(variable, "https://s3.eu-west-1.amazonaws.com")
    peer.calls.clear()
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url=peer.url)) == 0


@pytest.mark.parametrize(
    "setting", ["endpoint_url = {url}", "services = local\n[services local]\ns3 =\n  endpoint_url = {url}"]
)
def test_the_endpoint_of_the_profile_comes_before_that_of_synthetics(
    peer: Peer, home: Any, keys: None, connecting: Connecting, offline: None, setting: str
) -> None:
    (home / ".aws/config").write_text(f"[default]\n{setting.format(url=peer.url)}\n")
    assert asked_of(peer, connecting(region="eu-west-1", endpoint_url="http://127.0.0.1:9")) == 1


def test_a_malformed_endpoint_for_s3_costs_the_artifacts_only(
    peer: Peer, keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "jo:secret@nonsense")
    connection = connecting(region="eu-west-1", endpoint_url=peer.url)
    told = failure(connection)
    assert "nonsense" in told.sentence
    assert len(connection.synthetics.last_runs_page().items) > 0


def test_a_host_that_does_not_exist_is_not_called_a_region_without_synthetics(
    keys: None, connecting: Connecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.getaddrinfo", no_such_host)
    told = failure(connecting(region="eu-west-9"))
    assert isinstance(told, errors.Unreachable)
    assert f"{BUCKET}.s3.eu-west-9.amazonaws.com cannot be resolved" in told.sentence


def no_such_host(*_: Any, **__: Any) -> Any:
    import socket

    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def test_s3_is_loaded_where_it_is_asked_first(keys: None, connecting: Connecting) -> None:
    connection = connecting(region="eu-west-1")
    assert ("s3", "eu-west-1") not in connection._clients
    assert connection.artifacts is connection.artifacts
    assert ("s3", "eu-west-1") not in connection._clients
