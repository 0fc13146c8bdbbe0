"""The demo's AWS with few items on a page: a run's files, the lines of its log, and last runs, come in several."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from canaryscope.demo.responder import Reply, Responder

__all__ = ["ShortPages"]

MOST = 4
"""Items on a page. AWS sends fewer than asked for whenever it likes."""
LAST_RUNS = 30
"""Last runs on a page."""
_NONE: Mapping[str, str] = {}


class ShortPages(Responder):
    """It reads each question as if so few items had been asked for."""

    def respond(
        self, service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str] = _NONE
    ) -> Reply:
        """The answer to one request."""
        if service == "s3":
            query = re.sub(r"max-keys=\d+", f"max-keys={MOST}", query)
        elif service == "logs":
            body = json.dumps(json.loads(body) | {"limit": MOST}).encode()
        elif path == "/canaries/last-run":
            body = json.dumps(json.loads(body) | {"MaxResults": LAST_RUNS}).encode()
        return super().respond(service, method, path, query, body, headers)
