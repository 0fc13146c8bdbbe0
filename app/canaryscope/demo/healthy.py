"""The canaries of the demo that pass, each with its past."""

from __future__ import annotations

from canaryscope.demo import reasons
from canaryscope.demo.story import API, DAY, HOUR, MINUTE, SELENIUM, Spell, Story, Timetable, now_and_then, outage

__all__ = ["HEALTHY"]

_PAST: tuple[tuple[str, str | None, tuple[Spell, ...]], ...] = (
    ("cart-api", "storefront", now_and_then(reasons.ASSERTION_STEP)),
    ("guest-book", None, (outage(reasons.HOSTILE_PAGE, 11 * HOUR, 2 * HOUR),)),
    ("shop-jp", "storefront", (outage(reasons.JAPANESE_TITLE, 9 * HOUR, 40 * MINUTE),)),
    ("store-locator", "storefront", (outage(reasons.NO_RESPONSE, DAY, 95 * MINUTE),)),
    ("status-page", None, (outage(reasons.DNS, 30 * HOUR, 25 * MINUTE),)),
    ("inventory-sync", None, (outage(reasons.CONNECTION_REFUSED, 7 * HOUR, 35 * MINUTE),)),
    ("pdf-renderer", None, (*now_and_then(reasons.KILLED, reasons.DISK_FULL),)),
    ("newsletter-signup", None, now_and_then(reasons.THROWN_STRING)),
    ("password-reset", "identity", now_and_then(reasons.BROWSER_GONE)),
    ("account-settings", "identity", ()),
    ("single-sign-on", "identity", (outage(reasons.NAVIGATION_TIMEOUT, 12 * DAY, 4 * HOUR),)),
    ("card-vault", "payments", ()),
    ("refund-form", "payments", now_and_then(reasons.SELECTOR)),
    ("gift-cards", "payments", ()),
    ("order-tracking", None, now_and_then(reasons.SELECTOR)),
    ("returns-portal", None, ()),
    ("tax-rates", None, ()),
    ("mobile-config", None, ()),
)

_GUARDED: dict[str, tuple[str, ...]] = {
    "card-vault": ("s3:ListBucket", "s3:GetObject"),
    "account-settings": ("s3:GetObject",),
    "gift-cards": ("kms:Decrypt",),
}
"""Those whose artifacts lie in a bucket of their own, and what a person may not do with it."""

_ABROAD = {"returns-portal": "us-east-1"}
"""Those whose artifacts lie in a bucket in another region."""

HEALTHY: tuple[Story, ...] = (
    *(
        Story(
            name=name,
            group=group,
            bucket=f"{name}-evidence" if name in _GUARDED or name in _ABROAD else None,
            bucket_region=_ABROAD.get(name),
            refuses=_GUARDED.get(name, ()),
            runs=Timetable(every=5 * MINUTE, took_ms=1_800 + 350 * number, spells=spells),
        )
        for number, (name, group, spells) in enumerate(_PAST)
    ),
    Story(
        name="currency-feed",
        state="UPDATING",
        state_reason_code="UPDATE_IN_PROGRESS",
        runtime=API,
        browsers=(),
        runs=Timetable(every=10 * MINUTE, took_ms=500),
    ),
    Story(
        name="supplier-portal-selenium",
        runtime=SELENIUM,
        runs=Timetable(
            every=15 * MINUTE, took_ms=9_500, spells=(Spell(reasons.SELENIUM_EMPTY, until=DAY, share=0.05),)
        ),
    ),
    Story(
        name="hourly-reconciliation",
        group="payments",
        schedule="cron(0 * * * ? *)",
        runs=Timetable(every=HOUR, aligned=True, took_ms=16_000, spells=now_and_then(reasons.NO_RESULT_TIMEOUT)),
    ),
)
"""The rest: they pass, and each has its past."""
