"""What a run asked of the monitored site, and what came back: the same requests in every run of a canary.

How long they took is left to the run's digest. A failed run ends at the request that failed: so held against a passing
run, requests are gone, one is new, one fails, and what came before it is slower.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from urllib.parse import quote

from canaryscope.demo.course import Course, StepTaken
from canaryscope.demo.places import digest_of
from canaryscope.demo.story import API, Failure

__all__ = ["Exchange", "Phases", "counts", "exchanges"]

_HTML, _JSON, _SCRIPT, _STYLE = "text/html; charset=utf-8", "application/json", "text/javascript", "text/css"
_URL = re.compile(r"https?://[^\s\"',]+")

_ASSETS: tuple[tuple[str, str, int], ...] = (
    ("/assets/site.css", _STYLE, 48_120),
    ("/assets/vendor.js", _SCRIPT, 412_300),
    ("/assets/app.js", _SCRIPT, 96_412),
    ("/assets/logo.svg", "image/svg+xml", 3_204),
    ("/assets/inter.woff2", "font/woff2", 98_868),
    ("/images/hero.avif", "image/avif", 187_441),
)
"""What the first page asks for: path, type, and bytes."""


@dataclass(frozen=True, slots=True)
class Phases:
    """Milliseconds, as a HAR has them but for `connect`, which is TCP alone; -1: the connection was there already."""

    blocked: float
    dns: float
    connect: float
    tls: float
    send: float
    wait: float
    receive: float

    @property
    def total(self) -> float:
        """All of them together."""
        phases = (self.blocked, self.dns, self.connect, self.tls, self.send, self.wait, self.receive)
        return round(sum(phase for phase in phases if phase > 0), 3)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer; `status` 0 with an `error` where none came. `started` in ms since 1970."""

    method: str
    url: str
    step: StepTaken
    started: int
    phases: Phases
    status: int
    error: str
    mime: str
    size: int
    sent: tuple[tuple[str, str], ...]
    answered: tuple[tuple[str, str], ...]
    sent_body: str = ""
    answered_body: str = ""

    @property
    def status_text(self) -> str:
        """What HTTP calls the status."""
        return HTTPStatus(self.status).phrase if self.status else ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A request that a page makes, before it is known how it went."""

    url: str
    mime: str
    size: int
    method: str = "GET"
    body: str = ""
    answer: str = ""


def exchanges(course: Course) -> list[Exchange]:
    """The requests of a run, in the order of time."""
    made: list[Exchange] = []
    for step in course.steps:
        wanted = list(_wanted(course, step))
        failure = course.failure if step.failed else None
        failing = 0
        if failure is not None:
            failing = next((at for at, one in enumerate(wanted) if one.mime == _JSON), 0) if failure.call else 0
            found = _URL.search(failure.reason or "")
            if found and not failure.call:
                wanted[0] = _Wanted(found[0].rstrip("."), wanted[0].mime, wanted[0].size)
            wanted = wanted[: failing + 1]
            if failure.status >= 500 and not failure.call:
                path = f"https://{course.journey.host}/assets/error-{failure.status}.css"
                wanted.append(_Wanted(path, _STYLE, 2_214))
        for at, one in enumerate(wanted):
            how = failure if at == failing else None
            made.append(_exchange(course, step, one, at, len(wanted), how))
    return sorted(made, key=lambda exchange: exchange.started)


def counts(made: list[Exchange]) -> dict[str, int]:
    """RequestsResult: how many there were of each kind."""
    found = {"failed": 0, "_2xx": 0, "_3xx": 0, "_4xx": 0, "_5xx": 0}
    for exchange in made:
        found[f"_{exchange.status // 100}xx" if exchange.status else "failed"] += 1
    return found


def _wanted(course: Course, step: StepTaken) -> Iterator[_Wanted]:
    """What a step asks for, in order."""
    host, slug = course.journey.host, quote(step.stage.slug)
    base = f"https://{host}"
    first = step is course.steps[0]
    if course.story.runtime == API:
        post = not first
        answer = f'{{"status": "ok", "step": "{slug}", "access_token": "{_secret(course, slug)}"}}'
        body = f'{{"client_id": "canary", "client_secret": "{_secret(course, host)}"}}' if post else ""
        yield _Wanted(step.url, _JSON, len(answer), "POST" if post else "GET", body, answer)
        return
    yield _Wanted(step.url, _HTML, 18_240 + 731 * step.number, answer=_page(step))
    if first:
        yield from (_Wanted(f"{base}{path}", mime, size) for path, mime, size in _ASSETS)
    else:
        yield _Wanted(f"{base}/assets/{slug}.js", _SCRIPT, 21_000 + 977 * len(slug))
    body = f'{{"step": {step.number}, "basket": "b-4711", "password": "{_secret(course, "password")[:12]}"}}'
    answer = f'{{"ok": true, "step": "{slug}", "session_token": "{_secret(course, slug)}"}}'
    yield _Wanted(f"{base}/api/{slug}", _JSON, len(answer), "GET" if first else "POST", "" if first else body, answer)
    if first or len(course.journey.stages) <= 5:
        token = _secret(course, "metrics")[:24]
        yield _Wanted(f"https://metrics.example.net/collect?page={step.number}&token={token}", "image/gif", 43)


def _exchange(
    course: Course, step: StepTaken, wanted: _Wanted, at: int, together: int, failure: Failure | None
) -> Exchange:
    took = step.ended - step.started
    status, error, size = 200, "", wanted.size
    if failure is not None:
        status, error = (failure.status, "") if failure.status or not failure.net_error else (0, failure.net_error)
        status = status or (0 if error else 200)
        size = 0 if error else 312 if status >= 400 else size
    started = step.started + (0 if at == 0 else min(took, 2_000) * (3 + at) // (2 * together + 6))
    return Exchange(
        method=wanted.method,
        url=wanted.url,
        step=step,
        started=started,
        phases=_phases(course, wanted, step, step.ended - started, failure),
        status=status,
        error=error,
        mime="" if error else wanted.mime if status < 400 else _HTML,
        size=size,
        sent=_sent(course, wanted),
        answered=() if error else _answered(course, wanted, status, size),
        sent_body=wanted.body,
        answered_body="" if error else wanted.answer if status < 400 else _error_page(status),
    )


def _phases(course: Course, wanted: _Wanted, step: StepTaken, room: int, failure: Failure | None) -> Phases:
    """A new connection for the first request to a host; the failing one waits for most of the `room` (ms) it has."""
    chance = blake2b(wanted.url.encode(), key=course.run.digest[:32], digest_size=6).digest()
    first = room == step.ended - step.started
    fresh = step is course.steps[0] and (first or course.journey.host not in wanted.url)
    dns, connect, tls = (1 + chance[0] / 20, 4 + chance[1] / 16, 7 + chance[2] / 12) if fresh else (-1.0, -1.0, -1.0)
    dns, connect, tls = min(room / 8, dns), min(room / 8, connect), min(room / 8, tls)
    wait = min(room / 4, 12 + chance[3] / 2 + wanted.size / 9_000)
    receive = min(room / 4, 1 + wanted.size / 6_500 + chance[4] / 100)
    if failure is not None:
        error = failure.net_error
        wait, receive = room * 0.6, 0.0 if error else min(room / 10, receive)
        if "NAME_NOT_RESOLVED" in error:
            dns, connect, tls, wait = room * 0.9, -1.0, -1.0, -1.0
        elif "CONNECTION" in error or error == "ETIMEDOUT":
            connect, tls, wait = room * 0.8, -1.0, -1.0
        elif not fresh:
            wait = room * 0.9 - 10
    elif step.failed:  # what the page asked for before it failed
        wait = min(room / 4, wait * 6)
    return Phases(*(round(phase, 3) for phase in (chance[5] / 90, dns, connect, tls, 0.2, wait, receive)))


def _sent(course: Course, wanted: _Wanted) -> tuple[tuple[str, str], ...]:
    host = wanted.url.split("/")[2]
    found = [
        ("Host", host),
        ("User-Agent", f"Mozilla/5.0 (X11; Linux x86_64) CloudWatchSynthetics/{course.story.name}"[:200]),
        ("Accept", "*/*" if wanted.mime != _HTML else "text/html,application/xhtml+xml"),
    ]
    if host == course.journey.host:
        found.append(("Cookie", f"session={_secret(course, 'session')}; consent=all"))
    if wanted.mime == _JSON:
        found.append(("Authorization", f"Bearer {_web_token(course)}"))
        found.append(("x-api-key", _secret(course, "key")[:32]))
    if wanted.body:
        found.append(("Content-Type", _JSON))
    return tuple(found)


def _answered(course: Course, wanted: _Wanted, status: int, size: int) -> tuple[tuple[str, str], ...]:
    found = [
        ("content-type", wanted.mime if status < 400 else _HTML),
        ("content-length", str(size)),
        ("server", "nginx"),
        ("x-request-id", digest_of(f"{wanted.url}/{course.run.started}").hex()),
    ]
    if wanted.mime == _HTML:
        found.append(("set-cookie", f"session={_secret(course, 'session')}; Path=/; Secure; HttpOnly"))
    else:
        found.append(("cache-control", "no-store" if wanted.mime == _JSON else "public, max-age=31536000, immutable"))
    if status >= 500:
        found.append(("retry-after", "30"))
    return tuple(found)


def _secret(course: Course, kind: str) -> str:
    """What nobody is meant to see: random, of the run's own."""
    return urlsafe_b64encode(blake2b(kind.encode(), key=course.run.digest[:32], digest_size=30).digest()).decode()


def _web_token(course: Course) -> str:
    """In the form of a JSON web token."""
    claims = urlsafe_b64encode(f'{{"sub":"canary","jti":"{course.run.started}"}}'.encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{claims}.{_secret(course, 'signature')}"


def _page(step: StepTaken) -> str:
    return f"<!doctype html><html><head><title>{step.stage.name}</title></head><body><main id=app></main></body></html>"


def _error_page(status: int) -> str:
    phrase = HTTPStatus(status).phrase
    return f"<html><head><title>{status} {phrase}</title></head><body><h1>{status} {phrase}</h1></body></html>"
