"""Finding the line of a StateReason that tells what happened, among what surrounds it.

Around it are a prefix of Synthetics or Lambda, class names of a language, a stack of calls, a browser's log. The text
may end anywhere: AWS cuts it at 1,024 characters.
"""

from __future__ import annotations

import json
import re
from typing import Final

from canaryscope.runs.text import clean_line

__all__ = ["NO_MESSAGE", "ONLY_A_STACK", "telling_line"]

NO_MESSAGE: Final = "Message without text (Selenium)"
ONLY_A_STACK: Final = "A stack trace without its error"

_ADDITIONAL: Final = "Additional error:"
"""The multi-checks blueprint tells the step's own error behind this, after the stack of the general one."""
_HEADINGS: Final = (
    *("Call log:", "Browser logs:", "Stacktrace:", "Stack trace:", "Backtrace:"),
    *("Traceback (most recent call last", "(Session info:", "Build info:", "System info:", "Host info:"),
    *("Driver info:", "Command duration or timeout:", "For documentation on this error", "Require stack:"),
    *("Troubleshooting: http", "TROUBLESHOOTING: http"),
)
"""What is no part of the error begins so, on a line of its own or not."""
_STACK = re.compile(
    r"\n ?(?:at (?!(?:least|most|all|the|an?|position|line) )\S|at? ?$|File \"|#\d+ 0x|\.\.\. \d+ more\b"
    r"|Caused by:|(?:Runtime|Sandbox|Extension)\.\w+ ?$|\d+\) <|\[\d{4}/\d{6}[.:])"
    r"|(?:^|[\n ]) ?(?:={3,} (?:browser )?logs =|" + "|".join(map(re.escape, _HEADINGS)) + r")"
    r"|[\n ] ?at (?:(?:async |new )?[\w.$<>#\[\]]{1,120}+ \((?:/|file:|node:|<anonymous>|internal/|webpack)"
    r"|(?:async )?(?:file://)?/(?:opt|var)/\S{1,200}?:\d+:\d+)"
)
"""Where the error ends: at a call, or at a heading."""
_BLANKS = re.compile(" {2,}")
_PYTHON_ERROR = re.compile(r"\n(?=[A-Za-z_][\w.]*(?:[:\n]|$))")
_WAITED_FOR = re.compile(r"(?:^|[\n -])((?:waiting for|navigating to) \S.*?)(?= - |\n|$)")
_LOGGED_TIMEOUT = re.compile(r"Timeout [\d.…]+ ?ms exceeded\.?$").search
_LAMBDA_MESSAGE = re.compile(r"\"errorMessage\"\s*:\s*(\"(?:[^\"\\]|\\.)*+)", re.DOTALL)
_LAMBDA_TYPE = re.compile(r"\"errorType\"\s*:\s*\"([\w.]++)\"")

_PREFIX = re.compile(
    r"\s*(?:No test result returned[.:]?+|Canary execution failed[.:]?+|(?:Error|Exception|Message):"
    r"|Uncaught (?:\(in promise\) )?(?=\w*(?:Error|Exception)\b)|RequestId: *[0-9A-Fa-f-]{8,}+"
    r"|[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\b"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"
    r"|(?:ERROR|FATAL|SEVERE|WARN|INFO|\[(?:ERROR|FATAL|WARN|INFO)\])(?=[\s:]):?"
    r"|(?:[a-z_][\w$]*+\.)+(?=[A-Z]\w*(?:Error|Exception|Timeout)\b))\s*(?=[^\s:])"
)
_TYPE = re.compile(r"(?:(?:Runtime|Sandbox|Extension)\.\w+|\w*(?:Error|Exception|Timeout)): +")
_NESTED = re.compile(r": (?:(?:Error|Exception|Message): *)+(?=\S)")
_DOUBLED = re.compile(r"((?:(\w{1,80}+: )(?=\2))++)")
_EMPTY_MESSAGE = re.compile(r"(?:(\w+(?:Error|Exception)): )?Message:?$").fullmatch
_POOL = re.compile(r"HTTPS?ConnectionPool\(host='([^']*+)', port=[^)]*+\): ")
_RETRIED = re.compile(r"Max retries exceeded with url: \S+ \(Caused by ")
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-fA-F]+>:? ?")

# What older Puppeteers say otherwise: a canary's new runtime version does not make a new cause.
_OLD_TIMEOUT = re.compile(r"Navigation Timeout Exceeded: (\S+ ?ms) exceeded")
_OLD_DISCONNECTED: Final = ("because browser has disconnected", "because the browser has disconnected")


def telling_line(reason: str) -> str:
    """The error in `reason`, clean text of several lines, as one line; empty where there is none."""
    if '"errorMessage"' in reason:
        reason = _from_lambda(reason)
    if "\\n" in reason:
        reason = reason.replace("\\n", "\n").replace('\\"', '"')
    if "  " in reason:
        reason = _BLANKS.sub(" ", reason)
    general, found, additional = reason.partition(_ADDITIONAL)
    if found:
        reason = additional if additional.strip(" .:\n") else general
    line = clean_line(_without_prefixes(_without_stack(reason)))
    doubled = _DOUBLED.match(line)
    line = _NESTED.sub(": ", line[doubled.end(1) :] if doubled else line)
    if "ConnectionPool(" in line:
        line = _RETRIED.sub("", _OBJECT.sub("", _POOL.sub(r"\1: ", line)))
    if "Navigation " in line:
        line = _OLD_TIMEOUT.sub(r"Navigation timeout of \1 exceeded", line).replace(*_OLD_DISCONNECTED)
    empty = _EMPTY_MESSAGE(line)
    if empty:
        return f"{empty[1]}: {NO_MESSAGE}" if empty[1] else NO_MESSAGE
    return line.rstrip(" .:,;-")


def _from_lambda(reason: str) -> str:
    """What Lambda reports as JSON, as one would print it: `type: message`."""
    message, kind = _LAMBDA_MESSAGE.search(reason), _LAMBDA_TYPE.search(reason)
    if message is None:
        return reason
    try:
        text = str(json.loads(f'{message[1]}"'))
    except ValueError:
        text = message[1][1:]
    return f"{kind[1]}: {text}" if kind and not text.startswith(kind[1]) else text


def _without_stack(reason: str) -> str:
    cut = _STACK.search(reason)
    if cut is None:
        return _without_cut_heading(reason)
    head, tail = reason[: cut.start()].rstrip(), reason[cut.start() :]
    if not head:
        return _after_traceback(tail)
    if _LOGGED_TIMEOUT(head):
        waited = _WAITED_FOR.search(tail)
        if waited:
            return f"{head.rstrip('.')}, {waited[1]}"
    return head


def _without_cut_heading(reason: str) -> str:
    """AWS's cut may have left nothing but the beginning of a heading on the last line."""
    lines, _, last = reason.rpartition("\n")
    last = last.strip()
    return lines if last and any(heading.startswith(last) for heading in _HEADINGS) else reason


def _after_traceback(text: str) -> str:
    """The error that Python prints below its stack: on the first line that is not indented."""
    error = _PYTHON_ERROR.search(text, 1)
    return text[error.end() :] if error and "Traceback" in text[: error.start()] else ONLY_A_STACK


def _without_prefixes(text: str) -> str:
    """Also those behind the name of an error's type, which stays. What is nothing but a prefix stays, too."""
    start = _after_prefixes(text, 0)
    kind = _TYPE.match(text, start)
    return text[start:] if kind is None else kind[0] + text[_after_prefixes(text, kind.end()) :]


def _after_prefixes(text: str, start: int) -> int:
    while prefix := _PREFIX.match(text, start):
        start = prefix.end()
    return start
