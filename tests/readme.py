"""The README, and the IAM policies in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

from peer.iam import Policy

__all__ = ["README", "fenced", "policies"]

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def fenced(language: str, text: str = README) -> list[str]:
    """The blocks of code in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def policies() -> tuple[Policy, Policy, Policy, Policy]:
    """For all canaries, for certain ones, for the files of runs, for Lambda logs."""
    whole, part, of_files, of_logs = (Policy(json.loads(block)) for block in fenced("json"))
    return whole, part, of_files, of_logs
