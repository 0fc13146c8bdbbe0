"""The demo's responder on a loopback HTTP server that can fail in every way a network can: a peer for tests.

with Peer() as peer:
    peer.script("GetCanaryRuns", throttled(), calls={2})
    client = peer.client()
    ...
    assert [call.operation for call in peer.calls] == ["GetCanaryRuns"]
"""

from __future__ import annotations

from peer.faults import (
    Answer,
    Changed,
    Cut,
    Delay,
    Drip,
    Exchange,
    Fault,
    Gate,
    Hang,
    Huge,
    Reset,
    empty,
    error,
    html_page,
    throttled,
    truncated_json,
    wrong_content_type,
    wrong_shape,
)
from peer.loopback import FIXED_NOW, Call, Peer

__all__ = [
    "FIXED_NOW",
    "Answer",
    "Call",
    "Changed",
    "Cut",
    "Delay",
    "Drip",
    "Exchange",
    "Fault",
    "Gate",
    "Hang",
    "Huge",
    "Peer",
    "Reset",
    "empty",
    "error",
    "html_page",
    "throttled",
    "truncated_json",
    "wrong_content_type",
    "wrong_shape",
]
