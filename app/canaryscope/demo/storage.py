"""The buckets of an account: which objects are in them follows from the runs, and nothing is kept."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from canaryscope.demo.account import Account
from canaryscope.demo.artifacts import StoredFile, files_of
from canaryscope.demo.history import History, Run
from canaryscope.demo.places import MOMENT_LENGTH, artifact_root, bucket_of, moment_of, stores, times_of
from canaryscope.demo.story import HOUR, Story

__all__ = ["Root", "Storage", "StoredObject"]

_LONG_LOGS = HOUR
"""Runs of the big canary since so many seconds before the demo's start have a long log."""


class Root(NamedTuple):
    """Where all runs of a canary lie, in one of its locations."""

    prefix: str
    story: Story
    location: str | None


class StoredObject(NamedTuple):
    """One object: its key, its file, when it was written (ms since 1970), and its place among all of the bucket."""

    key: str
    file: StoredFile
    modified: int
    place: tuple[int, int, int]
    """The number of its root, when its run started (ms), and the number of the file."""


class Storage:
    """The objects at any time. `big` names a canary whose newest runs have a log of 200 MB."""

    def __init__(
        self, stories: Iterable[Story], account: Account, epoch: int, seed: int, *, big: str | None = None
    ) -> None:
        self._epoch = epoch
        self._seed = seed
        self._big = big
        self._regions: dict[str, str] = {}
        self._roots: dict[str, list[Root]] = {}
        for story in stories:
            bucket = bucket_of(story, account)
            self._regions[bucket] = story.bucket_region or account.region
            roots = self._roots.setdefault(bucket, [])
            for location in story.locations or (None,):
                roots.append(Root(f"{artifact_root(story, account, location)}/", story, location))
        for roots in self._roots.values():
            roots.sort()

    def region_of(self, bucket: str) -> str | None:
        """Where a bucket is; None where there is no such bucket."""
        return self._regions.get(bucket)

    def refused(self, bucket: str) -> frozenset[str]:
        """What the person who asks may not do with this bucket."""
        return frozenset(action for root in self._roots.get(bucket, ()) for action in root.story.refuses)

    def objects(
        self, bucket: str, prefix: str, now: int, after: tuple[int, int, int] | None = None
    ) -> Iterator[StoredObject]:
        """The objects whose keys begin with `prefix`, in the order of S3; those behind the place `after` only."""
        for number, root in enumerate(self._roots.get(bucket, ())):
            if not (root.prefix.startswith(prefix) or prefix.startswith(root.prefix)):
                continue
            if after is not None and number < after[0]:
                continue
            first, last = times_of(prefix.removeprefix(root.prefix)) or (0, now)
            if after is not None and number == after[0]:
                first = max(first, after[1])
            for run in self._runs(root, first, last, now):
                for found in self._of_run(number, root, run):
                    if found.key.startswith(prefix) and (after is None or found.place > after):
                        yield found

    def find(self, bucket: str, key: str, now: int) -> StoredObject | None:
        """The object with this key."""
        for number, root in enumerate(self._roots.get(bucket, ())):
            if key.startswith(root.prefix):
                times = times_of(key.removeprefix(root.prefix)[:MOMENT_LENGTH])
                runs = self._runs(root, *times, now) if times else ()
                found = (one for run in runs for one in self._of_run(number, root, run))
                return next((one for one in found if one.key == key), None)
        return None

    def _runs(self, root: Root, first: int, last: int, now: int) -> Iterator[Run]:
        """The runs below a root whose artifacts are there, oldest first."""
        story = root.story
        tables = ((story.runs, False), (story.dry_runs, True))
        histories = [History(story, table, self._epoch, self._seed, dry=dry) for table, dry in tables if table]
        runs = heapq.merge(*(one.between(first, last, now) for one in histories), key=lambda run: run.started)
        return (run for run in runs if run.location == root.location and stores(run, story, now))

    def _of_run(self, number: int, root: Root, run: Run) -> Iterator[StoredObject]:
        recent = run.started >= self._epoch - _LONG_LOGS * 1000
        files = files_of(root.story, run, long_log=root.story.name == self._big and recent)
        folder = f"{root.prefix}{moment_of(run.started)}/"
        for at, file in enumerate(files):
            yield StoredObject(f"{folder}{file.name}", file, run.completed + 40 * at + 300, (number, run.started, at))
