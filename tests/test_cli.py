"""The command line: what it accepts and refuses, and what it leaves unloaded."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from canaryscope import __version__, cli
from canaryscope.aws.options import ConnectionOptions
from canaryscope.options import Driver, StartOptions
from canaryscope.runs.model import RunQuery, RunType
from terminal.probe import Terminal
from terminal.program import COMMAND, SOURCES

DRY_RUN_ID = "2f1d5f0c-6c1e-4b8a-9a53-0d4c1b7e8f21"
BOTH = frozenset(RunType)
CANARY_RUNS = frozenset({RunType.CANARY_RUN})
DRY_RUNS = frozenset({RunType.DRY_RUN})

Invoke = Callable[..., Result]


class FakeProcess:
    """Notes what it is asked ahead."""

    asked: tuple[object, ...] = ()

    def __init__(self, options: ConnectionOptions, spawned: None) -> None:
        self.options = options

    def start(self, *first: object) -> None:
        FakeProcess.asked = first


@pytest.fixture
def started() -> list[StartOptions]:
    """The options the application was run with; it was not run at all where this is empty."""
    return []


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch, started: list[StartOptions]) -> Invoke:
    """Run the command line in this process, on what looks like a terminal, with an application that only notes."""

    def run(options: StartOptions, process: FakeProcess) -> int:
        started.append(options)
        return 0

    application = types.ModuleType("canaryscope.application")
    application.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, application.__name__, application)
    monkeypatch.setattr(cli, "_why_no_terminal", lambda: None)
    monkeypatch.setattr(cli, "AwsProcess", FakeProcess)
    return lambda *arguments: CliRunner().invoke(cli.command, arguments, prog_name="canaryscope")


def python(source: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source], env=os.environ | SOURCES | environ, capture_output=True, text=True, check=False
    )


def test_every_option_reaches_the_application(invoke: Invoke, started: list[StartOptions]) -> None:
    result = invoke(
        *("--canary", "checkout-flow", "--run-type", "all", "--dry-run-id", DRY_RUN_ID, "--profile", "prod"),
        *("--region", "eu-west-1", "--endpoint-url", "http://127.0.0.1:4566", "--demo", "--utc", "--debug"),
        *("--driver", "textual"),
    )
    assert result.exit_code == 0
    assert started == [
        StartOptions(
            canary="checkout-flow",
            run_types=BOTH,
            dry_run_id=DRY_RUN_ID,
            profile="prod",
            region="eu-west-1",
            endpoint_url="http://127.0.0.1:4566",
            demo=True,
            utc=True,
            debug=True,
            driver=Driver.TEXTUAL,
        )
    ]


@pytest.mark.parametrize(("arguments", "driver"), [([], "textual"), (["--driver", "LEAN"], "lean")])
def test_the_environment_chooses_the_driver_where_the_command_line_does_not(
    invoke: Invoke, started: list[StartOptions], arguments: list[str], driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARYSCOPE_DRIVER", "textual")
    assert invoke(*arguments).exit_code == 0
    assert started[0].driver == driver


@pytest.mark.parametrize(
    ("arguments", "run_types"),
    [
        ([], CANARY_RUNS),
        (["--run-type", "canary"], CANARY_RUNS),
        (["--run-type", "dry"], DRY_RUNS),
        (["--run-type", "DRY"], DRY_RUNS),
        (["--run-type", "all"], BOTH),
        (["--dry-run-id", DRY_RUN_ID], DRY_RUNS),
        (["--dry-run-id", DRY_RUN_ID, "--run-type", "dry"], DRY_RUNS),
        (["--dry-run-id", DRY_RUN_ID, "--run-type", "all"], BOTH),
    ],
)
def test_the_run_types_follow_the_options(
    invoke: Invoke, started: list[StartOptions], arguments: list[str], run_types: frozenset[RunType]
) -> None:
    assert invoke(*arguments).exit_code == 0
    assert started[0].run_types == run_types


def test_upper_case_and_blanks_around_a_dry_run_id_are_forgiven(invoke: Invoke, started: list[StartOptions]) -> None:
    assert invoke("--dry-run-id", f"  {DRY_RUN_ID.upper()}\n").exit_code == 0
    assert started[0].dry_run_id == DRY_RUN_ID


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--run-type", "canary", "--dry-run-id", DRY_RUN_ID], "RunType=CANARY_RUN with a DryRunId"),
        (["--run-type", "both"], "'both' is not one of 'canary', 'dry', 'all'"),
        (["--dry-run-id", DRY_RUN_ID[:-1]], "a DryRunId has 36 characters"),
        (["--dry-run-id", "xyz"], "'x' cannot be in a DryRunId"),
        (["--dry-run-id", ""], "a DryRunId has 36 characters"),
        (["--canary", "Checkout Flow"], "a canary's name has 1 to 255 of the characters a-z, 0-9, _ and -"),
        (["--canary", "a\n"], "a canary's name"),
        (["--canary", ""], "a canary's name"),
        (["--canary", "a" * 256], "a canary's name"),
        (["--endpoint-url", "127.0.0.1:4566"], "starts with http:// or https://"),
        (["--endpoint-url", "ftp://host"], "starts with http:// or https://"),
        (["--endpoint-url", "https://"], "starts with http:// or https://"),
        (["--endpoint-url", "http://host:port"], "starts with http:// or https://"),
        (["--endpoint-url", "http://[::1"], "starts with http:// or https://"),
        (["--profile", ""], "it is empty"),
        (["--region", " "], "it is empty"),
        (["checkout-flow"], "No such command 'checkout-flow'"),
        (["--watch"], "No such option"),
    ],
)
def test_wrong_usage_is_refused_with_the_reason(
    invoke: Invoke, started: list[StartOptions], arguments: list[str], reason: str
) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert reason in " ".join(result.stderr.split())
    assert not started


ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], ("last_runs_page", None)),
        (["--canary", "shop"], ("runs_page", RunQuery("shop"), None)),
        (["--canary", "shop", "--run-type", "all"], ("runs_page", RunQuery("shop"), None)),
        (["--canary", "shop", "--run-type", "dry"], ("runs_page", RunQuery("shop", RunType.DRY_RUN), None)),
        (["--canary", "shop", "--dry-run-id", ID], ("runs_page", RunQuery("shop", RunType.DRY_RUN, ID), None)),
    ],
)
def test_the_first_call_is_under_way_before_the_user_interface_is_loaded(
    invoke: Invoke, arguments: list[str], asked: tuple[object, ...]
) -> None:
    invoke(*arguments)
    assert FakeProcess.asked == asked


def test_the_applications_exit_code_is_the_programs(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["canaryscope.application"], "run", lambda _options, _process: 1)
    assert invoke().exit_code == 1


def test_ctrl_c_during_the_start_ends_quietly(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_options: StartOptions, _process: FakeProcess) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["canaryscope.application"], "run", interrupted)
    result = invoke()
    assert (result.exit_code, result.output) == (1, "")


def test_a_mistake_of_the_programs_own_is_a_short_report_without_local_variables(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_options: StartOptions, _process: FakeProcess) -> int:
        secret = "hidden-" + "credentials"
        raise RuntimeError("broken" + secret[:0])

    monkeypatch.setattr(sys.modules["canaryscope.application"], "run", broken)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    result = invoke()
    assert result.exit_code == 1
    assert "RuntimeError: broken" in result.stderr
    assert str(tmp_path / "canaryscope/log/crash.txt") in result.stderr
    assert "hidden-credentials" not in result.stderr + (tmp_path / "canaryscope/log/crash.txt").read_text()


def test_without_a_terminal_one_line_says_so() -> None:
    for arguments in ([], ["--demo"]):
        result = subprocess.run(
            [*COMMAND, *arguments],
            env=os.environ | SOURCES,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith("canaryscope needs a terminal")
        assert result.stderr.count("\n") == 1


def test_a_terminal_on_one_side_only_is_none() -> None:
    master, line = pty.openpty()
    for stdin, stdout in ((line, subprocess.PIPE), (subprocess.DEVNULL, line)):
        result = subprocess.run(
            COMMAND,
            env=os.environ | SOURCES,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert result.returncode == 2
        assert result.stderr.startswith("canaryscope needs a terminal")
    os.close(line)
    os.close(master)


def test_a_dumb_terminal_is_none() -> None:
    with Terminal(COMMAND, env=SOURCES | {"TERM": "dumb"}) as terminal:
        assert terminal.exit_code() == 2
        assert (
            terminal.text().strip() == "canaryscope needs a terminal that can place its cursor: this one is TERM=dumb"
        )


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_neither_textual_nor_boto3(option: str) -> None:
    result = python(f"""
import sys, json
from canaryscope import start
sys.argv = ["canaryscope", "{option}"]
try:
    start.main()
except SystemExit as end:
    print(json.dumps([end.code, sorted({{name.partition(".")[0] for name in sys.modules}})]))
""")
    assert result.stderr == ""
    code, loaded = json.loads(result.stdout.splitlines()[-1])
    assert code == 0
    assert not {"textual", "rich", "boto3", "botocore", "platformdirs"} & set(loaded)


def settings_of(home: Path, source: str = "", *arguments: str) -> tuple[str, str, set[str]]:
    """What `canaryscope settings` prints on both streams, without a terminal, and the packages it has loaded."""
    (home / "canaryscope").mkdir(parents=True)
    if source:
        (home / "canaryscope" / "settings.toml").write_text(source)
    result = python(
        f"""
import sys, json
from canaryscope import aws_spawn, start
start.spawn = aws_spawn.spawn = None
start.os.isatty = lambda number: True
sys.argv = ["canaryscope", *{arguments!r}, "settings"]
try:
    start.main()
except SystemExit as end:
    print(json.dumps([end.code, sorted(sys.modules)]))
""",
        XDG_CONFIG_HOME=str(home),
        XDG_STATE_HOME=str(home),
    )
    printed, _, last = result.stdout.rstrip().rpartition("\n")
    code, loaded = json.loads(last)
    assert code == 0
    return printed, result.stderr, set(loaded)


def test_the_settings_are_told_without_a_terminal_textual_or_boto3(tmp_path: Path) -> None:
    printed, problems, loaded = settings_of(tmp_path)
    assert problems == ""
    assert f"{tmp_path}/canaryscope/settings.toml (not there)" in printed
    assert 'theme = "dark"            # default\n' in printed
    assert not {"textual", "rich", "boto3", "botocore", "tomllib", "canaryscope.keymap"} & loaded


def test_own_keys_are_checked_without_boto3_and_mistakes_are_told_beside_the_settings(tmp_path: Path) -> None:
    source = 'zone = "mars"\ntheme = "light"\n[keys]\n"runs.refresh" = "f5"\n"runs.refesh" = "f6"\n'
    printed, problems, loaded = settings_of(tmp_path, source, "--utc")
    file = tmp_path / "canaryscope" / "settings.toml"
    assert f'"runs.refresh" = ["f5"]   # {file}:4\n' in printed
    assert f'theme = "light"           # {file}:2\n' in printed
    assert 'zone = "utc"              # --utc\n' in printed
    assert problems.splitlines() == [
        f'{file}:1: zone: "local", "utc" or "relative" is expected',
        f"{file}:5: runs.refesh: there is no such binding: did you mean runs.refresh?",
    ]
    assert "textual" in loaded
    assert not {"boto3", "botocore"} & loaded


def test_the_settings_are_told_where_standard_output_takes_few_characters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "iso8859-1")
    printed, problems, _ = settings_of(tmp_path / "\u0416", "= \n")
    assert "/\\u0416/canaryscope/settings.toml\n" in printed
    assert "/\\u0416/canaryscope/settings.toml: this is not TOML" in problems


def test_a_canary_may_be_called_settings(invoke: Invoke, started: list[StartOptions]) -> None:
    assert invoke("--canary", "settings").exit_code == 0
    assert started[0].canary == "settings"


def test_the_version_is_the_packages() -> None:
    result = subprocess.run(
        [*COMMAND, "--version"], env=os.environ | SOURCES, capture_output=True, text=True, check=False
    )
    assert (result.returncode, result.stdout) == (0, f"canaryscope {__version__}\n")


def test_the_help_names_every_option_of_the_command_line() -> None:
    result = CliRunner().invoke(cli.command, ["--help"])
    options = "--canary --run-type --dry-run-id --profile --region --endpoint-url --demo --utc --debug --version --help"
    assert [word for word in result.stdout.split() if word in options.split()] == options.split()


def test_what_textual_reads_at_import_is_settled_before() -> None:
    result = python(
        """
import sys, types
from canaryscope import cli
cli._why_no_terminal = lambda: None
cli.AwsProcess.start = lambda self, *first: None
assert "textual" not in sys.modules
application = types.ModuleType("canaryscope.application")
def run(options, process):
    from textual import constants
    print(constants.MAX_FPS, constants.TEXTUAL_ANIMATIONS, constants.SMOOTH_SCROLL, constants.COLOR_SYSTEM)
    print(options.environment.ascii, options.environment.no_color)
    return 0
application.run = run
sys.modules[application.__name__] = application
sys.argv = ["canaryscope"]
cli.main()
""",
        NO_COLOR="",
    )
    assert result.stderr == ""
    assert result.stdout == "250 none False 256\nFalse True\n"
