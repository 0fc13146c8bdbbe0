"""botocore's models of the services: read once, however often the process connects."""

from __future__ import annotations

import os
from functools import cache
from typing import Final

from botocore.loaders import Loader

from canaryscope.aws import guard

__all__ = ["EVIDENCE", "models"]

EVIDENCE: Final = {"s3": "s3", "logs": "cloudwatch_logs"}
"""The services that a run's evidence is in, by the name that AWS's settings have for each of them."""


class _Models(Loader):
    """botocore's loader, without the search of its 400 service folders that every client begins with (30 ms)."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """The services that the guard lets through: no other client is made."""
        return sorted(guard.SERVICES)


@cache
def models(data_path: str | None) -> Loader:
    """The loader for a session whose setting `data_path` is this; it keeps what it has read, for the next session."""
    paths = data_path.split(os.pathsep) if data_path else []
    return _Models(extra_search_paths=[os.path.expanduser(os.path.expandvars(path)) for path in paths])
