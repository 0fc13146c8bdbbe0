"""RunFilter: which of the loaded runs are looked at, as SQL conditions."""

from __future__ import annotations

from typing import NamedTuple

from canaryscope.runs.model import RunType
from canaryscope.runs.packing import pack_id

__all__ = ["RunFilter"]

UUID_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
"""First hexadecimal digit and number of digits of each part of a UUID."""
TEXTS = ("state_reason", "state", "test_result", "state_reason_code", "browser_type", "location", "artifact_rest")
"""Where the text filter looks, beside the ids."""


def _holds(column: str, part: str) -> tuple[str, tuple[object, ...]]:
    """Whether an id holds a part of one in lower case, as an SQL condition; UUIDs are kept as 16 bytes."""
    sql = f"(typeof({column}) = 'text' AND instr(lower({column}), ?))"
    parameters: tuple[object, ...] = (part,)
    digits = part.replace("-", "")
    if set(digits) <= set("0123456789abcdef"):
        uuid = "||'-'||".join(f"substr(hex({column}), {first}, {length})" for first, length in UUID_PARTS)
        sql = f"({sql} OR instr(hex({column}), ?) AND instr({uuid}, ?))"
        parameters += (digits.upper(), part.upper())
    return sql, parameters


class RunFilter(NamedTuple):
    """Which of the loaded runs are looked at. `population` are those that the question is about."""

    types: frozenset[RunType] = frozenset({RunType.CANARY_RUN})
    dry_run_id: str | None = None
    """A whole DryRunId: the dry runs are those of this id only."""
    dry_run_part: str = ""
    failures_only: bool = False
    text: str = ""
    cause: int | None = None
    """The store's number of a cause: failed runs with it only."""

    @property
    def narrows(self) -> bool:
        """Whether it leaves out loaded runs of the population."""
        return bool(self.dry_run_part or self.failures_only or self.text or self.cause is not None)

    def population(self) -> tuple[str, tuple[object, ...]]:
        """The runs asked for, as an SQL condition and its parameters."""
        wanted = []
        parameters: tuple[object, ...] = ()
        if RunType.CANARY_RUN in self.types:
            wanted.append("NOT dry")
        if RunType.DRY_RUN in self.types:
            wanted.append("dry" if self.dry_run_id is None else "(dry AND dry_run_id = ?)")
            parameters = () if self.dry_run_id is None else (pack_id(self.dry_run_id),)
        return f"({' OR '.join(wanted) or 'FALSE'})", parameters

    def condition(self) -> tuple[str, tuple[object, ...]]:
        """The runs shown, as an SQL condition and its parameters."""
        sql, parameters = self.population()
        if self.dry_run_part:
            held, more = _holds("dry_run_id", self.dry_run_part)
            sql += f" AND (NOT dry OR {held})"
            parameters += more
        if self.failures_only:
            sql += " AND failed"
        if self.cause is not None:
            sql += " AND cause = ?"
            parameters += (self.cause,)
        if self.text:
            needle = self.text.lower()
            conditions = [f"instr(lower({column}), ?)" for column in TEXTS]
            parameters += (needle,) * len(TEXTS)
            for column in ("id", "dry_run_id"):
                held, more = _holds(column, needle)
                conditions.append(held)
                parameters += more
            sql += f" AND ({' OR '.join(conditions)})"
        return sql, parameters

    def matches(self) -> tuple[str, tuple[object, ...]]:
        """How many runs of a schedule are shown, as an SQL expression about its head, called `outer_run`."""
        if not self.narrows:
            return "members", ()
        sql, parameters = self.condition()
        others = f"(SELECT count(*) FROM run WHERE head = outer_run.row AND {sql})"
        return f"coalesce({sql}, 0) + CASE WHEN members > 1 THEN {others} ELSE 0 END", parameters * 2
