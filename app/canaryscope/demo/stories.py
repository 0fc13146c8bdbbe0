"""The canaries of the demo, each with its story. Most are healthy, as in life."""

from __future__ import annotations

from canaryscope.demo import reasons
from canaryscope.demo.healthy import HEALTHY
from canaryscope.demo.story import (
    API,
    DAY,
    HOUR,
    MINUTE,
    PLAYWRIGHT,
    Spell,
    Story,
    Timetable,
    now_and_then,
    outage,
)

__all__ = ["BIG_CANARY", "LONGEST_NAME", "big_story", "crowd", "stories"]

BIG_CANARY = "homepage-heartbeat-archive"
"""The canary of 655,200 runs: one-minute runs of 455 days."""

_JOURNEY = "customer-journey-from-landing-page-over-search-basket-address-payment-to-order-confirmation_"
LONGEST_NAME = (_JOURNEY * 3)[:255]
"""255 characters, the most the API allows."""

_BOTH = ("CHROME", "FIREFOX")


_HEARTBEAT = (
    outage(reasons.GATEWAY_TIMEOUT, 2 * DAY, 12 * MINUTE),
    outage(reasons.NAVIGATION_TIMEOUT, 19 * DAY, 3 * HOUR),
    *now_and_then(reasons.NAVIGATION_TIMEOUT, reasons.UNAVAILABLE, until=HOUR),
)

_STUMBLES = now_and_then(reasons.NAVIGATION_TIMEOUT, reasons.SELECTOR)

_DOWN_NOW: tuple[Story, ...] = (
    Story(
        name="checkout-flow",
        group="storefront",
        runs=Timetable(
            every=5 * MINUTE,
            newest=87,
            took_ms=3_000,
            spells=(
                Spell(reasons.NAVIGATION_TIMEOUT, since=23 * MINUTE),
                outage(reasons.GATEWAY_TIMEOUT, 6 * DAY, 50 * MINUTE),
                *_STUMBLES,
            ),
        ),
    ),
    Story(
        name="search-suggestions",
        group="storefront",
        runs=Timetable(
            every=5 * MINUTE,
            took_ms=1_900,
            spells=(Spell(reasons.UNAVAILABLE, since=5 * HOUR, share=0.45), *_STUMBLES),
        ),
    ),
    Story(
        name="product-gallery",
        group="storefront",
        browsers=_BOTH,
        runs=Timetable(
            every=10 * MINUTE,
            took_ms=6_200,
            spells=(
                Spell(reasons.FIREFOX_SELECTOR, since=18 * HOUR, browser="FIREFOX"),
                outage(reasons.GATEWAY_TIMEOUT, 21 * HOUR, 30 * MINUTE),
                *now_and_then(reasons.NAVIGATION_TIMEOUT, until=DAY),
            ),
        ),
    ),
    Story(
        name="payment-3ds-challenge",
        group="payments",
        runtime=PLAYWRIGHT,
        runs=Timetable(
            every=10 * MINUTE,
            took_ms=8_400,
            spells=(Spell(reasons.PLAYWRIGHT_LOCATOR, since=130 * MINUTE), *_STUMBLES),
        ),
    ),
    Story(
        name="api-certificate-check",
        runtime=API,
        browsers=(),
        runs=Timetable(every=HOUR, took_ms=1_200, spells=(Spell(reasons.BLUEPRINT_CERTIFICATE, since=9 * HOUR),)),
    ),
    Story(
        name="docs-broken-links",
        runs=Timetable(every=30 * MINUTE, took_ms=19_000, spells=(Spell(reasons.BROKEN_LINKS, since=12 * DAY),)),
    ),
    Story(
        name="customer-onboarding-mail",
        modified=17 * HOUR,
        runs=Timetable(every=15 * MINUTE, spells=(Spell(reasons.ENTRY_MISSING, since=17 * HOUR), *_STUMBLES)),
    ),
    Story(
        name="nightly-statement-archive",
        group="payments",
        runs=Timetable(every=15 * MINUTE, took_ms=9_000, spells=(Spell(reasons.S3_DENIED, since=11 * HOUR),)),
    ),
    Story(
        name="legacy-intranet",
        vpc=True,
        runs=Timetable(
            every=5 * MINUTE,
            took_ms=22_000,
            spells=(
                Spell(reasons.SILENT, since=70 * MINUTE, share=0.4),
                Spell(reasons.LAMBDA_TIMEOUT, since=70 * MINUTE),
                Spell(reasons.LAMBDA_TIMEOUT, since=9 * DAY, share=0.03),
            ),
        ),
    ),
    Story(
        name="global-landing-page",
        locations=("eu-west-1", "us-east-1", "eu-west-3"),
        runs=Timetable(
            every=10 * MINUTE,
            took_ms=2_600,
            spells=(
                Spell(reasons.EDGE_TIMEOUT, since=50 * MINUTE, location="eu-west-3"),
                Spell(reasons.DNS, since=8 * HOUR, until=5 * HOUR, location="us-east-1"),
            ),
        ),
    ),
    Story(
        name="legacy-soap-endpoint",
        runtime=API,
        browsers=(),
        success_days=1,
        failure_days=60,
        runs=Timetable(
            every=5 * MINUTE,
            took_ms=1_500,
            spells=(
                Spell(reasons.NO_RESULT_TIMEOUT, since=4 * DAY),
                outage(reasons.NO_RESULT_TIMEOUT, 52 * DAY, 70 * MINUTE),
                Spell(reasons.NO_RESULT_TIMEOUT, until=10 * DAY, share=0.004),
            ),
        ),
    ),
    Story(
        name="bulk-import",
        timeout=600,
        runs=Timetable(
            every=15 * MINUTE,
            newest=95,
            took_ms=310_000,
            spells=(outage(reasons.KILLED, 2 * HOUR, 110 * MINUTE), *now_and_then(reasons.KILLED)),
        ),
    ),
)
"""Those that fail while one looks. The newest run of the last one is under way, and will pass."""


_SPECIAL: tuple[Story, ...] = (
    Story(
        name="login-api",
        group="identity",
        runtime=API,
        browsers=(),
        max_retries=2,
        runs=Timetable(
            every=5 * MINUTE,
            took_ms=700,
            spells=(
                Spell(reasons.NO_RESULT_TIMEOUT, since=2 * DAY, share=0.5, attempts=(0,)),
                Spell(reasons.NO_RESULT_TIMEOUT, since=2 * DAY, share=0.35, attempts=(1,)),
                Spell(reasons.NO_RESULT_TIMEOUT, until=2 * DAY, share=0.01, attempts=(0,)),
            ),
        ),
    ),
    Story(
        name="onboarding-wizard",
        group="identity",
        runs=Timetable(every=5 * MINUTE, took_ms=7_300, spells=now_and_then(reasons.SELECTOR, reasons.BROWSER_GONE)),
        dry_runs=Timetable(
            every=9 * HOUR,
            newest=7 * HOUR,
            begins=5 * DAY,
            scatter=6 * HOUR,
            took_ms=7_900,
            spells=(
                Spell(reasons.ASSERTION_STEP, share=0.3),
                Spell(reasons.ENTRY_MISSING, since=3 * DAY, share=0.2),
            ),
        ),
    ),
    Story(
        name="release-gate",
        runtime=PLAYWRIGHT,
        browsers=_BOTH,
        runs=Timetable(every=15 * MINUTE, took_ms=11_000, spells=now_and_then(reasons.PLAYWRIGHT_LOCATOR)),
        dry_runs=Timetable(
            every=2 * HOUR,
            newest=100 * MINUTE,
            scatter=80 * MINUTE,
            took_ms=12_500,
            spells=(
                Spell(reasons.PLAYWRIGHT_LOCATOR, share=0.08, browser="FIREFOX"),
                Spell(reasons.ASSERTION_STEP, share=0.06),
            ),
        ),
    ),
    Story(
        name="invoice-download",
        group="payments",
        runs=Timetable(every=15 * MINUTE, took_ms=4_400, spells=now_and_then(reasons.DISK_FULL)),
        dry_runs=Timetable(
            every=2 * DAY, newest=3 * HOUR, begins=15 * DAY, spells=(Spell(reasons.DRY_RUN_REFUSED, since=DAY),)
        ),
    ),
    Story(name="homepage-heartbeat", artifact_days=20, runs=Timetable(every=MINUTE, took_ms=2_100, spells=_HEARTBEAT)),
    Story(name=LONGEST_NAME, runs=Timetable(every=30 * MINUTE, took_ms=14_000)),
)
"""Those whose runs are out of the ordinary."""


_NOT_RUNNING: tuple[Story, ...] = (
    Story(
        name="black-friday-landing",
        state="STOPPED",
        group="storefront",
        runs=Timetable(every=5 * MINUTE, ends=4 * DAY, spells=now_and_then(reasons.UNAVAILABLE)),
    ),
    Story(
        name="partner-sftp-gateway",
        state="ERROR",
        state_reason="Canary update failed: the provided execution role does not have permissions to call "
        "CreateNetworkInterface on EC2",
        state_reason_code="INVALID_PERMISSIONS",
        vpc=True,
        runs=Timetable(every=10 * MINUTE, ends=3 * DAY),
    ),
    Story(name="loyalty-portal", state="CREATING", state_reason_code="CREATE_IN_PROGRESS", age=4 * MINUTE, runs=None),
    Story(name="warehouse-scanner", vpc=True, runs=Timetable(every=5 * MINUTE, ends=7 * HOUR)),
    Story(
        name="load-test-window",
        state="STOPPED",
        duration_limit=3_600,
        runs=Timetable(every=MINUTE, begins=26 * HOUR, ends=25 * HOUR),
    ),
    Story(
        name="release-smoke-once",
        state="STOPPED",
        schedule="rate(0 minute)",
        age=6 * DAY,
        runs=Timetable(every=DAY, newest=5 * DAY, begins=5 * DAY, ends=5 * DAY, took_ms=5_200),
    ),
)
"""Those that do not run, or no longer."""


def stories() -> list[Story]:
    """All of them, in the order in which the API lists them: no order that means anything to a person."""
    told = [*_DOWN_NOW, *_SPECIAL, *_NOT_RUNNING, *HEALTHY]
    return sorted(told, key=lambda story: story.name[::-1])


def big_story() -> Story:
    """One-minute runs of 455 days, 655,200 of them, for load tests."""
    return Story(
        name=BIG_CANARY,
        success_days=455,
        failure_days=455,
        age=600 * DAY,
        runs=Timetable(every=MINUTE, took_ms=2_100, spells=_HEARTBEAT),
    )


def crowd(count: int) -> list[Story]:
    """So many healthy canaries more, for tests of long lists."""
    return [
        Story(
            name=f"service-{number:04}-health", runtime=API, browsers=(), runs=Timetable(every=5 * MINUTE, took_ms=400)
        )
        for number in range(count)
    ]
