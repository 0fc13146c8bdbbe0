"""The same day over real connections: the process that talks to AWS, and a peer on which the weather is bad."""

from __future__ import annotations

import random
from collections import Counter
from threading import Lock
from typing import Final

from peer import Cut, Exchange, Fault, Peer, Reset, error, html_page, throttled, truncated_json, wrong_shape

__all__ = ["CANARY", "Weather", "listed"]

CANARY: Final = "homepage-heartbeat"
"""Of the demo's canaries the one with a run a minute."""
FAULTY: Final = 0.08
FAULTS: Final[dict[str, Fault]] = {
    "reset": Reset(),
    "reset within the body": Reset(within=True),
    "cut": Cut(),
    "500": error(500, "InternalServerException", "Something went wrong"),
    "503": error(503, "ServiceUnavailable", "Not now"),
    "throttled": throttled(),
    "expired": error(403, "ExpiredTokenException", "The security token included in the request is expired"),
    "a login page": html_page(),
    "half of the JSON": truncated_json(),
    "nonsense": wrong_shape(),
}


class Weather:
    """A fault that is none most of the time."""

    def __init__(self, seed: int) -> None:
        self.faults: Counter[str] = Counter()
        self.calls = 0
        self.fine = False
        """Nothing fails any more."""
        self._random = random.Random(seed)
        self._lock = Lock()

    def apply(self, exchange: Exchange) -> None:
        with self._lock:
            self.calls += 1
            faulty = not self.fine and self._random.random() < FAULTY
            name = self._random.choice([*FAULTS]) if faulty else ""
        if name:
            self.faults[name] += 1
            FAULTS[name].apply(exchange)
        else:
            exchange.send(exchange.honest())


def listed(peer: Peer, oldest: str) -> list[str]:
    """The ids of the runs down to that one, newest first: the list that the service itself has."""
    client, found, token = peer.client(), [], None
    while oldest not in found:
        page = client.get_canary_runs(Name=CANARY, **({"NextToken": token} if token else {}))
        found += [run["Id"] for run in page["CanaryRuns"]]
        token = page.get("NextToken")
    return found[: found.index(oldest) + 1]
