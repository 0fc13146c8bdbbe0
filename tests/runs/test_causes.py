"""One cause for what is one to the person on call, two for what is two, and a family that says where to look."""

from __future__ import annotations

import time
import unicodedata
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from canaryscope.demo import reasons
from canaryscope.runs import causes
from canaryscope.runs.causes import LENGTH, NO_REASON, NO_RESULT, NO_WORDS, Cause, Family, cause_of
from canaryscope.runs.model import RunStatus
from canaryscope.runs.text import clean
from runs.causes_table import DEMO, DIFFERENT, SAME, TABLE, Told

UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def cause(reason: str | None, test_result: str | None = "FAILED", code: str | None = None) -> Cause:
    """Of a run whose State is FAILED."""
    found = cause_of(RunStatus("FAILED", reason, code, test_result))
    assert found is not None
    return found


def text_of(reason: str) -> str:
    return cause(reason).text


@pytest.mark.parametrize("told", TABLE, ids=lambda told: f"{told.source}: {told.reason[:50]}")
def test_a_reason_seen_in_real_life_tells_its_cause(told: Told) -> None:
    test_result = None if told.family is Family.MONITORING else "FAILED"
    assert cause(told.reason, test_result) == Cause(told.text, told.family)


@pytest.mark.parametrize("name", reasons.__all__)
def test_each_failure_of_the_demo_has_the_cause_one_expects(name: str) -> None:
    failure = getattr(reasons, name)
    reason = None if failure.reason is None else clean(failure.reason.replace("{uuid}", UUID))[:1024]
    text, family = DEMO[name]
    assert cause(reason, failure.test_result, failure.code) == Cause(text, family)


@pytest.mark.parametrize("group", SAME, ids=lambda group: group[0][:60])
def test_ids_times_paths_and_amounts_make_no_new_cause(group: tuple[str, ...]) -> None:
    assert len(group) > 1
    assert {cause(reason) for reason in group} == {cause(group[0])}


@pytest.mark.parametrize("group", DIFFERENT, ids=lambda group: group[0][:60])
def test_statuses_hosts_codes_steps_and_selectors_make_two_causes(group: tuple[str, ...]) -> None:
    assert len(group) > 1
    for one, other in combinations(group, 2):
        assert text_of(one) != text_of(other)


@pytest.mark.parametrize(
    ("state", "test_result", "told"),
    [
        ("PASSED", "PASSED", False),
        ("RUNNING", None, False),
        ("RUNNING", "UNKNOWN", False),
        (None, None, False),
        ("LATER_ADDED", "PASSED", False),
        ("FAILED", None, True),
        ("FAILED", "PASSED", True),
        ("FAILED", "UNKNOWN", True),
        ("PASSED", "FAILED", True),
        (None, "FAILED", True),
    ],
)
def test_only_a_run_that_failed_has_a_cause(state: str | None, test_result: str | None, told: bool) -> None:
    assert (cause_of(RunStatus(state, "Error: x", None, test_result)) is not None) is told


@pytest.mark.parametrize("reason", [told.reason for told in TABLE] + [None, "", "Access Denied"])
def test_what_was_not_saved_is_never_taken_for_an_outage(reason: str | None) -> None:
    assert cause(reason, "PASSED", "EXECUTION_FAILURE").family is Family.MONITORING
    assert cause(reason, "PASSED").family is Family.MONITORING
    assert cause(reason, None, "EXECUTION_FAILURE").family is Family.MONITORING


@pytest.mark.parametrize("reason", [told.reason for told in TABLE] + [None, ""])
def test_a_test_that_failed_is_never_put_down_to_the_monitoring(reason: str | None) -> None:
    assert cause(reason, "FAILED").family is not Family.MONITORING
    assert cause(reason, "FAILED", "EXECUTION_FAILURE").family is not Family.MONITORING


@pytest.mark.parametrize("reason", [None, "", "  ", "\n\n", ".", "Error:\n", " : "])
def test_a_run_without_a_reason_still_says_so(reason: str | None) -> None:
    nothing = reason is None or not reason.strip(" .:\n")
    expected = NO_REASON if nothing else "Error"
    assert cause(reason) == Cause(expected, Family.UNKNOWN)


def test_no_reason_and_no_test_result_is_a_run_that_timed_out() -> None:
    assert cause(None, "UNKNOWN") == Cause(NO_RESULT, Family.TIMED_OUT)
    assert cause("", "UNKNOWN") == Cause(NO_RESULT, Family.TIMED_OUT)
    assert cause("Error: x", "UNKNOWN").family is Family.UNKNOWN


@pytest.mark.parametrize("reason", ["42", "…", "-1 / 7", "(12:34)"])
def test_a_reason_without_words_is_said_in_words(reason: str) -> None:
    assert text_of(reason) == NO_WORDS


@pytest.mark.parametrize(
    "name", ["ASSERTION_STEP", "BLUEPRINT_CERTIFICATE", "CONNECTION_REFUSED", "FIREFOX_SELECTOR", "PLAYWRIGHT_LOCATOR"]
)
def test_where_aws_cuts_a_reason_makes_no_new_cause(name: str) -> None:
    """Once the telling part is whole. AWS cuts at 1,024 characters of all that surrounds it."""
    reason = getattr(reasons, name).reason
    tells = {
        "ASSERTION_STEP": "'49.90'",
        "BLUEPRINT_CERTIFICATE": "'DigiCert'",
        "CONNECTION_REFUSED": "at https://inventory.internal.example.com/",
        "FIREFOX_SELECTOR": "exceeded",
        "PLAYWRIGHT_LOCATOR": "{ name: 'Confirm' })",
    }[name]
    whole = reason.index(tells) + len(tells)
    texts = {text_of(reason[:end]) for end in range(whole, len(reason) + 1)}
    assert texts == {text_of(reason)}


def test_a_long_reason_is_cut_between_words_and_says_so() -> None:
    text = text_of("The shop says: " + "please come back later " * 20)
    assert len(text) <= LENGTH
    assert text.endswith((" please…", " come…", " back…", " later…"))
    assert len(text_of("x" * 500)) == LENGTH


def test_what_tells_the_family_may_stand_behind_the_cut() -> None:
    assert cause("Step 1 - " + "look at the shop " * 12 + "failed: connect ECONNREFUSED").family is Family.TARGET_DOWN


@pytest.mark.parametrize(
    ("reason", "family"),
    [
        ("Error: expected the title 'Access to certificate store' to be 'Shop'", Family.CONTENT),
        ('waiting for selector ".connection-refused" failed: timeout 1ms exceeded', Family.SCRIPT),
        ("Failed to load url: https://timeout.example.com/dns/certificate 503", Family.TARGET_DOWN),
        ("Error: 404 Not Found at https://assert.example.com/ECONNREFUSED", Family.CONTENT),
        ("AssertionError: expected undefined to equal 'x'", Family.CONTENT),
        ("Expected 500 got 200", Family.CONTENT),
    ],
)
def test_words_of_the_monitored_site_do_not_choose_the_family(reason: str, family: Family) -> None:
    assert cause(reason).family is family


PIECES = [
    *(word for told in TABLE for word in told.reason.split(" ")),
    *("\n", "\n    at ", "\n  - ", "Call log:", "Stacktrace:", "Additional error:", "Error: ", "Traceback", "\\n"),
    *("https://", "http://a@b:1/", "…", "'", '"', "`", "(", ")", "[", "]", "/", ":", "-", ".", "://", "0x", "id="),
    *("503", "12", "7", " ms", "selector: ", "locator('", "status ", "code ", "step ", "Nov 22", "2026-11-22T", UUID),
    *("\x1b[31m", "\u202e", "\x00", "\u2028", "\ud800", "\u0301", "宽", "\t", "\r\n", "{", "}"),
]
anything = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.tuples(st.sampled_from(TABLE), st.integers(0, 300)).map(lambda it: it[0].reason[: it[1]]),
)


@given(anything, st.sampled_from([None, "PASSED", "FAILED", "UNKNOWN", "?"]), st.sampled_from([None, "?"]))
def test_a_cause_is_one_line_for_people_whatever_the_reason(reason: str, result: str | None, code: str | None) -> None:
    text = cause(reason, result, code).text
    assert 0 < len(text) <= LENGTH
    assert text == text.strip()
    assert not [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert any(map(str.isalnum, text))


@given(anything)
@example("x" * 159 + " 12 y")
@example("word " * 30 + "https://" + "a" * 40 + ".example.com/path and more")
def test_a_cause_as_a_reason_is_the_same_cause(reason: str) -> None:
    text = text_of(reason)
    assert text_of(text) == text


PATTERNS = [
    "Error: Order {id} was not saved after {number} ms",
    "TimeoutError: Navigation timeout of {number}ms exceeded",
    "Failed to load url: https://shop.example.com/{path} 503 Service Unavailable",
    "RequestId: {id} Error: Task timed out after {number} seconds",
    "page.goto: net::ERR_CONNECTION_RESET at https://shop.example.com/{path}",
    "Step 2 - login failed: session {id} ended after {number}s",
    "{number} MB used by request {id}: https://shop.example.com/{path}: out of memory",
    "connect ETIMEDOUT 10.0.0.1:{port}",
    "expected '{number}' to equal '{number}' ({id})",
    'no such element: {{"selector":"#a"}} on https://shop.example.com/{path} after {number} seconds',
]
paths = st.text(st.sampled_from("abcxyz0189/-_.~%=&?"), max_size=30).map(lambda path: f"p{path}p")


@given(
    st.sampled_from(PATTERNS),
    st.uuids().map(str),
    st.one_of(st.integers(0, 10**7).map(str), st.decimals(0, 9999, places=2).map(str)),
    st.integers(1, 65_535),
    paths,
)
def test_another_id_number_or_path_is_the_same_cause(
    pattern: str, uuid: str, number: str, port: int, path: str
) -> None:
    usual = pattern.format(id=UUID, number="30000", port=443, path="cart")
    assert cause(pattern.format(id=uuid, number=number, port=port, path=path)) == cause(usual)


@given(st.sampled_from(PATTERNS[2:3]), st.sampled_from(["500", "502", "504", "404", "429"]))
def test_another_status_is_another_cause(pattern: str, status: str) -> None:
    usual = pattern.format(path="cart")
    assert text_of(usual.replace("503", status)) == text_of(usual).replace("503", status)


LONG = [
    *(piece for piece in PIECES if 0 < len(piece) < 20),
    *("a", "1", "-1", "a.", "a.B", "a:b ", "Error: Error: ", " at a.b", " at /opt/a:1", "12345678-", "::", ":1", "x1"),
    *("1%", "503 ", "expected 200", '"selector":"', 'selector "[', "locator((", "getByText(", '"errorMessage":"\\'),
    *("Timeout 1ms exceeded\nCall log:\n - waiting for ", "HTTPConnectionPool(host='", "<a object at 0x", "Mon 1 "),
]


def test_time_grows_with_the_length_only() -> None:
    """A hundred thousand characters of each kind of piece: a quadratic way would take minutes."""
    for piece in LONG:
        reason = (piece * 100_000)[:100_000]
        for hostile in (reason, f"x {reason}!", f"waiting for selector locator('{reason}"):
            start = time.perf_counter()
            cause(hostile)
            assert time.perf_counter() - start < 0.5, piece


def test_runs_with_one_cause_are_told_apart_once() -> None:
    """A thousand runs with ids of their own have one cause, which is worked out once."""
    causes._line_and_family.cache_clear()
    causes._settled.cache_clear()
    for number in range(1_000):
        cause(f"RequestId: {number:08x}-0000-4000-8000-000000000000 Error: Task timed out after {number}.01 seconds")
    assert causes._settled.cache_info().misses == 1
    assert causes._line_and_family.cache_info().currsize <= causes._CACHED
