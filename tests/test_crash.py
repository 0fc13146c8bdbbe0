"""Reports of the program's own mistakes: short on the screen, whole in a private file, and harmless in both."""

from __future__ import annotations

from pathlib import Path

from canaryscope import crash


def fail(depth: int, message: str) -> None:
    secret = "hidden-" + "credentials"
    if depth:
        fail(depth - 1, message)
    raise LookupError(message + secret[:0])


def failure(message: str = "lost", depth: int = 20) -> Exception:
    try:
        try:
            fail(depth, message)
        except LookupError as error:
            raise RuntimeError("while looking") from error
    except RuntimeError as error:
        return error
    raise AssertionError


def test_the_screen_gets_a_few_frames_and_the_file_all(tmp_path: Path) -> None:
    shown = crash.report(failure(), tmp_path)
    kept = (tmp_path / "crash.txt").read_text()
    assert len(shown.splitlines()) < 30
    assert "LookupError: lost" in shown
    assert "RuntimeError: while looking" in shown
    assert shown.endswith(f"the whole report is in {tmp_path / 'crash.txt'}")
    assert kept.startswith("canaryscope 0")
    assert "in failure" in kept
    assert len(crash.describe(failure()).splitlines()) > len(crash.describe(failure(), crash.FRAMES).splitlines())


def test_neither_shows_local_variables(tmp_path: Path) -> None:
    shown = crash.report(failure(), tmp_path)
    assert "hidden-credentials" not in shown + (tmp_path / "crash.txt").read_text()


def test_neither_holds_control_characters_from_the_message(tmp_path: Path) -> None:
    shown = crash.report(failure("\x1b]52;c;ZXZpbA==\x07\x9b2J\r\u202e"), tmp_path)
    for text in (shown, (tmp_path / "crash.txt").read_text()):
        assert all(character == "\n" or character.isprintable() for character in text)


def test_only_the_user_may_read_the_file_and_a_new_report_replaces_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "log"
    crash.report(failure("first"), folder)
    crash.report(failure("second"), folder)
    path = folder / "crash.txt"
    assert "second" in path.read_text()
    assert "first" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [(tmp_path / part).stat().st_mode & 0o777 for part in ("new", "new/log")] == [0o700, 0o700]


def test_where_no_file_can_be_written_the_screen_still_tells(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shown = crash.report(failure(), tmp_path / "file")
    assert "LookupError: lost" in shown
    assert "could not be written" in shown


def test_a_recursion_error_is_reported_too(tmp_path: Path) -> None:
    def endless() -> None:
        endless()

    try:
        endless()
    except RecursionError as error:
        shown = crash.report(error, tmp_path)
    assert "RecursionError" in shown
    assert len(shown.splitlines()) < 30
