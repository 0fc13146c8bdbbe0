"""Draw the README's pictures from the demo: `make screenshots`.

    python screenshots/draw.py             every scene as SVG and PNG into this folder
    python screenshots/draw.py --check     say which pictures here are not what the demo draws now; 1 if there are any

The demo's time stands still at NOW and the home folder is empty, so that the same program draws the same pictures.
The SVGs are Textual's, without the parts that change from drawing to drawing and without the font that they would
load from the network. Each PNG is drawn from its SVG and carries that SVG's SHA-256 in a tEXt chunk.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import re
import struct
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from canaryscope.aws.session import connect
from canaryscope.options import StartOptions
from canaryscope.runs.model import RunType

if TYPE_CHECKING:
    from canaryscope.application import CanaryScope

NOW = "2026-11-22T12:30:00Z"
CHECKSUM = "SVG-SHA-256"
"""The keyword of the PNG's tEXt chunk."""
FONTS = ("cascadia", "cascadiab", "cascadiai", "cascadiabi")
FONT_FAMILY = "Cascadia Mono"
FONT_SIZE = "20.8px"
"""Cascadia Mono's letters are then 12.2 wide, as Rich's cells are, so that lines and blocks join."""
STILL = 0.3
"""Seconds without a change after which a picture is ready: longer than the detail pane's wait for the cursor's rest."""
PATIENCE = 20.0
"""Seconds after which what a scene waits for will not come."""


@dataclass(frozen=True, slots=True)
class Step:
    """Keys to press, in Textual's names, and what the screen shows then (a regular expression).

    What is read for one key has to be here before the next changes the room that it has: where a view begins depends
    on which of the two came first.
    """

    keys: tuple[str, ...]
    shows: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its size in cells, what the program is started with, and the way to what is shown."""

    name: str
    size: tuple[int, int]
    options: StartOptions
    steps: tuple[Step, ...]


def demo(canary: str | None = None, *run_types: RunType) -> StartOptions:
    """The demo with its times in UTC."""
    return StartOptions(demo=True, utc=True, canary=canary, run_types=frozenset(run_types or (RunType.CANARY_RUN,)))


LOADED = Step((), r"[\d,]+ loaded · (more below|end of history)")
READ = Step((), r"[\d,]+ loaded · more below")
"""A failed run: its report has been read by the time that nothing changes any more."""
NEXT_TAB = "right_square_bracket"
SCENES = (
    Scene("runs-80x24", (80, 24), demo("checkout-flow"), (LOADED,)),
    Scene("runs-120x35", (120, 35), demo("checkout-flow"), (LOADED,)),
    Scene("runs-200x50", (200, 50), demo("checkout-flow"), (LOADED,)),
    Scene(
        "verdicts-120x35",
        (120, 35),
        demo("product-gallery"),
        (Step((), r"Failing since"), Step(("space",), "- FAILED IN FIREFOX ONLY")),
    ),
    Scene(
        "causes-80x24",
        (80, 24),
        demo("payment-3ds-challenge"),
        (LOADED, Step(("G",), "end of history"), Step(("x",), "Causes of")),
    ),
    Scene(
        "steps-80x24",
        (80, 24),
        demo("checkout-flow"),
        (READ, Step((NEXT_TAB,), "go to checkout"), Step(("enter",), "esc back")),
    ),
    Scene(
        "log-80x24",
        (80, 24),
        demo("checkout-flow"),
        (READ, Step((NEXT_TAB,) * 2, "Step 4"), Step(("enter",), "esc back")),
    ),
    Scene("requests-120x35", (120, 35), demo("checkout-flow"), (READ, Step((NEXT_TAB,) * 3, "net::ERR_ABORTED"))),
    Scene(
        "screenshots-120x35",
        (120, 35),
        demo("checkout-flow"),
        (READ, Step((NEXT_TAB,) * 4, "last good"), Step(("enter",), "esc back")),
    ),
    Scene("compared-80x24", (80, 24), demo("checkout-flow"), (READ, Step(("b",), 'Step 4 "go to checkout" FAILED'))),
    Scene("picker-80x24", (80, 24), demo(), (Step((), "checkout-flow"),)),
    Scene("detail-80x24", (80, 24), demo("checkout-flow"), (READ, Step(("enter",), "esc back"))),
    Scene(
        "failures-120x35",
        (120, 35),
        demo("search-suggestions"),
        (LOADED, Step(("f",), r"[\d,]+ of [\d,]+ loaded match · (more|end)")),
    ),
    Scene(
        "dry-run-80x24",
        (80, 24),
        demo("release-gate", RunType.DRY_RUN),
        (LOADED, Step(("d",), "DryRunId"), Step(tuple("c374"), r"[\d,]+ of [\d,]+ loaded match · (more|end)")),
    ),
)


def main() -> None:
    """Draw all scenes, or compare them with the pictures that are there."""
    parser = argparse.ArgumentParser(description="Draw the README's pictures from the demo.")
    parser.add_argument("--check", action="store_true", help="draw nothing, say what no longer matches")
    check = parser.parse_args().check
    folder = Path(__file__).resolve().parent
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home:
        settle_environment(home)
        svgs = {scene.name: asyncio.run(draw(scene)) for scene in SCENES}
    if check:
        found = differences(svgs, folder)
        sys.stdout.write("".join(f"{line}\n" for line in found))
        sys.exit(1 if found else 0)
    for old in (*folder.glob("*.svg"), *folder.glob("*.png")):
        old.unlink()
    for name, svg in svgs.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        (folder / f"{name}.png").write_bytes(png(svg))


def differences(svgs: dict[str, str], folder: Path) -> list[str]:
    """What is wrong with the pictures in a folder, if the scenes are to look like `svgs`; a line for each."""
    wrong = []
    for name, svg in svgs.items():
        drawn, painted = folder / f"{name}.svg", folder / f"{name}.png"
        if not drawn.exists() or drawn.read_text(encoding="utf-8") != svg:
            wrong.append(f"{drawn.name} is not what the demo draws")
        if not painted.exists() or checksum_in(painted.read_bytes()) != checksum(svg):
            wrong.append(f"{painted.name} is not drawn from what the demo draws")
    pictures = {file for suffix in ("svg", "png") for file in folder.glob(f"*.{suffix}")}
    return wrong + [f"{file.name} is of no scene" for file in sorted(pictures) if file.stem not in svgs]


def settle_environment(home: str) -> None:
    """Leave nothing of the person who draws in the pictures: neither home, nor AWS account, nor terminal."""
    path = os.environ.get("PATH", "")
    os.environ.clear()
    os.environ.update(
        PATH=path,
        HOME=home,
        LANG="C.UTF-8",
        TERM="xterm-256color",
        TZ="UTC",
        AWS_EC2_METADATA_DISABLED="true",
        CANARYSCOPE_DEMO_NOW=NOW,
        CANARYSCOPE_DEMO_LATENCY="0",
    )
    time.tzset()


async def draw(scene: Scene) -> str:
    """The scene as SVG. Raises TimeoutError, with the screen, when what it waits for does not come."""
    app = explorer(scene.options)
    async with app.run_test(size=scene.size) as pilot:
        for step in scene.steps:
            await pilot.press(*step.keys)
            await still(app, step.shows)
        svg = plain(app.export_screenshot(title="canaryscope"), scene.name)
        app.exit()
    return svg


def explorer(options: StartOptions) -> CanaryScope:
    """The application at a time that stands still. Textual is loaded here, after the environment was settled."""
    from canaryscope import environment

    environment.settle(os.environ)
    from canaryscope import application

    application.HELD = 0  # what is in the first frame depends on nobody's speed
    now = datetime.fromisoformat(NOW)
    return application.CanaryScope(options, connect=connect, now=lambda: now)


async def still(app: CanaryScope, shows: str) -> None:
    """Wait until the screen shows it, and for STILL seconds nothing has changed, and no call been under way."""
    deadline, since, before = time.monotonic() + PATIENCE, time.monotonic(), ""
    while True:
        after = app.export_screenshot()
        now = time.monotonic()
        if after != before or app.background.busy or not app.explorer.detail_pane.resting:
            before, since = after, now
        elif now - since > STILL and re.search(shows, "\n".join(text_lines(after))):
            return
        if now > deadline:
            raise TimeoutError(f"{shows!r} did not come:\n" + "\n".join(text_lines(after)))
        await asyncio.sleep(0.03)


def text_lines(svg: str) -> Iterator[str]:
    """The text of the lines of Rich's SVG, top to bottom."""
    pieces = re.findall(r'<text [^>]*? x="([\d.]+)" y="([\d.]+)" textLength[^>]*>([^<]*)</text>', svg)
    for _, line in groupby(pieces, key=lambda piece: piece[1]):
        text = ""
        for x, _, piece in line:
            text = text.ljust(round(float(x) / 12.2)) + unescape(piece).replace("\xa0", " ")
        yield text.rstrip()


def plain(svg: str, name: str) -> str:
    """Rich's SVG with a fixed name in its ids, a font that is on the machine, and nothing from the network."""
    svg = re.sub(r"terminal-\d+", name, svg)
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: '{FONT_FAMILY}', 'Fira Code', monospace;")
    svg = svg.replace("font-family: arial;", f"font-family: '{FONT_FAMILY}', monospace;")
    return re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)


def png(svg: str) -> bytes:
    """The picture drawn with the fonts of the package pymupdf-fonts, and the SVG's checksum in it."""
    import pymupdf_fonts  # type: ignore[import-untyped]
    import resvg_py

    with tempfile.TemporaryDirectory(prefix="screenshots-") as folder:
        files = [Path(folder, f"{font}.ttf") for font in FONTS]
        for font, file in zip(FONTS, files, strict=True):
            file.write_bytes(pymupdf_fonts.fontbuffers[font]())
        data = resvg_py.svg_to_bytes(
            svg_string=svg.replace("font-size: 20px;", f"font-size: {FONT_SIZE};"),
            skip_system_fonts=True,
            font_files=[str(file) for file in files],
            font_family=FONT_FAMILY,
            monospace_family=FONT_FAMILY,
        )
    return with_checksum(data, checksum(svg))


def checksum(svg: str) -> str:
    """What a PNG says of the SVG it was drawn from."""
    return hashlib.sha256(svg.encode()).hexdigest()


def with_checksum(data: bytes, digest: str) -> bytes:
    """The PNG with a tEXt chunk before its last chunk, IEND (PNG specification, 11.3.4.3)."""
    body = b"tEXt" + CHECKSUM.encode() + b"\0" + digest.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:-12] + chunk + data[-12:]


def checksum_in(data: bytes) -> str | None:
    """The checksum that a PNG carries, or None."""
    match = re.search(rb"tEXt" + CHECKSUM.encode() + rb"\0([0-9a-f]{64})", data)
    return match[1].decode() if match else None


if __name__ == "__main__":
    main()
