"""Sizes, short times and counts as a person reads them."""

from __future__ import annotations

from datetime import timedelta

from canaryscope.render.times import ABSENT, duration

__all__ = ["bytes_text", "counted", "milliseconds_text"]


def bytes_text(size: int) -> str:
    """`812 B`, `1.2 kB`, `23.4 MB`: powers of 1,000, as AWS's bills and browsers have them."""
    if size < 1_000:
        return f"{size} B"
    for unit, divisor in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        value = round(size / divisor, 1)
        if value < 1_000:
            return f"{value:.1f} {unit}"
    return f"{size / 1e12:,.1f} TB"


def milliseconds_text(length: float | None) -> str:
    """`12 ms`, `<1 ms`, from a second on as other durations: `10.2 s`."""
    if length is None:
        return ABSENT
    if 0 < length < 1:
        return "<1 ms"
    return f"{length:.0f} ms" if round(length) < 1_000 else duration(timedelta(milliseconds=length))


def counted(count: int, noun: str) -> str:
    """`1 request`, `1,200 requests`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
