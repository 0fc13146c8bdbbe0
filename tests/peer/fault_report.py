"""The fault matrix as a table: what came of each pair of an operation and a fault, printed after the tests.

A test hands over what it has found with `report`; under xdist the reports of the tests carry it to where it is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import cast

import pytest

__all__ = ["report", "table"]

_NAME = "fault matrix"


def report(request: pytest.FixtureRequest, level: str, operation: str, fault: str, outcome: str) -> None:
    """Note what came of a fault that an operation met."""
    request.node.user_properties.append((_NAME, (level, operation, fault, outcome)))


def table(reports: Iterable[pytest.TestReport]) -> list[str]:
    """The lines of a table for each level: a row for each fault, a column for each operation; outcomes as letters."""
    cells: dict[tuple[str, str, str], str] = {}
    for one in reports:
        for name, value in one.user_properties:
            if name == _NAME and one.when == "call":
                level, operation, fault, outcome = map(str, cast("Iterable[object]", value))
                cells[level, operation, fault] = outcome
    lines: list[str] = []
    for level in dict.fromkeys(level for level, _, _ in cells):
        lines += ["", *_of(level, {key[1:]: outcome for key, outcome in cells.items() if key[0] == level})]
    return lines


def _of(level: str, cells: dict[tuple[str, str], str]) -> list[str]:
    operations = sorted({operation for operation, _ in cells})
    faults = list(dict.fromkeys(fault for _, fault in sorted(cells)))
    outcomes = sorted(set(cells.values()))
    letters = dict(zip(outcomes, "abcdefghijklmnopqrstuvwxyz", strict=False))
    widest = max(map(len, faults))
    head = [f"{level}: {len(cells)} pairs of {len(operations)} operations and {len(faults)} faults"]
    columns = [f"{number:>3}" for number in range(1, len(operations) + 1)]
    head += wrap("   ".join(f"{number} {name}" for number, name in enumerate(operations, 1)), 100)
    rows = [
        f"{fault:<{widest}}" + "".join(f"{letters.get(cells.get((name, fault), ''), ' '):>3}" for name in operations)
        for fault in faults
    ]
    meaning = wrap("   ".join(f"{letter} {outcome}" for outcome, letter in letters.items()), 100)
    return [*head, " " * widest + "".join(columns), *rows, *meaning]
