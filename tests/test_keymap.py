"""A person's own keys work, and every mistake in the file is a sentence with its line."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.keys import Keys, format_key
from textual.widgets import Static

from canaryscope.keymap import LoadedKeymap, _named_keys, load
from canaryscope.settings import keys_path
from canaryscope.toml_file import parsed

TABLE: list[BindingType] = [
    Binding("j,down", "down", "Down", id="table.down"),
    Binding("k,up", "up", "Up", id="table.up"),
    Binding("f", "failures", "Failures only", id="runs.failures"),
    Binding("escape", "back", "Back"),
]
APP: list[BindingType] = [
    Binding("q", "quit", "Quit", id="app.quit"),
    Binding("question_mark", "help", "Help", id="app.help"),
]


def scopes() -> dict[str, list[BindingType]]:
    return {"table": TABLE, "app": APP}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.toml"


def loaded(path: Path, text: str) -> LoadedKeymap:
    path.write_text(text)
    return load(path, scopes)


def test_keys_are_read_in_textuals_names(path: Path) -> None:
    text = '[keys]\n"table.down" = ["J", "ctrl+n"]\n"app.help" = "?"\nruns.failures = ","\n"app.quit" = "shift+alt+x"\n'
    assert loaded(path, text) == LoadedKeymap(
        {
            "table.down": "J,ctrl+n",
            "app.help": "question_mark",
            "runs.failures": "comma",
            "app.quit": "alt+shift+x",
        },
        origins={
            "table.down": f"{path}:2",
            "app.help": f"{path}:3",
            "runs.failures": f"{path}:4",
            "app.quit": f"{path}:5",
        },
    )


@pytest.mark.parametrize("text", ["", "# nothing\n", "[keys]\n", "[colours]\nx = 1\n"])
def test_a_file_without_keys_changes_nothing(path: Path, text: str) -> None:
    assert loaded(path, text) == LoadedKeymap({})


def test_a_file_that_is_not_there_changes_nothing(path: Path) -> None:
    assert load(path, scopes) == LoadedKeymap({})


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('"table.dwon" = "x"', "table.dwon: there is no such binding: did you mean table.down?"),
        ('"zzz" = "x"', "zzz: there is no such binding"),
        ('"table.down" = "esc"', "table.down: 'esc' is no key: did you mean escape?"),
        ('"table.down" = "C-n"', "table.down: 'C-n' is no key: did you mean ctrl+n?"),
        ('"table.down" = "Ctrl+N"', "table.down: 'Ctrl+N' is no key: did you mean ctrl+n?"),
        ('"table.down" = "shift+n"', "table.down: 'shift+n' is no key: did you mean N?"),
        ('"table.down" = "pagdown"', "table.down: 'pagdown' is no key: did you mean pagedown?"),
        ('"table.down" = " "', "table.down: ' ' is no key: did you mean space?"),
        ('"table.down" = "j,down"', "table.down: 'j,down' is no key"),
        ('"table.down" = ["x", "nokeyatall!"]', "table.down: 'nokeyatall!' is no key"),
        ('"table.down" = 5', "table.down: a key in quotes is expected, or a list of them"),
        ('"table.down" = []', "table.down: a key in quotes is expected, or a list of them"),
        ('"table.down" = ["x", 1]', "table.down: a key in quotes is expected, or a list of them"),
        ('"table.down" = "k"', "table.down: k is the key of table.up already"),
        ('"table.down" = "escape"', "table.down: escape is the key of Back already"),
        ('"table.down" = "\\u001b]0;evil\\u0007"', "is no key"),
    ],
)
def test_a_mistake_costs_its_line_and_is_told_with_it(path: Path, entry: str, problem: str) -> None:
    result = loaded(path, f'# mine\n[keys]\n"app.quit" = "x"\n{entry}\n')
    assert result.keymap == {"app.quit": "x"}
    (sentence,) = result.problems
    assert sentence.startswith(f"{path}:4: ")
    assert problem in sentence
    assert sentence.isprintable()


def test_an_unquoted_id_is_found_in_its_line_too(path: Path) -> None:
    (sentence,) = loaded(path, '[keys]\n\ntable.down = "esc"\n').problems
    assert sentence.startswith(f"{path}:3: table.down: ")
    (sentence,) = loaded(path, '[keys.table]\nup = "x"\ndown = "esc"\n').problems
    assert sentence.startswith(f"{path}:3: table.down: ")


def test_two_entries_that_want_one_key_are_told(path: Path) -> None:
    result = loaded(path, '[keys]\n"table.down" = "x"\n"table.up" = "x"\n')
    assert result.keymap == {"table.down": "x"}
    assert result.problems == (f"{path}:3: table.up: x is the key of table.down already",)


def test_an_entry_that_falls_out_leaves_no_clash_behind(path: Path) -> None:
    """`table.up` keeps k because escape is taken; so `table.down` cannot have k either."""
    result = loaded(path, '[keys]\n"table.up" = "escape"\n"table.down" = "k"\n')
    assert result.keymap == {}
    assert len(result.problems) == 2


def test_the_same_key_in_another_place_is_no_clash(path: Path) -> None:
    result = loaded(path, '[keys]\n"app.quit" = "f"\n')
    assert (result.keymap, result.problems) == ({"app.quit": "f"}, ())


@pytest.mark.parametrize(
    ("entries", "kept", "problems"),
    [
        ('"app.help" = "j"', {}, ["app.help: j is the key of table.down already"]),
        ('"app.help" = ["j", "x"]', {"app.help": "j,x"}, []),
        ('"app.help" = "j"\n"table.down" = "x"', {"app.help": "j", "table.down": "x"}, []),
        ('"table.down" = ["x", "q"]', {"table.down": "x,q"}, []),
        ('"table.down" = "q"\n"app.quit" = "x"', {"app.quit": "x", "table.down": "q"}, []),
        ('"app.quit" = "up"\n"app.help" = "k"', {}, ["app.quit: up is the key", "app.help: k is the key"]),
    ],
)
def test_a_key_that_would_act_nowhere_in_a_pane_is_told(
    path: Path, entries: str, kept: dict[str, str], problems: list[str]
) -> None:
    path.write_text(f"[keys]\n{entries}\n")
    result = load(path, lambda: {"Everywhere": APP, "Runs": TABLE})
    assert result.keymap == kept
    assert len(result.problems) == len(problems)
    for sentence, problem in zip(result.problems, problems, strict=True):
        assert problem in sentence


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'[keys]\n"table.down" = \n', "line 2"),
        (b"[keys\n", "line 1"),
        (b'[keys]\n"table.down" = "x"\n"table.down" = "y"\n', "line 3"),
        (b"keys = 5\n", ":1: [keys] must be a table"),
        (b"\xff", "not UTF-8"),
        (b"a = " + b"[" * 90_000, "it cannot be read"),
    ],
    ids=["value", "header", "twice", "number", "binary", "deep"],
)
def test_a_file_that_cannot_be_read_is_a_sentence(path: Path, content: bytes, problem: str) -> None:
    path.write_bytes(content)
    result = load(path, scopes)
    assert result.keymap == {}
    (sentence,) = result.problems
    assert sentence.startswith(f"{path}:")
    assert problem in sentence


def test_a_folder_in_its_place_is_a_sentence(path: Path) -> None:
    path.mkdir()
    assert "it cannot be read" in load(path, scopes).problems[0]


def test_the_settings_file_counts_where_both_have_an_id(path: Path) -> None:
    settings = parsed(path.with_name("settings.toml"), '[keys]\n"app.quit" = "x"\n"table.up" = "o"\n')
    path.write_text('[keys]\n"app.quit" = "y"\n"table.down" = "z"\n')
    result = load(path, scopes, settings)
    assert result.keymap == {"app.quit": "x", "table.up": "o", "table.down": "z"}
    assert result.origins == {
        "app.quit": f"{settings.path}:2",
        "table.up": f"{settings.path}:3",
        "table.down": f"{path}:3",
    }


def test_keys_of_two_files_that_clash_are_told_with_the_file_that_loses(path: Path) -> None:
    settings = parsed(path.with_name("settings.toml"), '[keys]\n"table.up" = "o"\n')
    path.write_text('[keys]\n"table.down" = "o"\n')
    result = load(path, scopes, settings)
    assert len(result.keymap) == 1
    (sentence,) = result.problems
    assert sentence == f"{settings.path}:2: table.up: o is the key of table.down already"


class Pressed(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [*TABLE, *APP]

    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def compose(self) -> ComposeResult:
        yield Static()

    def action_down(self) -> None:
        self.actions.append("down")

    def action_up(self) -> None:
        self.actions.append("up")

    def action_help(self) -> None:
        self.actions.append("help")


async def test_textual_obeys_the_loaded_keys_even_where_two_are_swapped(path: Path) -> None:
    result = loaded(path, '[keys]\n"table.down" = ["k", "ctrl+n"]\n"table.up" = "j"\n"app.help" = [",", "f1"]\n')
    assert result.problems == ()
    app = Pressed()
    async with app.run_test() as pilot:
        app.set_keymap(result.keymap)
        await pilot.press("k", "ctrl+n", "j", "comma", "f1", "down", "question_mark")
    assert app.actions == ["down", "down", "up", "help", "help"]


def test_every_key_that_has_a_name_is_one_that_textual_can_show() -> None:
    assert {
        "escape",
        "enter",
        "space",
        "comma",
        "minus",
        "question_mark",
        "ctrl+d",
        "shift+tab",
        "f12",
    } <= _named_keys()
    assert {"esc", "return", "<any>", ""}.isdisjoint(_named_keys())
    assert {Keys.Up.value, Keys.PageDown.value} <= _named_keys()
    assert all(format_key(key) for key in _named_keys())


def test_the_file_is_in_the_users_config_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert keys_path() == tmp_path / "canaryscope" / "keys.toml"
