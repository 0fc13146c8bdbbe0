"""Which kind of trouble an error's line speaks of: lists of phrases, the first one that is found tells.

The phrases are those of Chromium, Firefox, Node.js, Python's requests, Lambda, Puppeteer, Playwright, Selenium and the
AWS blueprints. What stands in quotes and in URLs is not asked first: it is the monitored site's (a page title "Access
Denied", a host `timeout.example.com`), and says little about the kind of failure.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

__all__ = ["Family", "family_of"]


class Family(StrEnum):
    """What kind of trouble it is, in words for a person."""

    TARGET_DOWN = "target down"
    DNS_OR_TLS = "DNS or TLS"
    CONTENT = "content"
    SCRIPT = "script"
    CANARY_BROKEN = "canary broken"
    MONITORING = "monitoring plumbing"
    """State FAILED with TestResult PASSED: saving artifacts failed. Never an outage."""
    TIMED_OUT = "timed out"
    UNKNOWN = "unknown"


_Rules = tuple[tuple[Family, tuple[str, ...]], ...]

# All phrases are in lower case. Order counts: what says most comes first, words like "timeout" last.
_CODES: Final[_Rules] = (
    (
        Family.CANARY_BROKEN,
        (
            *(
                "canary entry file",
                "blueprint-config",
                "importmoduleerror",
                "unable to import module",
                "no module named",
            ),
            *("cannot find module", "cannot find package", "err_require_esm", "err_module_not_found"),
            *("handlernotfound", "undefined or not exported", "missing on module", "usercodesyntaxerror"),
            *(
                "malformedhandlername",
                "invalidentrypoint",
                "runtime exited",
                "runtime.exiterror",
                "extension.crash",
                "process exited",
            ),
            *("signal: killed", "sigkill", "out of memory", "outofmemory", "enomem", "enospc", "no space left"),
            *("emfile", "failed to launch", "executable doesn't exist", "ws endpoint url", "spawn "),
            *("browser has disconnected", "browser has been closed", "browser disconnected", "browser was not found"),
            *("target closed", "session closed", "connection closed.", "page crashed", "page has been closed"),
            *("tab crashed", "chrome failed to start", "session not created", "devtoolsactiveport"),
            *("chrome not reachable", "not connected to devtools", "invalid session id", "nosuchsession"),
            *("websocket is not open", "cannot be assumed", "sts:assumerole", "could not find browser"),
            *(
                "cannot use import statement outside",
                "exec format error",
                "unable to locate credentials",
                "decrypt the environment",
            ),
        ),
    ),
    (
        Family.TIMED_OUT,
        ("task timed out after", "sandbox.timedout", "canary timed out", "no datapoint", "no test result returned"),
    ),
    (
        Family.MONITORING,
        (
            *("upload artifacts", "uploading artifacts", "s3 bucket location", "unable to upload", "failed to upload"),
            *("copying from s3", "putobject operation", "s3:putobject", "s3:getbucketlocation", "s3:listallmybuckets"),
            *("kms:", "kms key", "kms.", "kmsinvalid", "customer master key", "putmetricdata", "puttracesegments"),
            *("publish metric", "publishing metric", "publish cloudwatch", "publishing cloudwatch"),
        ),
    ),
    (
        Family.DNS_OR_TLS,
        (
            *("err_name_", "enotfound", "eai_again", "eai_fail", "nxdomain", "servfail", "getaddrinfo", " dns "),
            *("name or service not known", "name resolution", "nodename nor servname", "no address associated"),
            *("unknown_host", "unknownhost", "nameresolution", "err_icann_name", "esrvfail", "enodata", "err_dns"),
            *("certificate", "cert_", "err_ssl_", "self signed", "self-signed", "unable_to_verify", "unable_to_get"),
            *("ssl_error", "sec_error", "mozilla_pkix", "sslhandshake", "sslerror", "ssl routines", "eproto"),
            *("handshake fail", "pkix path", "tls connection was established", "ssl check", "tlsv1"),
        ),
    ),
    (
        Family.TARGET_DOWN,
        (
            *("econnrefused", "connection_refused", "connection refused", "refused to connect"),
            *("econnreset", "econnaborted", "epipe", "connection_reset", "connection reset", "connection aborted"),
            *("etimedout", "esockettimedout", "connection_timed_out", "connection timed out", "err_timed_out"),
            *("connecttimeout", "connect timeout", "connection timeout", "net_timeout", "net_reset", "net_interrupt"),
            *("net_empty_response", "err_connection_", "err_empty_response", "err_address_unreachable"),
            *("err_internet_disconnected", "err_network_changed", "err_http2_", "err_quic_", "err_tunnel_"),
            *("err_proxy_", "proxy_connection", "ehostunreach", "enetunreach", "no route to host", "unreachable"),
            *("empty reply", "no response", "socket hang up", "remote end closed", "other side closed"),
            *("failed to establish a new connection", "fetch failed", "failed to fetch", "about:neterror"),
            *("bad gateway", "service unavailable", "gateway timeout", "gateway time-out", "internal server error"),
            *("service temporarily unavailable", "und_err_socket"),
        ),
    ),
)
_WORDS: Final[_Rules] = (
    (
        Family.SCRIPT,
        (
            *("waiting for selector", "waiting for xpath", "waiting for locator", "waiting for getby", "get_by_"),
            *("waiting for element", "waiting for frame", "expected condition failed", "no element found"),
            *("no node found", "failed to find element", "no such element", "nosuchelement", "unable to locate"),
            *("stale element", "staleelement", "not attached", "element is detached", "frame was detached"),
            *("click intercepted", "clickintercepted", "not clickable", "not interactable", "notinteractable"),
            *("node is either not", "strict mode violation", "invalid selector", "not a valid selector"),
            *("no such frame", "no such window", "nosuchwindow", "no such alert", "unexpected alert"),
            *("execution context was destroyed", "is not an <", "did not find some options"),
            *("page.click: timeout", "page.fill: timeout", "page.type: timeout", "page.hover: timeout"),
            *("page.check: timeout", "page.press: timeout", "page.selectoption: timeout", "waitforselector: timeout"),
            *("locator.", "elementhandle."),
        ),
    ),
    (
        Family.CONTENT,
        (
            *("assert", "expect(", "expected", "broken link", "visual ", "baseline", "screenshot comparison"),
            *(" in json", "valid json", "json.parse", "jsondecodeerror", "expecting value", "mismatch"),
            *("does not contain", "doesn't contain", "did not contain", "not contain", "should contain", "should be"),
            *("does not match", "doesn't match", "did not match", "to equal", "text not found", "not found on"),
            *("unauthorized", "forbidden", "too many redirects", "too_many_redirects", "too many requests"),
            *("bad request", "page not found", "client error", "verifytext", " exceeds "),
        ),
    ),
    (
        Family.SCRIPT,
        (
            *("typeerror", "referenceerror", "syntaxerror", "rangeerror", "cannot read propert", "of undefined"),
            *("is not a function", "is not defined", "is not iterable", "undefined (", "of null", "evaluation failed"),
            *("nullpointer", "attributeerror", "nameerror", "keyerror", "indexerror", "unboundlocal", "valueerror"),
            *("invalid_url", "invalid url", "maximum call stack", "javascript error", "unexpected token"),
            *("invalid argument", "illegalargument", "elementnotvisible", "timeoutexception", "selector"),
        ),
    ),
    (
        Family.TIMED_OUT,
        ("timeout", "timed out", "timedout", "deadline exceeded", "ms exceeded", "time limit"),
    ),
    (Family.TARGET_DOWN, ("failed to load", "server error", "temporarily unavailable")),
)
_LAST: Final[_Rules] = ((Family.TARGET_DOWN, ("max retries exceeded", "newconnectionerror", "connectionerror")),)
"""What is told around an error that says more, which may stand in quotes."""

_URL = re.compile(r"(?<=://)[^\s\"'`<>]+")
_QUOTED = re.compile(r"(?<!\w)(?:\"[^\"]*\"|'[^']*'|`[^`]*`)(?!\w)")
_EXPECTED_STATUS = re.compile(r"expected\W{0,3}(?:(?:http|status|code|to|be|a|response)\W{0,3}){0,5}[1-5]\d\d")
_STATUS = re.compile(r"([45])(?:\d\d|xx)(?<![\w.\-#]...)(?![\w.%-])")


def family_of(line: str) -> Family:
    """The family of an error's line in which `masking.masked` has left no number but those that tell, as statuses."""
    words = f" {line.lower()} "
    if "://" in words:
        words = _URL.sub("", words)
    bare = _QUOTED.sub("''", words)
    family = _by_phrases(bare) or (_by_phrases(words) if bare != words else None)
    return family or _first(_LAST, bare) or Family.UNKNOWN


def _by_phrases(words: str) -> Family | None:
    return _first(_CODES, words) or _by_status(words) or _first(_WORDS, words)


def _first(rules: _Rules, words: str) -> Family | None:
    for family, phrases in rules:
        for phrase in phrases:
            if phrase in words:
                return family
    return None


def _by_status(words: str) -> Family | None:
    """What the worst HTTP status says that was not the expected one: 5xx the target is down, 4xx it answers wrongly."""
    if "expected" in words:
        words = _EXPECTED_STATUS.sub("expected", words)
    classes = {found[1] for found in _STATUS.finditer(words)}
    if "5" in classes:
        return Family.TARGET_DOWN
    return Family.CONTENT if "4" in classes else None
