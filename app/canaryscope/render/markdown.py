"""Text as a part of Markdown in which it is no markup.

What runs say is the monitored site's text: none of it acts as markup, links anywhere or mentions anybody.
"""

from __future__ import annotations

import re

__all__ = ["cell", "code", "fence"]


def cell(text: str) -> str:
    """A value in a cell of a table: as it is, not as markup.

    An underscore between letters is none (and would break a link), so ids and links stay readable as they are.
    """
    return re.sub(r"[\\`*\[\]<>|~&]|(?<![^\W_])_|_(?![^\W_])", r"\\\g<0>", text)


def code(text: str) -> str:
    """Text of the monitored site in a cell: as code, in which `@team` mentions nobody and no address is a link."""
    ticks = "`" * (_longest_run_of_backticks(text) + 1)
    padding = " " if text.strip("` ") != text else ""
    return f"{ticks}{padding}{text}{padding}{ticks}".replace("|", r"\|")


def fence(text: str | None, language: str = "") -> list[str]:
    """Text as a code block, an empty line above it; nothing for none."""
    if not text:
        return []
    ticks = "`" * (_longest_run_of_backticks(text) + 3)
    return ["", ticks + language, text, ticks]


def _longest_run_of_backticks(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)
