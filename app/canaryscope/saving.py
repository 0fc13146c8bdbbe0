"""Saving artifacts: read part by part and written to a folder, with progress, and gone on with after whatever ended it.

What is whole stays. A part of a file stays as well, and the next try goes on behind it if S3 still has the same
version of the object.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from canaryscope.background import Background
from canaryscope.evidence.artifacts import Artifact, RunArtifacts
from canaryscope.evidence.save_plan import FileToSave, Outcome, SaveProgress, files_to_save
from canaryscope.evidence.saved_names import same_file
from canaryscope.render.figures import bytes_text
from canaryscope.runs.errors import InvalidRequest, Malformed, NotFound, SourceError
from canaryscope.runs.text import clean_line
from canaryscope.saved_files import NotSaved, SavedFolder, Standing, not_saved, path_text
from canaryscope.source import Source

__all__ = ["Saving", "chosen_folder", "default_folder", "save_one"]

_LOG = logging.getLogger(__name__)

T = TypeVar("T")

PART: Final = 1024 * 1024
"""Bytes that are read, and written, at a time: as much is lost at most when it is stopped."""
SECONDS: Final = 30.0
"""How long the disk may take for one step."""


class Saving:
    """Saves files into a folder that a person chose. May be run again after it was cancelled or has failed."""

    def __init__(
        self,
        source: Source,
        background: Background,
        bucket: str,
        files: Sequence[FileToSave],
        folder: Path,
        progress: Callable[[SaveProgress], None] = lambda _: None,
    ) -> None:
        self._source = source
        self._background = background
        self._bucket = bucket
        self._files = files
        self._folder = SavedFolder(folder)
        self._told = progress
        self._progress = SaveProgress()

    async def run(self) -> Outcome:
        """Save what is missing. `progress` is told after each part. Raises SourceError where nothing more can be had.

        What concerns one file alone (it is gone, or archived) is no reason to leave out the others.
        """
        standings = await self._on_disk(self._look)
        whole = [standing for standing in standings if standing.whole]
        self._progress = SaveProgress(
            len(whole),
            len(standings),
            sum(standing.size for standing in standings),
            sum(file.artifact.size for file in self._files),
        )
        done, failures = list(whole), list[SourceError]()
        for standing in standings:
            if standing.whole:
                continue
            try:
                await self._save(standing)
            except (InvalidRequest, Malformed, NotFound) as error:
                _LOG.debug("%s is left out: %s", standing.file.path[-1], error.sentence)
                failures.append(error)
                await self._forget(standing, error)
            else:
                done.append(standing)
        return Outcome(
            files=len(done),
            of_files=len(standings),
            size=sum(standing.file.artifact.size for standing in done),
            folder=self._folder.path / self._files[0].path[0],
            before=len(whole),
            renamed=sum(standing.name != standing.file.path[-1] for standing in done),
            failures=tuple(failures),
        )

    async def _save(self, standing: Standing) -> None:
        file, offset = standing.file, standing.size
        artifact = file.artifact
        self._tell(name=file.path[-1])
        if not artifact.size:
            await self._on_disk(lambda: self._folder.write(file, 0, b""))
        while offset < artifact.size:
            last = min(offset + PART, artifact.size) - 1
            data = await self._source.read_artifact(self._bucket, artifact.key, offset, last, artifact.etag)
            await self._write(file, offset, data)
            offset = last + 1
            self._tell(size=self._progress.size + len(data))
        await self._on_disk(lambda: self._folder.finish(standing))
        self._tell(files=self._progress.files + 1)

    async def _write(self, file: FileToSave, offset: int, data: bytes) -> None:
        await self._on_disk(lambda: self._folder.write(file, offset, data))

    async def _forget(self, standing: Standing, error: SourceError) -> None:
        """Nothing goes on with the part of a version that is gone."""
        if isinstance(error, Malformed):
            await self._on_disk(lambda: self._folder.discard(standing.file))

    def _look(self) -> list[Standing]:
        """In a thread: how far each file is, if there is room for what is missing."""
        room = self._folder.prepare()
        planned = {same_file(file.path) for file in self._files}
        standings = [self._folder.standing(file, planned) for file in self._files]
        missing = sum(standing.missing for standing in standings)
        if room is not None and room < missing:
            raise NotSaved(
                f"There is room for {bytes_text(room)} in {path_text(self._folder.path)}, "
                f"and {bytes_text(missing)} are to be saved.",
                "Make room, or save into another folder.",
                code="ENOSPC",
            )
        return standings

    def _tell(self, *, files: int | None = None, size: int | None = None, name: str | None = None) -> None:
        now = self._progress
        self._progress = replace(
            now,
            files=now.files if files is None else files,
            size=now.size if size is None else size,
            name=now.name if name is None else name,
        )
        self._told(self._progress)

    async def _on_disk(self, call: Callable[[], T]) -> T:
        try:
            return await self._background.run(call, seconds=SECONDS)
        except OSError as error:
            _LOG.debug("%s cannot be written to", self._folder.path, exc_info=error)
            raise not_saved(error, self._folder.path) from error


def chosen_folder(text: str) -> Path:
    """The folder that a person typed: `~` is their home, anything else begins where the program was started.

    Raises NotSaved for one that cannot be.
    """
    path = Path(os.path.expanduser(text.strip()))
    if not text.strip():
        raise NotSaved("No folder is named.", "Type where to save to, such as ~/evidence.")
    if path.parts[0].startswith("~"):
        raise NotSaved(
            f"There is no home folder {clean_line(path.parts[0])}.", "Type where to save to, such as ~/evidence."
        )
    try:
        return path.absolute()
    except OSError as error:
        raise NotSaved("The folder that canaryscope was started in is gone.", "Type a path from / on.") from error


def default_folder() -> str:
    """The folder that the program was started in, as a person would type it; their home where it is gone."""
    try:
        return path_text(Path.cwd())
    except OSError:
        return "~"


async def save_one(
    source: Source, background: Background, found: RunArtifacts, artifact: Artifact, chosen: str, folder: str
) -> Outcome:
    """Save one artifact of a run without asking, to where it would be if all of them were saved."""
    files = [file for file in files_to_save(found, folder) if file.artifact == artifact]
    saving = Saving(source, background, found.place.bucket, files, chosen_folder(chosen or default_folder()))
    outcome = await saving.run()
    for failure in outcome.failures:
        raise failure
    return outcome
