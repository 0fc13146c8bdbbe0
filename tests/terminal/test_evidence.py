"""What a run left, on a real terminal: from a key to what failed, in every kind of terminal, and out again at once."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from peer import Peer
from terminal.emulator import XTERM, Identity
from terminal.probe import Terminal
from terminal.program import A_RUN, INSTANT, Explore
from terminal.test_hostile import PASTES, assert_clean, assert_ends_well
from terminal.test_leaving import end

pytestmark = pytest.mark.terminal

SHOP = "checkout-flow"
KITTY = Identity(b"kitty(0.41.1)", b"62;52")
ITERM2 = Identity(b"iTerm2 3.5.11", b"62;4")
SIXEL = Identity(attributes=b"64;1;2;4;22", cell=(8, 16))
IMAGES = {KITTY: rb"\x1b_Ga=T,f=100,U=1,i=(\d+),", ITERM2: rb"\x1b\]1337;File=inline=1;", SIXEL: rb"\x1bP0;0;0q"}
"""How an image begins."""
PLACEHOLDER = "\U0010eeee"
AFTER_THE_REPORT = range(2, 100)
"""Which calls of GetObject are held; the report tells which screenshot is the first."""
TABS = ("Steps", "Log", "Requests", "Screenshots", "Raw", "Status")


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def at_rest(terminal: Terminal) -> bool:
    terminal.wait_for_quiet(0.2)
    return terminal.written_in(0.3) == 0


def escape(terminal: Terminal, times: int = 1) -> None:
    """Press Esc; together with the next key it would be something else."""
    for _ in range(times):
        terminal.press("<escape>")


def test_from_the_start_one_key_leads_to_the_step_that_failed_and_more_to_all_that_is_known(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", SHOP, env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.send("]")
    terminal.wait_for("^▌4  FAILED  go to checkout")
    terminal.wait_for("^▌   TimeoutError: Navigation timeout of 30000 ms exceeded")
    assert at_rest(terminal)
    terminal.send("<enter>")
    terminal.wait_for("esc back")
    terminal.wait_for("at LifecycleWatcher.#timeoutReject")
    terminal.send("]")
    terminal.wait_for(r"^▌ .*Step 4 - go to checkout: started")
    terminal.press("/response: 200<enter>")
    terminal.wait_for("^▌ .*Response: 200")
    terminal.wait_for("/response: 200")
    assert at_rest(terminal)
    terminal.press("f")
    terminal.wait_for("errors only")
    escape(terminal, 2)
    terminal.send("]")
    terminal.wait_for(r"^▌none +GET +shop\.example\.com/checkout")
    assert at_rest(terminal)
    terminal.send("<enter>")
    terminal.wait_for(r"Cookie: \*\*\*\*")
    assert at_rest(terminal)
    terminal.send("v")
    terminal.wait_for("Cookie: session=")
    escape(terminal)
    terminal.send("]")
    terminal.wait_for("1 of 9 · step 4 go to checkout, failed")
    terminal.wait_for("▀▀▀▀▀▀")
    assert at_rest(terminal)
    terminal.send("]")
    terminal.wait_for("The run, as the API sent it")
    assert at_rest(terminal)
    escape(terminal)
    terminal.send("b")
    terminal.wait_for('Step 4 "go to checkout" FAILED')
    assert at_rest(terminal)
    assert_clean(terminal)
    terminal.send("<escape>")
    assert_ends_well(terminal)


def test_a_window_of_any_size_in_every_tab(explore: Explore) -> None:
    terminal = explore("--demo", "--canary", SHOP, env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.press("<enter>")
    for tab in TABS:
        terminal.send("]")
        terminal.wait_for(rf"\[{tab}")
        for cols, rows in ((20, 5), (160, 50), (80, 24)):
            terminal.resize(cols, rows)
            terminal.wait_for_quiet(0.05)
        terminal.wait_for(rf"\[{tab}")
    assert at_rest(terminal)
    assert_ends_well(terminal)


def test_a_held_key_and_what_is_pasted_beside_or_into_a_line_costs_nothing(explore: Explore, tmp_path: Path) -> None:
    terminal = explore("--demo", "--canary", SHOP, env=INSTANT)
    terminal.wait_for(A_RUN)
    terminal.press("<enter>")
    reaction = terminal.hold("]", 61)
    terminal.wait_for(r"\[Steps")
    assert reaction.bytes_by(1) == reaction.bytes, "it stops when the key is let go"
    terminal.send("]")
    terminal.wait_for("go to checkout")
    for paste in [PASTES["control sequences"]]:
        terminal.send("/")
        terminal.press(b"\x1b[200~" + paste + b"\x1b[201~", quiet=0.3)
        terminal.press("<enter>", quiet=0.3)
        escape(terminal)
    terminal.send("E")
    terminal.wait_for("Folder")
    for paste in [PASTES["control sequences"]]:
        terminal.press(b"<ctrl+u>\x1b[200~" + paste + b"\x1b[201~", quiet=0.3)
        terminal.press("<enter>", quiet=0.3)
    terminal.press("<escape>", quiet=0.3)
    assert_clean(terminal)
    assert_ends_well(terminal)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("identity", IMAGES, ids=["kitty", "iterm2", "sixel"])
def test_a_screenshot_is_an_image_where_that_can_be_and_nothing_of_it_stays(
    explore: Explore, identity: Identity
) -> None:
    terminal = explore("--demo", "--canary", SHOP, env=INSTANT, identity=identity)
    terminal.wait_for(A_RUN)
    terminal.press("<enter>")
    terminal.send("[[")
    terminal.wait_for("1 of 9 · step 4 go to checkout, failed")
    terminal.wait_for(lambda seen: len(re.findall(IMAGES[identity], seen.output)) >= 2)
    assert at_rest(terminal)
    terminal.resize(100, 30)
    assert at_rest(terminal)
    terminal.send("j")
    terminal.wait_for("2 of 9")
    assert at_rest(terminal)
    before = len(terminal.output)
    terminal.send("]")
    terminal.wait_for("The run, as the API sent it")
    assert at_rest(terminal)
    assert PLACEHOLDER not in terminal.text()
    for key in ("j", "<escape>", "j", "?", "<escape>"):
        terminal.press(key)
    assert not re.search(IMAGES[identity], terminal.output[before:])
    assert_ends_well(terminal)
    if identity is KITTY:
        given = re.findall(IMAGES[KITTY], terminal.output)
        assert set(re.findall(rb"\x1b_Ga=d,d=I,i=(\d+),q=2\x1b\\", terminal.output)) == set(given)


@pytest.mark.parametrize(
    ("operation", "held", "keys", "shown", "identity"),
    [
        ("ListObjectsV2", None, "]", "Listing the run's artifacts", XTERM),
        ("GetObject", None, "]]", "Reading the log", XTERM),
        ("GetObject", AFTER_THE_REPORT, "[[", "Reading 04-go-to-checkout-failed.png", KITTY),
        ("GetObject", None, "b", "Reading what the run of", XTERM),
        ("GetObject", None, "E<ctrl+u>{folder}<enter>", r"0 of 12 files", XTERM),
    ],
    ids=["listing", "log", "screenshot", "comparison", "saving"],
)
def test_quitting_while_something_is_read_takes_no_time(
    explore: Explore,
    peer: Peer,
    tmp_path: Path,
    operation: str,
    held: range | None,
    keys: str,
    shown: str,
    identity: Identity,
) -> None:
    gate = peer.hold(operation, calls=held)
    terminal = explore("--canary", SHOP, env=peer.environment(), identity=identity)
    terminal.wait_for(A_RUN)
    if held is not None:
        terminal.wait_for("Steps 4")
    for key in re.findall(r"<[^>]+>|\{folder\}|.", keys):
        terminal.press(key.format(folder=tmp_path))
    gate.wait_arrived()
    terminal.wait_for(shown)
    terminal.send("?")
    terminal.wait_for("Everywhere", timeout=3)
    escape(terminal)
    assert end(terminal, lambda: terminal.send("<ctrl+q>")) == 0
    assert terminal.left_behind() == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


NOTHING = "uploaded nothing|has not uploaded anything"
CANARIES = {
    "api-certificate-check": "base_ssl_certificate_check",
    "docs-broken-links": "follow links",
    "guest-book": r"\.\./\.\./\.\./\.\./etc/passwd",
    "legacy-intranet": NOTHING,
    "nightly-statement-archive": NOTHING,
    "product-gallery": "look through gallery",
    "payment-3ds-challenge": "FAILED",
    "login-api": "PASSED",
    "bulk-import": NOTHING,
    "card-vault": "s3:ListBucket",
    "account-settings": "s3:GetObject",
    "gift-cards": "kms:Decrypt",
    "returns-portal": "PASSED",
    "supplier-portal-selenium": "PASSED",
    "global-landing-page": "PASSED|FAILED",
    "customer-onboarding-mail": "entry file",
}
"""Stories of the demo, and what the steps of their newest run that has ended say."""


def test_every_story_of_the_demo_can_be_walked_through(explore: Explore) -> None:
    terminal = explore("--demo", env=INSTANT)
    terminal.wait_for("Canaries")
    for canary, steps in CANARIES.items():
        terminal.send(f"/{canary}")
        terminal.wait_for(rf"^▌.* {canary}")
        terminal.send("<enter>")
        terminal.wait_for(rf"^ canaryscope .* {canary[:16]}")
        terminal.wait_for(r"^▌.*(PASSED|FAILED|RUNNING).* \d\d:\d\d:\d\d")
        while re.search(r"^▌.*RUNNING", terminal.text(), re.MULTILINE):
            terminal.press("j")
        terminal.send("<enter>")
        terminal.wait_for("esc back")
        for tab in TABS:
            terminal.send("]")
            terminal.wait_for(rf"\[{tab}")
            terminal.wait_for(lambda seen: not re.search("Reading|Listing", "\n".join(seen.emulator.lines)))
            if tab == "Steps":
                terminal.wait_for(steps)
            assert "in itself" not in terminal.text()
        terminal.send("c")
        terminal.wait_for("Canaries")
    assert_clean(terminal)
    assert_ends_well(terminal)
