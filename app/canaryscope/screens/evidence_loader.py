"""EvidenceLoader: reads what is wanted of a run, each piece once, and keeps what was read of the last runs."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from canaryscope.evidence.artifacts import Artifact, RunArtifacts
from canaryscope.evidence.pieces import LARGE, Part, Phase, Piece, RunEvidence
from canaryscope.runs.errors import AccessDenied, NotFound, SourceError
from canaryscope.runs.model import Canary, CanaryRun
from canaryscope.source import Source, Told

if TYPE_CHECKING:
    from canaryscope.evidence.lambda_log import LambdaLog

__all__ = ["EvidenceLoader"]

RUNS: Final = 48
"""Runs of which what was read is kept."""
WEIGHT: Final = 100_000
"""Lines (see `RunEvidence.weight`) that are kept of all runs but the last."""

Read = Callable[[Told], Awaitable[Any]]


class EvidenceLoader:
    """`changed` is told of each run for which it has come further. A coroutine that is cancelled stops its reading.

    `canary` tells of a canary by its name, or raises SourceError: a Lambda log is named after its function.
    """

    def __init__(
        self, source: Source, canary: Callable[[str | None], Awaitable[Canary]], changed: Callable[[RunEvidence], None]
    ) -> None:
        self._source = source
        self._canary = canary
        self._changed = changed
        self._kept: OrderedDict[CanaryRun, RunEvidence] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[CanaryRun, Part], asyncio.Lock] = WeakValueDictionary()
        self._refused: set[str] = set()

    def of(self, run: CanaryRun) -> RunEvidence:
        """What is known of a run. One that has completed since is another: its files have come in the meantime."""
        evidence = self._kept.pop(run, None) or RunEvidence(run)
        self._kept[run] = evidence
        while len(self._kept) > 1 and (len(self._kept) > RUNS or self._weight > WEIGHT):
            self._kept.popitem(last=False)
        return evidence

    def welcome(self, evidence: RunEvidence) -> bool:
        """Whether to ask for it unasked: not in a bucket that could not be read before."""
        return evidence.place is not None and evidence.place.bucket not in self._refused

    def retry(self, evidence: RunEvidence, *wanted: Part) -> bool:
        """A person asks: what failed may be asked for anew, of other runs too. False: for this one there is nothing.

        `wanted` are the parts that the person looks at: see `RunEvidence.forget_failures`.
        """
        self._refused.clear()
        for other in self._kept.values():
            if other is not evidence:
                other.forget_failures()
        return evidence.forget_failures(*wanted)

    async def load(self, evidence: RunEvidence, part: Part, *, large: bool = False) -> None:
        """Read a part, and the list of files before it, unless that has been done. Raises nothing of its own.

        A file that is `LARGE` is read only if that is said to be wanted.
        """
        if part is Part.ARTIFACTS:
            await self._list(evidence)
            return
        await self._list(evidence)
        if part is Part.LAMBDA_LOG:
            if evidence.left_nothing or (evidence.artifacts is not None and evidence.log is None):
                await self._once(evidence, part, lambda told: self._lambda_log(evidence, told))
            return
        if evidence.artifacts is None:
            return
        artifact = evidence.file(part)
        if artifact is None:
            self._put(evidence, part, Piece(Phase.ABSENT))
            return
        reader = self._reader(evidence.artifacts, part, artifact)
        await self._once(evidence, part, reader, artifact, large=large or part is Part.DOCUMENT)
        piece, bucket = evidence.piece(part), evidence.artifacts.place.bucket
        if isinstance(piece.error, AccessDenied):
            self._refused.add(bucket)
        elif piece.phase is Phase.READY:
            self._refused.discard(bucket)

    async def _list(self, evidence: RunEvidence) -> None:
        place = evidence.place
        if place is None:
            self._put(evidence, Part.ARTIFACTS, Piece(Phase.ABSENT))
            return
        begun = evidence.piece(Part.ARTIFACTS).begun
        await self._once(evidence, Part.ARTIFACTS, lambda _: self._source.artifacts(place, begun))
        if evidence.piece(Part.ARTIFACTS).phase is Phase.FAILED:
            self._refused.add(place.bucket)

    async def _lambda_log(self, evidence: RunEvidence, told: Told) -> LambdaLog:
        from canaryscope.evidence.lambda_log import NoLambdaLog, question_for  # few runs leave nothing else

        begun = evidence.piece(Part.LAMBDA_LOG).begun
        question = question_for(evidence.run, await self._canary(evidence.run.name))
        if isinstance(question, NoLambdaLog):
            raise NotFound(question.sentence)
        return await self._source.lambda_log(replace(question, begun=begun), told)

    def _reader(self, artifacts: RunArtifacts, part: Part, artifact: Artifact) -> Read:
        read: dict[Part, Callable[..., Awaitable[Any]]] = {
            Part.REPORT: self._source.report,
            Part.REQUESTS: self._source.requests,
            Part.LINKS: self._source.links,
            Part.DOCUMENT: self._source.document,
        }
        return lambda told: read[part](artifacts.place.bucket, artifact, told)

    async def _once(
        self, evidence: RunEvidence, part: Part, read: Read, artifact: Artifact | None = None, *, large: bool = False
    ) -> None:
        """Read it unless it has been read. Who comes second waits for the first, and reads where that was cancelled."""
        lock = self._locks.setdefault((evidence.run, part), asyncio.Lock())
        async with lock:
            before = evidence.piece(part)
            if before.phase not in (Phase.UNASKED, Phase.LARGE):
                return
            if artifact is not None and artifact.size > LARGE and not large:
                self._put(evidence, part, Piece(Phase.LARGE, artifact=artifact))
                return
            self._put(evidence, part, Piece(Phase.LOADING, artifact=artifact, begun=before.begun))
            came = before
            try:
                value = await read(lambda count: self._reached(evidence, part, count))
                came = Piece(Phase.READY, value, artifact=artifact)
            except SourceError as error:
                came = Piece(Phase.FAILED, error=error, artifact=artifact)
            finally:
                self._put(evidence, part, came)

    def _reached(self, evidence: RunEvidence, part: Part, count: int) -> None:
        piece = evidence.piece(part)
        if piece.phase is Phase.LOADING and piece.done < count:
            self._put(evidence, part, piece._replace(done=count))

    def _put(self, evidence: RunEvidence, part: Part, piece: Piece) -> None:
        if evidence.piece(part) != piece:
            evidence.put(part, piece)
            self._changed(evidence)

    @property
    def _weight(self) -> int:
        return sum(evidence.weight for evidence in self._kept.values())
