"""Tells when boto3 is loaded, and can hold it back: with this folder on PYTHONPATH, Python imports this at start.

IMPORT_LOG names a file that gets a line for each of boto3 and botocore when its loading begins and when it has ended:
`name begun|ended seconds`, the seconds those of CLOCK_MONOTONIC, which all processes share. IMPORT_GATE names a FIFO:
the first of the two loads only after somebody has opened it for writing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

WATCHED = ("boto3", "botocore")


class ImportClock:
    """A finder that goes before the others and lets them find the module, but minds its loading."""

    def __init__(self, log: str | None, gate: str | None) -> None:
        self._log = log
        self._gate = gate

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in WATCHED else None
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def minded(module: ModuleType) -> None:
                self._pass_gate()
                self._note(name, "begun")
                execute(module)
                self._note(name, "ended")

            spec.loader.exec_module = minded  # type: ignore[method-assign]
        return spec

    def _pass_gate(self) -> None:
        gate, self._gate = self._gate, None
        if gate:
            with open(gate, "rb"):
                pass

    def _note(self, name: str, what: str) -> None:
        if self._log:
            with open(self._log, "a") as log:
                log.write(f"{name} {what} {time.monotonic()}\n")


sys.meta_path.insert(0, ImportClock(os.environ.get("IMPORT_LOG"), os.environ.get("IMPORT_GATE")))
