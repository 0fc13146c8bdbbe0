"""What every test starts from: nobody's own terminal, AWS account, home or clock.

The variables are set when this module is imported, that is before any test imports textual or botocore: both read
some of them once, at import.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

FOREIGN_PREFIXES = ("AWS_", "BOTO_", "CANARYSCOPE_", "SSH_", "TEXTUAL", "XDG_", "LC_")
FOREIGN_NAMES = (
    *(
        "CI",
        "COLUMNS",
        "DISPLAY",
        "ESCDELAY",
        "FORCE_COLOR",
        "LANGUAGE",
        "LINES",
        "NO_COLOR",
        "PYTHONIOENCODING",
        "STY",
    ),
    *(
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
        "TMUX",
        "TMUX_PANE",
        "TTY_COMPATIBLE",
        "TTY_INTERACTIVE",
        "WAYLAND_DISPLAY",
    ),
)
SNAPSHOTS = "TEXTUAL_SNAPSHOT_TEMPDIR"
"""Where pytest-textual-snapshot's workers leave what its report is made of."""
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


def settle(environ: dict[str, str] | os._Environ[str], home: Path) -> None:
    """Make `environ` that of a person who has a colour terminal, an empty home and no AWS files."""
    foreign = [name for name in environ if name.startswith(FOREIGN_PREFIXES) and name != SNAPSHOTS]
    for name in [*foreign, *FOREIGN_NAMES, *PROXIES]:
        environ.pop(name, None)
    environ.update(
        TERM="xterm-256color",
        COLORTERM="truecolor",
        LANG="C.UTF-8",
        LC_ALL="C.UTF-8",
        TZ="UTC",
        NO_PROXY="*",
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        XDG_CONFIG_HOME=str(home / ".config"),
        XDG_DATA_HOME=str(home / ".local/share"),
        XDG_STATE_HOME=str(home / ".local/state"),
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )


ON_CI = "CI" in os.environ
HOME = Path(tempfile.mkdtemp(prefix="canaryscope-tests-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
settle(os.environ, HOME)
time.tzset()

# A busy machine is no failure: what is slow is measured in tests/benchmarks. CI tries the same examples every time.
hypothesis.settings.register_profile("tests", deadline=None, derandomize=ON_CI)
hypothesis.settings.load_profile("tests")

# A fifth of the tests' time would go into looking for garbage among what Textual and the imports have made.
gc.set_threshold(200_000, 20, 20)


LONGEST = (
    "tests/soak/test_watch.py",
    "tests/screens/test_fault_matrix.py",
    "tests/test_screenshots.py",
    "tests/terminal/test_evidence.py",
)
"""Files whose tests take longest. At the end, one worker would have one of them and the others nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the fault matrix, where its tests were among those that ran."""
    from peer import fault_report

    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, [])]
    lines = fault_report.table(reports)
    if lines:
        terminalreporter.section("fault matrix")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def unheard() -> Iterator[None]:
    """Who listens to what modules tell (`--debug`) listens in one test only."""
    yield
    logger = logging.getLogger("canaryscope")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, whose ~/.aws/config and ~/.aws/credentials are read."""
    (tmp_path / ".aws").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("AWS_CONFIG_FILE", raising=False)
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE", raising=False)
    return tmp_path


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one with all files of the user: settings, keys, choices, log."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    (folder := tmp_path / "canaryscope").mkdir()
    return folder
