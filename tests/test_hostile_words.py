"""What the program writes into files, or says on the command line, is words, whatever it is made from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from click.testing import CliRunner

from canaryscope import cli, crash
from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.evidence.save_plan import FileToSave
from canaryscope.preferences import Preferences
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import SourceError
from canaryscope.saved_files import NotSaved, SavedFolder, not_saved
from canaryscope.saving import chosen_folder
from canaryscope.screens.log_in import log_in
from canaryscope.settings_report import report
from canaryscope.support_log import NAME
from canaryscope.terminal import TerminalApp
from test_support_log import GOOD, written

EVIL = (
    "\x1b[2J\x1b]0;pwned\x07\x9b31m\x9d0;pwned\x9c\x7f\u202e\u2066\u200b\ufeff[/x][@click=app.quit]q[/]\r\n\t\udcffend"
)

NAME_OF_A_FILE = EVIL.replace("/", "")


def assert_words(text: str, *, lines: bool = True) -> None:
    """Nothing but what is seen, and line ends where there may be `lines`."""
    assert text
    unseen = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen <= ({"\n"} if lines else set())


@pytest.fixture
def evil_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for all files of the user, whose path is EVIL."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / NAME_OF_A_FILE))
    (folder := tmp_path / NAME_OF_A_FILE / "canaryscope").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("damaged", [False, True])
def test_the_settings_that_are_told(evil_home: Path, damaged: bool) -> None:
    quoted = "".join(f"\\u{ord(letter):04x}" for letter in EVIL.replace("\udcff", ""))
    toml = f'"{quoted}" = "{quoted}"\nzone = "{quoted}"\ntheme = "light"\n[columns]\n"{quoted}" = 1\n'
    keys = f'[keys]\n"{quoted}" = "{quoted}"\n"runs.refresh" = "{quoted}"\n"app.quit" = "f9"\n'
    (evil_home / "settings.toml").write_text("=" if damaged else toml)
    (evil_home / "keys.toml").write_text("=" if damaged else keys)
    (evil_home / "preferences.json").write_text("{" if damaged else f'{{"zone": "{quoted}", "theme": "{quoted}"}}')
    told = report(utc=False)
    assert len(told.problems) == (3 if damaged else 5)
    for line in (*told.lines, *told.problems):
        assert_words(line or "-", lines=False)


@pytest.mark.parametrize(
    "arguments",
    [
        [f"--{EVIL}"],
        ["-\x1b"],
        ["--canary"],
        ["--demo=" + EVIL],
        ["settings", EVIL],
        ["settings", f"--{EVIL}"],
        [EVIL],
        *([option, EVIL] for option in ("--canary", "--run-type", "--dry-run-id", "--endpoint-url", "--driver")),
        ["--profile", "", EVIL],
        ["--region", EVIL, EVIL],
    ],
    ids=lambda arguments: ascii(" ".join(arguments)[:24]),
)
def test_what_is_wrong_with_the_command_line(arguments: list[str]) -> None:
    result = CliRunner().invoke(cli.command, arguments, prog_name="canaryscope")
    assert result.exit_code == 2
    assert_words(result.stderr)


def test_what_is_wrong_with_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANARYSCOPE_DRIVER", EVIL)
    monkeypatch.setattr(cli, "_why_no_terminal", lambda: None)
    result = CliRunner().invoke(cli.command, [], prog_name="canaryscope")
    assert result.exit_code == 2
    assert_words(result.stderr)


@pytest.mark.parametrize("writable", [True, False])
def test_a_crash(tmp_path: Path, writable: bool) -> None:
    folder = tmp_path / NAME_OF_A_FILE
    if not writable:
        folder.write_text("in the way")
    error = type(EVIL.replace("\udcff", ""), (RuntimeError,), {})(EVIL)
    error.add_note(EVIL)
    told = crash.report(error, folder)
    assert_words(told)
    assert_words(told.splitlines()[-1], lines=False)
    if writable:
        assert_words((folder / "crash.txt").read_text())


def test_every_line_of_the_log_whatever_a_call_holds(tmp_path: Path) -> None:
    told = {name: EVIL for name, value in GOOD._asdict().items() if isinstance(value, str)}
    evil = CallRecord(**{**GOOD._asdict(), **told, "params": (("Name", EVIL),)})
    assert written(tmp_path, evil, evil._replace(failed=True)).problem == ""
    text = (tmp_path / NAME).read_text()
    assert_words(text)
    assert len(text.splitlines()) == 2


def test_a_log_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / NAME_OF_A_FILE).write_text("in the way")
    assert_words(written(tmp_path / NAME_OF_A_FILE, GOOD).problem, lines=False)


def test_choices_that_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / NAME_OF_A_FILE).write_text("in the way")
    choices = Preferences(tmp_path / NAME_OF_A_FILE / "preferences.json")
    choices.set("zone", "utc")
    assert_words(choices.save(), lines=False)


def test_a_login_that_is_run(capfd: pytest.CaptureFixture[str]) -> None:
    app = cast("TerminalApp[None]", SimpleNamespace(suspend=nullcontext, lend=nullcontext))
    assert_words(log_in(app, ["true", "--profile", EVIL]), lines=False)
    said = capfd.readouterr().out
    assert said.startswith("$ true --profile ")
    assert_words(said)


def evil_file(folder: Path) -> None:
    """A link where the file shall be written."""
    file = FileToSave(Artifact(EVIL, "x", 3, None, ArtifactKind.OTHER, EVIL), ("run", "x"))
    (folder / NAME_OF_A_FILE / "run").mkdir(parents=True)
    (folder / NAME_OF_A_FILE / "run" / file.part).symlink_to(NAME_OF_A_FILE)
    try:
        SavedFolder(folder / NAME_OF_A_FILE).write(file, 0, b"123")
    except OSError as error:
        raise not_saved(error, folder / NAME_OF_A_FILE) from error


@pytest.mark.parametrize(
    "fail",
    [
        lambda folder: chosen_folder(f"~{EVIL}/x"),
        evil_file,
        *(
            lambda folder, number=number: _raise(not_saved(OSError(number, EVIL), folder / NAME_OF_A_FILE))
            for number in range(1, 130)
        ),
    ],
)
def test_what_cannot_be_saved(tmp_path: Path, fail: Callable[[Path], object]) -> None:
    with pytest.raises(NotSaved) as caught:
        fail(tmp_path)
    assert_words(f"{caught.value.sentence} {caught.value.hint}", lines=False)


def _raise(error: SourceError) -> None:
    raise error
