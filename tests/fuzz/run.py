"""Searches for bytes that make a target fail, led by the code that they reach: `make fuzz ARGS="har 60"`.

Without a name all targets in turn, for 20 seconds each unless another number is given. What makes one fail is written
to the working directory (`crash-…`), and its traceback to the terminal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["canaryscope"]):
    from fuzz.targets import SAMPLES, TARGETS

SECONDS = 20


def main(arguments: Sequence[str]) -> int:
    """The number of targets that failed; of one alone, atheris's own exit code."""
    seconds = next((int(argument) for argument in arguments if argument.isdigit()), SECONDS)
    names = [argument for argument in arguments if not argument.isdigit()]
    if names:
        fuzz(names[0], seconds)
    failed = 0
    for name in TARGETS:
        sys.stderr.write(f"... {name}\n")
        command = [sys.executable, __file__, name, str(seconds)]
        result = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            failed += 1
            sys.stderr.write("\n".join(result.stdout.splitlines()[-40:]) + "\n")
    return failed


def fuzz(name: str, seconds: int) -> None:
    """Search for so long; ends the process."""
    with tempfile.TemporaryDirectory() as folder:
        for number, sample in enumerate(SAMPLES):
            Path(folder, str(number)).write_bytes(sample)
        limits = [f"-max_total_time={seconds}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=1024", folder]
        atheris.Setup([sys.argv[0], *limits], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main(sys.argv[1:]))
