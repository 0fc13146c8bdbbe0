"""Every fault that a call may meet, in the words of the service that is asked: the columns of the fault matrix."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import moto.moto_proxy
import pytest

from canaryscope.demo.responder import Reply
from canaryscope.runs import errors
from peer.faults import (
    Answer,
    Changed,
    Cut,
    Drip,
    Fault,
    Hang,
    Huge,
    Reset,
    html_page,
    truncated_json,
    wrong_content_type,
)

__all__ = ["FAULTS", "HUNDRED_MB", "WAYS", "FaultCase", "Way", "told_well"]

HUNDRED_MB = 100 * 1000 * 1000
SKEW = timedelta(minutes=20)


class FaultCase(NamedTuple):
    """What happens to a call; `kind` is what the person is told of, None where the answer can be read all the same."""

    fault: Callable[[str], Fault]
    """What the peer does, by the service that is asked (in botocore's name)."""
    kind: type[errors.SourceError] | None
    words: str = ""
    """Of the sentence."""


def refused(status: int, code: str, message: str = "Because.", **headers: str) -> Callable[[str], Answer]:
    """An error in the protocol of the service: rest-json, rest-xml, JSON 1.1 or query."""

    def answer(service: str) -> Answer:
        named = _S3_CODES.get(code, code) if service == "s3" else code
        kind, body = "text/xml", f"<Error><Code>{named}</Code><Message>{escape(message)}</Message></Error>"
        if service == "sts":
            body = f"<ErrorResponse>{body}<RequestId>{'0' * 36}</RequestId></ErrorResponse>"
        elif service != "s3":
            kind = "application/x-amz-json-1.1" if service == "logs" else "application/json"
            body = json.dumps({"__type": code, "message": message})
        return Answer(status, body.encode(), {"Content-Type": kind} | headers)

    return answer


_S3_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "UnrecognizedClientException": "InvalidAccessKeyId",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "ThrottlingException": "SlowDown",
    "TooManyRequestsException": "SlowDown",
}
"""What S3 calls the same."""


def skewed(ahead: bool) -> Callable[[str], Answer]:
    """A server from whose time this machine's is 20 minutes off."""

    def answer(service: str) -> Answer:
        date = format_datetime(datetime.now(UTC) + (-SKEW if ahead else SKEW), usegmt=True)
        code = "RequestTimeTooSkewed" if service == "s3" else "InvalidSignatureException"
        return refused(403, code, "Signature expired: the time is now earlier than it.", Date=date)(service)

    return answer


def other_shape(service: str) -> Fault:
    """Valid JSON, or XML, of another shape; of an object, which has none, an answer that is not S3's."""
    if service in ("s3", "sts"):
        return Answer(200, b"<feed><entry/></feed>", {"Content-Type": "application/xml"})
    return Answer(200, b'["not", "an", "object"]', {"Content-Type": "application/json"})


def always(fault: Callable[[], Fault]) -> Callable[[str], Fault]:
    """The same for every service."""
    return lambda service: fault()


EXPLICIT = "no access: with an explicit deny in a service control policy"
FAULTS: dict[str, FaultCase] = {
    "401 bare": FaultCase(always(lambda: Answer(401, b"")), errors.AccessDenied, "Access denied"),
    "401 of a proxy": FaultCase(always(lambda: html_page(401)), errors.AccessDenied, "Access denied"),
    "403 denied": FaultCase(refused(403, "AccessDeniedException"), errors.AccessDenied, "Access denied"),
    "403 by policy": FaultCase(refused(403, "AccessDeniedException", EXPLICIT), errors.AccessDenied, "Access denied"),
    "403 bare": FaultCase(always(lambda: Answer(403, b"")), errors.AccessDenied, "Access denied"),
    "403 expired": FaultCase(refused(403, "ExpiredTokenException"), errors.CredentialsExpired, "have expired"),
    "403 unknown key": FaultCase(
        refused(403, "UnrecognizedClientException"), errors.CredentialsRejected, "does not accept the credentials"
    ),
    "403 signature": FaultCase(
        refused(403, "InvalidSignatureException"), errors.CredentialsRejected, "does not accept the credentials"
    ),
    "clock 20 min fast": FaultCase(skewed(True), errors.ClockSkewed, "clock is 20 min ahead of"),
    "clock 20 min slow": FaultCase(skewed(False), errors.ClockSkewed, "clock is 20 min behind"),
    "429 throttled": FaultCase(refused(429, "TooManyRequestsException"), errors.Throttled, "AWS throttles"),
    "400 throttled": FaultCase(refused(400, "ThrottlingException"), errors.Throttled, "AWS throttles"),
    "500": FaultCase(refused(500, "InternalServerException"), errors.ServiceFailure, "HTTP 500"),
    "503": FaultCase(refused(503, "ServiceUnavailable"), errors.ServiceFailure, "HTTP 503"),
    "502 of a proxy": FaultCase(always(lambda: html_page(502)), errors.ServiceFailure, "HTTP 502"),
    "reset before": FaultCase(always(Reset), errors.Unreachable, "was closed before"),
    "reset within": FaultCase(always(lambda: Reset(within=True)), errors.Unreachable, "was closed before"),
    "cut body": FaultCase(always(Cut), errors.Unreachable),
    "half a body": FaultCase(always(truncated_json), errors.Malformed),
    "empty body": FaultCase(always(lambda: Changed(lambda reply: Reply(reply.status, {}, b""))), errors.Malformed),
    "login page": FaultCase(always(html_page), errors.Malformed),
    "other type": FaultCase(always(wrong_content_type), None),
    "other shape": FaultCase(other_shape, errors.Malformed),
    "100 MB": FaultCase(always(lambda: Huge(HUNDRED_MB)), errors.Malformed),
    "100 MB in chunks": FaultCase(always(lambda: Huge(HUNDRED_MB, chunked=True)), errors.Malformed),
    "drip": FaultCase(always(lambda: Drip(0.05)), errors.TimedOut, "came so slowly"),
    "drip in the headers": FaultCase(
        always(lambda: Drip(0.05, headers=True)), errors.TimedOut, "did not answer it in time"
    ),
    "hang": FaultCase(always(Hang), errors.TimedOut, "did not answer it in time"),
}
"""What the peer does to a call on a connection that works."""


class Way(NamedTuple):
    """A way that does not lead to a peer: what makes it, and what the person is told of."""

    make: Callable[[str, ExitStack, pytest.MonkeyPatch], str]
    """Gives the endpoint's URL, from the peer's; what it opens and sets is undone by the two others."""
    words: str
    kind: type[errors.SourceError] = errors.Unreachable


def _free_port(stack: ExitStack) -> int:
    """A loopback port at which nobody listens."""
    bound = stack.enter_context(socket.socket())
    bound.bind(("127.0.0.1", 0))
    return int(bound.getsockname()[1])


def _nobody_listens(url: str, stack: ExitStack, patch: pytest.MonkeyPatch) -> str:
    return f"http://127.0.0.1:{_free_port(stack)}"


def _no_such_host(url: str, stack: ExitStack, patch: pytest.MonkeyPatch) -> str:
    real = socket.getaddrinfo

    def look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        if "nowhere.test" in str(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *arguments, **named)

    patch.setattr(socket, "getaddrinfo", look_up)
    return "http://nowhere.test"


def _no_tls_there(url: str, stack: ExitStack, patch: pytest.MonkeyPatch) -> str:
    return url.replace("http:", "https:")


def _nobody_vouches(url: str, stack: ExitStack, patch: pytest.MonkeyPatch) -> str:
    """A server with a certificate that it has given itself: the one that moto brings along."""
    folder = Path(moto.moto_proxy.__file__).parent
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.crt", folder / "ca.key")
    listening = socket.create_server(("127.0.0.1", 0))

    def shake_hands() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                with suppress(OSError), connection, context.wrap_socket(connection, server_side=True):
                    pass

    thread = Thread(target=shake_hands)
    thread.start()
    stack.callback(thread.join)
    stack.callback(listening.close)
    stack.callback(listening.shutdown, socket.SHUT_RDWR)
    return f"https://127.0.0.1:{listening.getsockname()[1]}"


def _no_proxy_there(url: str, stack: ExitStack, patch: pytest.MonkeyPatch) -> str:
    for name in ("HTTP_PROXY", "http_proxy"):
        patch.setenv(name, f"http://127.0.0.1:{_free_port(stack)}")
    for name in ("NO_PROXY", "no_proxy"):
        patch.setenv(name, "")
    return url


WAYS = {
    "refused": Way(_nobody_listens, "refused the connection"),
    "DNS": Way(_no_such_host, "cannot be resolved"),
    "TLS not spoken": Way(_no_tls_there, "TLS with"),
    "TLS not trusted": Way(_nobody_vouches, "TLS with"),
    "proxy refused": Way(_no_proxy_there, "The proxy"),
}
"""What is wrong before a call reaches the peer."""


def told_well(error: errors.SourceError, kind: type[errors.SourceError], words: str) -> None:
    """What a person is told: what it is, in a clean sentence, and what to do about it."""
    assert type(error) is kind, repr(error)
    assert words in error.sentence
    for text in (error.sentence, error.hint):
        assert text.isprintable()
        assert text.endswith((".", "?")), text
        assert "Traceback" not in text
        assert "object at 0x" not in text
