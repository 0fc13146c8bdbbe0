"""Files in a folder of the person's choice, written part by part, below which no link is followed.

Somebody else may have put links, pipes or files of theirs where ours shall be: each folder on the way is opened for
itself, and what is there already is never written to. A file has another name until it is whole, so that a try that
ended early is gone on with. Nothing stays open between two calls: each may be left behind in its thread, and the same
bytes written twice to the same place do no harm. Two programs that save the same share the part: each step is done
under a lock on its folder, and whoever finds it shorter than they left it says so.

All of it blocks; it raises OSError, of which `not_saved` makes sentences, and NotSaved itself.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from canaryscope.evidence.save_plan import FileToSave
from canaryscope.evidence.saved_names import FilePath, numbered, same_file
from canaryscope.private_file import lock, make_folder
from canaryscope.runs.errors import SourceError
from canaryscope.runs.text import clean_line

__all__ = ["NotSaved", "SavedFolder", "Standing", "not_saved", "path_text"]

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""O_NONBLOCK: a pipe that somebody has put there is an error instead of a wait."""
_OTHER_NAMES: Final = 99


class NotSaved(SourceError):
    """This machine's files are what it fails at."""

    summary: ClassVar[str] = "not saved"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a file is."""

    file: FileToSave
    name: str
    """What it is or will be called: not as planned where a file of another size has that name."""
    size: int
    """Bytes that are there already."""
    whole: bool = False

    @property
    def missing(self) -> int:
        """Bytes still to be read."""
        return self.file.artifact.size - self.size


class SavedFolder:
    """The folder that a person chose; links on the way to it are their own business."""

    def __init__(self, chosen: Path) -> None:
        self.path = chosen

    def prepare(self) -> int | None:
        """Make the folder where it is missing. Returns the bytes that it has room for; None: that cannot be told."""
        make_folder(self.path)
        disk = os.statvfs(self.path)
        return disk.f_bavail * disk.f_frsize if disk.f_blocks else None

    def standing(self, file: FileToSave, planned: Collection[str] = ()) -> Standing:
        """How far a file is. `planned`: the paths of all files of this saving, as `same_file` has them."""
        *folders, wanted = file.path
        try:
            with self._opened(folders) as folder:
                for number in range(1, _OTHER_NAMES + 1):
                    name = numbered(wanted, number) if number > 1 else wanted
                    if number > 1 and same_file((*folders, name)) in planned:
                        continue
                    there = _status(name, folder)
                    if there is not None and _whole(there, file):
                        with suppress(OSError):  # a program was killed when it had just given the name
                            os.unlink(file.part, dir_fd=folder)
                        return Standing(file, name, there.st_size, whole=True)
                    if _free(there):
                        return Standing(file, name, _resumable(file, folder))
        except FileNotFoundError:
            return Standing(file, wanted, 0)
        raise NotSaved(f"There are {_OTHER_NAMES} files called like {wanted}.", "Save into another folder.")

    def write(self, file: FileToSave, offset: int, data: bytes) -> None:
        """Put bytes into the part that is there, behind those that were written before. An `offset` of 0 begins it."""
        *folders, _ = file.path
        with self._opened(folders, make=True) as folder:
            lock(folder)
            try:
                descriptor = os.open(file.part, _FILE if offset == 0 else _FILE & ~os.O_CREAT, 0o600, dir_fd=folder)
            except FileNotFoundError as error:
                raise _meddled(file) from error
            try:
                there = os.fstat(descriptor)
                if not stat.S_ISREG(there.st_mode) or there.st_nlink != 1 or there.st_size < offset:
                    raise _meddled(file)
                if offset == 0:
                    os.ftruncate(descriptor, 0)
                rest = memoryview(data)
                while rest:
                    written = os.pwrite(descriptor, rest, offset)
                    rest, offset = rest[written:], offset + written
            finally:
                os.close(descriptor)

    def finish(self, standing: Standing) -> Path:
        """Give a file that is whole its name, and never that of another. Returns where it is.

        That is done where another program had the same part, and was faster.
        """
        file, name = standing.file, standing.name
        *folders, _ = file.path
        with self._opened(folders) as folder:
            lock(folder)
            there, part = _status(name, folder), _status(file.part, folder)
            done = there is not None and _whole(there, file) and (part is None or os.path.samestat(part, there))
            if part is not None and _whole(part, file) and part.st_nlink == 1:
                _give_name(file, name, folder)
            elif not done:
                raise _meddled(file)
        return self.path.joinpath(*folders, name)

    def discard(self, file: FileToSave) -> None:
        """Remove the part: it is of a version that is gone."""
        *folders, _ = file.path
        with suppress(FileNotFoundError), self._opened(folders) as folder:
            os.unlink(file.part, dir_fd=folder)

    @contextmanager
    def _opened(self, folders: FilePath | list[str], *, make: bool = False) -> Iterator[int]:
        """A descriptor of a folder below the chosen one. Those that are missing are made, or FileNotFoundError."""
        descriptor = os.open(self.path, _FOLDER)
        owners = {os.geteuid(), os.fstat(descriptor).st_uid}
        try:
            for name in folders:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o700, dir_fd=descriptor)
                inner = _inner(name, descriptor)
                os.close(descriptor)
                descriptor = inner
                if os.fstat(descriptor).st_uid not in owners:
                    raise NotSaved(f"The folder {name} belongs to somebody else.", "Save into another folder.")
            yield descriptor
        finally:
            os.close(descriptor)


def not_saved(error: OSError, folder: Path) -> NotSaved:
    """The sentence for what the system refused."""
    where, hint = path_text(folder), "Save into another folder."
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            sentence, hint = f"There is no room left in {where}.", "Make room, then go on: what is whole stays."
        case errno.EROFS:
            sentence = f"{where} is on a disk that is mounted read-only."
        case errno.EACCES | errno.EPERM:
            sentence, hint = f"{where} may not be written to.", "You need the permission to write there (ls -ld)."
        case errno.EFBIG:
            sentence = f"A file in {where} would be larger than is allowed (ulimit -f)."
        case errno.ENAMETOOLONG:
            sentence = f"{where} takes no names as long as those of the artifacts."
        case errno.ELOOP | errno.ENXIO:
            sentence = f"There is a link or a pipe in {where} where a file shall be: nothing is written through it."
        case errno.ENOTDIR | errno.EEXIST:
            sentence = f"{where} is no folder."
        case None if isinstance(error, TimeoutError):
            sentence, hint = f"{where} does not answer.", "Is it on a server? Enter tries again."
        case _:
            sentence = f"{where} cannot be written to: {clean_line(error.strerror or error)}."
    return NotSaved(sentence, hint, code=errno.errorcode.get(error.errno or 0, type(error).__name__))


def path_text(path: Path) -> str:
    """A path, as a person reads it: `~` for their home folder."""
    home = Path(os.path.expanduser("~"))  # Path.home() raises where there is none
    shown = Path("~", path.relative_to(home)) if path.is_relative_to(home) else path
    return clean_line(str(shown))


def _inner(name: str, folder: int) -> int:
    try:
        return os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENOTDIR):
            raise
        raise NotSaved(
            f"{name} is a link or a file where a folder shall be: nothing is written through it.",
            "Remove it, or save into another folder.",
        ) from error


def _status(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _free(there: os.stat_result | None) -> bool:
    """Whether a name can be had: nobody has it, or a file without content, such as `_give_name` makes."""
    return there is None or (stat.S_ISREG(there.st_mode) and there.st_size == 0)


def _whole(there: os.stat_result, file: FileToSave) -> bool:
    return stat.S_ISREG(there.st_mode) and there.st_size == file.artifact.size


def _give_name(file: FileToSave, name: str, folder: int) -> None:
    """Call the part so, at once, unless somebody has the name. Raises NotSaved then, or OSError."""
    try:
        os.link(file.part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if not isinstance(error, FileExistsError):  # a disk without hard links: hold the name until the part has it
            with suppress(FileExistsError):
                os.close(os.open(name, _FILE | os.O_EXCL, 0o600, dir_fd=folder))
        if not _free(there := _status(name, folder)):
            if there is not None and _whole(there, file):  # then nobody goes on with the part
                os.unlink(file.part, dir_fd=folder)
            raise _meddled(file) from error
        os.replace(file.part, name, src_dir_fd=folder, dst_dir_fd=folder)
    else:
        os.unlink(file.part, dir_fd=folder)


def _resumable(file: FileToSave, folder: int) -> int:
    """Bytes of the part that are of the same version of the object for sure."""
    part = _status(file.part, folder)
    if part is None or not file.artifact.etag or part.st_size > file.artifact.size or part.st_nlink != 1:
        return 0
    return part.st_size


def _meddled(file: FileToSave) -> NotSaved:
    name = file.path[-1]
    return NotSaved(f"Somebody else changes {name}, or what it is written to, meanwhile.", "Save into another folder.")
