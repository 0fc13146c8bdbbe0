"""How the store keeps times and ids: as numbers and bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

__all__ = ["microseconds", "moment", "pack_id", "tenths", "unpack_id"]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime | None) -> int | None:
    """Microseconds since the epoch, exactly."""
    return None if moment is None else (moment - EPOCH) // timedelta(microseconds=1)


def moment(value: int | None) -> datetime | None:
    """What `microseconds` was made of."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def tenths(length: timedelta | None) -> int | None:
    """A duration in tenths of a second."""
    return None if length is None else round(length / timedelta(milliseconds=100))


def pack_id(text: str | None) -> str | bytes | None:
    """An id as the store keeps it: a UUID in its usual form as 16 bytes, any other text as it is."""
    if text is None or len(text) != 36:
        return text
    try:
        uuid = UUID(text)
    except ValueError:
        return text
    return uuid.bytes if str(uuid) == text else text


def unpack_id(value: str | bytes | None) -> str | None:
    """What `pack_id` was made of."""
    return str(UUID(bytes=value)) if isinstance(value, bytes) else value
