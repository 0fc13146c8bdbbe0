"""Where a run leaves something: its prefix in S3, its group and request id in CloudWatch Logs."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from canaryscope.demo.account import Account
from canaryscope.demo.history import Run, as_uuid
from canaryscope.demo.story import DAY, Artifacts, Story

__all__ = [
    "MOMENT_LENGTH",
    "artifact_location",
    "artifact_root",
    "bucket_of",
    "digest_of",
    "function_names",
    "moment_of",
    "request_id",
    "stores",
    "times_of",
]

MOMENT_LENGTH = len("2026/11/22/12/27-07-820")

# What a prefix may name: a length at which it names all of an hour, a day, a month, and how long that lasts.
_HOUR, _DAY, _MONTH = len("2026/11/22/12/"), len("2026/11/22/"), len("2026/11/")


def digest_of(text: str) -> bytes:
    """What is random in the ids of a thing of this name."""
    return blake2b(text.encode(), digest_size=16).digest()


def bucket_of(story: Story, account: Account) -> str:
    """The bucket of a canary's artifacts: the account's, or one of its own."""
    if story.bucket is None:
        return account.bucket
    return f"{story.bucket}-{account.id}-{story.bucket_region or account.region}"


def artifact_root(story: Story, account: Account, location: str | None = None) -> str:
    """The prefix of all runs of a canary, in one of its locations."""
    digest = digest_of(story.name).hex()
    return f"canary/{location or account.region}/{story.name}-{digest[:3]}-{digest[3:15]}"


def artifact_location(run: Run, story: Story, account: Account) -> str | None:
    """`bucket/canary/region/name-xxx-hex/YYYY/MM/DD/HH/MM-SS-mmm`, without `s3://`."""
    artifacts = Artifacts.STORED if run.failure is None else run.failure.artifacts
    if artifacts is Artifacts.ABSENT:
        return None
    if artifacts is Artifacts.NO_DATA:
        return "No data"
    root = artifact_root(story, account, run.location)
    return f"{bucket_of(story, account)}/{root}/{moment_of(run.started)}"


def moment_of(started: int) -> str:
    """The part of a run's prefix that is its own: `YYYY/MM/DD/HH/MM-SS-mmm`."""
    seconds, milliseconds = divmod(started, 1000)
    return f"{time.strftime('%Y/%m/%d/%H/%M-%S', time.gmtime(seconds))}-{milliseconds:03}"


def times_of(text: str) -> tuple[int, int] | None:
    """First and last millisecond at which runs may have started whose moment begins as `text` does.

    None for what is no beginning of a moment, or so little of one that it may be any time.
    """
    try:
        if len(text) >= MOMENT_LENGTH:
            found = datetime.strptime(f"{text[:MOMENT_LENGTH]}000+0000", "%Y/%m/%d/%H/%M-%S-%f%z")
            lasts = timedelta(milliseconds=1)
        elif len(text) >= _HOUR:
            found, lasts = datetime.strptime(f"{text[:_HOUR]}+0000", "%Y/%m/%d/%H/%z"), timedelta(hours=1)
        elif len(text) >= _DAY:
            found, lasts = datetime.strptime(f"{text[:_DAY]}+0000", "%Y/%m/%d/%z"), timedelta(days=1)
        elif len(text) >= _MONTH:
            found, lasts = datetime.strptime(f"{text[:_MONTH]}+0000", "%Y/%m/%z"), timedelta(days=31)
        else:
            return None
    except ValueError:
        return None
    first = (found - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
    return first, first + lasts // timedelta(milliseconds=1) - 1


def stores(run: Run, story: Story, now: int) -> bool:
    """Whether a run's artifacts are in the bucket at this time (ms): uploaded, and not yet deleted."""
    stored = run.failure is None or run.failure.artifacts is Artifacts.STORED
    kept = story.artifact_days is None or now - run.started < story.artifact_days * DAY * 1000
    return stored and kept and run.completed <= now


def request_id(run: Run) -> str:
    """The id of the Lambda invocation that the run was."""
    return as_uuid(run.digest[40:56])


def function_names(story: Story) -> dict[str | None, str]:
    """The Lambda function for each browser, the first one's without a suffix; none while the canary is created."""
    if story.state == "CREATING":
        return {}
    # Lambda allows a function's name 140 characters.
    name = f"cwsyn-{story.name[:90]}-{as_uuid(digest_of(story.name))}"
    browsers: tuple[str | None, ...] = story.browsers or (None,)
    return {
        browser: f"{name}-{browser.lower()}" if number and browser else name for number, browser in enumerate(browsers)
    }
