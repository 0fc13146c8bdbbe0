"""STS's AssumeRole as far as MFA codes go: its credentials, and how it refuses a code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from peer.faults import Answer, Exchange
from peer.loopback import Peer

__all__ = ["CodesOfSts", "assumed", "code_refused", "web_identity"]


def assumed(key: str = "ASIAROLE", minutes: int = 60) -> Answer:
    """Credentials for a role, for so many minutes."""
    later = f"{datetime.now(UTC) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"
    keys = f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
    body = f"<Credentials>{keys}<Expiration>{later}</Expiration></Credentials>"
    return Answer(200, f"<AssumeRoleResponse><AssumeRoleResult>{body}</AssumeRoleResult></AssumeRoleResponse>".encode())


def web_identity(key: str = "ASIAWEB") -> Answer:
    """The same for AssumeRoleWithWebIdentity."""
    return Answer(200, assumed(key).body.replace(b"AssumeRoleRe", b"AssumeRoleWithWebIdentityRe"))


def code_refused(code: str = "AccessDenied", text: str = "") -> Answer:
    """403, with STS's words for a code that is wrong, or with others."""
    text = text or "MultiFactorAuthentication failed with invalid MFA one time pass code. "
    fault = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{text}</Message></Error>"
    return Answer(403, f"<ErrorResponse>{fault}<RequestId>1</RequestId></ErrorResponse>".encode())


class CodesOfSts:
    """Takes each of these codes once, in any order; where the question has no SerialNumber, it needs none.

    Install it with `peer.script("AssumeRole", CodesOfSts(peer, "123456"))`.
    """

    def __init__(self, peer: Peer, *codes: str, minutes: int = 60) -> None:
        self._peer = peer
        self._codes = {*codes}
        self._minutes = minutes

    def apply(self, exchange: Exchange) -> None:
        """Answer the AssumeRole that came last: botocore assumes one role after the other."""
        asked = next(call.params for call in reversed(self._peer.calls) if call.operation == "AssumeRole")
        right = "SerialNumber" not in asked or asked.get("TokenCode") in self._codes
        self._codes.discard(asked.get("TokenCode", ""))
        (assumed(minutes=self._minutes) if right else code_refused()).apply(exchange)
