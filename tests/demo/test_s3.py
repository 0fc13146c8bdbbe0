"""S3 in the demo, asked by botocore's own client: by virtual host as in the demo, by path as behind an endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from canaryscope.demo.border import demo_session
from canaryscope.demo.responder import Responder
from demo.leavings import keys, listed, place, read, run_that
from demo.paging import NOW
from demo.shapes import problems, service_model
from peer import Peer

_Client = Callable[[], Any]


@pytest.fixture(scope="module")
def peer(responder: Responder) -> Iterator[Peer]:
    with Peer(responder) as peer:
        yield peer


@pytest.fixture(params=["virtual host", "path"])
def either(request: pytest.FixtureRequest, s3: Any, peer: Peer) -> Any:
    return s3 if request.param == "virtual host" else by_path(peer)


def by_path(peer: Peer) -> Any:
    return peer.client("s3", Config(s3={"addressing_style": "path"}))


@pytest.fixture(scope="module")
def run(responder: Responder) -> dict[str, Any]:
    return run_that(responder, "checkout-flow", "FAILED")


def failure(call: Callable[..., Any], **params: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**params)
    response: Any = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_a_listing_has_the_objects_of_this_run_in_the_order_of_their_keys(either: Any, run: dict[str, Any]) -> None:
    folder = place(run).folder
    answer = either.list_objects_v2(Bucket=place(run).bucket, Prefix=folder)
    found = [one["Key"] for one in answer["Contents"]]
    assert found == sorted(found)
    assert all(key.startswith(folder) for key in found)
    assert 8 < len(found) == answer["KeyCount"]
    model = service_model("s3").operation_model("ListObjectsV2").output_shape
    answer.pop("ResponseMetadata")
    assert problems(model, answer) == []


def test_both_ways_to_a_bucket_lead_to_the_same(s3: Any, peer: Peer, run: dict[str, Any]) -> None:
    near, far = listed(s3, run), listed(by_path(peer), run)
    assert near == far
    assert [read(s3, run, one) for one in near.artifacts] == [read(by_path(peer), run, one) for one in far.artifacts]


def test_pages_of_any_size_join_to_the_whole(either: Any, run: dict[str, Any]) -> None:
    asked = {"Bucket": place(run).bucket, "Prefix": place(run).folder}
    whole = [one["Key"] for one in either.list_objects_v2(**asked)["Contents"]]
    for size in (1, 4, len(whole) - 1, len(whole)):
        joined: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = either.list_objects_v2(**asked, MaxKeys=size, **token)
            joined += [one["Key"] for one in page["Contents"]]
            assert page["IsTruncated"] == ("NextContinuationToken" in page)
            if not page["IsTruncated"]:
                break
            token = {"ContinuationToken": page["NextContinuationToken"]}
        assert joined == whole


def test_a_token_is_good_for_its_own_listing_only(s3: Any, run: dict[str, Any]) -> None:
    bucket = place(run).bucket
    token = s3.list_objects_v2(Bucket=bucket, Prefix=place(run).folder, MaxKeys=1)["NextContinuationToken"]
    assert failure(s3.list_objects_v2, Bucket=bucket, ContinuationToken=token) == (400, "InvalidArgument")


def test_a_longer_prefix_lists_less_and_a_shorter_one_more_runs(s3: Any, run: dict[str, Any]) -> None:
    where = place(run)
    own = keys(s3, run)
    shots = s3.list_objects_v2(Bucket=where.bucket, Prefix=f"{where.folder}0")["Contents"]
    assert len(shots) == len([key for key in own if key.endswith(".png")])
    hour = where.prefix.rpartition("/")[0]
    folders = {
        one["Key"].rpartition("/")[0] for one in s3.list_objects_v2(Bucket=where.bucket, Prefix=hour)["Contents"]
    }
    assert where.prefix in folders
    assert 4 <= len(folders) <= 12
    root = "/".join(where.prefix.split("/")[:3])
    oldest = s3.list_objects_v2(Bucket=where.bucket, Prefix=f"{root}/", MaxKeys=1)["Contents"][0]["LastModified"]
    assert (NOW - oldest).days == 30
    assert s3.list_objects_v2(Bucket=where.bucket, MaxKeys=2)["KeyCount"] == 2
    assert s3.list_objects_v2(Bucket=where.bucket, Prefix="canary/eu-west-1/nobody")["KeyCount"] == 0
    assert s3.list_objects_v2(Bucket=where.bucket, Prefix=f"{where.prefix}7/")["KeyCount"] == 0


def test_ranges_join_to_the_whole_and_say_what_they_are(either: Any, run: dict[str, Any]) -> None:
    where = place(run)
    for artifact in listed(either, run).artifacts[:3] + listed(either, run).artifacts[-2:]:
        asked = {"Bucket": where.bucket, "Key": artifact.key}
        whole = either.get_object(**asked)
        data = whole["Body"].read()
        assert "ContentRange" not in whole
        assert (whole["ContentLength"], whole["ResponseMetadata"]["HTTPStatusCode"]) == (artifact.size, 200)
        joined = b""
        step = artifact.size // 3 + 1
        for first in range(0, artifact.size, step):
            last = min(artifact.size, first + step) - 1
            part = either.get_object(**asked, Range=f"bytes={first}-{first + step - 1}")
            assert part["ContentRange"] == f"bytes {first}-{last}/{artifact.size}"
            assert (part["ResponseMetadata"]["HTTPStatusCode"], part["ETag"]) == (206, whole["ETag"])
            joined += part["Body"].read()
        assert joined == data
        assert either.get_object(**asked, Range="bytes=-5")["Body"].read() == data[-5:]
        assert either.get_object(**asked, Range="bytes=7-")["Body"].read() == data[7:]
        assert either.get_object(**asked, Range="lines=1-2")["Body"].read() == data


def test_what_is_not_there_is_refused_as_s3_does(either: Any, run: dict[str, Any]) -> None:
    where = place(run)
    key = listed(either, run).artifacts[0].key
    for missing in ("nothing", f"{where.folder}nothing.txt", where.prefix, f"{where.prefix}7/x", key + "x", key[:-1]):
        assert failure(either.get_object, Bucket=where.bucket, Key=missing) == (404, "NoSuchKey")
    assert failure(either.list_objects_v2, Bucket="no-such-bucket") == (404, "NoSuchBucket")
    assert failure(either.get_object, Bucket="no-such-bucket", Key=key) == (404, "NoSuchBucket")
    too_far = {"Bucket": where.bucket, "Key": key, "Range": "bytes=10000000-10000009"}
    assert failure(either.get_object, **too_far) == (416, "InvalidRange")
    assert failure(either.put_object, Bucket=where.bucket, Key="x", Body=b"y")[0] == 501


def test_an_object_that_is_another_by_now_is_not_sent(s3: Any, run: dict[str, Any]) -> None:
    asked = {"Bucket": place(run).bucket, "Key": listed(s3, run).artifacts[0].key}
    tag = s3.get_object(**asked)["ETag"]
    assert s3.get_object(**asked, IfMatch=tag)["ETag"] == tag
    assert failure(s3.get_object, **asked, IfMatch='"0"') == (412, "PreconditionFailed")


def test_the_bucket_of_card_vault_may_not_even_be_listed(responder: Responder, either: Any) -> None:
    where = place(run_that(responder, "card-vault", "PASSED"))
    with pytest.raises(ClientError, match=r"not authorized to perform: s3:ListBucket on resource: \"arn:aws:s3:::card"):
        either.list_objects_v2(Bucket=where.bucket, Prefix=where.folder)
    assert failure(either.get_object, Bucket=where.bucket, Key=f"{where.folder}x") == (403, "AccessDenied")


@pytest.mark.parametrize(("canary", "action"), [("account-settings", "s3:GetObject"), ("gift-cards", "kms:Decrypt")])
def test_some_artifacts_may_be_listed_and_not_read(responder: Responder, either: Any, canary: str, action: str) -> None:
    run = run_that(responder, canary, "PASSED")
    artifact = listed(either, run).artifacts[0]
    with pytest.raises(ClientError, match=f"AccessDenied.*not authorized to perform: {action}"):
        either.get_object(Bucket=place(run).bucket, Key=artifact.key)


def test_a_bucket_in_another_region_is_found_there(responder: Responder, s3: Any) -> None:
    run = run_that(responder, "returns-portal", "PASSED")
    assert place(run).bucket.endswith("-us-east-1")
    artifacts = listed(s3, run).artifacts
    assert len(artifacts) > 5
    for artifact in artifacts:
        assert read(s3, run, artifact)


def test_keys_that_somebody_made_up_can_be_listed_and_read(responder: Responder, either: Any) -> None:
    run = run_that(responder, "guest-book", "PASSED")
    found = keys(either, run)
    assert any(key.startswith("../../../") for key in found)
    assert any("\x1b" in key for key in found)
    assert any("\n" in key and "\r" in key and "\x9b" in key for key in found)
    for artifact in listed(either, run).artifacts:
        assert read(either, run, artifact)


def test_what_a_run_left_is_the_same_each_time(responder: Responder, s3: Any, run: dict[str, Any]) -> None:
    other: Any = demo_session(Responder(NOW)).create_client("s3")
    assert listed(other, run) == listed(s3, run)
    for artifact in listed(s3, run).artifacts:
        assert read(other, run, artifact) == read(s3, run, artifact)
    other.close()


def test_a_listing_comes_in_no_time(responder: Responder, s3: Any) -> None:
    """Nothing is built for it that takes longer than a person's eye; ten times what it takes is let pass."""
    runs = [run_that(responder, canary, "PASSED") for canary in ("onboarding-wizard", "bulk-import", "pdf-renderer")]
    before = time.thread_time()
    for run in runs:
        listed(s3, run)
    assert time.thread_time() - before < 0.3
