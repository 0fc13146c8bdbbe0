"""Homes in which little or nothing can be kept: the program starts, works, says so in a sentence, and ends well."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from terminal.probe import Terminal
from terminal.program import A_RUN, COMMAND, INSTANT, SOURCES

pytestmark = pytest.mark.terminal

SEVERAL = r"[2-9] problems \(\? shows all\): "
CHOICES = r"Choices are kept for this session only: \S*/canaryscope/preferences\.json: "
LOG = r"The log \S*/canaryscope\.log is not written any more: "
OWN_MOUNTS = ("unshare", "-rm")
NO_NAME = ("unshare", "-U", "--map-user=54321")
"""Somebody whom the system's list of users does not know."""
NO_POWER = ("setpriv", "--bounding-set=-all") if os.geteuid() == 0 else ()
"""Root has to mind permissions, too."""


class Home(NamedTuple):
    """What is done in the home folder, which is empty, before the program starts."""

    script: str = ""
    """For a shell that stands in the folder the program is started in; $HOME is beside it."""
    reason: str = ""
    """Why nothing can be kept, as a regular expression; empty where it can."""
    env: Mapping[str, str] = {}
    prefix: tuple[str, ...] = ()
    """What the shell itself is started by."""


HOMES = {
    "a file": Home('rmdir "$HOME"; echo mine > "$HOME"', "/home is no folder"),
    "read-only": Home('mount -t tmpfs -o ro none "$HOME"', "Read-only file system", prefix=OWN_MOUNTS),
    "full": Home(
        'mount -t tmpfs -o size=4k none "$HOME"; dd if=/dev/zero of="$HOME/full" bs=4k count=1 2> full; rm full',
        "(No space left on device|Input/output error)",
        prefix=OWN_MOUNTS,
    ),
    "not to be written to": Home('chmod 0500 "$HOME"', "Permission denied", prefix=NO_POWER),
    "not to be entered": Home('chmod 0000 "$HOME"', "Permission denied", prefix=NO_POWER),
    "none": Home("unset HOME", "/dev/null is no folder", prefix=NO_NAME),
    "relative, umask 0777": Home("umask 0777", "", {"XDG_STATE_HOME": "relative", "XDG_CONFIG_HOME": "relative"}),
    "\x1b]0;pwned\x07\x1b[31m\n\u202ename": Home("umask 0000", "", {"XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""}),
}


@cache
def can(*prefix: str) -> bool:
    """Whether programs can be started so here: it takes root, or user namespaces."""
    try:
        return subprocess.run([*prefix, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except FileNotFoundError:
        return False


def started(place: Path, name: str, home: Home) -> Terminal:
    (folder := place / (name if "\x1b" in name else "home")).mkdir()
    (working := place / "working").mkdir()
    script = f'cd "$1" && shift; {home.script or ":"}\n exec "$@"'
    return Terminal(
        [*home.prefix, "sh", "-c", script, "sh", str(working), *COMMAND, "--demo", "--canary", "checkout-flow"],
        cols=320,
        env=SOURCES | INSTANT | {"HOME": str(folder), **home.env},
    )


@pytest.mark.parametrize("name", HOMES)
def test_it_starts_works_says_what_cannot_be_kept_and_ends_well(tmp_path: Path, name: str) -> None:
    home = HOMES[name]
    if home.prefix and not can(*home.prefix):
        pytest.skip(f"{home.prefix[0]} is not allowed here")
    with started(tmp_path, name, home) as terminal:
        terminal.wait_for(A_RUN)
        if home.reason:
            terminal.wait_for(SEVERAL)
        terminal.wait_for_quiet(0.3)
        terminal.send("j")
        terminal.wait_for("row 2$")
        terminal.send("?")
        terminal.wait_for("Your settings and keys: ")
        if home.reason:
            terminal.wait_for(f"{CHOICES}.*{home.reason}")
            terminal.wait_for(f"{LOG}.*{home.reason}")
        else:
            assert "Everywhere" in terminal.lines()[3]
        terminal.send("q")
        assert terminal.exit_code() == 0
        assert terminal.left_behind() == []
        assert b"pwned" not in terminal.output
    assert list((tmp_path / "working").iterdir()) == []
    if not home.reason:
        [place] = (path for path in tmp_path.iterdir() if path.name != "working")
        assert_private(place / ".local/state/canaryscope")


def test_with_every_file_damaged_it_starts_works_and_lists_what_is_wrong(tmp_path: Path) -> None:
    script = """
        mkdir -p "$HOME/.config/canaryscope" "$HOME/.local/state/canaryscope/log"
        mkfifo "$HOME/.config/canaryscope/settings.toml" "$HOME/.local/state/canaryscope/log/canaryscope.log"
        truncate -s 1G "$HOME/.config/canaryscope/keys.toml"
        ln -s /dev/zero "$HOME/.local/state/canaryscope/preferences.json"
    """
    with started(tmp_path, "home", Home(script)) as terminal:
        terminal.wait_for(A_RUN)
        terminal.wait_for(SEVERAL)
        terminal.send("?")
        terminal.wait_for("settings.toml: it cannot be read: it is no regular file")
        terminal.wait_for("keys.toml: it cannot be read: it is larger than 100,000 bytes")
        terminal.wait_for("preferences.json is ignored: it is no regular file; it is now preferences.json.damaged")
        terminal.wait_for(LOG)
        terminal.send("q")
        assert terminal.exit_code() == 0
    state = tmp_path / "home" / ".local/state/canaryscope"
    assert "canaries" in json.loads((state / "preferences.json").read_text())
    assert (state / "preferences.json.damaged").is_symlink()


def assert_private(folder: Path) -> None:
    """All that the program makes is there, and for nobody else."""
    assert {str(path.relative_to(folder)) for path in folder.rglob("*")} == {
        "log",
        "log/canaryscope.log",
        "preferences.json",
    }
    made = [folder, folder.parent, folder.parent.parent, *folder.rglob("*")]
    assert {stat.filemode(path.stat().st_mode) for path in made} == {"drwx------", "-rw-------"}
