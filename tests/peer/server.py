"""`python -m peer.server`: the peer as a process of its own. Its URL is the first line it prints; SIGTERM ends it."""

from __future__ import annotations

import argparse
import signal
from datetime import UTC, datetime

from canaryscope.demo.responder import Responder
from peer.faults import Delay
from peer.loopback import Call, Peer

__all__ = ["Call", "Peer", "main"]


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m peer.server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--now", type=datetime.fromisoformat, help="ISO 8601 with a zone: let time stand still there")
    parser.add_argument("--big", action="store_true", help="with the canary of 655,200 runs")
    parser.add_argument("--crowd", type=int, default=0, metavar="N", help="N healthy canaries more")
    parser.add_argument("--latency-ms", type=float, default=0, metavar="MS")
    options = parser.parse_args(arguments)
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    now = options.now or (lambda: datetime.now(UTC))
    with Peer(Responder(now, options.seed, big=options.big, crowd=options.crowd), port=options.port) as peer:
        if options.latency_ms:
            peer.script(None, Delay(options.latency_ms / 1000))
        print(peer.url, flush=True)  # noqa: T201
        signal.sigwait(ends)


if __name__ == "__main__":
    main()
