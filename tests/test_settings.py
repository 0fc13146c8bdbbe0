"""What a person wrote into settings.toml counts, and every mistake in it is a sentence with its line."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.preferences import Preferences
from canaryscope.render.times import Zone
from canaryscope.runs.watch import SHORTEST
from canaryscope.settings import CHOICES, COLUMNS, INTERVALS, MAX_BYTES, Effective, Settings, default_path, load
from canaryscope_widgets.run_columns import OPTIONAL

WHOLE = """
theme = "light"
zone = "relative"
watch_interval = 90.5

[columns]
location = false
dry_run = true
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(path: Path, text: str | bytes) -> Settings:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path)


def in_force(settings: Settings, choices: Preferences | None = None, *, utc: bool = False) -> Mapping[str, str]:
    effective = Effective(settings, choices or Preferences(None), utc=utc)
    return {name: effective[name].value for name in CHOICES}


def test_every_setting_is_read(path: Path) -> None:
    settings = written(path, WHOLE)
    assert settings.words == {"theme": "light", "zone": "relative"}
    assert settings.columns == {"location": False, "dry_run": True}
    assert settings.watch_interval == 90.5
    assert settings.problems == ()
    assert settings.origin("zone") == f"{path}:3"
    assert settings.origin("columns.dry_run") == f"{path}:8"


@pytest.mark.parametrize("text", ["", "# nothing\n", "[columns]\n", '[keys]\n"app.quit" = "x"\n'])
def test_what_a_file_leaves_out_stays_as_it_is(path: Path, text: str) -> None:
    settings = written(path, text)
    assert (settings.words, settings.columns, settings.watch_interval, settings.problems) == ({}, {}, None, ())
    assert in_force(settings) == {"theme": "dark", "zone": "local"}


def test_a_file_that_is_not_there_is_no_mistake(path: Path) -> None:
    assert load(path) == Settings(path)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('zone = "UTC"', 'zone: "local", "utc" or "relative" is expected'),
        ('zone = "relativ"', "is expected: did you mean relative?"),
        ("zone = 1", 'zone: "local", "utc" or "relative" is expected'),
        ('theme = "ansi-dark"', 'theme: "dark" or "light" is expected'),
        ('theme = ["dark"]', 'theme: "dark" or "light" is expected'),
        ("watch_interval = 14", "watch_interval: at least 15 and at most 86,400 seconds are expected"),
        ("watch_interval = 86401", "at most 86,400 seconds"),
        ("watch_interval = nan", "at least 15"),
        ("watch_interval = inf", "at most 86,400"),
        ("watch_interval = true", "watch_interval: a number of seconds is expected, like 60"),
        ('watch_interval = "60"', "watch_interval: a number of seconds is expected, like 60"),
        ("watch_intervall = 60", "watch_intervall: there is no such setting: did you mean watch_interval?"),
        ("zzz = 60", "zzz: there is no such setting"),
        ("columns = true", "columns: a table is expected"),
        ("columns.browser = 1", "columns.browser: true (always shown) or false (never) is expected"),
        ("columns.dryrun = true", "columns.dryrun: only attempt, browser, location, dry_run can be chosen: did you"),
        ("columns = {state = false}", "columns.state: only attempt, browser, location, dry_run can be chosen"),
    ],
)
def test_a_mistake_costs_its_line_and_is_told_with_it(path: Path, line: str, problem: str) -> None:
    settings = written(path, f"# mine\n{line}\n[keys]\n")
    (sentence,) = settings.problems
    assert sentence.startswith(f"{path}:2: ")
    assert problem in sentence
    assert sentence.isprintable()
    assert (settings.words, settings.columns, settings.watch_interval) == ({}, {}, None)


def test_a_name_with_escape_sequences_does_nothing_to_the_terminal(path: Path) -> None:
    (sentence,) = written(path, '"\\u001b]0;evil\\u0007x" = 1\n').problems
    assert sentence == f"{path}: x: there is no such setting"


def test_the_rest_of_a_file_with_mistakes_counts(path: Path) -> None:
    settings = written(path, 'theme = "blue"\nzone = "utc"\n[columns]\nstate = 1\nbrowser = true\n')
    assert settings.words == {"zone": "utc"}
    assert settings.columns == {"browser": True}
    assert [problem.partition(": ")[0] for problem in settings.problems] == [f"{path}:1", f"{path}:4"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"theme = \n", "line 1"),
        (b"zone = 'utc'\nzone = 'utc'\n", "line 2"),
        (b"\xff", "this is not UTF-8 text"),
        (b"a = " + b"[" * 90_000, "it cannot be read: "),
        (b"watch_interval = " + b"9" * 5_000, "it cannot be read: "),
        (b"#" * (MAX_BYTES + 1), "it cannot be read: it is larger than 100,000 bytes"),
    ],
    ids=["value", "twice", "binary", "deep", "digits", "large"],
)
def test_a_file_that_cannot_be_read_is_one_sentence(path: Path, content: bytes, problem: str) -> None:
    settings = written(path, content)
    (sentence,) = settings.problems
    assert sentence.startswith(f"{path}: ")
    assert problem in sentence
    assert in_force(settings) == {"theme": "dark", "zone": "local"}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_something_else_in_the_place_of_the_file_is_a_sentence(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    make(path)
    assert load(path).problems == (f"{path}: it cannot be read: it is no regular file",)


def test_a_link_of_the_users_own_is_read_and_somebody_elses_is_not(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dotfiles.toml").write_text('zone = "utc"\n')
    path.parent.mkdir()
    path.symlink_to(tmp_path / "dotfiles.toml")
    assert load(path).words == {"zone": "utc"}
    other = os.getuid() + 1
    monkeypatch.setattr(os, "getuid", lambda: other)
    assert load(path).problems == (
        f"{path}: it cannot be read: it is somebody else's symbolic link, or one in a circle",
    )


def test_a_link_that_leads_nowhere_is_a_file_that_is_not_there(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    path.symlink_to(tmp_path / "gone.toml")
    assert load(path).problems == ()


@given(st.text(alphabet="thezon=\"'[].{}\n 1columns#utc-", max_size=60) | st.text(max_size=40))
def test_no_text_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("config") / "settings.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    settings = load(path)
    assert all(problem.startswith(str(path)) and problem.isprintable() for problem in settings.problems)
    assert in_force(settings)["zone"] in CHOICES["zone"]


def test_many_mistakes_are_told_at_once(path: Path) -> None:
    settings = written(path, "".join(f"x{number} = 1\n" for number in range(5_000)))
    assert settings.problems[-1] == f"{path}:5000: x4999: there is no such setting"


# What counts


def test_an_option_counts_more_than_the_file(path: Path) -> None:
    settings = written(path, WHOLE)
    assert in_force(settings) == {"theme": "light", "zone": "relative"}
    assert in_force(settings, utc=True) == {"theme": "light", "zone": "utc"}


def test_a_choice_made_in_the_explorer_counts_until_its_line_is_changed(path: Path, tmp_path: Path) -> None:
    kept = tmp_path / "preferences.json"
    choices = Preferences(kept)
    Effective(written(path, WHOLE), choices).choose("zone", "utc")
    assert choices.save() == ""
    assert in_force(load(path), Preferences(kept)) == {"theme": "light", "zone": "utc"}
    settings = written(path, WHOLE.replace("relative", "local"))
    assert in_force(settings, Preferences(kept)) == {"theme": "light", "zone": "local"}
    assert in_force(written(path, ""), Preferences(kept)) == {"theme": "dark", "zone": "utc"}


def test_a_line_that_is_written_after_a_choice_counts(path: Path) -> None:
    """As choices were kept before there was a settings file: whoever writes a line wants it to do something."""
    choices = Preferences(None)
    choices.set("zone", "relative")
    choices.set("theme", "ansi-light")
    assert in_force(load(path), choices) == {"theme": "light", "zone": "relative"}
    assert in_force(written(path, 'zone = "utc"\n'), choices) == {"theme": "light", "zone": "utc"}


def test_what_the_file_says_is_not_kept_as_a_choice(path: Path) -> None:
    choices = Preferences(None)
    effective = Effective(written(path, WHOLE), choices)
    effective.choose("theme", "light")
    assert in_force(load(path.with_name("none.toml")), choices) == {"theme": "dark", "zone": "local"}
    effective.choose("theme", "dark")
    effective.choose("theme", "light")
    assert in_force(load(path.with_name("none.toml")), choices)["theme"] == "light"


def test_a_choice_that_no_version_knows_is_passed_over(path: Path) -> None:
    choices = Preferences(None)
    choices.set("zone", "mars")
    choices.set("theme", "no-such-theme")
    assert in_force(load(path), choices) == {"theme": "dark", "zone": "local"}


def test_it_is_told_where_each_value_is_from(path: Path, tmp_path: Path) -> None:
    settings = written(path, WHOLE)
    choices = Preferences(tmp_path / "preferences.json")
    assert Effective(load(path.with_name("none.toml")), choices)["zone"].origin == "default"
    assert Effective(settings, choices)["zone"].origin == f"{path}:3"
    assert Effective(settings, choices, utc=True)["zone"].origin == "--utc"
    Effective(settings, choices).choose("zone", "local")
    assert Effective(settings, choices)["zone"].origin == f"chosen last: {tmp_path / 'preferences.json'}"


def test_the_settings_are_those_that_the_explorer_has() -> None:
    assert CHOICES["zone"] == tuple(Zone)
    assert set(COLUMNS) == {column.name.lower() for column in OPTIONAL}
    assert INTERVALS[0] == SHORTEST


def test_the_file_is_in_the_users_config_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_path() == tmp_path / "canaryscope" / "settings.toml"
