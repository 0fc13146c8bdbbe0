"""Keys from S3 as file names: whatever somebody writes to the bucket, each stays inside and is a file of its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canaryscope.evidence.saved_names import LONGEST, PART_ENDING, folder_name, numbered, same_file, saved_paths
from canaryscope.runs.model import CanaryRun, RunTimeline
from runs.history import run

NASTY = st.lists(
    st.sampled_from(
        [
            *("..", ".", "", "/", "/", "//", "\\", "a", "A", "b.png", "B.PNG", "-rf", "~", "~root", "CON", "nul.txt"),
            *("C:", ":", "\x00", "\n", "\x1b[31m", "\u202e", "\u200b", " ", "é", "e\u0301", "ﬁ", "fi", "ß", "SS", "K"),
            *(".git", "HEAD", " (2)", ".png", "x" * 130, "😀" * 60, ".part", "\ud800", "\u0345", "...", "a/b"),
        ]
    ),
    max_size=12,
).map("".join)
NAMES = st.lists(st.one_of(NASTY, st.text(max_size=40)), max_size=12)


@given(NAMES)
@example(["a", "a/b", "A/B", "a/b/c"])
@example(["a.png", "a.png", "a (2).png", "A (2).PNG"])
@example(["x" * 300 + ".png", "x" * 301 + ".png"])
def test_whatever_the_keys_are_each_has_a_path_of_its_own_inside_the_folder(names: list[str]) -> None:
    paths = saved_paths(names)
    assert len(paths) == len(names)
    assert len({same_file(path) for path in paths}) == len(names)
    folders = {same_file(path[:depth]) for path in paths for depth in range(1, len(path))}
    assert not folders & {same_file(path) for path in paths}
    for path in paths:
        assert 1 <= len(path) <= 7
        for part in path:
            assert part.strip(". ") == part
            assert part[0] not in "-~"
            assert part.isprintable()
            assert not set(part) & set('\\/:*?"<>|')
            assert not part.casefold().endswith(PART_ENDING)
            assert len(part.encode()) <= LONGEST + len(" (12)") + 1


@given(NAMES)
def test_the_second_time_the_paths_are_the_same(names: list[str]) -> None:
    assert saved_paths(names) == saved_paths(names)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("CHROME/01-home-loaded.png", "CHROME/01-home-loaded.png"),
        ("2026-11-22T12-27-07-820Z-log.txt", "2026-11-22T12-27-07-820Z-log.txt"),
        ("Prüfung – Übersicht 1.png", "Prüfung – Übersicht 1.png"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc//./passwd", "etc/passwd"),
        ("..", "_"),
        ("", "_"),
        ("a\\..\\b.png", "a_._b.png"),
        ("-rf.png", "_rf.png"),
        (".git/config", "_git/config"),
        ("HEAD", "_HEAD"),
        ("con.png", "_con.png"),
        ("COM1", "_COM1"),
        ("console.log", "console.log"),
        ("12:27.png", "12_27.png"),
        ("a\nb\u202e.png", "a b.png"),
        ("home.png. .", "home.png"),
        ("home.part", "home.part_"),
        ("1/2/3/4/5/6/7/8.png", "1/2/3/4/5/6_7/8.png"),
    ],
)
def test_a_harmless_name_stays_and_another_becomes_one(name: str, path: str) -> None:
    assert saved_paths([name]) == (tuple(path.split("/")),)


def test_a_long_name_keeps_its_extension() -> None:
    ((long,), (accented,)) = saved_paths(["x" * 400 + ".har.gz", "ü" * 400 + ".png"])
    assert (len(long), long[-8:]) == (LONGEST, "x.har.gz")
    assert len(accented.encode()) <= LONGEST
    assert accented.endswith("ü.png")


def test_two_that_a_mac_would_take_for_one_are_two() -> None:
    assert saved_paths(["a.png", "A.png", "a  b.png", "a.PNG"]) == (
        ("a.png",),
        ("A (2).png",),
        ("a b.png",),
        ("a (3).PNG",),
    )


def test_a_file_gives_way_to_the_folder_that_is_called_alike() -> None:
    assert saved_paths(["home", "home/1.png"]) == (("home (2)",), ("home", "1.png"))


def test_a_thousand_artifacts_that_come_to_one_name_take_no_time() -> None:
    paths = saved_paths(["\u200b" * number for number in range(1_000)])
    assert paths[-1] == ("_ (1000)",)


def test_a_numbered_name_keeps_the_extension() -> None:
    assert numbered("results.har.html", 3) == "results (3).har.html"
    assert numbered("README", 2) == "README (2)"


def test_the_folder_of_a_run_is_told_from_those_of_all_others() -> None:
    started = RunTimeline(datetime(2026, 11, 22, 12, 27, 7, 250_000, UTC))
    plain = run(1)._replace(name="checkout-flow", timeline=started)
    assert folder_name(plain) == "checkout-flow-2026-11-22T12-27-07Z"
    more = plain._replace(browser_type="FIREFOX", retry_attempt=1, location="eu-west-1")
    assert folder_name(more) == "checkout-flow-2026-11-22T12-27-07Z-retry-1-FIREFOX-eu-west-1"


def test_the_folder_of_a_run_of_which_nothing_is_known_has_a_name() -> None:
    assert folder_name(CanaryRun()) == "_"
    assert folder_name(CanaryRun(name="../x", id="1*2")) == "__x-1_2"
