"""What a monitored site, or who writes to the bucket, leaves in S3: shown clean or refused, soon, in little memory.

The whole program on a pty, with an S3 that has for each run what somebody might put there who means harm.
"""

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from demo.leavings import place
from peer import FIXED_NOW, Peer
from peer.s3 import Leaving
from pictures.files import image_file, png_claiming, quarters, with_chunk
from terminal.probe import Terminal
from terminal.program import A_RUN, Explore
from terminal.test_hostile import ATTACK, FORBIDDEN, assert_clean

pytestmark = pytest.mark.terminal

MEMORY = 400_000
"""kB that either process may have had at any time."""
PATIENCE = 1.0
"""Seconds within which a key has to be answered, whatever is being read; far less on a machine that has nothing else
to do (see tests/benchmarks)."""
PICTURE = image_file(quarters())


def step(number: int) -> dict[str, Any]:
    shot = {"fileName": ATTACK, "pageUrl": ATTACK, "error": ATTACK}
    return {
        "stepNum": number,
        "stepName": f"{number}{ATTACK}",
        "status": "FAILED",
        "failureReason": ATTACK,
        "sourceUrl": ATTACK,
        "destinationUrl": f"https://example.com/{ATTACK}",
        "screenshots": [shot],
    }


def report(*steps: dict[str, Any]) -> bytes:
    script = {"status": ATTACK, "failureReason": ATTACK, "requests": {"_2xx": ATTACK}, "steps": steps}
    return packed({"canaryName": ATTACK, "endTime": ATTACK, "executionError": ATTACK, "customerScript": script})


def entry(text: str, header: str = ATTACK) -> dict[str, Any]:
    headers = [{"name": header, "value": header}]
    return {
        "startedDateTime": ATTACK,
        "time": 12,
        "request": {"method": ATTACK, "url": f"https://example.com/{ATTACK}", "headers": headers},
        "response": {
            "status": 500,
            "statusText": ATTACK,
            "headers": headers,
            "content": {"mimeType": ATTACK, "text": text},
        },
        "timings": {"wait": 10},
    }


def packed(value: object) -> bytes:
    return json.dumps(value).encode()


EVIL = {
    "SyntheticsReport-FAILED.json": report(step(1), step(2)),
    "x-log.txt": f"ERROR {ATTACK}\n".encode() * 30,
    f"../../evil{ATTACK}.png": PICTURE,
    "../../../.ssh/authorized_keys": b"ssh-ed25519 evil",
    "results.har": packed({"log": {"entries": [entry(ATTACK)] * 3}}),
}
MANY = {
    "SyntheticsReport-FAILED.json": report(*[{"stepName": str(number)} for number in range(49_999)], step(50_000)),
    "x-log.txt": b"\xff\xfe\xc3\x28 no UTF-8 \x80\xf0\x9f\n" * 3_000 + b"x" * 9_000_000,
    "BrokenLinkCheckerReport.json": packed({"links": {ATTACK + str(n): {"parentUrl": ATTACK} for n in range(50)}}),
    "huge.png": png_claiming(60_000, 60_000),
}
BOMBS = {
    "SyntheticsReport-FAILED.json": b'{"customerScript":' * 200_000,
    "x-log.txt": b"\n" * 3_000_000,
    "results.har.gz": gzip.compress(bytes(200_000_000), 1),
    "text.png": with_chunk(PICTURE, b"zTXt", b"c\0\0" + zlib.compress(bytes(100_000_000), 1)),
}
LARGE = {
    "SyntheticsReport-FAILED.json": b"[" * 60_000_000,
    "x-log.txt": b"\0\1\2" * 1_000,
    "results.har": packed({"log": {"entries": [entry("<" + "x" * 1_000_000 + ATTACK, "y" * 500_000)]}}),
    "cut.png": PICTURE[:200],
}


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The newest runs of checkout-flow have left these."""
    leaving = Leaving(FIXED_NOW)
    with Peer(leaving) as peer:
        runs = peer.client().get_canary_runs(Name="checkout-flow")["CanaryRuns"]
        for run, files in zip(runs, (EVIL, MANY, BOMBS, LARGE), strict=False):
            leaving.files[place(run).folder] = files
        yield peer


def peak(process: psutil.Process) -> int:
    """The most memory that a process has had so far, in kB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1])


def turn(terminal: Terminal, tab: str, shows: str) -> None:
    """Go to the next tab, which shows this, and press a key while it is being read: the title says other times."""
    terminal.send("]")
    reaction = terminal.press("t", quiet=0.05)
    terminal.wait_for(rf"\[{tab}")
    terminal.wait_for(shows)
    assert max(reaction.first or 0, terminal.press("t", quiet=0.05).first or 0) < PATIENCE


def test_whatever_is_in_the_artifacts_is_clean_or_refused_and_keys_are_answered(
    explore: Explore, peer: Peer, tmp_path: Path
) -> None:
    terminal = explore("--canary", "checkout-flow", env=peer.environment(), rows=40)
    terminal.wait_for(A_RUN)
    terminal.press("<tab>")
    words = re.escape("[bold red]markup[/] [@click")

    turn(terminal, "Steps 2", rf"^▌1  FAILED +1 {words}")
    turn(terminal, "Log", words)
    turn(terminal, "Requests 3", r"^▌500 +\[bold …")
    terminal.send("<enter>")
    terminal.wait_for("Response body")
    terminal.press("v<escape>")
    turn(terminal, "Screenshots 1", r"1 of 1 · \.\./\.\./evil")
    terminal.wait_for("▀▀▀▀")
    turn(terminal, "Raw", "The run, as the API sent it")
    terminal.send("E")
    terminal.wait_for("Folder")
    terminal.press(f"<ctrl+u>{tmp_path}<enter>")
    terminal.wait_for(r"Saved 5 files")
    terminal.press("<escape>")
    saved = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(saved) == len(EVIL)
    assert not [path for path in saved if path.is_symlink() or FORBIDDEN.search(str(path))], saved
    assert_clean(terminal)

    to_run(terminal, 2)
    turn(terminal, "Steps 50,000", "^▌50000  FAILED")
    turn(terminal, "Log 9.1 MB", "no UTF-8|xxxxxxxx")
    turn(terminal, "Requests 50", r"\[bold red")
    turn(terminal, "Screenshots 1", "huge.png has more than 40 million pixels")
    turn(terminal, "Raw", "The run, as the API sent it")
    to_run(terminal, 3)
    turn(terminal, "Steps", "The report is nested too deeply to be read")
    turn(terminal, "Log 3.0 MB", "very short lines more")
    turn(terminal, "Requests", "results.har.gz is larger than 64 MB")
    turn(terminal, "Screenshots 1", "text.png is not a whole PNG or JPEG")
    turn(terminal, "Raw", "The run, as the API sent it")
    to_run(terminal, 4)
    turn(terminal, "Steps", "SyntheticsReport-FAILED.json is 60.0 MB: enter reads it")
    terminal.send("<enter>")
    terminal.wait_for("more than 4,000,000 parts")
    turn(terminal, "Log 3.0 kB", r"^▌")
    turn(terminal, "Requests 1", "^.500 ")
    turn(terminal, "Screenshots 1", "cut.png is not a whole PNG or JPEG")
    turn(terminal, "Raw", "The run, as the API sent it")
    terminal.wait_for_quiet()
    assert_clean(terminal)
    assert max(map(peak, [terminal.process, *terminal.family()])) < MEMORY
    terminal.send("q")
    assert terminal.exit_code() == 0
    assert terminal.left_behind() == []


def to_run(terminal: Terminal, row: int) -> None:
    """From Raw of one run to Status of the next one; the keys are in the detail before and after."""
    terminal.send("]")
    terminal.wait_for(r"\[Status\]")
    terminal.press("<shift+tab>")
    terminal.send("j")
    terminal.wait_for(rf"row {row}$")
    terminal.press("<tab>")
