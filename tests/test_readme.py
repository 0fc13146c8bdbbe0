"""What README, CONTRIBUTING, CHANGELOG and SECURITY say is what the program does."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement
from textual.binding import Binding

from canaryscope import __version__, keymap, places, preferences, session_log, settings, support_log
from canaryscope.aws.guard import CREDENTIAL_OPERATIONS, READ_OPERATIONS
from canaryscope.aws.synthetics import Synthetics
from canaryscope.cli import command
from canaryscope.scopes import scopes
from canaryscope.screens import evidence_loader, runs_pane
from canaryscope.source import Connection
from peer.iam import action_of
from readme import README, fenced, policies
from terminal.program import SOURCES

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "key_table.py"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
DOCUMENTS = {file.name: file.read_text(encoding="utf-8") for file in sorted(ROOT.glob("*.md"))}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
APP = ROOT / "app" / "canaryscope"
FOLDERS = (ROOT, APP)
"""Where a path in the documents may begin."""


@pytest.fixture(scope="module")
def tool() -> dict[str, Any]:
    """What key_table.py defines."""
    return runpy.run_path(str(TOOL))


def test_the_key_table_is_what_the_bindings_say(tool: dict[str, Any]) -> None:
    assert tool["with_table"](README) == README, "`make keys` writes it anew"


def test_every_key_with_an_id_is_in_the_table() -> None:
    shown = re.findall(r"`([a-z_0-9]+\.[a-z_0-9]+)`", README.partition("## Keys")[2].partition("## Settings")[0])
    ids = {binding.id for bindings in scopes().values() for binding in Binding.make_bindings(bindings)}
    assert set(shown) == ids


def test_make_keys_writes_the_table_into_a_readme_where_it_is_another(tool: dict[str, Any], tmp_path: Path) -> None:
    old = f"before\n{tool['BEGIN']}\n| an | old | table |\n{tool['END']}\nafter\n"
    (file := tmp_path / "README.md").write_text(old)
    subprocess.run([sys.executable, TOOL, file], env=SOURCES, check=True)
    assert file.read_text(encoding="utf-8") == f"before\n{tool['BEGIN']}\n\n{tool['table']()}\n\n{tool['END']}\nafter\n"


@pytest.mark.parametrize("text", ["", "{BEGIN}", "{END}", "{END}\n{BEGIN}", "{BEGIN}\n{BEGIN}\n{END}"])
def test_a_readme_without_its_markers_is_not_written_over(tool: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        tool["with_table"](text.format(**tool))


def test_what_has_several_places_is_one_row_and_what_differs_is_not(tool: dict[str, Any]) -> None:
    table = tool["markdown"](
        {
            "Runs": [("j down", "table.down", "One line down"), ("ctrl+f", "table.page_down", "One screen down")],
            "Detail": [("j down", "detail.down", "One line down"), ("pagedown", "detail.page_down", "One screen down")],
            "Odd": [("| `", "odd.bar", "A | B")],
        }
    )
    assert table.splitlines()[2:] == [
        "| `j` `down` | One line down | Runs · Detail | `table.down` `detail.down` |",
        "| `ctrl+f` | One screen down | Runs | `table.page_down` |",
        "| `pagedown` | One screen down | Detail | `detail.page_down` |",
        r"| `\|` `` ` `` | A \| B | Odd | `odd.bar` |",
    ]


def test_the_settings_of_the_readme_are_taken_as_they_are(tmp_path: Path) -> None:
    [example] = fenced("toml")
    (file := tmp_path / "settings.toml").write_text(example, encoding="utf-8")
    said = settings.load(file)
    assert said.problems == ()
    assert set(said.words) == set(settings.CHOICES)
    assert said.columns
    assert said.watch_interval
    loaded = keymap.load(tmp_path / "keys.toml", scopes, said.file)
    assert loaded.problems == ()
    assert loaded.keymap
    assert re.findall(r"# (attempt, .*?):", example) == [", ".join(settings.COLUMNS)]


def test_the_options_are_those_of_help() -> None:
    shown = CliRunner().invoke(command, ["--help"], terminal_width=78).output
    [block] = fenced("text")
    assert block == shown[shown.index("Options:") :]


def test_every_command_of_the_readme_has_arguments_that_are_taken() -> None:
    """They are refused for want of a terminal, which is looked for after the arguments."""
    commands = re.findall(r"^    canaryscope (-.*?) *(?:#.*)?$", README, re.MULTILINE)
    commands += [found.replace("\n", " ") for found in re.findall(r"`canaryscope (--[^`]*)`", README)]
    assert len(commands) > 2
    for arguments in commands:
        result = CliRunner().invoke(command, arguments.split())
        assert (result.exit_code, "needs a terminal" in result.output) == (2, True), result.output


def test_each_operation_of_the_guard_is_granted_by_a_policy_and_each_action_is_needed_by_one() -> None:
    """But kms:Decrypt, which S3 asks of the person where a bucket is encrypted with a customer's key."""
    needed = {action_of(service, operation) for service, operation in READ_OPERATIONS} - {None}
    whole, part, of_files, of_logs = policies()
    assert {*whole.actions, *of_files.actions, *of_logs.actions} == needed | {"kms:Decrypt"}
    assert {*part.actions} < {*whole.actions}
    for service, policy in (("synthetics", whole), ("logs", of_logs)):
        assert sorted(policy.actions) == sorted(one for one in needed if one and one.startswith(f"{service}:"))
    assert action_of("sts", "GetCallerIdentity") is None
    assert "`sts:GetCallerIdentity`, which needs no" in README


def test_the_first_line_of_the_policy_is_what_the_explorer_asks_for() -> None:
    [first] = re.findall(r"\"Action\": \[\n(.*)\n", fenced("json")[0])
    calls = get_type_hints(vars(Connection)["synthetics"].fget)["return"]
    asked = [getattr(Synthetics, name).__doc__.partition(":")[0] for name in vars(calls) if not name.startswith("_")]
    assert sorted(re.findall(r"synthetics:(\w+)", first)) == sorted(asked)


def test_security_names_what_botocore_may_call_for_credentials() -> None:
    [named] = re.findall(r"to get\s+credentials \(([^)]*)\)", SECURITY)
    assert set(re.split(r",\s+", named)) == {operation for _, operation in CREDENTIAL_OPERATIONS}


@pytest.mark.skipif(sys.platform != "linux", reason="the documents name the paths on Linux")
def test_the_files_are_where_the_documents_say(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = str(Path.home())
    files = (settings.default_path(), settings.keys_path(), preferences.default_path())
    for path in (*files, places.log_folder() / "crash.txt", places.log_folder() / support_log.NAME):
        shown = f"`{str(path).replace(home, '~', 1)}`"
        assert shown in README
        assert shown in SECURITY


def test_security_says_for_how_long_each_thing_is_kept() -> None:
    [head, _, *rows] = re.findall(r"^\|.*\|$", SECURITY.partition("## Files")[2].partition("## The")[0], re.MULTILINE)
    assert head.endswith("| for how long |")
    assert all(re.search(r"\| until [^|]+ \|$", row) for row in rows)
    kept = f"last {runs_pane.KEPT} canaries, what was read of the files of the last {evidence_loader.RUNS} runs"
    assert f"{kept}, the last {session_log.LENGTH:,} calls" in " ".join(SECURITY.split())


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_to_files_that_are_there(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", DOCUMENTS[name]) if "://" not in link]
    assert [link for link in links if not (ROOT / link).is_file()] == []


def test_the_readme_shows_the_runs_in_the_smallest_and_in_a_wide_terminal() -> None:
    for size in ("80x24", "200x50"):
        assert f"(screenshots/runs-{size}.png)" in README


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_that_are_named_exist(name: str) -> None:
    paths = {
        path for path in re.findall(r"`([\w./-]+)`", DOCUMENTS[name]) if re.search(r"/$|\w\.(py|txt|md|tcss)$", path)
    }
    made = {"crash.txt", "~/.local/state/canaryscope/log/crash.txt"}
    assert [path for path in paths - made if not any((folder / path).exists() for folder in FOLDERS)] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_has_the_targets_that_are_named(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z]+)", DOCUMENTS[name], re.MULTILINE))
    assert named <= targets


def test_contributing_places_every_module_and_folder() -> None:
    table = CONTRIBUTING.partition("## How it hangs together")[2].partition("### Data")[0]
    there = {file.name for file in APP.glob("*.py")} | {
        f"{folder.parent.name}/" for folder in APP.glob("*/__init__.py")
    }
    assert [name for name in sorted(there - {"__init__.py"}) if f"`{name}`" not in table] == []


def test_names_of_the_code_in_contributing_exist() -> None:
    """A name in backticks or bold that is written like one of the code's is in it."""
    code = "".join(
        file.read_text(encoding="utf-8") for root in ("app", "widgets") for file in (ROOT / root).rglob("*.py")
    )
    names = re.findall(r"(?:`|\*\*)([A-Z]\w*[a-z]\w*|[A-Z_]{4,}|\w+_\w+)(?:`|\*\*| \()", CONTRIBUTING)
    foreign = {"LinuxDriver", "Content", "Text"}
    assert [name for name in names if name not in foreign and not re.search(rf"\b{name}\b", code)] == []


def test_contributing_gives_a_reason_for_every_dependency_and_for_nothing_else() -> None:
    tables = re.findall(r"^\| (?:at run time|for development) \|.*?\n\n", f"{CONTRIBUTING}\n", re.MULTILINE | re.DOTALL)
    listed = [set(re.findall(r"^\| ([\w-]+) \| [^|]+ \|", table, re.MULTILINE)) for table in tables]
    wanted = [PROJECT["dependencies"], PROJECT["optional-dependencies"]["dev"]]
    assert listed == [{Requirement(line).name for line in lines} for lines in wanted]


def test_the_changelog_tells_of_this_version() -> None:
    assert f"\n## [{__version__}] - " in DOCUMENTS["CHANGELOG.md"]


def test_the_readme_asks_for_the_python_that_is_required() -> None:
    lowest = PROJECT["requires-python"].removeprefix(">=")
    assert set(re.findall(r"Python (3\.\d+)", README)) == {lowest}
