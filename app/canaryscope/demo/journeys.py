"""What each canary's script does, step by step, and on which site."""

from __future__ import annotations

import re
from dataclasses import dataclass

from canaryscope.demo.story import API, Story

__all__ = ["GUEST_BOOK", "Journey", "Stage", "journey_of"]

GUEST_BOOK = "guest-book"
"""The canary of the page into which everybody may write; what it leaves is hostile."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a script: what it is called, and the path of the page or call that it asks for."""

    name: str
    path: str

    @property
    def slug(self) -> str:
        """The name as it is in names of files."""
        return re.sub(r"[\W_]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Journey:
    """What a script does."""

    host: str
    stages: tuple[Stage, ...]


_SHOP = "shop.example.com"

_JOURNEYS: dict[str, tuple[str, str]] = {
    "checkout-flow": (
        _SHOP,
        "open shop /|add to basket /p/umbrella|open basket /basket|go to checkout /checkout|pay /pay",
    ),
    "search-suggestions": (
        "search.example.com",
        "open search /|type umbrella /suggest?q=umb|show suggestions /suggest",
    ),
    "product-gallery": (
        _SHOP,
        "open shop /|open product /p/umbrella|look through gallery /p/umbrella/gallery|zoom /p/umbrella/4",
    ),
    "payment-3ds-challenge": (
        "pay.example.com",
        "open payment page /|enter card /card|redirect to bank /3ds/start|confirm challenge /3ds/challenge|"
        "receipt /receipt",
    ),
    "api-certificate-check": (
        "api.example.com",
        "base_health_check /health|base_latency_check /ping|base_ssl_certificate_check /|base_schema_check /v2/schema",
    ),
    "docs-broken-links": ("docs.example.com", "open manual /|collect links /api/v1|follow links /api/v1/refunds"),
    "customer-onboarding-mail": (
        "accounts.example.com",
        "open sign-up /sign-up|fill in form /sign-up/form|wait for mail /inbox|follow link in mail /confirm",
    ),
    "nightly-statement-archive": (
        "statements.example.com",
        "sign in /login|open archive /archive|choose month /archive/2026-10|download statement /archive/2026-10.pdf",
    ),
    "legacy-intranet": (
        "intranet.internal.example.com",
        "open portal /|sign in /login.do|open time sheet /timesheet.do|sign out /logout.do",
    ),
    "global-landing-page": (
        "www.example.com",
        "open landing page /|choose language /language|open offer /offers/winter",
    ),
    "legacy-soap-endpoint": (
        "soap.example.com",
        "fetch wsdl /orders?wsdl|query order /orders|cancel order /orders/cancel",
    ),
    "bulk-import": (
        "import.example.com",
        "sign in /login|upload file /upload|check columns /columns|import rows /rows|read report /report|"
        "sign out /logout",
    ),
    "login-api": (
        "id.example.com",
        "discover /.well-known/openid-configuration|get token /oauth2/token|ask who I am /userinfo",
    ),
    "onboarding-wizard": (
        "accounts.example.com",
        "open wizard /wizard|personal data /wizard/person|address /wizard/address|"
        "plan /wizard/plan|payment /wizard/payment|review /wizard/review|welcome /welcome",
    ),
    "release-gate": (
        "next.example.com",
        "open preview /|sign in /login|search /search?q=umbrella|open basket /basket|pay /pay",
    ),
    "invoice-download": (
        "billing.example.com",
        "sign in /login|open invoices /invoices|download invoice /invoices/4711.pdf",
    ),
    "homepage-heartbeat": (
        "www.example.com",
        "open home page /|check headline /headline|check footer /footer|accept cookies /consent",
    ),
    "cart-api": (
        "api.example.com",
        "create cart /v1/carts|order total matches the basket /v1/carts/total|delete cart /v1/carts/drop",
    ),
    "shop-jp": ("shop.example.jp", "トップページを開く /|商品を選ぶ /p/kasa|ご注文手続き /checkout|お支払い /pay"),
    "store-locator": (
        "stores.example.com",
        "open map /|search near Dublin /near|open store /store/17|opening hours /store/17/hours",
    ),
    "status-page": ("status.example.net", "open status page /|read incidents /incidents|subscribe /subscribe"),
    "inventory-sync": (
        "inventory.internal.example.com",
        "open inventory /|compare stock /stock|read last sync /sync/last",
    ),
    "single-sign-on": (
        "sso.example.com",
        "open application /|redirect to login /authorize|sign in /login|return /callback",
    ),
    "card-vault": ("vault.example.com", "open vault /|tokenize card /tokens|reveal last digits /tokens/last"),
    "refund-form": (
        _SHOP,
        "open orders /orders|choose order /orders/4711|fill in form /refund|send refund /refund/send",
    ),
    "order-tracking": (
        _SHOP,
        "open tracking /track|enter number /track/find|look at map /track/map|order summary /track/summary",
    ),
    "hourly-reconciliation": (
        "ledger.example.com",
        "open ledger /|compare totals /totals|list differences /differences|sign /sign",
    ),
    "supplier-portal-selenium": (
        "suppliers.example.com",
        "open portal /|sign in /login|open orders /orders|confirm order /orders/confirm",
    ),
    GUEST_BOOK: (
        "guests.example.com",
        "open guest book /|\x1b]0;owned\x07\x1b[31m[b]sign[/b] it\r\u202efdp.exe /entries?page=2\x1b[2J|"
        "../../../../etc/passwd\x9b1m /%2e%2e/..%2f..%2fetc/passwd",
    ),
}
"""By the canary's name: the host, and the steps with their paths."""
_JOURNEYS["homepage-heartbeat-archive"] = _JOURNEYS["homepage-heartbeat"]


def journey_of(story: Story) -> Journey:
    """The journey of a canary; of one that nothing is told of, a short one that fits its name."""
    host, told = _JOURNEYS.get(story.name) or _ordinary(story)
    stages = [stage.rpartition(" ") for stage in told.split("|")]
    return Journey(host, tuple(Stage(name, path) for name, _, path in stages))


def _ordinary(story: Story) -> tuple[str, str]:
    words = story.name.replace("_", "-").split("-")
    subject = " ".join(words[:3])
    host = f"{'-'.join(words[:2])}.example.com"
    if story.runtime == API:
        return host, f"get {subject} /v1/{words[0]}|check {subject} /v1/{words[0]}/check|health /health"
    return host, f"open {subject} /|use {subject} /{words[0]}/start|look at result /{words[0]}/result"
