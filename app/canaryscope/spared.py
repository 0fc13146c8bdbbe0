"""What Textual and asyncio load at start and this program has no use for, or not before somebody asks, is spared.

Loading takes two thirds of the time to the first paint; what is spared here is an eighth of it. So is garbage
collection, until the application is up.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final, NoReturn

__all__ = ["COLLECT_AFTER", "PALETTE", "collect_garbage_again", "spared"]

PALETTE: Final = "textual.command"
"""Textual's command palette, with the five widgets that it is made of. `screens/palette.py` loads it when it opens."""
TLS: Final = "ssl"
"""asyncio does without it, as documented for a Python that has none. Only the process for AWS makes connections."""
COLLECT_AFTER: Final = 5.0
"""Seconds for which nothing is collected after the start (see `canaryscope.start`): a sixth of the start is saved."""


class _Later:
    """Stands for a class that is not loaded: it can be named and derived from, and not be made."""

    def __init__(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError(f"{type(self).__name__} of {PALETTE} was not loaded: import it from there")


class _LaterModule(ModuleType):
    def __getattr__(self, name: str) -> type[_Later]:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (_Later,), {})


@contextmanager
def spared() -> Iterator[None]:
    """While textual.app is imported for the first time. What is loaded already stays."""
    absent: dict[str, ModuleType | None] = {TLS: None, PALETTE: _LaterModule(PALETTE)}
    put = [name for name in absent if name not in sys.modules]
    for name in put:
        sys.modules[name] = absent[name]  # type: ignore[assignment]  # None: importing it raises ImportError
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]


def collect_garbage_again() -> None:
    """What the start has made stays for good: leave it out of every later collection."""
    gc.freeze()
    gc.enable()
