"""The process that talks to AWS, for tests of what crosses to it and back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from canaryscope.aws.options import ConnectionOptions
from canaryscope.aws_process import AwsProcess

__all__ = ["running"]

_DEFAULTS = ConnectionOptions()


@contextmanager
def running(options: ConnectionOptions = _DEFAULTS) -> Iterator[AwsProcess]:
    """One that is started when it is asked; at the end it, and the thread that reads its answers, have ended."""
    process = AwsProcess(options)
    try:
        yield process
    finally:
        process.stop()
        for thread in threading.enumerate():
            if thread.name == "canaryscope-answers":
                thread.join(5)
