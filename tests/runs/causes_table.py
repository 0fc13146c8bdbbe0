"""Reasons of failed runs as they are seen in real life, and the cause that each has.

Each entry is a line `family | text of the cause` and, indented, the StateReason, in which `\\n` and `\\t` stand for the
characters. First the texts of SYNTHETICS.md, then more in the words of each source. Names, hosts and ids are made up.
"""

# ruff: noqa: E501
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from canaryscope.runs.causes import Family

__all__ = ["DEMO", "DIFFERENT", "SAME", "TABLE", "Told"]


@dataclass(frozen=True)
class Told:
    """A reason and the cause that it has."""

    source: str
    reason: str
    text: str
    family: Family


def _plain(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\t", " ")


def _entries(table: str) -> Iterator[Told]:
    source = ""
    family, text = Family.UNKNOWN, ""
    for line in table.strip().split("\n"):
        if line.startswith("## "):
            source = line[3:]
        elif line.startswith("    "):
            yield Told(source, _plain(line[4:]), text, family)
        elif line:
            name, _, text = line.partition(" | ")
            family = Family(name)


def _groups(blocks: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(_plain, block.split("\n"))) for block in blocks.strip().split("\n\n"))


TABLE = tuple(
    _entries(
        r"""
## SYNTHETICS.md
target down | Connection timed out after … ms
    No test result returned.Connection timed out after 30000ms
canary broken | Navigation failed because the browser has disconnected!
    No test result returned.Error: Navigation failed because the browser has disconnected!
timed out | TimeoutError: Navigation timeout of … ms exceeded
    TimeoutError: Navigation Timeout Exceeded: 30000ms exceeded
timed out | TimeoutError: Navigation timeout of … ms exceeded
    TimeoutError: Navigation timeout of 30000 ms exceeded
DNS or TLS | Step 3: base_ssl_certificate_check failed with … of … assertions failed: Certificate issuer O 'X' does not contains 'Y'
    Error: Step 3 - base_ssl_certificate_check failed during execution\n at APIStepOrchestrator.executeSteps (/opt/lib/orchestration/APIStepOrchestrator.js:69:19)\n at async Runtime.handler (file:///opt/index.mjs:38:13). Additional error: Step 3: base_ssl_certificate_check failed with 1 of 6 assertions failed: Certificate issuer O 'X' does not contains 'Y'\n at /opt/lib/orchestration/APIStepOrchestrator.js:145:27\n at async Synth
canary broken | Canary entry file index not found with any of the supported extensions (.mjs, .js, .cjs)
    Canary execution failed Error: Canary entry file index not found with any of the supported extensions (.mjs, .js, .cjs)
monitoring plumbing | Unable to upload artifacts to S3, Exception: Unable to fetch S3 bucket location: Access Denied
    Unable to upload artifacts to S3, Exception: Unable to fetch S3 bucket location: Access Denied
target down | Failed to load url: https://host/… 503 Service Unavailable
    Failed to load url: https://host/ 503 Service Unavailable
target down | No response returned for url: https://host/…
    No response returned for url: https://host/
content | … broken link(s) detected. Failed to load url: https://host/… Status code: 404 Not Found
    3 broken link(s) detected. Failed to load url: https://host/a. Status code: 404 Not Found
DNS or TLS | net::ERR_NAME_NOT_RESOLVED at https://host/…
    net::ERR_NAME_NOT_RESOLVED at https://host/
target down | page.goto: net::ERR_CONNECTION_REFUSED at https://host/…
    page.goto: net::ERR_CONNECTION_REFUSED at https://host/
script | TimeoutError: waiting for selector ".x" failed: timeout … ms exceeded
    TimeoutError: waiting for selector ".x" failed: timeout 30000ms exceeded
script | locator.click: Timeout … ms exceeded, waiting for locator('…')
    locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator('…')
timed out | Task timed out after … seconds
    RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Task timed out after 60.06 seconds
canary broken | Runtime exited with error: signal: killed
    Runtime exited with error: signal: killed
canary broken | ENOSPC: no space left on device
    ENOSPC: no space left on device
target down | Failed to load page!
    Failed to load page!
unknown | Message without text (Selenium)
    Message: \nStacktrace:

## Puppeteer
target down | net::ERR_CONNECTION_TIMED_OUT at https://shop.example.com/…
    net::ERR_CONNECTION_TIMED_OUT at https://shop.example.com/cart?id=77
target down | net::ERR_CONNECTION_RESET at https://shop.example.com/…
    Error: net::ERR_CONNECTION_RESET at https://shop.example.com:8443/
target down | net::ERR_TIMED_OUT at https://shop.example.com/…
    net::ERR_TIMED_OUT at https://shop.example.com
DNS or TLS | net::ERR_CERT_DATE_INVALID at https://shop.example.com/…
    net::ERR_CERT_DATE_INVALID at https://shop.example.com/
DNS or TLS | net::ERR_CERT_COMMON_NAME_INVALID at https://www.example.org/…
    net::ERR_CERT_COMMON_NAME_INVALID at https://www.example.org/login
DNS or TLS | net::ERR_SSL_PROTOCOL_ERROR at https://shop.example.com/…
    net::ERR_SSL_PROTOCOL_ERROR at https://shop.example.com/
target down | net::ERR_HTTP2_PROTOCOL_ERROR at https://shop.example.com/…
    net::ERR_HTTP2_PROTOCOL_ERROR at https://shop.example.com/
unknown | net::ERR_ABORTED at https://shop.example.com/…
    net::ERR_ABORTED at https://shop.example.com/report.pdf
content | net::ERR_TOO_MANY_REDIRECTS at https://shop.example.com/…
    net::ERR_TOO_MANY_REDIRECTS at https://shop.example.com/login
script | TimeoutError: Waiting for selector `.order-summary__total` failed: Waiting failed: … ms exceeded
    TimeoutError: Waiting for selector `.order-summary__total` failed: Waiting failed: 30000ms exceeded
script | TimeoutError: waiting for XPath `//div[@id="basket-2"]/span[3]` failed: timeout … ms exceeded
    TimeoutError: waiting for XPath `//div[@id="basket-2"]/span[3]` failed: timeout 10000ms exceeded
script | No element found for selector: #row-17 > td:nth-child(2)
    Error: No element found for selector: #row-17 > td:nth-child(2)
script | No node found for selector: body > section:nth-of-type(2) > input
    Error: No node found for selector: body > section:nth-of-type(2) > input
script | failed to find element matching selector "#price"
    Error: failed to find element matching selector "#price"
script | Node is either not clickable or not an Element
    Error: Node is either not clickable or not an Element
script | Node is either not visible or not an HTMLElement
    Error: Node is either not visible or not an HTMLElement
script | Execution context was destroyed, most likely because of a navigation
    Error: Execution context was destroyed, most likely because of a navigation.
script | Evaluation failed: TypeError: Cannot read properties of null (reading 'innerText')
    Error: Evaluation failed: TypeError: Cannot read properties of null (reading 'innerText')\n    at __puppeteer_evaluation_script__:1:42
canary broken | ProtocolError: Protocol error (Runtime.callFunctionOn): Target closed
    ProtocolError: Protocol error (Runtime.callFunctionOn): Target closed.
canary broken | TargetCloseError: Protocol error (Target.createTarget): Target closed
    TargetCloseError: Protocol error (Target.createTarget): Target closed\n    at CallbackRegistry.clear (/opt/nodejs/node_modules/puppeteer-core/lib/cjs/puppeteer/common/CallbackRegistry.js:72:36)
canary broken | Protocol error (Page.captureScreenshot): Session closed. Most likely the page has been closed
    Error: Protocol error (Page.captureScreenshot): Session closed. Most likely the page has been closed.
timed out | ProtocolError: Network.enable timed out. Increase the 'protocolTimeout' setting in launch/connect calls for a higher timeout if needed
    ProtocolError: Network.enable timed out. Increase the 'protocolTimeout' setting in launch/connect calls for a higher timeout if needed.
canary broken | Failed to launch the browser process! undefined
    Error: Failed to launch the browser process! undefined\n[1122/114207.081234:ERROR:zygote_host_impl_linux.cc(100)] Running as root\n\n\nTROUBLESHOOTING: https://pptr.dev/troubleshooting\n
canary broken | TimeoutError: Timed out after … ms while waiting for the WS endpoint URL to appear in stdout!
    TimeoutError: Timed out after 30000 ms while waiting for the WS endpoint URL to appear in stdout!
canary broken | Page crashed!
    Error: Page crashed!
script | TypeError: Cannot read properties of undefined (reading 'status')
    TypeError: Cannot read properties of undefined (reading 'status')\n    at pageLoadBlueprint (/opt/nodejs/node_modules/pageLoadBlueprint.js:31:22)
script | ReferenceError: loginUrl is not defined
    ReferenceError: loginUrl is not defined
script | TypeError: page.waitFor is not a function
    TypeError: page.waitFor is not a function
content | SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
    SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
content | SyntaxError: Unexpected token < in JSON at position …
    SyntaxError: Unexpected token < in JSON at position 0
target down | net::ERR_ADDRESS_UNREACHABLE at http://10.0.4.17/…
    net::ERR_ADDRESS_UNREACHABLE at http://10.0.4.17:8080/health
target down | net::ERR_EMPTY_RESPONSE at https://shop.example.com/…
    net::ERR_EMPTY_RESPONSE at https://shop.example.com/
canary broken | Navigation failed because the browser has disconnected!
    Error: Navigation failed because browser has disconnected!
DNS or TLS | net::ERR_NAME_NOT_RESOLVED at https://shop.example.com/… (while running step 2)
    Error: net::ERR_NAME_NOT_RESOLVED at https://shop.example.com/ (while running step 2)
script | Cannot navigate to invalid URL
    Error: Cannot navigate to invalid URL
script | Navigating frame was detached
    Error: Navigating frame was detached
timed out | TimeoutError: Waiting for `FrameManager` timed out
    TimeoutError: Waiting for `FrameManager` timed out
timed out | TimeoutError: Waiting failed: … ms exceeded
    TimeoutError: Waiting failed: 15000ms exceeded
unknown | Requesting main frame too early!
    Error: Requesting main frame too early!
target down | write EPIPE
    Error: write EPIPE
timed out | Timeout of … s for step "Pay with card …" was reached
    Error: Timeout of 25 s for step "Pay with card 4111" was reached
target down | Step 'Load cart' failed: net::ERR_CONNECTION_RESET at https://shop.example.com/…
    Error: Step 'Load cart' failed: Error: Error: net::ERR_CONNECTION_RESET at https://shop.example.com/cart/8112
target down | TypeError: Failed to fetch
    Uncaught (in promise) TypeError: Failed to fetch

## Node.js
target down | Request failed with status code 500
    Error: Request failed with status code 500
content | AxiosError: Request failed with status code 429
    AxiosError: Request failed with status code 429
timed out | AxiosError: timeout of … ms exceeded
    AxiosError: timeout of 5000ms exceeded
target down | AxiosError: connect ECONNREFUSED …
    AxiosError: connect ECONNREFUSED 10.0.12.7:443
target down | connect ETIMEDOUT …
    Error: connect ETIMEDOUT 98.159.108.57:443
target down | connect ECONNREFUSED …
    Error: connect ECONNREFUSED ::1:3000
target down | read ECONNRESET
    Error: read ECONNRESET
target down | socket hang up
    Error: socket hang up
DNS or TLS | getaddrinfo ENOTFOUND api.example.com
    Error: getaddrinfo ENOTFOUND api.example.com
DNS or TLS | getaddrinfo EAI_AGAIN api.example.com api.example.com:…
    Error: getaddrinfo EAI_AGAIN api.example.com api.example.com:443
DNS or TLS | unable to verify the first certificate
    Error: unable to verify the first certificate
DNS or TLS | certificate has expired
    Error: certificate has expired
DNS or TLS | Hostname/IP does not match certificate's altnames: Host: shop.example.com. is not in the cert's altnames: DNS:*.example.net
    Error: Hostname/IP does not match certificate's altnames: Host: shop.example.com. is not in the cert's altnames: DNS:*.example.net
DNS or TLS | self-signed certificate in certificate chain
    Error: self-signed certificate in certificate chain
DNS or TLS | write EPROTO …:error:…:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/ssl/record/rec_layer_s3.c:…:SSL alert number …
    Error: write EPROTO 140298:error:14094410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure:../deps/openssl/ssl/record/rec_layer_s3.c:1562:SSL alert number 40\n
DNS or TLS | Client network socket disconnected before secure TLS connection was established
    Error: Client network socket disconnected before secure TLS connection was established
target down | TypeError: fetch failed
    TypeError: fetch failed

## Playwright
timed out | page.goto: Timeout … ms exceeded, navigating to "https://shop.example.com/…", waiting until "load"
    page.goto: Timeout 30000ms exceeded.\nCall log:\n  - navigating to "https://shop.example.com/cart/81", waiting until "load"\n
DNS or TLS | page.goto: net::ERR_CERT_AUTHORITY_INVALID at https://shop.example.com/…
    page.goto: net::ERR_CERT_AUTHORITY_INVALID at https://shop.example.com/\nCall log:\n  - navigating to "https://shop.example.com/", waiting until "load"
DNS or TLS | page.goto: NS_ERROR_UNKNOWN_HOST
    page.goto: NS_ERROR_UNKNOWN_HOST\nCall log:\n  - navigating to "https://shop.example.com/", waiting until "load"
DNS or TLS | page.goto: SEC_ERROR_UNKNOWN_ISSUER
    page.goto: SEC_ERROR_UNKNOWN_ISSUER
target down | page.goto: NS_ERROR_CONNECTION_REFUSED
    page.goto: NS_ERROR_CONNECTION_REFUSED
script | page.waitForSelector: Timeout … ms exceeded, waiting for selector ".basket-3" to be visible
    page.waitForSelector: Timeout 30000ms exceeded.\n=========================== logs ===========================\nwaiting for selector ".basket-3" to be visible\n============================================================
script | locator.fill: Timeout … ms exceeded, waiting for getByLabel('E-mail address')
    locator.fill: Timeout 15000ms exceeded.\nCall log:\n  - waiting for getByLabel('E-mail address')\n
script | locator.click: strict mode violation: getByRole('button', { name: 'Pay' }) resolved to … elements
    locator.click: Error: strict mode violation: getByRole('button', { name: 'Pay' }) resolved to 2 elements:\n    1) <button>Pay</button> aka getByRole('button', { name: 'Pay' }).first()
canary broken | locator.click: Target page, context or browser has been closed
    locator.click: Target page, context or browser has been closed
content | expect(locator).toBeVisible() failed Locator: getByText('Thank you') Expected: visible Received: hidden Timeout: … ms
    Error: expect(locator).toBeVisible() failed\n\nLocator:  getByText('Thank you')\nExpected: visible\nReceived: hidden\nTimeout:  5000ms\n\nCall log:\n  - Expect "toBeVisible" with timeout 5000ms
content | Timed out … ms waiting for expect(locator).toHaveText(expected) Locator: locator('#total-2') Expected string: "…" Received string: "…"
    Error: Timed out 5000ms waiting for expect(locator).toHaveText(expected)\n\nLocator: locator('#total-2')\nExpected string: "42.90"\nReceived string: "49.90"\nCall log:\n  - expect.toHaveText with timeout 5000ms
target down | expect(received).toBe(expected) // Object.is equality Expected: 200 Received: 503
    Error: expect(received).toBe(expected) // Object.is equality\n\nExpected: 200\nReceived: 503
canary broken | browserType.launch: Executable doesn't exist at /…
    browserType.launch: Executable doesn't exist at /opt/nodejs/node_modules/playwright-core/.local-browsers/chromium-1140/chrome-linux/chrome
script | page.click: Timeout … ms exceeded, waiting for locator('#pay-now')
    page.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator('#pay-now')\n  -   locator resolved to <button disabled>Pay</button>
timed out | page.waitForURL: Timeout … ms exceeded, waiting for navigation until "load"
    page.waitForURL: Timeout 30000ms exceeded.\nCall log:\n  - waiting for navigation until "load"
timed out | page.waitForLoadState: Timeout … ms exceeded
    page.waitForLoadState: Timeout 30000ms exceeded.
target down | page.goto: net::ERR_INTERNET_DISCONNECTED at https://shop.example.com/…
    Error: page.goto: net::ERR_INTERNET_DISCONNECTED at https://shop.example.com/
target down | apiRequestContext.get: connect ECONNREFUSED …
    apiRequestContext.get: connect ECONNREFUSED 10.0.12.7:443\nCall log:\n  - → GET https://api.example.com/v1/orders
timed out | TimeoutError: Page.goto: Timeout … ms exceeded
    playwright._impl._errors.TimeoutError: Page.goto: Timeout 30000ms exceeded.

## Selenium
script | no such element: Unable to locate element: {"method":"css selector","selector":"#total-2"}
    Message: no such element: Unable to locate element: {"method":"css selector","selector":"#total-2"}\n  (Session info: chrome=131.0.6778.85); For documentation on this error, please visit: https://www.selenium.dev/documentation/webdriver/troubleshooting/errors#no-such-element-exception\nStacktrace:\n#0 0x55dcb8ccc4e3 <unknown>\n#1 0x55dcb89fbc76 <unknown>
script | NoSuchElementException: no such element: Unable to locate element: {"method":"xpath","selector":"//*[@id="portletContent_u16l1n18"]/div/div[2]/div/a[2]"}
    selenium.common.exceptions.NoSuchElementException: Message: no such element: Unable to locate element: {"method":"xpath","selector":"//*[@id="portletContent_u16l1n18"]/div/div[2]/div/a[2]"}\n  (Session info: headless chrome=87.0.4280.141)
script | TimeoutException: Message without text (Selenium)
    selenium.common.exceptions.TimeoutException: Message: \nStacktrace:\n#0 0x5581d1a4f2e3 <unknown>
script | stale element reference: stale element not found in the current frame
    Message: stale element reference: stale element not found in the current frame\n  (Session info: chrome=131.0.6778.85)
script | element click intercepted: Element <button id="pay">...</button> is not clickable at point (…, …). Other element would receive the click: <div…
    Message: element click intercepted: Element <button id="pay">...</button> is not clickable at point (494, 375). Other element would receive the click: <div class="spinner"></div>\n  (Session info: headless chrome=114.0.5735.198)
timed out | timeout: Timed out receiving message from renderer: …
    Message: timeout: Timed out receiving message from renderer: 300.000\n  (Session info: chrome=131.0.6778.85)
DNS or TLS | unknown error: net::ERR_NAME_NOT_RESOLVED
    Message: unknown error: net::ERR_NAME_NOT_RESOLVED\n  (Session info: headless chrome=114.0.5735.198)
target down | unknown error: net::ERR_CONNECTION_REFUSED
    Message: unknown error: net::ERR_CONNECTION_REFUSED\n  (Session info: chrome=131.0.6778.85)
canary broken | session not created: Chrome failed to start: exited normally. (session not created: DevToolsActivePort file doesn't exist) (The process started from chrome…
    Message: session not created: Chrome failed to start: exited normally.\n  (session not created: DevToolsActivePort file doesn't exist)\n  (The process started from chrome location /opt/python/bin/headless-chromium is no longer running, so ChromeDriver is assuming that Chrome has crashed.)\nStacktrace:\n#0 0x561ac95da6b3 <unknown>
canary broken | invalid session id
    Message: invalid session id\nStacktrace:\n#0 0x5597
canary broken | tab crashed
    Message: tab crashed\n  (Session info: chrome=131.0.6778.85)
script | javascript error: Cannot read properties of null (reading 'click')
    Message: javascript error: Cannot read properties of null (reading 'click')\n  (Session info: chrome=131.0.6778.85)
script | TimeoutException: Expected condition failed: waiting for visibility of element located by By.xpath: //ul[@class='tabs']//li[2] (tried for … second(s) with…
    org.openqa.selenium.TimeoutException: \nExpected condition failed: waiting for visibility of element located by By.xpath: //ul[@class='tabs']//li[2] (tried for 10 second(s) with 500 MILLISECONDS interval)\nBuild info: version: '4.18.1', revision: 'b1d3319b48'\nSystem info: os.name: 'Linux', os.arch: 'amd64'\nDriver info: org.openqa.selenium.chrome.ChromeDriver\n\tat org.openqa.selenium.support.ui.WebDriverWait.timeoutException(WebDriverWait.java:95)
script | NoSuchElementException: no such element: Unable to locate element: {"method":"css selector","selector":"#total-2"}
    org.openqa.selenium.NoSuchElementException: no such element: Unable to locate element: {"method":"css selector","selector":"#total-2"}\n  (Session info: chrome=131.0.6778.85)\nBuild info: version: '4.18.1', revision: 'b1d3319b48'
target down | WebDriverException: unknown error: net::ERR_CONNECTION_TIMED_OUT
    selenium.common.exceptions.WebDriverException: Message: unknown error: net::ERR_CONNECTION_TIMED_OUT\n  (Session info: chrome=131.0.6778.85)
script | ElementNotInteractableException: element not interactable
    selenium.common.exceptions.ElementNotInteractableException: Message: element not interactable\n  (Session info: chrome=131.0.6778.85)
script | NoSuchWindowException: no such window: target window already closed from unknown error: web view not found
    selenium.common.exceptions.NoSuchWindowException: Message: no such window: target window already closed\nfrom unknown error: web view not found
canary broken | SessionNotCreatedException: Could not start a new session. Response code 500. Message: session not created: Chrome failed to start: exited normally
    org.openqa.selenium.SessionNotCreatedException: Could not start a new session. Response code 500. Message: session not created: Chrome failed to start: exited normally.\nHost info: host: 'cf00363c68c0', ip: '172.17.0.2'
script | StaleElementReferenceException: stale element reference: stale element not found
    org.openqa.selenium.StaleElementReferenceException: stale element reference: stale element not found\n\tat java.base/jdk.internal.reflect.NativeConstructorAccessorImpl.newInstance0(Native Method)

## Java
DNS or TLS | UnknownHostException: api.example.com: Name or service not known
    java.net.UnknownHostException: api.example.com: Name or service not known
target down | HttpConnectTimeoutException: HTTP connect timed out
    java.net.http.HttpConnectTimeoutException: HTTP connect timed out\n\tat java.net.http/jdk.internal.net.http.HttpClientImpl.send(HttpClientImpl.java:965)
DNS or TLS | SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to…
    javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target
target down | AssertionError: expected:<200> but was:<502>
    java.lang.AssertionError: expected:<200> but was:<502>
target down | RuntimeException: ConnectException: Connection refused
    java.lang.RuntimeException: java.net.ConnectException: Connection refused

## Python
target down | ConnectionError: api.example.com: NewConnectionError('Failed to establish a new connection: [Errno 111] Connection refused'))
    requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: /v1/orders/8112 (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7fc1089f04a8>: Failed to establish a new connection: [Errno 111] Connection refused'))
DNS or TLS | api.example.com: NameResolutionError("Failed to resolve 'api.example.com' ([Errno -2] Name or service not known)"))
    HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: /v1 (Caused by NameResolutionError("<urllib3.connection.HTTPSConnection object at 0x7fc1089f04a8>: Failed to resolve 'api.example.com' ([Errno -2] Name or service not known)"))
timed out | api.example.com: Read timed out. (read timeout=…)
    HTTPSConnectionPool(host='api.example.com', port=443): Read timed out. (read timeout=30)
target down | HTTPError: 503 Server Error: Service Unavailable for url: https://api.example.com/…
    requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: https://api.example.com/v1/orders?id=8112
content | AssertionError: total is …
    Traceback (most recent call last):\n  File "/opt/python/canary.py", line 12, in handler\n    check(total)\n  File "/opt/python/canary.py", line 31, in check\n    assert total == 49.9\nAssertionError: total is 42.9
script | AttributeError: 'NoneType' object has no attribute 'text'
    [ERROR] AttributeError: 'NoneType' object has no attribute 'text'\nTraceback (most recent call last):\n  File "/opt/python/canary.py", line 12, in handler

## Lambda
canary broken | Runtime.ImportModuleError: Unable to import module 'canary': No module named 'requests'
    [ERROR] Runtime.ImportModuleError: Unable to import module 'canary': No module named 'requests'\nTraceback (most recent call last):
canary broken | Runtime.ImportModuleError: Cannot find module 'axios'
    Runtime.ImportModuleError: Error: Cannot find module 'axios'\nRequire stack:\n- /opt/nodejs/node_modules/checkout.js\n- /opt/index.js
canary broken | Runtime.HandlerNotFound: index.handler is undefined or not exported
    Runtime.HandlerNotFound: index.handler is undefined or not exported
timed out | Sandbox.Timedout: Task timed out after … seconds
    {"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Task timed out after 3.00 seconds"}
canary broken | Runtime.ExitError: Runtime exited with error: exit status 1
    {"errorType":"Runtime.ExitError","errorMessage":"RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Runtime exited with error: exit status 1"}
timed out | Task timed out after … seconds
    2026-11-22T12:27:07.123Z 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Task timed out after 840.04 seconds
canary broken | Runtime exited with error: signal: killed
    RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Runtime exited with error: signal: killed\nRuntime.ExitError
canary broken | Runtime exited with error: exit status 134
    RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Runtime exited with error: exit status 134
target down | Failed to load page!
    2026-11-22T12:27:07.123Z\t3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f\tERROR\tInvoke Error \t{"errorType":"Error","errorMessage":"Failed to load page!","stack":["Error: Failed to load page!","    at loadPage"]}
canary broken | Reached heap limit Allocation failed - JavaScript heap out of memory
    FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
canary broken | ENOSPC: no space left on device, mkdtemp '/…'
    Error: ENOSPC: no space left on device, mkdtemp '/tmp/puppeteer_dev_chrome_profile-XXXXXXa8Kd0Z'
unknown | ENOENT: no such file or directory, open '/…/data-….json'
    Error: ENOENT: no such file or directory, open '/opt/nodejs/node_modules/data-20261122.json'
canary broken | spawn ETXTBSY
    Error: spawn ETXTBSY
canary broken | Canary entry file checkout.js not found
    Canary entry file checkout.js not found
canary broken | Process exited before completing request
    RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Process exited before completing request
canary broken | Runtime.OutOfMemory: Runtime exited with error: signal: killed
    Runtime.OutOfMemory: RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Runtime exited with error: signal: killed
canary broken | Runtime.UserCodeSyntaxError: SyntaxError: Unexpected identifier 'page'
    Runtime.UserCodeSyntaxError: SyntaxError: Unexpected identifier 'page'
canary broken | Synthetics could not run the canary: not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::…:role/canary
    Synthetics could not run the canary: not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/canary
canary broken | Lambda was unable to decrypt the environment variables because KMS access was denied. KMS Exception: AccessDeniedException
    Lambda was unable to decrypt the environment variables because KMS access was denied. KMS Exception: AccessDeniedException
timed out | Canary timed out
    Canary timed out

## Blueprints
target down | Failed: 503 Service Unavailable
    Failed: 503 Service Unavailable
content | Failed to load url: https://host.example.com/… 404 Not Found
    Failed to load url: https://host.example.com/a 404 Not Found
content | Failed to load url: https://host.example.com/… 403
    Failed to load url: https://host.example.com/ 403
DNS or TLS | … broken link(s) detected. net::ERR_NAME_NOT_RESOLVED at https://partner.example.net/…
    1 broken link(s) detected. net::ERR_NAME_NOT_RESOLVED at https://partner.example.net/x
target down | Step failed: Verify orders API. Expected 200 got 503
    Error: Step failed: Verify orders API. Expected 200 got 503
target down | 503 Service Temporarily Unavailable
    Error: 503 Service Temporarily Unavailable
content | 404 Not Found
    404 Not Found
target down | Status code 502
    Error: Status code 502
content | Response status code is 401 Unauthorized for https://api.example.com/…
    Error: Response status code is 401 Unauthorized for https://api.example.com/v1/token?client=abc123
target down | Step: Verify GET /… failed with error: 500 Internal Server Error
    Error: Step: Verify GET /v1/orders/8112 failed with error: 500 Internal Server Error
target down | Step 1: http_health_check failed with … of … assertions failed: Status code 503 is not in range …
    Error: Step 1 - http_health_check failed during execution\n at APIStepOrchestrator.executeSteps (/opt/lib/orchestration/APIStepOrchestrator.js:69:19). Additional error: Step 1: http_health_check failed with 1 of 2 assertions failed: Status code 503 is not in range 200-299\n at
content | Step 2: dns_check failed with … of … assertions failed: A record … does not equal …
    Error: Step 2 - dns_check failed during execution. Additional error: Step 2: dns_check failed with 1 of 1 assertions failed: A record 203.0.113.10 does not equal 203.0.113.11\n at x
target down | Step 4: tcp_check failed: connect ETIMEDOUT …
    Error: Step 4 - tcp_check failed during execution. Additional error: Step 4: tcp_check failed: connect ETIMEDOUT 203.0.113.10:5432
DNS or TLS | Step 3: ssl_check failed with … of … assertions failed: Certificate expires in … days, expected more than …
    Step 3: ssl_check failed with 1 of 2 assertions failed: Certificate expires in 6 days, expected more than 30
content | AssertionError: expected … to equal …
    AssertionError: expected 3 to equal 4
content | AssertionError [ERR_ASSERTION]: Expected values to be strictly equal: 'Checkout' !== 'Maintenance'
    AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:\n\n'Checkout' !== 'Maintenance'\n
content | expected '…' to equal '…'
    Error: expected '42.90' to equal '49.90'
content | Visual monitoring failed: …% of screenshot …-home-loaded.png differs from the baseline, threshold is …%
    Error: Visual monitoring failed: 12.43% of screenshot 01-home-loaded.png differs from the baseline, threshold is 5%
content | Visual variance … % exceeds the threshold of … % in step 'homepage'
    Error: Visual variance 7.91 % exceeds the threshold of 5 % in step 'homepage'
content | Text 'Add to basket' not found on page https://shop.example.com/…
    Error: Text 'Add to basket' not found on page https://shop.example.com/p/8812
script | verifySelector failed: .cart-count
    verifySelector failed: .cart-count
content | Response time … ms exceeds … ms
    Error: Response time 5321 ms exceeds 2000 ms
unknown | Order … was not confirmed within … s
    Error: Order 6f1ed002ab5595859014ebf0951522d9 was not confirmed within 30 s
unknown | User john.doe+…@example.com could not log in, attempt … of …
    Error: User john.doe+1732276027@example.com could not log in, attempt 3 of 3
target down | Step 1 - home failed: Failed to load url: https://shop.example.com/… 502 Bad Gateway
    Error: Step 1 - home failed: Failed to load url: https://shop.example.com/ 502 Bad Gateway
target down | Failed to load url: https://shop.example.com/…
    Failed to load url: https://shop.example.com/
unknown | … of … steps failed: Step 3 - Login, Step 9 - Logout
    Error: 2 of 14 steps failed: Step 3 - Login, Step 9 - Logout
content | Screenshot comparison failed for step 'home': … of … pixels differ (…%)
    Screenshot comparison failed for step 'home': 1024 of 2073600 pixels differ (0.05%)
target down | … broken link(s) detected. Failed to load url: https://docs.example.com/… Status code: 503 Service Unavailable
    12 broken link(s) detected. Failed to load url: https://docs.example.com/v2/orders. Status code: 503 Service Unavailable
content | verifyText failed: expected text 'Welcome back' was not found in '.header'
    verifyText failed: expected text 'Welcome back' was not found in '.header'
content | Status code 404 is not in range …
    Status code 404 is not in range 200-299
content | Expected HTTP 200 but received HTTP 403 for GET /…
    Expected HTTP 200 but received HTTP 403 for GET /v1/orders/7

## Monitoring plumbing
monitoring plumbing | Unable to upload artifacts to S3, Exception: AccessDenied: User: arn:aws:sts::…:assumed-role/canary-role/cwsyn-checkout-… is not authorized to perform…
    Unable to upload artifacts to S3, Exception: AccessDenied: User: arn:aws:sts::123456789012:assumed-role/canary-role/cwsyn-checkout-3f2b9c1e is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:123456789012:key/3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f
monitoring plumbing | An error occurred (AccessDenied) when calling the PutObject operation: Access Denied
    An error occurred (AccessDenied) when calling the PutObject operation: Access Denied
monitoring plumbing | Error publishing CloudWatch metrics: ThrottlingException: Rate exceeded
    Error publishing CloudWatch metrics: ThrottlingException: Rate exceeded

## Scripts of people
DNS or TLS | certificate expired on …
    Error: certificate expired on Nov 22 12:00:00 2026 GMT
unknown | Build … of … answers with version …
    Build 1842 of 2026-11-22T11:42:07Z answers with version 3.14.1
unknown | undefined
    undefined
unknown | [object Object]
    [object Object]
content | 404
    404
unknown | Only numbers or signs as a reason
    42
timed out | No test result returned
    No test result returned.
"""
    )
)

DEMO = {
    "ASSERTION_STEP": ("Step 2 - order total matches the basket failed: expected '…' to equal '…'", Family.CONTENT),
    "BLUEPRINT_CERTIFICATE": (
        "Step 3: base_ssl_certificate_check failed with … of … assertions failed: Certificate issuer O 'Example Trust Services' does not contains 'DigiCert'",
        Family.DNS_OR_TLS,
    ),
    "BROKEN_LINKS": (
        "… broken link(s) detected. Failed to load url: https://docs.example.com/… Status code: 404 Not Found",
        Family.CONTENT,
    ),
    "BROWSER_GONE": ("Navigation failed because the browser has disconnected!", Family.CANARY_BROKEN),
    "CONNECTION_REFUSED": (
        "page.goto: net::ERR_CONNECTION_REFUSED at https://inventory.internal.example.com/…",
        Family.TARGET_DOWN,
    ),
    "DISK_FULL": ("ENOSPC: no space left on device, write", Family.CANARY_BROKEN),
    "DNS": ("net::ERR_NAME_NOT_RESOLVED at https://status.example.net/…", Family.DNS_OR_TLS),
    "DRY_RUN_REFUSED": (
        "The role arn:aws:iam::…:role/invoice-canary cannot be assumed by Lambda",
        Family.CANARY_BROKEN,
    ),
    "EDGE_TIMEOUT": ("net::ERR_CONNECTION_TIMED_OUT at https://www.example.com/…", Family.TARGET_DOWN),
    "ENTRY_MISSING": (
        "Canary entry file index not found with any of the supported extensions (.mjs, .js, .cjs)",
        Family.CANARY_BROKEN,
    ),
    "FIREFOX_SELECTOR": (
        'TimeoutError: waiting for selector ".gallery__tile:nth-child(4) > img" failed: timeout … ms exceeded',
        Family.SCRIPT,
    ),
    "GATEWAY_TIMEOUT": ("Failed to load url: https://shop.example.com/… 504 Gateway Timeout", Family.TARGET_DOWN),
    "HOSTILE_PAGE": (
        "expected the title to be 'Guest book' but it was '[b]all is well[/b] fdp.exe no comment PASSED'",
        Family.CONTENT,
    ),
    "JAPANESE_TITLE": (
        "タイトルが一致しません: 「ご注文手続き」ではなく「ただいまメンテナンス中です」が表示されました",
        Family.UNKNOWN,
    ),
    "KILLED": ("Runtime exited with error: signal: killed", Family.CANARY_BROKEN),
    "LAMBDA_TIMEOUT": ("Task timed out after … seconds", Family.TIMED_OUT),
    "NAVIGATION_TIMEOUT": ("TimeoutError: Navigation timeout of … ms exceeded", Family.TIMED_OUT),
    "NO_RESPONSE": ("No response returned for url: https://stores.example.com/…", Family.TARGET_DOWN),
    "NO_RESULT_TIMEOUT": ("Connection timed out after … ms", Family.TARGET_DOWN),
    "PLAYWRIGHT_LOCATOR": (
        "locator.click: Timeout … ms exceeded, waiting for locator('iframe[name=\"challenge\"]').contentFrame().getByRole('button', { name: 'Confirm' })",
        Family.SCRIPT,
    ),
    "S3_DENIED": (
        "Unable to upload artifacts to S3, Exception: Unable to fetch S3 bucket location: Access Denied",
        Family.MONITORING,
    ),
    "SELECTOR": (
        'TimeoutError: waiting for selector ".order-summary__total" failed: timeout … ms exceeded',
        Family.SCRIPT,
    ),
    "SELENIUM_EMPTY": ("Message without text (Selenium)", Family.UNKNOWN),
    "SILENT": ("No reason and no test result: mostly a timeout", Family.TIMED_OUT),
    "THROWN_STRING": ("Failed to load page!", Family.TARGET_DOWN),
    "UNAVAILABLE": ("Failed to load url: https://search.example.com/… 503 Service Unavailable", Family.TARGET_DOWN),
}
"""What each way to fail of the demo comes to, by its name in `demo/reasons.py`."""

SAME = _groups(
    r"""
TimeoutError: Navigation timeout of 30000 ms exceeded
TimeoutError: Navigation timeout of 60000 ms exceeded
TimeoutError: Navigation Timeout Exceeded: 30000ms exceeded
Error: TimeoutError: Navigation timeout of 1 ms exceeded
No test result returned.TimeoutError: Navigation timeout of 30000 ms exceeded
TimeoutError: Navigation timeout of 30000 ms exceeded\n    at LifecycleWatcher.waitFor (/opt/nodejs/node_modules/puppeteer-core/lib/cjs/puppeteer/cdp/LifecycleWatcher.js:95:9)
TimeoutError: Navigation timeout of 30000 ms exceeded\n    at LifecycleWatcher.wai
TimeoutError: Navigation timeout of 30000 ms exceeded\n    a

Failed to load url: https://shop.example.com/ 503 Service Unavailable
Failed to load url: https://shop.example.com/cart/8112?session=3f2b9c1e 503 Service Unavailable
Failed to load url: https://SHOP.example.com:8443/#top 503 Service Unavailable
Failed to load url: https://user:secret@shop.example.com 503 Service Unavailable
Error: Failed to load url: https://shop.example.com/a.html 503 Service Unavailable

RequestId: 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Error: Task timed out after 60.06 seconds
RequestId: 0f8fad5b-d9cb-469f-a165-70867728950e Error: Task timed out after 840.10 seconds
2026-11-22T12:27:07.123Z 3f2b9c1e-8d4a-4c6b-9f7e-2a1b3c4d5e6f Task timed out after 3.00 seconds
Task timed out after 3.00 seconds

Error: expected '42.90' to equal '49.90'
Error: expected '1,042.00' to equal '7'
expected '0.1' to equal '-3'

page.goto: net::ERR_CONNECTION_REFUSED at https://shop.example.com/\nCall log:\n  - navigating to "https://shop.example.com/", waiting until "load"
page.goto: net::ERR_CONNECTION_REFUSED at https://shop.example.com/cart\nCall l
page.goto: net::ERR_CONNECTION_REFUSED at https://shop.example.com:443/x\n
Error: page.goto: net::ERR_CONNECTION_REFUSED at https://shop.example.com/ Call log: - navigating to "https://shop.example.com/"

3 broken link(s) detected. Failed to load url: https://docs.example.com/a. Status code: 404 Not Found
12 broken link(s) detected. Failed to load url: https://docs.example.com/b/c?d=e. Status code: 404 Not Found

AxiosError: connect ECONNREFUSED 10.0.12.7:443
AxiosError: connect ECONNREFUSED 10.0.91.204:8443

Error: Order 6f1ed002ab5595859014ebf0951522d9 was not confirmed within 30 s
Error: Order a90d7c3316be44d28c9e21f50b6ad0c4 was not confirmed within 30s
Error: Order 0f8fad5b-d9cb-469f-a165-70867728950e was not confirmed within 45 s
Error: Order 2026112200017 was not confirmed within 2.5 s

ENOSPC: no space left on device, open '/var/task/out-1.json'
ENOSPC: no space left on device, open '/var/folders/7/out-1.json'

Message: no such element: Unable to locate element: {"method":"css selector","selector":"#total"}\n  (Session info: chrome=131.0.6778.85)\nStacktrace:\n#0 0x55dcb8ccc4e3 <unknown>
Message: no such element: Unable to locate element: {"method":"css selector","selector":"#total"}\n  (Session info: headless chrome=114.0.5735.198); For documentation on this error, please visit: https://www.selenium.dev/x
Message: no such element: Unable to locate element: {"method":"css selector","selector":"#total"}\nStackt

Error: certificate expired on Nov 22 12:00:00 2026 GMT
Error: certificate expired on Sun, 3 May 2026 09:00:00 GMT
Error: certificate expired on 2026-11-22

Error: Step 2 - login failed: attempt 1 of 3
Error: Step 2 - login failed: attempt 3 of 3

Unable to upload artifacts to S3, Exception: User: arn:aws:sts::123456789012:assumed-role/canary/x is not authorized
Unable to upload artifacts to S3, Exception: User: arn:aws:sts::210987654321:assumed-role/canary/x is not authorized

HTTPSConnectionPool(host='api.example.com', port=443): Max retries exceeded with url: /v1/orders/8112 (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7fc1089f04a8>: Failed to establish a new connection: [Errno 111] Connection refused'))
HTTPSConnectionPool(host='api.example.com', port=8443): Max retries exceeded with url: /v2 (Caused by NewConnectionError('<urllib3.connection.HTTPSConnection object at 0x7f551fb6fa90>: Failed to establish a new connection: [Errno 111] Connection refused'))

Error: connect ETIMEDOUT 2001:db8::ff00:42:8329
Error: connect ETIMEDOUT 2001:db8:0:1::7

Error: 1 of 6 assertions failed
Error: 4 of 12 assertions failed
"""
)
"""Each group is one cause."""

DIFFERENT = _groups(
    r"""
Failed to load url: https://shop.example.com/ 503 Service Unavailable
Failed to load url: https://shop.example.com/ 502 Bad Gateway
Failed to load url: https://shop.example.com/ 404 Not Found
Failed to load url: https://shop.example.com/
Failed to load url: https://search.example.com/ 503 Service Unavailable
No response returned for url: https://shop.example.com/

Failed to load url: https://shop.example.com/ 503
Failed to load url: https://shop.example.com/ 404

Request failed with status code 500
Request failed with status code 429
Request failed with status code 404

Status: 502
Status: 503

HTTP 429
HTTP 500

HTTP/1.1 503
HTTP/1.1 504

Expected 200 got 503
Expected 200 got 404
Expected 301 got 503

expected 503 to equal 200
expected 404 to equal 200

statusCode=500
statusCode=403

Response code 401
Response code 500

status code '500'
status code '502'

{"status":500,"message":"failed"}
{"status":403,"message":"failed"}

expected:<200> but was:<502>
expected:<200> but was:<404>

net::ERR_CONNECTION_REFUSED at https://shop.example.com/
net::ERR_CONNECTION_RESET at https://shop.example.com/
net::ERR_NAME_NOT_RESOLVED at https://shop.example.com/

waiting for selector ".total" failed: timeout 30000ms exceeded
waiting for selector ".total-2" failed: timeout 30000ms exceeded
waiting for selector ".total-23" failed: timeout 30000ms exceeded
waiting for selector "a[href="/cart/81"]" failed: timeout 30000ms exceeded
waiting for selector "a[href="/cart/82"]" failed: timeout 30000ms exceeded

No element found for selector: #row-17
No element found for selector: #row-18

locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator('#pay')\n
locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator('#pay-12345')\n
locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for getByRole('button', { name: 'Pay 20' })
locator.click: Timeout 30000ms exceeded.\nCall log:\n  - waiting for getByRole('button', { name: 'Pay 50' })
locator.fill: Timeout 30000ms exceeded.\nCall log:\n  - waiting for locator('#pay')\n

page.goto: Timeout 30000ms exceeded.\nCall log:\n  - navigating to "https://shop.example.com/", waiting until "load"
page.goto: Timeout 30000ms exceeded.\nCall log:\n  - navigating to "https://search.example.com/", waiting until "load"

Unable to locate element: {"method":"xpath","selector":"//div[1]/a"}
Unable to locate element: {"method":"xpath","selector":"//div[2]/a"}

Runtime exited with error: exit status 1
Runtime exited with error: exit status 134
Runtime exited with error: signal: killed

[Errno 111] Connection refused
[Errno 101] Network is unreachable

Step 2 - Login failed
Step 3 - Login failed
Step 3 - Logout failed

Cannot find module 'axios'
Cannot find module 'uuid'

Unable to locate element: {"method":"css selector","selector":"#a"}\n  (Session info: chrome=131)
Unable to locate element: {"method":"css selector","selector":"#b"}\n  (Session info: chrome=131)
"""
)
"""In each group every two are two causes."""
