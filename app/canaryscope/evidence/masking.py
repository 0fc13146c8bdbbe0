"""Hiding credentials in requests: in headers, URLs, and bodies of the kinds that carry them.

What is hidden goes by its name, not by how it looks: a header, parameter or member that is called like a credential.
Two kinds are known by their look, wherever they are: what follows "Bearer" or "Basic" and is no word, and JSON web
tokens. A mask is `MASKED`, whatever is behind it, so that it tells no length; `null`, `true`, `false` and the empty
text stay, because a token that is missing is often the cause.

The texts are untrusted and may be cut anywhere: a value that does not end is hidden to the end of the text. Time grows
with the length of the text only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_plus

__all__ = ["MASKED", "is_secret", "masked_body", "masked_document", "masked_header", "masked_text", "masked_url"]

MASKED: Final = "****"

_TELLING = re.compile(
    r"token|secret|passw|passphrase|passcode|session|cookie|credential|signature|authoriz|authoris|authentic|jwt|bearer"
    r"|assertion|saml|csrf|xsrf|key(?!word|board|stroke|frame)"
).search
_TELLING_WORDS: Final = frozenset(
    {"auth", "oauth", "pass", "pwd", "sig", "sid", "hmac", "otp", "mfa", "pin", "ticket", "cred", "creds"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])").findall
_PUNCTUATION = re.compile(r"[\W_]+")
_PUBLIC: Final = frozenset({"www-authenticate", "proxy-authenticate"})
_PUBLIC_PREFIX: Final = "access-control-"
"""These headers name what is allowed or asked for, and hold no credential."""
_SCHEME = re.compile(r"(?:Basic|Bearer|Digest|DPoP|Negotiate|NTLM|AWS4-HMAC-SHA256)(?= +\S)", re.IGNORECASE).match

_USERINFO = re.compile(r"(?:(?<=://)|(?<=:\\/\\/))[^/?#\s\"'<>\\]*@")
_PARAMETER = re.compile(r"(?:^|[\s?&;#,(\"']|\\u0026)([\w.%~$:\[\]-]{1,100}+)=")
_ENCODED_PARAMETER = re.compile(r"%(?:25)*+(?:3[fFbB]|26|23)([\w.~$:\[\]-]{1,100}?)%(?:25)*+3[dD]")
_END_IN_URL = re.compile(r"[&#]")
_END_IN_TEXT = re.compile(r"[&#\s\"'<>\\]")
_END_OF_ENCODED = re.compile(r"%(?:25)*+(?:26|23)|[&#\s\"'<>\\]")
_BEARER = re.compile(
    r"\b((?i:Bearer|Basic)(?: +|%20|\+))(?=[\w.~+/-]*?(?:[\d=]|[a-z][A-Z]|[\w.~+/-]{20}))[\w.~+/=-]{6,}"
)
"""Not what is a word: "Basic authentication", "Bearer required"."""
_WEB_TOKEN = re.compile(r"\beyJ[\w-]{8,}+(?:\.[\w-]*+)*")

_MEMBER = re.compile(r"(\\*+)\"((?:[^\"\\]|\\++u[0-9A-Fa-f]{4}){1,100}+)\\*+\"\s*+:\s*+")
_NAMED = re.compile(
    r"\"name\"\s*+:\s*+\"((?:[^\"\\]|\\.){1,100}+)\"\s*+,[^{}\[\]]{0,200}?\"value\"\s*+:\s*+\"", re.DOTALL
)
"""What stands between the two is a comment, say; the value may come first, too."""
_NAMED_AFTER = re.compile(
    r"(\"value\"\s*+:\s*+\")((?:[^\"\\]|\\.)*+)(?=\"\s*+,\s*+\"name\"\s*+:\s*+\"((?:[^\"\\]|\\.){1,100}+)\")", re.DOTALL
)
_ESCAPED = re.compile(r"\\+u([0-9A-Fa-f]{4})")
_QUOTE = re.compile(r"(\\*+)\"")
_QUOTE_OR_BRACKET = re.compile(r"(\\*+)\"|[\[\]{}]")
_SCALAR = re.compile(r"[^\s,}\]\\\"]*+")
_TELLING_NOTHING: Final = frozenset({"", "null", "true", "false"})

_FORM = re.compile(r"[\w.\[\]%+~$:-]{1,100}+=\S*+").fullmatch
_PART_NAME = re.compile(r"\bname=\"?([^\"\n;]{1,200})", re.IGNORECASE).search


@lru_cache(2_000)
def is_secret(name: str) -> bool:
    """Whether what is called `name`, a header, a parameter or a member of an object, is hidden. In any case."""
    plain = name.strip().lower()
    if plain in _PUBLIC or plain.startswith(_PUBLIC_PREFIX):
        return False
    if _TELLING(_PUNCTUATION.sub("", plain)):
        return True
    return any(word.lower() in _TELLING_WORDS for word in _WORD(name)) or plain in _TELLING_WORDS


def _is_secret_parameter(name: str) -> bool:
    """As `is_secret`; `code` is OAuth's there, while in an answer it is mostly that of an error."""
    return is_secret(name) or name.lower() == "code"


def masked_header(name: str, value: str) -> str:
    """The value of the header `name`. What is no credential may still hold one: the URL in a Location."""
    if not is_secret(name):
        return masked_text(value)
    scheme = _SCHEME(value)
    return f"{scheme[0]} {MASKED}" if scheme else MASKED if value else ""


def masked_url(url: str) -> str:
    """`url` without its user and password, and without secret parameters, also of a URL in a parameter."""
    url = _USERINFO.sub(f"{MASKED}@", url)
    url = _without_values(url, _PARAMETER, _is_secret_parameter, _END_IN_URL)
    return _without_values(url, _ENCODED_PARAMETER, _is_secret_parameter, _END_OF_ENCODED)


def masked_text(text: str) -> str:
    """A text of any kind, a body or an error: URLs, members of JSON, and what looks like a token."""
    return _masked(text, is_secret)


def masked_document(text: str) -> str:
    """A file as it is, a HAR perhaps: of a pair of `name` and `value` the value, where its name is that of a secret."""
    if '"value"' in text:
        text = _NAMED_AFTER.sub(_masked_before_name, _without_named_values(text))
    return masked_text(text)


def masked_body(body: str, mime: str, *, sent: bool) -> str:
    """A body. In one that was `sent`, a member `code` is hidden too: it is a code that lets somebody in."""
    mime = mime.lower()
    if mime.startswith("multipart/") or body.startswith("--"):
        body = "\n--".join(_masked_part(part) for part in body.split("\n--"))
    elif "x-www-form-urlencoded" in mime or (not mime and _FORM(body)):
        body = "&".join(_masked_pair(pair) for pair in body.split("&"))
    return _masked(body, _is_secret_parameter if sent else is_secret)


def _masked(text: str, secret: Callable[[str], bool]) -> str:
    if "@" in text:
        text = _USERINFO.sub(f"{MASKED}@", text)
    if "=" in text:
        text = _without_values(text, _PARAMETER, _is_secret_parameter, _END_IN_TEXT)
    if "%" in text:
        text = _without_values(text, _ENCODED_PARAMETER, _is_secret_parameter, _END_OF_ENCODED)
    if '"' in text:
        text = _without_members(text, secret)
    return _WEB_TOKEN.sub(MASKED, _BEARER.sub(rf"\1{MASKED}", text))


def _without_values(text: str, naming: re.Pattern[str], secret: Callable[[str], bool], end: re.Pattern[str]) -> str:
    """`text` with a mask for what stands between a name that `secret` knows and the next `end`."""
    kept: list[str] = []
    done = 0
    for name in naming.finditer(text):
        if name.start() < done or not secret(unquote_plus(name[1])):
            continue
        found = end.search(text, name.end())
        stop = found.start() if found else len(text)
        if stop > name.end():
            kept += (text[done : name.end()], MASKED)
            done = stop
    return "".join([*kept, text[done:]])


def _without_named_values(text: str) -> str:
    kept: list[str] = []
    done = 0
    for named in _NAMED.finditer(text):
        if named.start() >= done and _is_secret_parameter(_unescaped(named[1])):
            kept += (text[done : named.end()], MASKED)
            done = _end_of_text(text, named.end(), 0)
    return "".join([*kept, text[done:]])


def _masked_before_name(found: re.Match[str]) -> str:
    return found[1] + (MASKED if _is_secret_parameter(_unescaped(found[3])) else found[2])


def _without_members(text: str, secret: Callable[[str], bool]) -> str:
    """JSON as text, which may be cut; JSON in a text of JSON has backslashes before its quotes, twice as many in it."""
    kept: list[str] = []
    done = 0
    for member in _MEMBER.finditer(text):
        if member.start() < done or not secret(_unescaped(member[2])):
            continue
        start, stop, quote = _value(text, member.end(), member[1])
        if text[start:stop] not in _TELLING_NOTHING:
            kept += (text[done:start], quote, MASKED, quote)
            done = stop
    return "".join([*kept, text[done:]])


def _unescaped(name: str) -> str:
    return _ESCAPED.sub(lambda it: chr(int(it[1], 16)), name)


def _value(text: str, start: int, escape: str) -> tuple[int, int, str]:
    """From where to where the value reaches that begins at `start`, and the quote that its mask needs.

    A text without its quotes, an object whole.
    """
    quote = _QUOTE.match(text, start)
    if quote and quote[1] == escape:
        return quote.end(), _end_of_text(text, quote.end(), len(escape)), ""
    if text[start : start + 1] in ("{", "["):
        return start, _end_of_object(text, start, len(escape)), f'{escape}"'
    scalar = _SCALAR.match(text, start)
    return start, scalar.end() if scalar else start, f'{escape}"'


def _end_of_text(text: str, start: int, depth: int) -> int:
    """Where the quote is that ends it, with its backslashes; also one that ends what it is written in."""
    for quote in _QUOTE.finditer(text, start):
        if _closes(len(quote[1]), depth):
            return quote.end() - 1 - min(depth, len(quote[1]))
    return len(text)


def _closes(backslashes: int, depth: int) -> bool:
    """Whether a quote ends a text whose own quotes have `depth` backslashes, and is no part of it."""
    return backslashes < depth or backslashes % (2 * (depth + 1)) == depth


def _end_of_object(text: str, start: int, depth: int) -> int:
    nested = 0
    in_text = False
    for sign in _QUOTE_OR_BRACKET.finditer(text, start):
        if sign[1] is None:
            nested += 0 if in_text else 1 if sign[0] in "[{" else -1
            if nested == 0 and not in_text:
                return sign.end()
        elif len(sign[1]) < depth:
            return sign.start()
        elif not in_text:
            in_text = len(sign[1]) == depth
        else:
            in_text = not _closes(len(sign[1]), depth)
    return len(text)


def _masked_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{name}={MASKED}" if equals and value and _is_secret_parameter(unquote_plus(name)) else pair


def _masked_part(part: str) -> str:
    """A part of multipart/form-data: its headers, an empty line, its value."""
    head, empty_line, value = part.partition("\n\n")
    name = _PART_NAME(head)
    return f"{head}{empty_line}{MASKED}" if name and value and _is_secret_parameter(name[1]) else part
