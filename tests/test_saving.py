"""Saving a run's artifacts: what is on the disk afterwards, and what never is, whatever came in between."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import resource
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from canaryscope import saving as saving_module
from canaryscope.aws.options import ConnectionOptions
from canaryscope.background import Background
from canaryscope.evidence.artifacts import ArtifactPlace, RunArtifacts
from canaryscope.evidence.save_plan import FileToSave, Outcome, SaveProgress, files_to_save
from canaryscope.runs.errors import AccessDenied, InvalidRequest, NotFound, SourceError
from canaryscope.saved_files import NotSaved, SavedFolder, not_saved, path_text
from canaryscope.saving import Saving, chosen_folder, default_folder, save_one
from canaryscope.source import Source
from screens.support import FakeAccount

PLACE = ArtifactPlace("results", "canary/eu-west-1/checkout-abc/2026/11/22/12/27-07-250")
RUN = "checkout-flow-2026-11-22T12-27-07Z"
PNG = b"\x89PNG" + bytes(range(256)) * 4
FILES = {
    "CHROME/01-home.png": PNG,
    "SyntheticsReport-PASSED.json": b"{}",
    "empty.txt": b"",
    "run-log.txt": b"0123456789",
}


def account(files: Mapping[str, bytes] = FILES) -> FakeAccount:
    return FakeAccount({}, artifacts={f"{PLACE.bucket}/{PLACE.folder}{name}": data for name, data in files.items()})


def rewrite(aws: FakeAccount, name: str, data: bytes | None) -> None:
    """Put another object in the place of one, or delete it."""
    changed = {**aws.artifacts, f"{PLACE.bucket}/{PLACE.folder}{name}": data}
    aws.artifacts = {key: value for key, value in changed.items() if value is not None}


class Saver:
    """Saves what an account holds into a folder; `told` keeps the progress, `found` what was listed last."""

    def __init__(self, aws: FakeAccount, folder: Path) -> None:
        self.background = Background()
        self.source = Source(ConnectionOptions(), self.background, aws.connect)
        self.folder = folder
        self.told: list[SaveProgress] = []
        self.found = RunArtifacts(PLACE, ())

    @property
    def run(self) -> Path:
        return self.folder / RUN

    async def list(self) -> tuple[FileToSave, ...]:
        self.found = await self.source.artifacts(PLACE)
        return files_to_save(self.found, RUN)

    async def save(self) -> Outcome:
        files = await self.list()
        return await Saving(self.source, self.background, PLACE.bucket, files, self.folder, self.told.append).run()


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_module, "PART", 4)


def there(folder: Path) -> dict[str, bytes]:
    """The files in a folder, by their paths below it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def parts(folder: Path) -> list[bytes]:
    return [data for name, data in there(folder).items() if name.endswith(".part")]


# --- what is saved


async def test_all_artifacts_of_a_run_are_files_of_their_own_that_nobody_else_may_read(tmp_path: Path) -> None:
    saver = Saver(account(), tmp_path / "new" / "evidence")
    outcome = await saver.save()
    assert there(saver.folder) == {f"{RUN}/{name}": data for name, data in FILES.items()}
    assert outcome == Outcome(4, 4, sum(map(len, FILES.values())), saver.run)
    for path in (saver.folder.parent, *saver.folder.parent.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


async def test_progress_is_told_part_by_part_and_ends_with_all_there_is(tmp_path: Path) -> None:
    saver = Saver(account({"a.log": b"0123456789", "b.log": b"01234"}), tmp_path)
    await saver.save()
    told = [(it.files, it.size, it.name) for it in saver.told]
    assert told == [
        *((0, size, "a.log") for size in (0, 4, 8, 10)),
        (1, 10, "a.log"),
        *((1, size, "b.log") for size in (10, 14, 15)),
        (2, 15, "b.log"),
    ]
    assert {(it.of_files, it.of_size) for it in saver.told} == {(2, 15)}


async def test_keys_that_lead_elsewhere_stay_in_the_folder(tmp_path: Path) -> None:
    names = [
        "../../up.txt",
        "/etc/passwd",
        "a/../../../b",
        "..",
        "c\\..\\d",
        "\x1b]0;x\x07.png",
        ".git/config",
        "e",
        "e/f",
    ]
    saver = Saver(account({name: name.encode() for name in names}), tmp_path / "x" / "chosen")
    outcome = await saver.save()
    assert (outcome.files, outcome.failures) == (len(names), ())
    assert sorted(there(saver.run).values()) == sorted(name.encode() for name in names)
    assert set(there(tmp_path)) == {f"x/chosen/{RUN}/{name}" for name in there(saver.run)}
    assert not any(part.startswith(".") for name in there(saver.run) for part in name.split("/"))


async def test_what_is_there_already_is_not_read_again(tmp_path: Path) -> None:
    aws = account()
    saver = Saver(aws, tmp_path)
    await saver.save()
    calls = aws.count("GetObject")
    outcome = await saver.save()
    assert aws.count("GetObject") == calls
    assert (outcome.files, outcome.before) == (4, 4)


async def test_what_is_whole_on_a_disk_that_is_read_only_is_no_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saver = Saver(account(), tmp_path)
    await saver.save()
    monkeypatch.setattr(os, "unlink", failing(OSError(errno.EROFS, "Read-only file system")))
    assert (await saver.save()).before == 4


async def test_a_file_of_somebody_else_keeps_its_name_and_its_content(tmp_path: Path) -> None:
    saver = Saver(account({"run-log.txt": b"0123456789", "run-log (2).txt": b"abc"}), tmp_path)
    saver.run.mkdir()
    (saver.run / "run-log.txt").write_bytes(b"my notes")
    for _ in range(2):
        outcome = await saver.save()
        assert there(saver.run) == {
            "run-log.txt": b"my notes",
            "run-log (2).txt": b"abc",
            "run-log (3).txt": b"0123456789",
        }
    assert (outcome.before, outcome.renamed) == (2, 1)


# --- links and other traps that were put there before


async def test_nothing_is_written_through_a_link_in_place_of_a_folder(tmp_path: Path) -> None:
    saver, outside = Saver(account(), tmp_path / "chosen"), tmp_path / "outside"
    outside.mkdir()
    saver.run.mkdir(parents=True)
    (saver.run / "CHROME").symlink_to(outside)
    with pytest.raises(NotSaved, match="CHROME is a link or a file where a folder shall be"):
        await saver.save()
    (saver.run / "CHROME").unlink()
    saver.run.rmdir()
    saver.run.symlink_to(outside)
    with pytest.raises(NotSaved, match="is a link"):
        await saver.save()
    assert there(outside) == {}


async def test_nothing_is_written_through_a_link_in_place_of_a_file(tmp_path: Path) -> None:
    saver, outside = Saver(account({"run-log.txt": b"0123456789"}), tmp_path / "chosen"), tmp_path / "outside"
    outside.write_bytes(b"0123456789")
    saver.run.mkdir(parents=True)
    (saver.run / "run-log.txt").symlink_to(outside)
    await saver.save()
    assert (saver.run / "run-log (2).txt").read_bytes() == b"0123456789"
    assert (saver.run / "run-log.txt").is_symlink()


@pytest.mark.parametrize("trap", ["link", "dangling", "hard link", "pipe"])
async def test_nothing_is_written_through_what_stands_in_place_of_a_part(tmp_path: Path, trap: str) -> None:
    saver, outside = Saver(account({"run-log.txt": b"0123456789"}), tmp_path / "chosen"), tmp_path / "outside"
    (file,) = await saver.list()
    saver.run.mkdir(parents=True)
    part = saver.run / file.part
    match trap:
        case "pipe":
            os.mkfifo(part)
        case "dangling":
            part.symlink_to(tmp_path / "nowhere")
        case "link":
            outside.write_bytes(b"my notes")
            part.symlink_to(outside)
        case _:
            outside.write_bytes(b"my notes")
            part.hardlink_to(outside)
    with pytest.raises(NotSaved):
        await saver.save()
    assert not outside.exists() or outside.read_bytes() == b"my notes"
    assert not (tmp_path / "nowhere").exists()
    assert not (saver.run / "run-log.txt").exists()


async def test_a_link_to_a_file_of_the_same_size_is_not_taken_for_the_whole_part(tmp_path: Path) -> None:
    saver, outside = Saver(account({"run-log.txt": b"0123456789"}), tmp_path / "chosen"), tmp_path / "outside"
    (file,) = await saver.list()
    saver.run.mkdir(parents=True)
    outside.write_bytes(b"my secrets")
    for link in (Path.hardlink_to, Path.symlink_to):
        link(saver.run / file.part, outside if link is Path.hardlink_to else "ten-letter")
        with pytest.raises(NotSaved):
            await saver.save()
        assert [path.name for path in saver.run.iterdir()] == [file.part]
        (saver.run / file.part).unlink()
    assert outside.read_bytes() == b"my secrets"


async def test_the_folder_of_somebody_else_is_not_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saver = Saver(account(), tmp_path)
    saver.run.mkdir()
    owners = {os.stat(tmp_path).st_ino: 0}
    real = os.fstat

    def fstat(descriptor: int) -> Any:
        status = real(descriptor)
        return os.stat_result((*status[:4], owners.get(status.st_ino, 12345), *status[5:]))

    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(NotSaved, match="belongs to somebody else"):
        await saver.save()
    assert there(tmp_path) == {}


async def test_a_name_that_is_taken_meanwhile_is_not_taken_away(tmp_path: Path) -> None:
    aws = account({"run-log.txt": b"0123456789"})
    saver, held = Saver(aws, tmp_path), aws.hold("GetObject", calls={3})
    saving = asyncio.create_task(saver.save())
    await asyncio.to_thread(held.arrived.wait, 10)
    (saver.run / "run-log.txt").write_bytes(b"my notes")
    held.release()
    with pytest.raises(NotSaved, match="Somebody else"):
        await saving
    assert (saver.run / "run-log.txt").read_bytes() == b"my notes"
    assert (await saver.save()).renamed == 1


# --- going on


async def test_after_it_was_stopped_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    aws = account({"run-log.txt": b"0123456789"})
    saver, held = Saver(aws, tmp_path), aws.hold("GetObject", calls={3})
    saving = asyncio.create_task(saver.save())
    await asyncio.to_thread(held.arrived.wait, 10)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    held.release()
    assert parts(saver.run) == [b"01234567"]
    await saver.save()
    assert there(saver.run) == {"run-log.txt": b"0123456789"}
    assert [call.part for call in aws.calls if call.part] == [(0, 3), (4, 7), (8, 9), (8, 9)]
    assert saver.told[-4].size == 8


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
import test_saving
from canaryscope import saving

saving.PART = 4
read = test_saving.Source.read_artifact

async def dying(self, bucket, key, first, *rest):
    if first == 8:
        os.kill(os.getpid(), signal.SIGKILL)
    return await read(self, bucket, key, first, *rest)

test_saving.Source.read_artifact = dying
asyncio.run(test_saving.Saver(test_saving.account(), Path(sys.argv[1])).save())
"""


def killed_in_the_third_part(folder: Path) -> int:
    """Begin a saving in a process of its own, and return with what that ended."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run([sys.executable, "-c", KILLED, folder], env=environment, check=False).returncode


async def test_after_the_program_was_killed_the_next_one_goes_on_where_it_ended(tmp_path: Path) -> None:
    assert killed_in_the_third_part(tmp_path) == -signal.SIGKILL
    aws = account()
    saver = Saver(aws, tmp_path)
    assert there(saver.run).keys() & FILES.keys() == set()
    assert parts(saver.run) == [PNG[:8]]
    outcome = await saver.save()
    assert there(saver.run) == FILES
    assert (outcome.files, outcome.before) == (4, 0)
    assert next(call.part for call in aws.calls if call.part) == (8, 11)


async def test_the_part_of_another_version_is_not_gone_on_with(tmp_path: Path) -> None:
    aws = account({"run-log.txt": b"0123456789"})
    saver = Saver(aws, tmp_path)
    aws.fail("GetObject", AccessDenied("No."), calls={3})
    with pytest.raises(AccessDenied):
        await saver.save()
    rewrite(aws, "run-log.txt", b"abcdefghij")
    await saver.save()
    assert (saver.run / "run-log.txt").read_bytes() == b"abcdefghij"


async def test_an_artifact_that_is_written_anew_meanwhile_fails_alone_and_leaves_no_part(tmp_path: Path) -> None:
    aws = account({"a.log": b"0123456789", "b.log": b"01"})
    saver, held = Saver(aws, tmp_path), aws.hold("GetObject", calls={2})
    saving = asyncio.create_task(saver.save())
    await asyncio.to_thread(held.arrived.wait, 10)
    rewrite(aws, "a.log", b"abcdefghij")
    held.release()
    outcome = await saving
    assert there(saver.run) == {"b.log": b"01"}
    assert [str(failure) for failure in outcome.failures] == [
        f"{PLACE.folder}a.log was written anew since it was listed."
    ]
    assert (outcome.files, outcome.of_files) == (1, 2)
    assert (await saver.save()).files == 2
    assert there(saver.run) == {"a.log": b"abcdefghij", "b.log": b"01"}


async def test_without_an_etag_a_part_is_begun_anew(tmp_path: Path) -> None:
    aws = account({"run-log.txt": b"0123456789"})
    saver = Saver(aws, tmp_path)
    files = [FileToSave(file.artifact._replace(etag=""), file.path) for file in await saver.list()]
    saver.run.mkdir()
    (saver.run / files[0].part).write_bytes(b"xxxxxxxxxxxx"[:8])
    await Saving(saver.source, saver.background, PLACE.bucket, files, tmp_path).run()
    assert there(saver.run) == {"run-log.txt": b"0123456789"}


async def test_a_disk_without_hard_links_is_saved_to_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(PermissionError(errno.EPERM, "Operation not permitted")))
    saver = Saver(account(), tmp_path)
    await saver.save()
    assert there(saver.run) == FILES


# --- what fails


async def test_what_concerns_one_file_is_no_reason_to_leave_out_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "canaryscope.saving")
    aws = account({"a.log": b"01", "b.log": b"01", "c.log": b"01"})
    saver = Saver(aws, tmp_path)
    aws.fail("GetObject", NotFound("a.log is gone."), calls={1})
    aws.fail("GetObject", InvalidRequest("b.log is archived."), calls={2})
    outcome = await saver.save()
    assert [str(failure) for failure in outcome.failures] == ["a.log is gone.", "b.log is archived."]
    assert (outcome.files, outcome.of_files, there(saver.run)) == (1, 3, {"c.log": b"01"})
    debug = ["a.log is left out: a.log is gone.", "b.log is left out: b.log is archived."]
    assert [record.getMessage() for record in caplog.records] == debug


async def test_a_missing_permission_ends_it_and_what_is_whole_stays(tmp_path: Path) -> None:
    aws = account({"a.log": b"01", "b.log": b"01", "c.log": b"01"})
    saver = Saver(aws, tmp_path)
    aws.fail("GetObject", AccessDenied("No.", "Ask for s3:GetObject."), calls={2})
    with pytest.raises(AccessDenied):
        await saver.save()
    assert there(saver.run) == {"a.log": b"01"}
    assert aws.count("GetObject") == 2


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Files of this process may have so many bytes: the system's own refusal, in the midst of a file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_after_the_disk_refused_a_part_it_goes_on_behind_what_it_took(tmp_path: Path) -> None:
    saver = Saver(account({"a.log": b"01", "run-log.txt": b"0123456789"}), tmp_path)
    with largest_file(6), pytest.raises(NotSaved, match=r"larger than is allowed"):
        await saver.save()
    assert (saver.run / "a.log").read_bytes() == b"01"
    assert parts(saver.run) == [b"012345"]
    assert (await saver.save()).before == 1
    assert (saver.run / "run-log.txt").read_bytes() == b"0123456789"


async def test_a_full_disk_is_said_before_anything_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws = account()
    saver = Saver(aws, tmp_path)
    monkeypatch.setattr(SavedFolder, "prepare", lambda _: 999)
    with pytest.raises(NotSaved, match=r"There is room for 999 B in .*, and 1\.0 kB are to be saved"):
        await saver.save()
    assert (aws.count("GetObject"), there(tmp_path)) == (0, {})


async def test_for_what_is_there_already_no_room_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saver = Saver(account(), tmp_path)
    await saver.save()
    monkeypatch.setattr(SavedFolder, "prepare", lambda _: 0)
    assert (await saver.save()).before == 4


def failing(error: OSError) -> Callable[..., Any]:
    def fail(*_: object, **__: object) -> Any:
        raise error

    return fail


async def test_a_disk_that_fills_up_meanwhile_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saver = Saver(account(), tmp_path)
    monkeypatch.setattr(os, "pwrite", failing(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(NotSaved, match="There is no room left in") as caught:
        await saver.save()
    assert caught.value.code == "ENOSPC"


async def test_a_folder_that_may_not_be_written_to_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "mkdir", failing(PermissionError(errno.EACCES, "Permission denied")))
    with pytest.raises(NotSaved, match="may not be written to"):
        await Saver(account(), tmp_path).save()


async def test_a_file_in_place_of_the_chosen_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    for folder in (tmp_path / "notes", tmp_path / "notes" / "below"):
        with pytest.raises(NotSaved, match="is no folder"):
            await Saver(account(), folder).save()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "no room left"),
        (errno.EDQUOT, "no room left"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not be written to"),
        (errno.ENAMETOOLONG, "names as long"),
        (errno.EIO, "Input/output error"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(number: int, words: str) -> None:
    told = not_saved(OSError(number, os.strerror(number)), Path("/srv/evidence"))
    assert words in told.sentence
    assert "/srv/evidence" in told.sentence
    assert told.hint


async def test_a_disk_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving_module, "SECONDS", 0.0)
    with pytest.raises(NotSaved, match="does not answer"):
        await Saver(account(), tmp_path).save()


# --- the folder that was typed, and one artifact alone


def test_a_folder_is_taken_as_a_shell_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert chosen_folder(" ~/evidence ") == tmp_path / "evidence"
    assert chosen_folder("~") == tmp_path
    assert chosen_folder("evidence") == tmp_path / "evidence"
    assert chosen_folder("/srv/x") == Path("/srv/x")
    assert default_folder() == "~"
    assert path_text(tmp_path / "a\x1b[31mb") == "~/ab"


@pytest.mark.parametrize("text", ["", "  ", "~nobody-of-this-name/x"])
def test_a_folder_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(NotSaved):
        chosen_folder(text)


def test_a_program_that_was_started_in_a_folder_which_is_gone_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "getcwd", failing(FileNotFoundError(errno.ENOENT, "gone")))
    assert default_folder() == "~"
    with pytest.raises(NotSaved, match="is gone"):
        chosen_folder("evidence")
    assert chosen_folder(str(tmp_path)) == tmp_path


async def test_one_artifact_is_saved_to_where_it_is_when_all_are_saved(tmp_path: Path) -> None:
    aws = account()
    saver = Saver(aws, tmp_path)
    await saver.list()
    outcome = await save_one(saver.source, saver.background, saver.found, saver.found.artifacts[0], str(tmp_path), RUN)
    assert there(tmp_path) == {f"{RUN}/CHROME/01-home.png": PNG}
    assert (outcome.files, outcome.size) == (1, len(PNG))
    assert (await saver.save()).before == 1


async def test_one_artifact_that_cannot_be_had_says_why(tmp_path: Path) -> None:
    aws = account()
    saver = Saver(aws, tmp_path)
    await saver.list()
    rewrite(aws, "CHROME/01-home.png", None)
    with pytest.raises(SourceError, match=r"01-home\.png is not in the bucket"):
        await save_one(saver.source, saver.background, saver.found, saver.found.artifacts[0], str(tmp_path), RUN)
