"""The user's own keys: `keys.toml`, checked, as a key map for `App.set_keymap`.

    [keys]
    "runs.refresh" = "f5"
    "table.down" = ["j", "down", "ctrl+n"]

The ids are those of the bindings. Textual accepts any key map in silence, so every mistake is found here: it costs the
line it is in, and a sentence with the file and the line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import platformdirs
from textual.binding import Binding, BindingType
from textual.keys import Keys

from canaryscope.runs.text import clean_line

__all__ = ["LoadedKeymap", "Scopes", "default_path", "load"]

Scopes = Callable[[], Mapping[str, Iterable[BindingType]]]
"""What can be pressed where: a name for each place that has bindings, and those (a widget's or screen's BINDINGS).
It is asked only where there is a file to check: what it names has to be loaded."""

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
    """What `App.set_keymap` takes, and what is wrong with the file."""

    keymap: dict[str, str]
    """Binding id to keys, joined by commas."""
    problems: tuple[str, ...] = ()
    """Sentences for a person, each with the file and, where it is known, the line."""


class _Source(NamedTuple):
    """The file, to say where something is."""

    path: Path
    text: str

    def at(self, binding_id: str) -> str:
        """`file:line` of the line that sets `binding_id`, or the file alone."""
        last = re.escape(binding_id.rpartition(".")[2])
        pattern = re.compile(rf"""^\s*(?:["']?{re.escape(binding_id)}["']?|["']?{last}["']?)\s*=""")
        lines = (number for number, line in enumerate(self.text.splitlines(), 1) if pattern.match(line))
        number = next(lines, None)
        return f"{self.path}:{number}" if number else str(self.path)


def default_path() -> Path:
    """On Linux, $XDG_CONFIG_HOME/canaryscope/keys.toml."""
    return platformdirs.user_config_path("canaryscope", appauthor=False) / "keys.toml"


def load(path: Path, scopes: Scopes) -> LoadedKeymap:
    """Read the key map at `path`; a file that is not there is an empty one. Raises nothing.

    Bindings without an id cannot be changed; their keys are taken all the same.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return LoadedKeymap({})
    except UnicodeDecodeError:
        return _refused(path, "this is not UTF-8 text")
    except OSError as error:
        return _refused(path, f"it cannot be read: {error.strerror or error}")
    import tomllib  # most people have no such file

    try:
        table = tomllib.loads(text).get("keys", {})
    except tomllib.TOMLDecodeError as error:
        return _refused(path, f"this is not TOML: {error}")
    except RecursionError as error:
        return _refused(path, f"it cannot be read: {error}")
    if not isinstance(table, dict):
        return _refused(path, "[keys] must be a table of binding ids and keys")
    source = _Source(path, text)
    taken = {scope: list(Binding.make_bindings(bindings)) for scope, bindings in scopes().items()}
    known = {binding.id for bindings in taken.values() for binding in bindings if binding.id}
    wanted: dict[str, list[str]] = {}
    problems: list[str] = []
    for binding_id, value in _flat(table):
        try:
            wanted[_known_id(binding_id, known)] = _keys(value)
        except ValueError as error:
            problems.append(clean_line(f"{source.at(binding_id)}: {binding_id}: {error}"))
    problems += _without_clashes(wanted, taken, source)
    return LoadedKeymap({binding_id: ",".join(keys) for binding_id, keys in wanted.items()}, tuple(problems))


def _refused(path: Path, reason: str) -> LoadedKeymap:
    return LoadedKeymap({}, (clean_line(f"{path}: {reason}"),))


def _flat(table: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """The entries with their whole id: TOML reads an unquoted `runs.refresh = …` as a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _known_id(binding_id: str, known: Iterable[str]) -> str:
    if binding_id in known:
        return binding_id
    raise ValueError(f"there is no such binding{_nearest(binding_id, known)}")


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
        return f": did you mean {_key(guess)}?" if guess != text else _nearest(guess, _named_keys())
    except ValueError:
        return _nearest(guess, _named_keys())


def _nearest(text: str, known: Iterable[str]) -> str:
    nearest = difflib.get_close_matches(text, list(known), n=1)
    return f": did you mean {nearest[0]}?" if nearest else ""


def _without_clashes(wanted: dict[str, list[str]], taken: Mapping[str, list[Binding]], source: _Source) -> list[str]:
    """Take out of `wanted` what would give one key to two bindings of a scope; returns a sentence for each.

    An entry that is taken out has its usual keys again, which may clash in their turn: hence the loop.
    """
    problems: list[str] = []
    while clash := _first_clash(wanted, taken):
        binding_id, other, key = clash
        del wanted[binding_id]
        problems.append(clean_line(f"{source.at(binding_id)}: {binding_id}: {key} is the key of {other} already"))
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
                    return binding_id, holder.id or holder.description or holder.action, key
    return None
