"""How the store keeps times and ids: as numbers and bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

__all__ = ["microseconds", "moment", "pack_id", "tenths", "unpack_id"]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_TENTH: Final = timedelta(milliseconds=100)


def microseconds(moment: datetime | None) -> int | None:
    """Microseconds since the epoch, exactly."""
    return None if moment is None else (moment - EPOCH) // _MICROSECOND


def moment(value: int | None) -> datetime | None:
    """What `microseconds` was made of."""
    return None if value is None else EPOCH + timedelta(microseconds=value)


def tenths(length: timedelta | None) -> int | None:
    """A duration in tenths of a second."""
    return None if length is None else round(length / _TENTH)


def pack_id(text: str | None) -> str | bytes | None:
    """An id as the store keeps it: a UUID in its usual form as 16 bytes, any other text as it is."""
    if text is None or len(text) != 36:
        return text
    try:
        packed = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return text
    return packed if len(packed) == 16 and unpack_id(packed) == text else text


def unpack_id(value: str | bytes | None) -> str | None:
    """What `pack_id` was made of."""
    if not isinstance(value, bytes):
        return value
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
