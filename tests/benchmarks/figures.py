"""What was measured, and how it is printed: absolute figures, the same of another program beside them, their ratio."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Beside", "Figure", "aligned", "table"]


@dataclass(frozen=True, slots=True)
class Beside:
    """The figure of another program, or of this one under other circumstances, from the same run."""

    who: str
    value: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `unit` is ms, s, B or MB."""

    label: str
    value: float
    unit: str
    beside: Beside | None = None
    target: str = ""
    """What is to be reached, in words; empty where nothing is asked."""
    reached: bool = True

    @classmethod
    def bounded(cls, label: str, value: float, unit: str, most: float, beside: Beside | None = None) -> Figure:
        """A figure that is to be at most `most`, in the same unit."""
        return cls(label, value, unit, beside, f"<= {most:,.0f} {unit}" if most else "none", value <= most)

    @classmethod
    def at_most(cls, label: str, value: float, unit: str, times: float, beside: Beside) -> Figure:
        """A figure that is to be at most so many times the one beside it."""
        return cls(label, value, unit, beside, f"<= {times:.2f} times", value <= times * beside.value)

    @property
    def ratio(self) -> float | None:
        """How many times the figure beside it this one is; None: there is none, or it is nothing."""
        return self.value / self.beside.value if self.beside and self.beside.value else None

    def cells(self) -> tuple[str, ...]:
        """Label, figure, whose figure is beside it, that figure, ratio, target, and whether it is reached."""
        return (
            self.label,
            self._amount(self.value),
            self.beside.who if self.beside else "",
            self._amount(self.beside.value) if self.beside else "",
            f"{self.ratio:.2f}" if self.ratio is not None else "",
            self.target,
            "" if not self.target else "yes" if self.reached else "NO",
        )

    def _amount(self, value: float) -> str:
        return f"{value:,.1f} {self.unit}" if self.unit in ("ms", "MB", "s") else f"{value:,.0f} {self.unit}"


HEAD = ("", "canaryscope", "beside", "", "ratio", "target", "reached")
_TO_THE_RIGHT = (1, 3, 4)


def table(figures: Iterable[Figure]) -> Iterator[str]:
    """The lines of the table."""
    return aligned([HEAD, *(figure.cells() for figure in figures)], _TO_THE_RIGHT)


def aligned(rows: Sequence[Sequence[str]], to_the_right: Container[int]) -> Iterator[str]:
    """Lines of the rows, columns as wide as what is in them; those of these numbers aligned right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if column in to_the_right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()
