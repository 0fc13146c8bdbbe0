"""The demo's AWS with few items on a page of S3 and Logs: a run's files, or the lines of its log, come in several."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from canaryscope.demo.responder import Reply, Responder

__all__ = ["ShortPages"]

MOST = 5
"""Items on a page. AWS sends fewer than asked for whenever it likes."""


class ShortPages(Responder):
    """It reads each question as if `MOST` items had been asked for."""

    def respond(
        self, service: str, method: str, path: str, query: str, body: bytes, headers: Mapping[str, str] = {}
    ) -> Reply:
        """The answer to one request."""
        if service == "s3":
            query = re.sub(r"max-keys=\d+", f"max-keys={MOST}", query)
        elif service == "logs":
            body = json.dumps(json.loads(body) | {"limit": MOST}).encode()
        return super().respond(service, method, path, query, body, headers)
