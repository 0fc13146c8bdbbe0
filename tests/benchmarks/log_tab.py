"""The Log tab alone, headless at 80x24, with a log of 200 MB: prints as JSON what opening, scrolling, searching took.

python tests/benchmarks/log_tab.py http://127.0.0.1:PORT
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import psutil
from textual import events

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.log_server import KEY, SIZE
from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws_process import AwsProcess
from canaryscope.background import Background
from canaryscope.evidence.artifacts import Artifact, ArtifactKind
from canaryscope.render.times import Clock, Zone
from canaryscope.screens.log_pane import LogPane, OpenLog
from canaryscope.source import Source
from stage import Stage

PAGES = 300
"""PageUps that are pressed, one after the other."""


class _Measured:
    """The tab, and what it costs while something is done."""

    def __init__(self, app: Stage, pane: LogPane) -> None:
        self._app, self._pane = app, pane
        self.family = [psutil.Process(), *psutil.Process().children()]
        self.most = 0.0
        self.longest = 0.0

    @property
    def memory(self) -> float:
        """MB of both processes, pages that they share counted once."""
        return sum(process.memory_full_info().uss for process in self.family) / 1e6

    async def press(self, key: str) -> None:
        """Press a key, until it has been heard."""
        self._app.post_message(events.Key(key, key if len(key) == 1 else None))
        for pump in (self._app, self._pane.log_view, self._pane):
            heard = asyncio.Event()
            pump.call_later(heard.set)
            await heard.wait()

    async def until(self, condition: Callable[[], object]) -> float:
        """Milliseconds until it holds; watches what one turn of the event loop takes meanwhile, and the memory."""
        begun = looked = time.perf_counter()
        while not condition():
            before = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - before)
            if time.perf_counter() - looked > 0.5:
                self.most, looked = max(self.most, self.memory), time.perf_counter()
        self.most = max(self.most, self.memory)
        return (time.perf_counter() - begun) * 1000


async def measure(url: str) -> dict[str, float]:
    """Open it, scroll, search it from end to end."""
    aws = AwsProcess(options := ConnectionOptions(endpoint_url=url))
    source = Source(options, Background(), aws.connect)
    pane = LogPane(source, lambda: Clock(Zone.UTC, datetime.now(UTC)))
    app, view = Stage(pane), pane.log_view
    try:
        async with app.run_test(size=(80, 24)):
            view.focus()
            await source.read_artifact("results", KEY, 0, 0)
            gc.freeze()  # as the program does some seconds after its start
            it = _Measured(app, pane)
            before = it.memory
            pane.open(OpenLog("results", Artifact(KEY, "log.txt", SIZE, None, ArtifactKind.LOG)))
            opened = await it.until(lambda: len(view.source or ()) > 1)
            await it.until(lambda: all(worker.is_finished for worker in app.workers))
            pages = []
            for _ in range(PAGES):
                begun = time.perf_counter()
                await it.press("pageup")
                pages.append((time.perf_counter() - begun) * 1000)
            await it.until(lambda: all(worker.is_finished for worker in app.workers))
            scrolled, it.longest = it.most, 0.0
            await it.press("G")
            for key in ("slash", *"needle", "enter"):
                await it.press(key)
            found = await it.until(lambda: "needle" in view.source.rows(view.cursor, view.cursor + 1)[0].text)  # type: ignore[union-attr]
            return {
                "opened": opened,
                "page": median(pages),
                "page_p95": quantiles(pages, n=20)[-1],
                "searched": found,
                "turn": it.longest * 1000,
                "before": before,
                "scrolled": scrolled,
                "most": it.most,
            }
    finally:
        aws.stop()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure(sys.argv[1]))))
