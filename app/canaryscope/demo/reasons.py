"""How runs fail: StateReason texts as they are seen in real life, and what the API says beside them.

Texts longer than the API's 1,024 characters are cut there when a run is told, as the API does it.
"""

from __future__ import annotations

from canaryscope.demo.story import Artifacts, Failure

__all__ = [
    "ASSERTION_STEP",
    "BLUEPRINT_CERTIFICATE",
    "BROKEN_LINKS",
    "BROWSER_GONE",
    "CONNECTION_REFUSED",
    "DISK_FULL",
    "DNS",
    "DRY_RUN_REFUSED",
    "EDGE_TIMEOUT",
    "ENTRY_MISSING",
    "FIREFOX_SELECTOR",
    "GATEWAY_TIMEOUT",
    "HOSTILE_PAGE",
    "JAPANESE_TITLE",
    "KILLED",
    "LAMBDA_TIMEOUT",
    "NAVIGATION_TIMEOUT",
    "NO_RESPONSE",
    "NO_RESULT_TIMEOUT",
    "PLAYWRIGHT_LOCATOR",
    "S3_DENIED",
    "SELECTOR",
    "SELENIUM_EMPTY",
    "SILENT",
    "THROWN_STRING",
    "UNAVAILABLE",
]

_PUPPETEER = "/opt/nodejs/node_modules/puppeteer-core/lib/cjs/puppeteer"
_SYNTHETICS = "/opt/nodejs/node_modules/@aws/synthetics-puppeteer/dist/lib"

_NAVIGATING = (
    f"    at LifecycleWatcher.#timeoutReject ({_PUPPETEER}/cdp/LifecycleWatcher.js:163:36)\n"
    f"    at async CdpFrame.goto ({_PUPPETEER}/cdp/Frame.js:150:25)\n"
    f"    at async CdpPage.goto ({_PUPPETEER}/api/Page.js:572:20)\n"
    f"    at async SyntheticsPuppeteer.executeStep ({_SYNTHETICS}/synthetics-puppeteer.js:418:22)\n"
    "    at async exports.handler (/opt/nodejs/node_modules/journey.js:61:5)"
)
_LOADING = (
    "    at loadUrl (/opt/nodejs/node_modules/journey.js:44:15)\n"
    f"    at async SyntheticsPuppeteer.executeStep ({_SYNTHETICS}/synthetics-puppeteer.js:418:22)\n"
    "    at async exports.handler (/opt/nodejs/node_modules/journey.js:57:5)"
)
_WAITING = (
    f"    at CdpFrame.waitForSelector ({_PUPPETEER}/api/Frame.js:511:29)\n"
    f"    at async CdpPage.waitForSelector ({_PUPPETEER}/api/Page.js:1337:20)\n"
    f"    at async SyntheticsPuppeteer.executeStep ({_SYNTHETICS}/synthetics-puppeteer.js:418:22)"
)

NAVIGATION_TIMEOUT = Failure(
    "TimeoutError: Navigation timeout of 30000 ms exceeded",
    took_ms=30_400,
    step=4,
    stack=_NAVIGATING,
    net_error="net::ERR_ABORTED",
)

UNAVAILABLE = Failure(
    "Failed to load url: https://search.example.com/suggest?q=umbrella 503 Service Unavailable",
    step=3,
    stack=_LOADING,
    status=503,
)

GATEWAY_TIMEOUT = Failure(
    "Failed to load url: https://shop.example.com/ 504 Gateway Timeout", took_ms=10_200, stack=_LOADING, status=504
)

NO_RESPONSE = Failure(
    "No response returned for url: https://stores.example.com/near?lat=53.35&lon=-6.26",
    took_ms=5_100,
    step=2,
    stack=_LOADING,
    net_error="net::ERR_EMPTY_RESPONSE",
)

NO_RESULT_TIMEOUT = Failure(
    "No test result returned.Connection timed out after 30000ms", took_ms=30_200, step=2, net_error="ETIMEDOUT"
)

BROWSER_GONE = Failure(
    "No test result returned.Error: Navigation failed because the browser has disconnected!",
    took_ms=8_700,
    step=3,
    stack=_NAVIGATING,
    net_error="net::ERR_ABORTED",
)

DNS = Failure(
    "net::ERR_NAME_NOT_RESOLVED at https://status.example.net/",
    took_ms=1_100,
    stack=_NAVIGATING,
    net_error="net::ERR_NAME_NOT_RESOLVED",
)

EDGE_TIMEOUT = Failure(
    "net::ERR_CONNECTION_TIMED_OUT at https://www.example.com/",
    took_ms=30_200,
    stack=_NAVIGATING,
    net_error="net::ERR_CONNECTION_TIMED_OUT",
)

CONNECTION_REFUSED = Failure(
    "page.goto: net::ERR_CONNECTION_REFUSED at https://inventory.internal.example.com/\n"
    "Call log:\n"
    '  - navigating to "https://inventory.internal.example.com/", waiting until "load"\n',
    took_ms=900,
    net_error="net::ERR_CONNECTION_REFUSED",
)

SELECTOR = Failure(
    'TimeoutError: waiting for selector ".order-summary__total" failed: timeout 30000ms exceeded',
    step=4,
    stack=_WAITING,
    status=500,
    call=True,
)

FIREFOX_SELECTOR = Failure(
    'TimeoutError: waiting for selector ".gallery__tile:nth-child(4) > img" failed: timeout 30000ms exceeded\n'
    "    at Timeout.<anonymous> (/opt/nodejs/node_modules/puppeteer-core/lib/cjs/puppeteer/common/WaitTask.js:63:32)\n"
    "    at listOnTimeout (node:internal/timers:581:17)\n"
    "    at process.processTimers (node:internal/timers:519:7)",
    took_ms=30_600,
    step=3,
    call=True,
)

PLAYWRIGHT_LOCATOR = Failure(
    "locator.click: Timeout 30000ms exceeded.\n"
    "Call log:\n"
    "  - waiting for locator('iframe[name=\"challenge\"]').contentFrame().getByRole('button', { name: 'Confirm' })\n"
    '  -   locator resolved to <button disabled type="submit" class="btn btn--primary">Confirm</button>\n'
    "  - attempting click action\n"
    "  -   waiting for element to be visible, enabled and stable\n"
    "  -   element is not enabled\n"
    "  - retrying click action, attempt #1\n\n"
    "    at confirmChallenge (/opt/nodejs/node_modules/payments.js:48:11)",
    took_ms=33_100,
    step=4,
    stack="".join(
        "  -   waiting for element to be visible, enabled and stable\n"
        f"  -   element is not enabled\n  - retrying click action, attempt #{attempt}\n"
        for attempt in range(2, 21)
    ).rstrip(),
    call=True,
)

ASSERTION_STEP = Failure(
    "Error: Step 2 - order total matches the basket failed: expected '42.90' to equal '49.90'\n"
    "    at assertTotal (/opt/nodejs/node_modules/basket.js:71:13)\n"
    "    at async SyntheticsCore.executeStep (/opt/nodejs/node_modules/@aws/synthetics-core/dist/lib/"
    "synthetics-core.js:670:16)",
    step=2,
    call=True,
)

BLUEPRINT_CERTIFICATE = Failure(
    "Error: Step 3 - base_ssl_certificate_check failed during execution\n"
    " at APIStepOrchestrator.executeSteps (/opt/lib/orchestration/APIStepOrchestrator.js:69:19)\n"
    " at process.processTicksAndRejections (node:internal/process/task_queues:103:5)\n"
    " at async CheckExecutor.handler (/opt/nodejs/node_modules/@amzn/synthetics-blueprints-common-nodejs/dist/lib/"
    "monitoring/CheckExecutor.js:60:13)\n"
    " at async Module.handler (/opt/blueprint.js:24:9)\n"
    " at async Runtime.handler (file:///opt/index.mjs:38:13). Additional error: Step 3: base_ssl_certificate_check "
    "failed with 1 of 6 assertions failed: Certificate issuer O 'Example Trust Services' does not contains 'DigiCert'\n"
    " at /opt/lib/orchestration/APIStepOrchestrator.js:145:27\n"
    " at async SyntheticsCore.executeStepAndRecordRequests (/opt/nodejs/node_modules/@aws/synthetics-core/dist/lib/"
    "synthetics-core.js:687:33)\n"
    " at async SyntheticsCore.executeStep (/opt/nodejs/node_modules/@aws/synthetics-core/dist/lib/"
    "synthetics-core.js:670:16)\n"
    " at async APIStepOrchestrator.executeStep (/opt/lib/orchestration/APIStepOrchestrator.js:121:9)",
    step=3,
    stack=" at async APIStepOrchestrator.executeSteps (/opt/lib/orchestration/APIStepOrchestrator.js:58:13)\n"
    " at async Module.handler (/opt/blueprint.js:31:5)\n"
    " at async Runtime.handler (file:///opt/index.mjs:38:13)",
)

BROKEN_LINKS = Failure(
    "3 broken link(s) detected. Failed to load url: https://docs.example.com/api/v1/refunds. "
    "Status code: 404 Not Found",
    took_ms=21_000,
    step=3,
    status=404,
)

ENTRY_MISSING = Failure(
    "Canary execution failed Error: Canary entry file index not found with any of the supported extensions "
    "(.mjs, .js, .cjs)",
    took_ms=400,
    step=0,
    stack="    at Function.findEntry (/opt/nodejs/node_modules/@aws/synthetics-core/dist/lib/entry-file.js:88:11)\n"
    "    at async Runtime.handler (file:///opt/index.mjs:31:9)",
)

S3_DENIED = Failure(
    "Unable to upload artifacts to S3, Exception: Unable to fetch S3 bucket location: Access Denied",
    test_result="PASSED",
    code="EXECUTION_FAILURE",
    artifacts=Artifacts.NO_DATA,
)

LAMBDA_TIMEOUT = Failure(
    "RequestId: {uuid} Error: Task timed out after 60.06 seconds",
    test_result="UNKNOWN",
    took_ms=60_060,
    artifacts=Artifacts.NO_DATA,
    step=3,
)

SILENT = Failure(None, test_result="UNKNOWN", took_ms=60_060, artifacts=Artifacts.ABSENT, step=2)
"""A run of which nothing is known but that it failed: no reason, no artifacts."""

KILLED = Failure(
    "RequestId: {uuid} Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
    test_result="UNKNOWN",
    took_ms=17_300,
    artifacts=Artifacts.ABSENT,
    step=4,
)

DISK_FULL = Failure(
    "Error: ENOSPC: no space left on device, write",
    took_ms=12_000,
    step=9,
    stack="    at async writeFile (node:internal/fs/promises:1182:10)\n"
    "    at async exports.handler (/opt/nodejs/node_modules/journey.js:83:9)",
)

SELENIUM_EMPTY = Failure(
    "Message: \nStacktrace:",
    took_ms=15_200,
    step=2,
    stack="#0 0x55d0c8e1f3a3 <unknown>\n#1 0x55d0c8ab8b36 <unknown>\n#2 0x7f4b1c2944a3 <unknown>",
    call=True,
)

THROWN_STRING = Failure("Failed to load page!", took_ms=6_400, step=2, status=502)

HOSTILE_PAGE = Failure(
    "Error: expected the title to be 'Guest book' but it was '\x1b]0;owned\x07\x1b[2J\x1b[31m[b]all is well[/b]"
    "\x1b[0m \u202efdp.exe\u202c \u200bno\u200b comment\r\x9b1mPASSED'\n"
    "    at checkTitle (/opt/nodejs/node_modules/guestbook.js:12:9)",
    step=2,
)
"""What somebody who writes into the monitored page can put into a StateReason; it must act on no terminal."""

JAPANESE_TITLE = Failure(
    "Error: タイトルが一致しません: 「ご注文手続き」ではなく「ただいまメンテナンス中です」が表示されました",
    step=3,
    stack=_LOADING,
    status=503,
)

DRY_RUN_REFUSED = Failure(
    "The role arn:aws:iam::123456789012:role/invoice-canary cannot be assumed by Lambda.", executes=False
)
