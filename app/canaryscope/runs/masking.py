"""Taking out of an error's line what varies from run to run, so that two runs with one cause have one line.

Every mask is `…`, which holds nothing that would be masked again: what has been masked stays as it is. Taken out are
ids, times, addresses and their ports, amounts and durations, folders, and of URLs all but scheme and host. Kept are
what makes two causes of two texts: HTTP statuses, error, exit and signal codes, step numbers, selectors.

Reasons are untrusted: no expression has two ways to match the same characters over and over, so that none takes long.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

__all__ = ["MASK", "masked"]

MASK: Final = "…"

_QUOTED = r"""(?:"(?:[^"\[]|\[[^\]]*+\]?)*+"?|'(?:[^'\[]|\[[^\]]*+\]?)*+'?|`[^`]*+`?)"""
"""A quotation, to the end of the text where it was cut. Brackets in it may hold its own quotes: `"a[href="x"]"`."""
_SELECTOR = re.compile(
    r"("
    r"\b(?:frame_?[lL]ocator|locator|get(?:By|_by_)\w+)\("
    rf"(?:[^()\"'`]|{_QUOTED}|\([^()]*+\)?)*+\)?(?:\.\w+\([^()]*+\)?)*+"
    r"|\"selector\":\".*?(?:\"\}|$)"
    rf"|(?<=elector ){_QUOTED}|(?<=[xX][pP]ath ){_QUOTED}"
    r"|\b(?:(?:[Ss]elector|[Xx][Pp]ath|By\.\w+): )(?=\S).*?(?=\s\(tried|\s(?:after|within|in)\s\d|\]\)?\s|$)"
    r")"
)
_SELECTOR_WORDS: Final = ("elector", "ocator", "getBy", "get_by", "ath: ", "ath `", 'ath "', "ath '", "By.")

_URL = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]{1,15}+://)(?:[^\s/@?#\"'`<>]*+@)?(\[[0-9A-Fa-f:.]++\]|[^\s/:?#\"'`<>(),;\\…]++)"
    r"([^\s\"'`<>]*+)"
)
_URL_END: Final = ".,:;!?)]}\\"
_AFTER_URL: Final = "://"
"""Stands before what follows a URL, so that a status there is known for one: `https://host/… 503`."""

_ANY_DIGIT = re.compile(r"\d").search
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_ANY_MONTH = re.compile("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec").search
_DATE = re.compile(
    rf"\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:\d\d?[ -])?{_MONTH}[a-z]*\.?[ -]\d[\d:,. -]*"
    r"(?:(?<=[ \d])(?:GMT|UTC|Z)(?:[+-]\d{4})?(?: \([^)]*\))?)?(?<! )"
)
_TIMESTAMP = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d(?:[T ,]{1,2}\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?: ?Z\b| ?UTC\b| ?GMT\b| ?[+-]\d\d:?\d\d)?"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_KEYED = re.compile(r"([iI][dD][\"']?\s?[:=]\s?[\"']?)(?=[\w+/=.-]*\d)[\w+/=.-]+")
_WORD_WITH_DIGIT = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]*[0-9])(?:0x)?+[0-9A-Za-z]{4,}(?![0-9A-Za-z])")
_HEX = re.compile(r"(?:0x)?[0-9a-f]{8,}|0x[0-9a-f]+|(?:0x)?[0-9A-F]{8,}").fullmatch
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])")

_GLUED = r"%|px|st|nd|rd|th"
_UNITS = (
    r"ms|msecs?|millis|milliseconds?|MILLISECONDS|s|secs?|seconds?(?:\(s\))?|m|mins?|minutes?(?:\(s\))?|h|hrs?|hours?"
    r"|days?|us|µs|ns|[KMGTkm]i?B|[Bb]ytes?|B"
)
_NUMBER = re.compile(rf"-?[0-9]+(?:[.,:/x×-][0-9]+)*+(?:({_GLUED})(?!\w)| ?({_UNITS})(?!\w))?")
_LONG_RUN = re.compile(r"\d{4}").search

_CODE = re.compile(
    r"(?:\b(?:exit|exit(?:ed)? with|signal|errno|sqlstate)|(?:\b|exit|error|err|status|response)[_ ]?code|status)"
    r"\W{0,3}$"
).search
_PLACE = re.compile(r"(?:\bstep[ _#-]{0,2}|nth-child\(|nth-of-type\(|\bnth\(|\bhttp/|\btls ?v?|\bssl ?v?)$").search
_STATUS_FIT = re.compile(r"[1-5]\d\d(?:-[1-5]\d\d)?").fullmatch
_STATUS_WORD = re.compile(
    r"(?:status(?:es)?|statuscode|https?(?:/[\d.]+)?|response(?: code)?|code|://)\W*"
    r"(?:(?:is|was|of|with|code|to|be|equal|got|but|not|received|returned|expected|text|a|an)\b\W*){0,4}$"
).search
_STATUS_PHRASE = re.compile(
    r"\W{1,2}(?:Bad|Unauthori[sz]ed|Forbidden|Not|Method|Request|Conflict|Gone|Unprocessable|Too|Internal|Service"
    r"|Gateway|Server|Client|Moved|Temporary|Permanent|Payment|Precondition|Locked|Web|Origin|Error)\b"
).match
_VERDICT = re.compile(
    r"(?:^|\b(?:got|received|returned|expected|equal|be|was|responded|answered|with|not|actual|instead of|failed"
    r"|failure)\b)[\s:=<(\[]{0,3}$"
).search
_EXPECTED_STATUS = re.compile(r"\b(?:200|201|202|204|301|302|304)\b").search
_COUNTED = re.compile(r"\s[a-z]{2,}s\b").match
_STATUSES: Final = frozenset(
    {str(status.value) for status in HTTPStatus if status >= HTTPStatus.OK}
    | {"460", "463", "464", "499", "509", "520", "521", "522", "523", "524", "525", "526", "527", "530", "561"}
)
"""With those of load balancers and content delivery networks."""
_WINDOW: Final = 40
"""Characters before a number that are looked at for what kind of number it is."""

_PATH = re.compile(r"(?<![^\s\"'`(=:,])(?<!match )/(?=[\w@.~{%…-])[^\s\"'`()<>,;|]*")
_PATH_END: Final = ".:!?]}"
_FILE_NAME = re.compile(r"[^?#&=]*\.[A-Za-z]\w{0,4}").fullmatch
_SYSTEM_PATH = re.compile(r"/tmp|/dev/\w+").fullmatch  # noqa: S108 - the folder that fills up in a Lambda function


def masked(line: str) -> str:
    """`line`, which has no line breaks, with `…` for what varies."""
    if not any(word in line for word in _SELECTOR_WORDS):
        return _without_urls(line)
    parts = _SELECTOR.split(line)
    parts[::2] = [_without_urls(part) for part in parts[::2]]
    return "".join(parts)


def _without_urls(text: str) -> str:
    if "://" not in text:
        return _without_ids(text)
    text = text.replace("file://", "")
    kept: list[str] = []
    end = 0
    for url in _URL.finditer(text):
        kept += (_between_urls(text[end : url.start()], first=not kept), _host(url))
        end = url.end()
    return "".join([*kept, _between_urls(text[end:], first=not kept)])


def _between_urls(text: str, *, first: bool) -> str:
    return _without_ids(text) if first else _without_ids(_AFTER_URL + text)[len(_AFTER_URL) :]


def _host(url: re.Match[str]) -> str:
    scheme, host, rest = url.groups()
    address = host + rest
    end = address[len(address.rstrip(_URL_END)) :].replace(".", "")
    return f"{scheme}{host.lower().rstrip(_URL_END)}/{MASK}{end}"


def _without_ids(text: str) -> str:
    if "/" in text:
        text = _PATH.sub(_path, text)
    if not _ANY_DIGIT(text):
        return text
    text = _UUID.sub(MASK, text)
    text = _TIMESTAMP.sub(MASK, text)
    if _ANY_MONTH(text):
        text = _DATE.sub(MASK, text)
    text = _KEYED.sub(rf"\1{MASK}", text)
    text = _WORD_WITH_DIGIT.sub(_word, text)
    if "::" in text or text.count(":") > 3:
        text = _IPV6.sub(_address, text)
    return _NUMBER.sub(_number, text)


def _path(path: re.Match[str]) -> str:
    """A path keeps the name of its file, where that has an ending as file names have."""
    whole = path[0].rstrip(_PATH_END)
    end = path[0][len(whole) :].replace(".", "")
    name, colon, column = whole.rpartition("/")[2].partition(":")
    if colon and column.strip("0123456789:" + MASK):
        name = f"{name}:{column}"
    if _SYSTEM_PATH(whole):
        return whole + end
    return f"/{MASK}/{name}{end}" if _FILE_NAME(name) else f"/{MASK}{end}"


def _word(word: re.Match[str]) -> str:
    """Hexadecimal numbers go, and words in which letters and digits alternate as they do in random ids."""
    text = word[0]
    if text.isdigit():
        return text
    if _HEX(text) or (len(text) >= 10 and len(re.findall(r"\d+", text)) >= 3):
        return MASK
    return text


def _address(address: re.Match[str]) -> str:
    return MASK if any(sign.isdigit() for sign in address[0]) else address[0]


def _number(number: re.Match[str]) -> str:
    text, start, end = number.string, number.start(), number.end()
    token, glued, unit = number[0], number[1], number[2]
    before, after = text[start - 1 : start], text[end : end + 1]
    sign = ""
    if token[0] == "-" and (before.isalnum() or before in ("_", MASK)):
        if len(token) == 2:
            return token
        sign = "-"
    elif before.isalpha() or before == "_" or (after.isalpha() and unit is None):
        return MASK + (unit or glued or "") if _LONG_RUN(token) else token
    if unit:
        return f"{sign}{MASK} {unit}"
    if glued:
        return f"{sign}{MASK}{glued}"
    return token if not sign and _tells(text, start, end, token) else sign + MASK


def _tells(text: str, start: int, end: int, token: str) -> bool:
    """Whether a number is a part of what happened: an HTTP status, an exit or error code, the number of a step."""
    if len(token) > 7:
        return False
    before = text[max(0, start - _WINDOW) : start].lower()
    if len(token) <= 4 and (_PLACE(before) or (_CODE(before) and token.lstrip("-").isdigit())):
        return True
    if not _STATUS_FIT(token):
        return False
    if _STATUS_WORD(before) or _STATUS_PHRASE(text, end):
        return True
    if token not in _STATUSES or not _VERDICT(before) or _COUNTED(text, end):
        return False
    return "xpect" not in text or _EXPECTED_STATUS(text) is not None
