"""NextTokens: opaque, good for the question they were made for, and for no other."""

from __future__ import annotations

import hmac
import struct
from base64 import b64decode, urlsafe_b64encode
from hashlib import blake2b

__all__ = ["InvalidTokenError", "Tokens"]

_POSITION = struct.Struct(">qi")
_SEAL_BYTES = 12


class InvalidTokenError(ValueError):
    """The token was not made here, or not for this question."""


class Tokens:
    """Makes and reads tokens of 32 characters. A token holds a position in a list or a history, and a seal."""

    def __init__(self, secret: str) -> None:
        self._key = blake2b(secret.encode(), digest_size=32).digest()

    def make(self, question: str, first: int, second: int = 0) -> str:
        """The token for the page that begins at this position. `question` is what the token is bound to."""
        packed = _POSITION.pack(first, second)
        return urlsafe_b64encode(packed + self._seal(question, packed)).decode()

    def read(self, question: str, token: str) -> tuple[int, int]:
        """The position a token was made with.

        Raises InvalidTokenError.
        """
        try:
            data = b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            raise InvalidTokenError(token) from None
        packed, seal = data[: _POSITION.size], data[_POSITION.size :]
        if len(packed) < _POSITION.size or not hmac.compare_digest(seal, self._seal(question, packed)):
            raise InvalidTokenError(token)
        first, second = _POSITION.unpack(packed)
        return first, second

    def _seal(self, question: str, packed: bytes) -> bytes:
        return blake2b(packed + question.encode(), key=self._key, digest_size=_SEAL_BYTES).digest()
