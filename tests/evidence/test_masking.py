"""What lets somebody in is not on the screen, wherever it is written; what helps to find the cause stays."""

from __future__ import annotations

import json
import time
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canaryscope.evidence.masking import (
    MASKED,
    is_secret,
    masked_body,
    masked_document,
    masked_header,
    masked_text,
    masked_url,
)

SECRET_NAMES = (
    *("Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "x-api-key", "x-amz-security-token"),
    *("x-auth-token", "X-CSRF-Token", "X-Session-Id", "Ocp-Apim-Subscription-Key", "X-Vault-Token", "auth"),
    *("token", "access_token", "refreshToken", "id_token", "key", "api_key", "apiKey", "apikey", "sig", "signature"),
    *("password", "passwd", "pwd", "client_secret", "X-Amz-Signature", "X-Amz-Credential", "AWSAccessKeyId", "jwt"),
    *("JSESSIONID", "sid", "SAMLResponse", "userPassword", "oauth_verifier", "otp", "sessionToken", "privateKey"),
)
PLAIN_NAMES = (
    *("content-type", "etag", "x-amzn-requestid", "x-amz-date", ":authority", "www-authenticate", "via", "page", "q"),
    *("access-control-allow-headers", "access-control-allow-credentials", "keyword", "author", "status_code", "pinned"),
    *("errorCode", "X-Amz-Expires", "state", "passenger", "design", "signed_up", "user"),
)
MARK = "hunter2"


def cased(name: str, upper: list[bool]) -> str:
    return (
        "".join(one.upper() if up else one.lower() for one, up in zip(name, upper, strict=False)) + name[len(upper) :]
    )


secret_names = st.sampled_from(SECRET_NAMES)


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_what_lets_somebody_in_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", PLAIN_NAMES)
def test_what_helps_to_find_the_cause_is_not_hidden(name: str) -> None:
    assert not is_secret(name)
    assert masked_header(name, "some value") == "some value"
    assert masked_url(f"https://h/?{name}=value") == f"https://h/?{name}=value"


@given(
    st.sampled_from(["authorization", "cookie", "set-cookie", "x-api-key", "x-amz-security-token"]),
    st.lists(st.booleans()),
)
def test_a_header_is_masked_however_its_name_is_written(name: str, upper: list[bool]) -> None:
    assert masked_header(cased(name, upper), MARK) == MASKED


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Bearer abc", "Bearer ****"),
        ("basic dXNlcjpw", "basic ****"),
        ("AWS4-HMAC-SHA256 Credential=AK/2026, Signature=ff", "AWS4-HMAC-SHA256 ****"),
        ("hunter two", "****"),
        ("Bearer", "****"),
        ("", ""),
    ],
)
def test_the_scheme_of_an_authorization_is_told(value: str, expected: str) -> None:
    assert masked_header("Authorization", value) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://me:pw@h.example/a", "https://****@h.example/a"),
        ("https://me:p@ss@h.example/a?x=1", "https://****@h.example/a?x=1"),
        ("https://h/?a=1&token=abc&b=2", "https://h/?a=1&token=****&b=2"),
        ("https://h/cb#access_token=abc&state=1", "https://h/cb#access_token=****&state=1"),
        ("https://h/#/cb?code=abc", "https://h/#/cb?code=****"),
        ("https://h/?a=1;sig=abc;def", "https://h/?a=1;sig=****"),
        ("https://h/;jsessionid=ABC?x=1", "https://h/;jsessionid=****"),
        ("https://h/?access%5Ftoken=1", "https://h/?access%5Ftoken=****"),
        (
            "https://h/?next=https%3A%2F%2Fx%2F%3Ftoken%3Dabc%26y%3D1",
            "https://h/?next=https%3A%2F%2Fx%2F%3Ftoken%3D****%26y%3D1",
        ),
        ("https://h/?token=&token", "https://h/?token=&token"),
        ("https://h/a@b/c", "https://h/a@b/c"),
    ],
)
def test_a_url_shows_where_it_goes_and_not_what_with(url: str, expected: str) -> None:
    assert masked_url(url) == expected
    assert masked_url(expected) == expected


def test_a_presigned_url_keeps_its_expiry() -> None:
    url = (
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=AK%2F1&X-Amz-Expires=60&X-Amz-Security-Token=t&X-Amz-Signature=f"
    )
    assert masked_url(url) == (
        "https://b.s3.amazonaws.com/k?X-Amz-Credential=****&X-Amz-Expires=60&X-Amz-Security-Token=****&X-Amz-Signature=****"
    )


@given(secret_names, st.text(max_size=20))
def test_no_part_of_a_secret_parameter_is_left(name: str, rest: str) -> None:
    value = quote(MARK + rest + MARK, safe="")
    assert MARK not in masked_url(f"https://h/p?a=1&{quote(name)}={value}&b=2")
    assert MARK not in masked_text(f"GET https://h/p?a=1&{quote(name)}={value} failed")
    assert MARK not in masked_body(f"a=1&{quote(name)}={value}", "application/x-www-form-urlencoded", sent=True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('{"token": "abc", "n": 1}', '{"token": "****", "n": 1}'),
        ('{"token": null, "key": "", "auth": false}', '{"token": null, "key": "", "auth": false}'),
        ('{"pin": 1234, "x": 1}', '{"pin": "****", "x": 1}'),
        ('{"tokens": {"a": ["}"]}, "x": 1}', '{"tokens": "****", "x": 1}'),
        ('{"pass": "a\\"b\\\\", "x": 1}', '{"pass": "****", "x": 1}'),
        ('{"\\u0074oken": "abc"}', '{"\\u0074oken": "****"}'),
        ('{"body": "{\\"token\\": \\"a\\\\\\"b\\"}", "x": 1}', '{"body": "{\\"token\\": \\"****\\"}", "x": 1}'),
        ('{"token": "abc', '{"token": "****'),
        ('{"tokens": {"a": 1', '{"tokens": "****"'),
        ('{"code": "NotFound"}', '{"code": "NotFound"}'),
        ('{"url": "https:\\/\\/me:pw@h\\/"}', '{"url": "https:\\/\\/****@h\\/"}'),
        ('{"url": "https://h/?sig=abc"}', '{"url": "https://h/?sig=****"}'),
    ],
)
def test_members_of_json_are_masked_where_they_stand(body: str, expected: str) -> None:
    assert masked_body(body, "application/json", sent=False) == expected
    assert masked_body(expected, "application/json", sent=False) == expected


values = st.recursive(
    st.one_of(st.text(max_size=8), st.integers(), st.booleans()).map(lambda one: f"{MARK}{one}{MARK}"),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(st.text(max_size=4), inner, min_size=1, max_size=3)
    ),
    max_leaves=5,
)


@given(secret_names, values, st.integers(0, 3), st.sampled_from([None, 1]))
@example("token", MARK + '"' + MARK, 2, None)
@example("token", {'"': MARK + "}\\" + MARK}, 1, None)
def test_no_part_of_a_secret_member_is_left_in_json_within_json(
    name: str, value: object, depth: int, indent: int | None
) -> None:
    body = json.dumps({name: value, "beside": "seen"}, indent=indent)
    for _ in range(depth):
        body = json.dumps({"body": body, "after": "seen too"})
    masked = masked_body(body, "application/json", sent=False)
    assert MARK not in masked
    assert "seen" in masked
    assert "seen too" in masked or depth == 0
    json.loads(masked)
    for end in range(0, len(body), 7):
        assert MARK[:4] not in masked_body(body[:end], "application/json", sent=False)


def test_a_code_that_is_sent_lets_somebody_in_and_one_that_comes_back_tells_the_error() -> None:
    body = '{"code": "4/0Adeu5B"}'
    assert masked_body(body, "application/json", sent=True) == '{"code": "****"}'
    assert masked_body(body, "application/json", sent=False) == body


@pytest.mark.parametrize("mime", ["application/x-www-form-urlencoded; charset=UTF-8", ""])
def test_a_form_is_masked_also_where_nothing_says_that_it_is_one(mime: str) -> None:
    assert masked_body("user=me&password=a%26b&code=7&x=", mime, sent=True) == "user=me&password=****&code=****&x="


def test_a_form_of_parts_is_masked_in_all_lines_of_a_part() -> None:
    part = '--X\nContent-Disposition: form-data; name="{}"\n\n{}\n'
    body = part.format("password", "hunter\n2") + part.format("user", "me") + "--X--"
    expected = part.format("password", "****") + part.format("user", "me") + "--X--"
    assert masked_body(body, "multipart/form-data; boundary=X", sent=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("401 for https://h/?token=abc", "401 for https://h/?token=****"),
        ("sent Authorization: Bearer abcdefg1", "sent Authorization: Bearer ****"),
        ("sent Authorization: Basic dXNlcjpwYXNz", "sent Authorization: Basic ****"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl expired", "jwt **** expired"),
        ("password=hunter2 is wrong", "password=**** is wrong"),
        ("Basic authentication required, not Bearer tokens", "Basic authentication required, not Bearer tokens"),
        ("Timeout of 30000 ms exceeded", "Timeout of 30000 ms exceeded"),
    ],
)
def test_an_error_tells_what_happened_without_the_token_that_it_quotes(text: str, expected: str) -> None:
    assert masked_text(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"name":"X-Api-Key","value":"abc"}', '{"name":"X-Api-Key","value":"****"}'),
        ('{"name": "token", "value": "a\\"b", "x": 1}', '{"name": "token", "value": "****", "x": 1}'),
        ('{"value":"a\\"b" , "name":"sid"}', '{"value":"****" , "name":"sid"}'),
        ('[{"value":"a","name":"Accept"},{"value":"b","name":"sid"}]', None),
        ('{"name":"X-Api-Key","comment":"","value":"abc"}', '{"name":"X-Api-Key","comment":"","value":"****"}'),
        ('{"name":"s\\u0069d","value":"abc"}', '{"name":"s\\u0069d","value":"****"}'),
        ('{"name":"Accept","value":"json"}', '{"name":"Accept","value":"json"}'),
        ('{"name":"token","value":"cut in the mid', '{"name":"token","value":"****'),
        ('{"x-api-key":"abc","value":1}', '{"x-api-key":"****","value":1}'),
    ],
)
def test_a_file_that_pairs_names_and_values_is_masked_by_the_names(text: str, expected: str | None) -> None:
    assert masked_document(text) == (expected or '[{"value":"a","name":"Accept"},{"value":"****","name":"sid"}]')


@pytest.mark.parametrize(
    "piece",
    [
        *('"value":"', '"name":"key",', '"name":"key","value":"', '"value":"a","name":"', '"value":"\\'),
        *('"', "\\", '"a', '"token":', '"token":{', "://", "://a@", "?token=", "%25", "%3F", "eyJ", "Bearer ", '\\"'),
        *('"token":"\\', "\n--", 'name="', '"a" ', "&a", "=", '"token":\\"', "Basic a"),
    ],
)
def test_masking_takes_no_longer_for_text_that_is_made_to_slow_it(piece: str) -> None:
    body = piece * (65_536 // len(piece))
    started = time.perf_counter()
    for mime in ("", "multipart/form-data", "application/x-www-form-urlencoded"):
        masked_body(body, mime, sent=True)
    masked_url(body)
    masked_document(body)
    assert time.perf_counter() - started < 3, "some milliseconds, where nothing is quadratic"
