"""The user's own keys: [keys] of `settings.toml` and `keys.toml`, checked, as a key map for `App.set_keymap`.

    [keys]
    "runs.refresh" = "f5"
    "table.down" = ["j", "down", "ctrl+n"]

The ids are those of the bindings. Textual accepts any key map in silence, so every mistake is found here: it costs the
line it is in, and a sentence with the file and the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from textual.binding import Binding, BindingType
from textual.keys import Keys

from canaryscope.runs.text import clean_line, did_you_mean
from canaryscope.settings import read_toml

if TYPE_CHECKING:
    from canaryscope.toml_file import TomlFile

__all__ = ["LoadedKeymap", "Scopes", "load"]

Scopes = Callable[[], Mapping[str, Iterable[BindingType]]]
"""What can be pressed where: a name for each place that has bindings, and those (a widget's or screen's BINDINGS).
It is asked only where there is a file to check: what it names has to be loaded."""

AROUND: Final = "Everywhere"
PANES: Final = ("Runs", "Canaries", "Detail")
"""Scopes of `canaryscope.scopes`: the keys of a pane come before those of what is around it."""

MODIFIERS: Final = frozenset({"alt", "ctrl", "hyper", "meta", "shift", "super"})
ALIASES: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "": "space",
    "c": "ctrl",
    "control": "ctrl",
    "s": "shift",
    "m": "alt",
    "option": "alt",
}
"""What people write, and what Textual calls it: keys, then modifiers."""


def _name(character: str) -> str:
    """Textual's name of a character's key: `question_mark` for `?`."""
    return "comma" if character == "," else next(iter(Binding.make_bindings([Binding(character, "")]))).key


@cache
def _named_keys() -> frozenset[str]:
    """Every key that has a name; a character that has none is its own."""
    named = [key.value for key in Keys if not key.value.startswith("<") and key.value not in ALIASES]
    return frozenset([*named, *(_name(chr(code)) for code in range(0x21, 0x7F))])


class LoadedKeymap(NamedTuple):
    """What `App.set_keymap` takes, and what is wrong with the files."""

    keymap: dict[str, str]
    """Binding id to keys, joined by commas."""
    problems: tuple[str, ...] = ()
    """Sentences for a person, each with the file and, where it is known, the line."""
    origins: Mapping[str, str] = {}
    """Binding id to the file and line that it is from."""


def load(path: Path, scopes: Scopes, settings: TomlFile | None = None) -> LoadedKeymap:
    """Read the key map at `path`; a file that is not there is an empty one. Raises nothing.

    Where `settings`, the settings file, has an id, too, that counts. Bindings without an id cannot be changed; their
    keys are taken all the same.
    """
    problems: list[str] = []
    entries: dict[str, tuple[object, TomlFile]] = {}
    for file in (_read(path, problems), settings):
        if file is not None:
            entries |= {binding_id: (value, file) for binding_id, value in _entries(file, problems)}
    if not entries:
        return LoadedKeymap({}, tuple(problems))
    taken = {scope: list(Binding.make_bindings(bindings)) for scope, bindings in scopes().items()}
    known = {binding.id for bindings in taken.values() for binding in bindings if binding.id}
    origins = {binding_id: file.at(f"keys.{binding_id}") for binding_id, (_, file) in entries.items()}
    wanted: dict[str, list[str]] = {}
    for binding_id, (value, _) in entries.items():
        try:
            wanted[_known_id(binding_id, known)] = _keys(value)
        except ValueError as error:
            problems.append(clean_line(f"{origins[binding_id]}: {binding_id}: {error}"))
    problems += _without_clashes(wanted, taken, origins)
    keymap = {binding_id: ",".join(keys) for binding_id, keys in wanted.items()}
    return LoadedKeymap(keymap, tuple(problems), {binding_id: origins[binding_id] for binding_id in keymap})


def _read(path: Path, problems: list[str]) -> TomlFile | None:
    """The file at `path`, None where there is none; what is wrong with it is added to `problems`."""
    try:
        return read_toml(path)
    except ValueError as error:
        problems.append(clean_line(f"{path}: {error}"))
        return None


def _entries(file: TomlFile, problems: list[str]) -> list[tuple[str, object]]:
    """The entries of [keys]; where that is no table, a sentence is added to `problems`."""
    table = file.table.get("keys", {})
    if isinstance(table, dict):
        return [*_flat(table)]
    problems.append(clean_line(f"{file.at('keys')}: [keys] must be a table of binding ids and keys"))
    return []


def _flat(table: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The entries with their whole id: TOML reads an unquoted `runs.refresh = …` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{last}", entry) for last, entry in value.items())
        else:
            yield name, value


def _known_id(binding_id: str, known: Iterable[str]) -> str:
    if binding_id in known:
        return binding_id
    raise ValueError(f"there is no such binding{did_you_mean(binding_id, known)}")


def _keys(value: object) -> list[str]:
    """The keys of one entry in Textual's names. Raises ValueError with the reason."""
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not keys or not all(isinstance(key, str) for key in keys):
        raise ValueError('a key in quotes is expected, or a list of them, like ["j", "down"]')
    return [_key(key) for key in keys]


def _key(text: str) -> str:
    """One key in the name under which Textual reports it. Raises ValueError where no terminal sends it so."""
    *modifiers, base = text.split("+") if len(text) > 1 else [text]
    printable = len(base) == 1 and base.isprintable() and not base.isspace()
    name = _name(base) if printable else base
    whole = "+".join([*sorted(modifiers), name])
    # A terminal sends A for shift+a, and ctrl+a for ctrl+A.
    never_sent = bool(modifiers) and len(name) == 1 and (name.isupper() or modifiers == ["shift"])
    known = (printable or name in _named_keys()) and MODIFIERS.issuperset(modifiers) and not never_sent
    if known or whole in _named_keys():
        return whole
    raise ValueError(f"{text!r} is no key{_nearest_key(text)}")


def _nearest_key(text: str) -> str:
    *modifiers, base = re.split(r"(?<=\w)[+-]", text.strip())
    modifiers = [ALIASES.get(modifier.lower(), modifier.lower()) for modifier in modifiers]
    if modifiers == ["shift"] and len(base) == 1:
        guess = base.upper()
    else:
        guess = "+".join([*modifiers, ALIASES.get(base.lower(), base.lower())])
    try:
        return f": did you mean {_key(guess)}?" if guess != text else did_you_mean(guess, _named_keys())
    except ValueError:
        return did_you_mean(guess, _named_keys())


def _without_clashes(
    wanted: dict[str, list[str]], taken: Mapping[str, list[Binding]], origins: Mapping[str, str]
) -> list[str]:
    """Take out of `wanted` what would give one key to two bindings of a scope; returns a sentence for each.

    An entry that is taken out has its usual keys again, which may clash in their turn: hence the loop.
    """
    problems: list[str] = []
    while clash := _first_clash(wanted, taken) or _first_hidden(wanted, taken):
        binding_id, other, key = clash
        del wanted[binding_id]
        problems.append(clean_line(f"{origins[binding_id]}: {binding_id}: {key} is the key of {other} already"))
    return problems


def _first_clash(wanted: Mapping[str, list[str]], taken: Mapping[str, list[Binding]]) -> tuple[str, str, str] | None:
    """The id of an entry, who has its key already, and that key."""
    for bindings in taken.values():
        holders: dict[str, Binding] = {}
        # First what stays as it is, so that of two that want one key the user's entry is the one to go.
        for binding in sorted(bindings, key=lambda binding: binding.id in wanted):
            binding_id = binding.id or ""
            for key in wanted.get(binding_id, [binding.key]):
                holder = holders.setdefault(key, binding)
                if binding_id in wanted and holder.id != binding_id:
                    return binding_id, _called(holder), key
    return None


def _first_hidden(wanted: Mapping[str, list[str]], taken: Mapping[str, list[Binding]]) -> tuple[str, str, str] | None:
    """The same where an entry of `AROUND` has no key that acts in a pane, in which it usually has one.

    Who gives a pane such a key means the pane: that is no clash.
    """
    for pane in PANES:
        bindings = taken.get(pane, [])
        usual = {binding.key for binding in bindings}
        holders = {key: binding for binding in bindings for key in wanted.get(binding.id or "", [binding.key])}
        for hidden in taken.get(AROUND, []):
            same = [binding.key for binding in taken[AROUND] if binding.action == hidden.action]
            keys = wanted.get(hidden.id or "", [])
            if keys and holders.keys() >= {*keys} and not usual.issuperset(same) and not hidden.priority:
                return hidden.id or "", _called(holders[keys[0]]), keys[0]
    return None


def _called(binding: Binding) -> str:
    return binding.id or binding.description or binding.action
