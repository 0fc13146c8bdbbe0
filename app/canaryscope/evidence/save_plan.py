"""What is saved of a run, how far that is and what has come of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from canaryscope.evidence.artifacts import Artifact, RunArtifacts
from canaryscope.evidence.saved_names import PART_ENDING, FilePath, saved_paths
from canaryscope.runs.errors import SourceError

__all__ = ["FileToSave", "Outcome", "SaveProgress", "files_to_save"]


@dataclass(frozen=True, slots=True)
class FileToSave:
    """One artifact, and where it shall be below the chosen folder."""

    artifact: Artifact
    path: FilePath

    @property
    def part(self) -> str:
        """The name of the file while it isn't whole: another one for another version of the object."""
        told = repr((self.artifact.key, self.artifact.etag, self.artifact.size))
        return f"{self.path[-1]}.{sha256(told.encode()).hexdigest()[:12]}{PART_ENDING}"


@dataclass(frozen=True, slots=True)
class SaveProgress:
    """How far a saving is: files and bytes that are there, of those that shall be."""

    files: int = 0
    of_files: int = 0
    size: int = 0
    of_size: int = 0
    name: str = ""
    """What is being read."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of a saving."""

    files: int
    """Those that are whole, be it from now or from before."""
    of_files: int
    size: int
    """Bytes of these."""
    folder: Path
    """The run's."""
    before: int = 0
    """How many of them were there already."""
    renamed: int = 0
    """How many have another name than planned, because another file has that."""
    failures: tuple[SourceError, ...] = ()
    """Why single files could not be had; the others were gone on with."""


def files_to_save(found: RunArtifacts, folder: str) -> tuple[FileToSave, ...]:
    """Where each artifact of a run shall be: below `folder`, as the keys have it, and none where another is."""
    paths = saved_paths(artifact.name for artifact in found.artifacts)
    return tuple(FileToSave(artifact, (folder, *path)) for artifact, path in zip(found.artifacts, paths, strict=True))
