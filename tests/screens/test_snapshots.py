"""How every state looks at three sizes. Each picture was looked at before it was kept.

The demo's time stands still, and its runs come through boto3. After a wanted change:
`pytest tests/screens/test_snapshots.py --snapshot-update`, then look at each picture that has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from canaryscope.application import CanaryScope
from canaryscope.aws import session
from canaryscope.aws.options import ConnectionOptions
from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import LONGEST_NAME
from canaryscope.environment import Environment
from canaryscope.runs.calls import CallRecord
from canaryscope.runs.errors import AccessDenied, CredentialsExpired, TimedOut
from canaryscope.source import Connect
from peer import FIXED_NOW
from runs.history import run
from screens.gated import CANARY, RUNS, account, history, quiet
from screens.support import FakeAccount, Seen, build
from screens.verdicts import at_least, flapping, passing_again, unsaved, verdicts

SIZES = {"80x24": (80, 24), "120x35": (120, 35), "200x50": (200, 50)}
RELEASE = "release-gate"
DRY_RUN_ID = Responder(FIXED_NOW).dry_run_ids(RELEASE)[0]
Compare: TypeAlias = "Callable[[Scene, tuple[int, int], Connect], bool]"


@dataclass(frozen=True)
class Step:
    """Keys to press, and texts that are on the screen then, in single blanks."""

    keys: tuple[str, ...]
    shows: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """A state: how the program is started, and the way there."""

    name: str
    steps: tuple[Step, ...]
    canary: str | None = CANARY
    account: Callable[[], FakeAccount] | None = None
    """Another account than the demo's."""
    prepare: Callable[[CanaryScope], None] = lambda _: None
    options: dict[str, Any] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)


def step(keys: str, *shows: str) -> Step:
    """Keys divided by blanks."""
    return Step(tuple(keys.split()), shows)


def turned(tabs: int, shows: str) -> Step:
    """So many tabs to the right."""
    return Step(("right_square_bracket",) * tabs, (shows,))


def typed(text: str) -> str:
    """The keys of a text."""
    return " ".join(text)


def held() -> FakeAccount:
    """An account whose answers do not come."""
    aws = account(history(300))
    aws.hold(RUNS)
    return aws


def broken_below() -> FakeAccount:
    aws = account(history(300, failing={3, 4}))
    error = TimedOut("GetCanaryRuns got no answer within 15 s.", "Check the line to AWS (VPN, proxy), then r.")
    aws.fail(RUNS, error, calls=range(2, 100))
    return aws


def expired() -> FakeAccount:
    aws = account(history(300))
    error = CredentialsExpired("The SSO login of the profile prod has expired.", "Run: aws sso login --profile prod")
    for operation in (RUNS, "DescribeCanariesLastRun", "DescribeCanaries"):
        aws.fail(operation, error)
    return aws


def refused() -> FakeAccount:
    aws = account(history(300))
    for operation in ("DescribeCanariesLastRun", "DescribeCanaries"):
        aws.fail(operation, AccessDenied("User x is not authorized.", "Ask an administrator."))
    return aws


def odd_texts() -> FakeAccount:
    """Reasons in wide letters, with marks, and such as look like markup; the first would be several lines."""
    reasons = [
        "Error: step 3 failed\n    at Page.goto (index.js:1:2)\n\n[b]bold?[/b] [link=https://host/]here[/link]",
        "Error: タイトルが一致しません: 「ショップ」",
        "Error: été à la carte — naïve façade",
        "Error: 🙂 emoji 👩‍👩‍👧 and flags 🇩🇪 in a title",
        "[bold red]not red[/] \\[ $error @click=app.quit {{}} %s <b>",
        "Error: عنوان الصفحة غير صحيح",
        "x" * 200,
        "",
    ]
    return account([run(number, state="FAILED", reason=reason) for number, reason in enumerate(reasons)])


def some_calls(app: CanaryScope) -> None:
    """A log that is the same every time."""
    asked = (("Name", CANARY), ("RunType", "CANARY_RUN"), ("MaxResults", "100"))
    good = CallRecord(FIXED_NOW, "synthetics", RUNS, asked, 81.6, "100 runs, more below", http_status=200)
    hung = good._replace(
        started=FIXED_NOW + timedelta(seconds=3),
        duration_ms=5_012,
        outcome="GetCanaryRuns got no answer within 5 s.",
        failed=True,
        code="ConnectTimeoutError",
        http_status=None,
    )
    throttled = hung._replace(
        started=FIXED_NOW + timedelta(seconds=9),
        duration_ms=40,
        outcome="Rate exceeded",
        code="ThrottlingException",
        request_id="3f1c2b8e-0000-4000-8000-000000000000",
        http_status=429,
    )
    for call in (good, hung, throttled):
        app.log_of_calls.note(call)


LOADED = step("", "100 loaded")
FAILING = step("", "last good")
"""A failing canary: its last good run has been looked for and found."""


def into_a_folder(app: CanaryScope) -> None:
    """What was chosen last is the same on every machine."""
    app.explorer.run_actions.folder = "~/evidence"


FULL = step("enter", "esc back")
"""One run has the whole screen."""
TABS = step("", "[Status]", "Reason")
"""A failed run, of which the report has been read."""
ASCII = {"environment": Environment(ascii=True)}
SCENES = [
    Scene("picker", (step("", "Canaries 45"),), None),
    Scene("picker-filtered", (step("", "Canaries 45"), step(f"slash {typed('chk')}", "/ chk")), None),
    Scene("runs", (LOADED,)),
    Scene("failures-only", (FAILING, step("f", "failures only", "loaded match")), "product-gallery"),
    Scene("both-types", (LOADED, step("2", "[x] Canary runs [x] Dry runs", "loaded ·")), RELEASE),
    Scene("dry-run-typing", (LOADED, step(f"d {typed('5d')}", "loaded match")), RELEASE),
    Scene("dry-run-refused", (LOADED, step(f"d {typed('5dx')}", "0-9, a-f")), RELEASE),
    Scene(
        "dry-run-found", (LOADED, step(f"d {typed(DRY_RUN_ID)} enter", f"DryRunId: {DRY_RUN_ID}", "loaded")), RELEASE
    ),
    Scene("text-filter", (FAILING, step(f"slash {typed('firefox')} enter", "filter: firefox")), "product-gallery"),
    Scene("detail", (TABS, step("enter", "esc back"))),
    Scene("loading", (step("", "0 loaded · loading…"),), account=held),
    Scene("error-with-rows", (LOADED, step("G", "timed out · r to retry")), account=broken_below),
    Scene("error-without-rows", (step("", "credentials expired · r to retry"),), account=expired),
    Scene("empty", (step("", "loyalty-portal has no runs"),), "loyalty-portal"),
    Scene("end-of-history", (step("", "60 loaded · end of history"), step("G", "row 60")), "load-test-window"),
    Scene("copy-menu", (LOADED, step("y", "copy:"))),
    Scene(
        "help",
        (LOADED, step("question_mark", "Your settings")),
        environ={"XDG_CONFIG_HOME": "/home/you/.config"},
    ),
    Scene("log", (LOADED, step("exclamation_mark", "Calls of this session")), prepare=some_calls),
    Scene("verdicts", (step("", "FAILED IN eu-west-3 ONLY"),), account=verdicts),
    Scene(
        "verdicts-unfolded",
        (step("", "FAILED IN eu-west-3 ONLY"), step("j j space", "- FAILED IN FIREFOX ONLY")),
        account=verdicts,
    ),
    Scene("flapping", (step("", "Flapping: ", "end of history"),), account=flapping),
    Scene("passing-again", (step("", "Passing since", "end of history"),), account=passing_again),
    Scene("not-saved", (step("", "artifacts not saved since", "end of history"),), account=unsaved),
    Scene("at-least", (step("", "Failing at least since", "400 loaded"),), account=at_least),
    Scene("causes", (step("", "end of history"), step("x", "Causes of")), account=flapping),
    Scene(
        "one-cause", (step("", "end of history"), step("x", "Causes of"), step("enter", "cause: ")), account=flapping
    ),
    Scene("steps", (TABS, turned(1, "go to checkout"))),
    Scene("steps-full", (TABS, turned(1, "go to checkout"), FULL)),
    Scene("run-log", (TABS, turned(2, "Step 4"), FULL)),
    Scene("run-log-searched", (TABS, turned(2, "Step 4"), FULL, step(f"slash {typed('shop.*checkout')} enter", "GET"))),
    Scene("run-log-errors", (TABS, turned(2, "Step 4"), FULL, step("f", "errors only"))),
    Scene("lambda-log", (TABS, turned(2, "[Log"), FULL), "legacy-intranet"),
    Scene("requests", (TABS, turned(3, "none"), FULL)),
    Scene("one-request", (TABS, turned(3, "none"), FULL, step("enter", "Response headers"))),
    Scene("links", (TABS, turned(3, "404"), FULL), "docs-broken-links"),
    Scene("screenshots", (TABS, turned(4, "1 of 9"), FULL)),
    Scene("raw", (TABS, turned(5, "as the API sent it"), FULL)),
    Scene("no-files", (TABS, turned(1, "The run uploaded nothing"), FULL), "nightly-statement-archive"),
    Scene("forbidden", (LOADED, turned(1, "s3:ListBucket"), FULL), "card-vault"),
    Scene("compared", (TABS, step("b", 'Step 4 "go to checkout" FAILED'))),
    Scene("save", (TABS, step("E", "Folder")), prepare=into_a_folder),
    Scene("no-color", (LOADED,), environ={"NO_COLOR": "1"}),
    Scene("ascii", (LOADED,), options=ASCII),
]
"""The states that are promised."""
IN_A_LINE = frozenset(
    {
        *("picker-filtered", "failures-only", "dry-run-typing", "dry-run-refused", "dry-run-found", "text-filter"),
        *("loading", "error-with-rows", "end-of-history", "copy-menu", "no-color"),
        *("flapping", "passing-again", "not-saved", "at-least", "one-cause", "run-log-searched", "run-log-errors"),
    }
)
"""Those that differ from another one in a line, or in looks: drawn at the least size only, the others at all sizes."""
MORE = [
    (Scene("picker-refused", (step(f"slash {typed(CANARY)}", "Not allowed", "open"),), None, refused), (80, 24)),
    (Scene("runs-scrolled", (LOADED, step("pagedown j j", "row 1")), "search-suggestions"), (80, 24)),
    (Scene("relative-times", (LOADED, step("t", "relative to 12:30:00 UTC", "min ago"))), (80, 24)),
    (Scene("retries", (LOADED,), "login-api"), (120, 35)),
    (Scene("browsers", (FAILING,), "product-gallery"), (120, 35)),
    (Scene("locations", (FAILING,), "global-landing-page"), (200, 50)),
    (Scene("longest-name", (LOADED,), LONGEST_NAME), (80, 24)),
    (Scene("odd-texts", (step("", "8 loaded · end of history"),), account=odd_texts), (80, 24)),
    (Scene("ascii-detail", (TABS, step("enter", "esc back")), options=ASCII), (80, 24)),
    (Scene("too-small", (LOADED,)), (79, 24)),
    (Scene("too-small", (LOADED,)), (40, 10)),
    (Scene("too-small", (LOADED,)), (20, 5)),
]
"""What else is worth a look, at one size each."""


@pytest.fixture(scope="module")
def demo() -> Iterator[Connect]:
    """The demo at a time that stands still, connected to once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARYSCOPE_DEMO_NOW", FIXED_NOW.isoformat())
        patch.setenv("CANARYSCOPE_DEMO_LATENCY", "0")
        connection = session.connect(ConnectionOptions(demo=True))
    yield lambda options, record: connection
    connection.close()


@pytest.mark.parametrize(
    ("scene", "size"),
    [
        pytest.param(scene, size, id=f"{scene.name}-{size}")
        for scene in SCENES
        for size in (["80x24"] if scene.name in IN_A_LINE else SIZES)
    ],
)
def test_state(scene: Scene, size: str, demo: Connect, compare: Compare) -> None:
    assert compare(scene, SIZES[size], demo)


@pytest.mark.parametrize(
    ("scene", "size"), MORE, ids=lambda it: it.name if isinstance(it, Scene) else "x".join(map(str, it))
)
def test_more(scene: Scene, size: tuple[int, int], demo: Connect, compare: Compare) -> None:
    assert compare(scene, size, demo)


@pytest.fixture
def compare(snap_compare: Callable[..., bool], monkeypatch: pytest.MonkeyPatch) -> Compare:
    """Draws a scene, and says whether it looks as it did."""

    def drawn(scene: Scene, size: tuple[int, int], demo: Connect) -> bool:
        for name, value in scene.environ.items():
            monkeypatch.setenv(name, value)
        aws = scene.account() if scene.account is not None else None
        app = build(aws, connect=demo, canary=scene.canary, demo=aws is None, utc=True, **scene.options)
        try:
            return snap_compare(app, terminal_size=size, run_before=lambda pilot: walk(Seen(app, pilot), scene, aws))
        finally:
            if aws is not None:
                aws.forgive()

    return drawn


async def walk(seen: Seen, scene: Scene, aws: FakeAccount | None) -> None:
    """Go the scene's way, and wait at each step until nothing more comes by itself."""
    scene.prepare(seen.app)
    for each in scene.steps:
        await seen.press(*each.keys)
        await seen.shows(*each.shows)
        await quiet(seen, aws)
        await seen.until(lambda: _detail_follows(seen))
        await quiet(seen, aws)


def _detail_follows(seen: Seen) -> bool:
    """Whether the detail shows the run under the cursor, and has asked for what it needs."""
    pane = seen.app.explorer.detail_pane
    return pane.resting and pane.shown == seen.app.runs_pane.under_cursor
