"""Times in AWS's answers. botocore's own parser costs 20 times as much for the numbers that Synthetics sends."""

from __future__ import annotations

from datetime import UTC, datetime

from botocore.utils import parse_timestamp as parse_by_botocore

__all__ = ["parse_timestamp"]


def parse_timestamp(value: object) -> datetime | None:
    """Seconds since 1970 (a number, or one as text), ISO 8601 or RFC 822 text, as an aware datetime in UTC.

    For `ResponseParserFactory.set_parser_defaults`. Text without a zone is UTC. None for what is no time between the
    years 1 and 9999: it costs that member, as if it had not been sent, not the page it is in.
    """
    try:
        return _parse(value)
    except (ValueError, ArithmeticError, OSError, RuntimeError, TypeError):  # dateutil calculates with decimals
        return None


def _parse(value: object) -> datetime:
    kind = type(value)
    if kind is float or kind is int:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    if not isinstance(value, str):
        raise TypeError(f"{kind.__name__} is no time")
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        moment: datetime = parse_by_botocore(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
