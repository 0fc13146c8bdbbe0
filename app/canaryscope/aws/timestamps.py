"""Times in AWS's answers. botocore's own parser costs 20 times as much for the numbers that Synthetics sends."""

from __future__ import annotations

from datetime import UTC, datetime

from botocore.utils import parse_timestamp as parse_by_botocore

__all__ = ["NotATimestamp", "parse_timestamp"]


class NotATimestamp(ValueError):
    """The value is no time between 1970 and 9999."""


def parse_timestamp(value: object) -> datetime:
    """Seconds since 1970 (a number, or one as text), ISO 8601 or RFC 822 text, as an aware datetime in UTC.

    For `ResponseParserFactory.set_parser_defaults`. Text without a zone is UTC. Raises NotATimestamp.
    """
    try:
        moment = _parse(value)
    except (ValueError, OverflowError, OSError, RuntimeError) as error:
        raise NotATimestamp(f"{value!r:.80} is no time") from error
    if moment.year < 1970:
        raise NotATimestamp(f"{value!r:.80} is before 1970")
    return moment


def _parse(value: object) -> datetime:
    kind = type(value)
    if kind is float or kind is int:
        return datetime.fromtimestamp(value, UTC)  # type: ignore[arg-type]
    if not isinstance(value, str):
        raise NotATimestamp(f"{kind.__name__} is no time")
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except ValueError:
        moment: datetime = parse_by_botocore(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
