"""The Lambda log of exactly one run: where it is asked for, and that no line of a neighbour is shown as the run's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.invocations import LogEvent, invocations_in
from canaryscope.evidence.lambda_log import LambdaLog, LambdaLogQuestion, NoLambdaLog, log_of, question_for
from canaryscope.evidence.log import Level
from canaryscope.runs.model import Canary, CanaryRun, Engine, RunStatus, RunTimeline
from canaryscope.runs.text import clean

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FUNCTION = "cwsyn-checkout-0f8fad5b-d9cb-469f-a165-70867728950e"
GROUP = f"/aws/lambda/{FUNCTION}"
ARN = f"arn:aws:lambda:eu-west-1:123456789012:function:{FUNCTION}:4"
A, B, C = (f"{letter * 8}-1111-4111-8111-111111111111" for letter in "abc")
ENDS_OF_TIME = [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
RUN_ID = "7f4df34a-5b5e-4a0c-9d4e-0c2d1e3f4a5b"


def run(browser: str | None = None, location: str | None = None, reason: str | None = None) -> CanaryRun:
    return CanaryRun(
        id=RUN_ID,
        status=RunStatus(state="FAILED", state_reason=reason),
        timeline=RunTimeline(started=NOON),
        browser_type=browser,
        location=location,
    )


def canary(*engines: Engine, timeout: int | None = 60) -> Canary:
    return Canary("checkout", timeout_seconds=timeout, engines=engines or (Engine(None, ARN),))


def asked(of: CanaryRun, about: Canary) -> LambdaLogQuestion:
    question = question_for(of, about)
    assert isinstance(question, LambdaLogQuestion)
    return question


def question(request_id: str | None = None, run_id: str | None = RUN_ID, started: datetime = NOON) -> LambdaLogQuestion:
    minute = timedelta(minutes=1)
    return LambdaLogQuestion(GROUP, "eu-west-1", NOON - minute, NOON + 2 * minute, started, request_id, run_id)


def at(seconds: float, message: str, stream: str = "one") -> LogEvent:
    return LogEvent(stream, NOON + timedelta(seconds=seconds), message)


def invocation(request_id: str, start: float, *lines: str, stream: str = "one", step: float = 0.1) -> list[LogEvent]:
    texts = [
        f"START RequestId: {request_id} Version: 4\n",
        *lines,
        f"END RequestId: {request_id}\n",
        f"REPORT RequestId: {request_id}\tDuration: 60060.00 ms\tStatus: timeout\n",
    ]
    return [at(start + number * step, text, stream) for number, text in enumerate(texts)]


def texts(log: LambdaLog) -> list[str]:
    return [line.text for line in log.lines]


# --- what is asked for


def test_the_group_is_that_of_the_function_without_its_version() -> None:
    found = asked(run(), canary())
    assert (found.group, found.region) == (GROUP, "eu-west-1")
    assert asked(run(), canary(Engine("CHROME", ARN.removesuffix(":4")))).group == GROUP
    assert asked(run(), canary(Engine("CHROME", ARN.replace(":4", ":$LATEST")))).group == GROUP


def test_the_function_is_that_of_the_runs_browser() -> None:
    chrome, firefox = Engine("CHROME", ARN), Engine("FIREFOX", ARN.replace(":4", "-firefox:4"))
    assert asked(run("FIREFOX"), canary(chrome, firefox)).group == f"{GROUP}-firefox"
    assert asked(run("CHROME"), canary(chrome, firefox)).group == GROUP
    assert asked(run("FIREFOX"), canary(Engine(None, ARN))).group == GROUP
    assert asked(run(), canary(chrome)).group == GROUP


@pytest.mark.parametrize(
    "engines",
    [
        (Engine("CHROME", ARN),),
        (Engine("CHROME", ARN), Engine("SAFARI", f"{ARN}1")),
        (Engine("FIREFOX", "arn:1"),),
        (Engine("FIREFOX", ARN.replace(":4", ":4:5")),),
        (Engine("FIREFOX", ARN.replace("cwsyn", "../cwsyn")),),
        (Engine("FIREFOX", ARN.replace("eu-west-1", "eu-west-1.evil.example/")),),
    ],
)
def test_no_other_browsers_function_is_taken_for_the_runs_and_no_odd_arn_for_a_place(
    engines: tuple[Engine, ...],
) -> None:
    assert question_for(run("FIREFOX"), canary(*engines)) is NoLambdaLog.NO_FUNCTION
    assert NoLambdaLog.NO_FUNCTION.sentence.endswith(".")


def test_a_run_of_two_browsers_that_does_not_say_which_has_no_function() -> None:
    both = canary(Engine("CHROME", ARN), Engine("FIREFOX", f"{ARN}1"))
    assert question_for(run(), both) is NoLambdaLog.NO_FUNCTION


def test_a_run_without_a_start_has_no_window() -> None:
    assert question_for(CanaryRun(), canary()) is NoLambdaLog.NO_START


@pytest.mark.parametrize(
    ("location", "region"),
    [
        ("ap-southeast-2", "ap-southeast-2"),
        ("us-gov-west-1", "us-gov-west-1"),
        (None, "eu-west-1"),
        ("", "eu-west-1"),
        ("Sydney", "eu-west-1"),
        ("evil.example", "eu-west-1"),
        ("ap-southeast-2.evil.example", "eu-west-1"),
    ],
)
def test_a_run_in_another_region_has_its_log_there(location: str | None, region: str) -> None:
    assert asked(run(location=location), canary()).region == region


@pytest.mark.parametrize(
    ("timeout", "seconds"), [(60, 60), (3, 3), (840, 840), (None, 840), (0, 840), (-5, 840), (10**12, 840)]
)
def test_the_window_is_from_a_minute_before_the_start_to_a_minute_after_the_timeout(
    timeout: int | None, seconds: int
) -> None:
    found = asked(run(), canary(timeout=timeout))
    assert (found.start, found.started) == (NOON - timedelta(minutes=1), NOON)
    assert found.end == NOON + timedelta(seconds=seconds, minutes=1)


@pytest.mark.parametrize("started", [*ENDS_OF_TIME, datetime(1970, 1, 1, tzinfo=UTC)])
def test_a_start_at_the_end_of_time_is_no_error(started: datetime) -> None:
    odd = CanaryRun(timeline=RunTimeline(started=started))
    found = asked(odd, canary())
    assert datetime(1970, 1, 1, tzinfo=UTC) <= found.start <= found.end
    assert not log_of(found, invocation(A, 0)).exact


@pytest.mark.parametrize(
    ("reason", "request_id"),
    [
        (f"RequestId: {A} Error: Task timed out after 60.06 seconds", A),
        (f"No test result returned.RequestId: {A.upper()} Error: Runtime exited with error: signal: killed", A),
        ("RequestId: 3f… Error: Task timed out after 60.06 seconds", None),
        ("no RequestId: here", None),
        (None, None),
    ],
)
def test_a_request_that_the_reason_names_is_asked_for(reason: str | None, request_id: str | None) -> None:
    assert asked(run(reason=reason), canary()).request_id == request_id


# --- which invocation is the run's


def test_the_invocation_that_began_nearest_to_the_run_is_shown_and_no_line_of_its_neighbours() -> None:
    events = [
        *invocation(A, -59.7, "INFO: before"),
        *invocation(B, -0.3, "INFO: mine"),
        *invocation(C, 59.8, "INFO: after"),
    ]
    log = log_of(question(), events)
    assert (log.exact, log.cut, log.group) == (True, False, GROUP)
    assert texts(log)[:2] == [f"START RequestId: {B} Version: 4", "INFO: mine"]
    assert len(log.lines) == 4
    assert log.note == "The invocation that began nearest to the run's start, 0.3 s from it."


def test_retries_a_few_seconds_apart_are_told_apart() -> None:
    events = [*invocation(A, -0.4, "first"), *invocation(B, 2.1, "second"), *invocation(C, 4.6, "third")]
    for seconds, found in ((0, "first"), (2.5, "second"), (5, "third")):
        log = log_of(question(started=NOON + timedelta(seconds=seconds)), events)
        assert (log.exact, texts(log)[1]) == (True, found)


def test_two_environments_at_once_are_told_apart_line_by_line() -> None:
    one = invocation(A, 0.1, "INFO: a1", "INFO: a2", stream="[4]one", step=2)
    two = invocation(B, 9, "INFO: b1", "INFO: b2", stream="[4]two", step=2)
    mixed = sorted([*one, *two], key=lambda event: event.time or NOON)
    log = log_of(question(), mixed)
    assert log.exact
    assert texts(log)[1:3] == ["INFO: a1", "INFO: a2"]
    assert len(log.lines) == 5


def test_the_request_that_the_reason_names_comes_before_what_is_nearest() -> None:
    events = [*invocation(A, 0, "nearest"), *invocation(B, 50, "named")]
    log = log_of(question(request_id=B), events)
    assert (log.exact, texts(log)[1]) == (True, "named")
    assert log.note == "The run's invocation, because its request is the one that the run's reason names."


def test_a_request_of_another_service_in_the_reason_leads_to_the_line_that_names_it() -> None:
    quoted = f"RequestId: {C} of DynamoDB failed\n"
    events = [*invocation(A, 0, "nearest"), *invocation(B, 40, quoted, "more of it")]
    log = log_of(question(request_id=C), events)
    assert (log.exact, texts(log)[1:3]) == (True, [quoted.rstrip(), "more of it"])
    assert "names the request" in log.note


def test_a_request_that_is_nowhere_does_not_hide_the_log() -> None:
    log = log_of(question(request_id=C), invocation(A, 0, "mine"))
    assert (log.exact, texts(log)[1]) == (True, "mine")


def test_a_line_that_names_the_run_decides() -> None:
    events = [*invocation(A, 0, "nearest"), *invocation(B, 45, f"INFO: canaryRunId {RUN_ID.upper()}", "named")]
    log = log_of(question(), events)
    assert (log.exact, texts(log)[2]) == (True, "named")
    assert log.note == "The run's invocation, because it names the run's id."


def test_of_two_attempts_that_name_the_same_run_the_nearest_is_its_own() -> None:
    events = [*invocation(A, -50, RUN_ID, "first"), *invocation(B, 0, "other"), *invocation(C, 40, RUN_ID, "second")]
    log = log_of(question(), events)
    assert (log.exact, texts(log)[2]) == (True, "second")


def test_an_id_that_is_in_every_line_decides_nothing() -> None:
    events = [*invocation(A, 0, "mine"), *invocation(B, 45, "1")]
    assert texts(log_of(question(run_id="1"), events))[1] == "mine"
    assert log_of(question(run_id=""), events).exact
    assert not log_of(question(run_id="1"), invocation(B, 45, "1")).exact


def test_two_that_began_equally_near_are_both_shown_and_it_says_so() -> None:
    events = [*invocation(A, -5, "a"), *invocation(B, 5.1, "b")]
    log = log_of(question(), events)
    assert (log.exact, log.cut, len(log.lines)) == (False, False, 8)
    assert "Two invocations began equally near" in log.note


def test_an_invocation_of_the_minute_before_is_not_taken_for_the_runs_own() -> None:
    log = log_of(question(), invocation(A, -59.9, "before"))
    assert (log.exact, texts(log)[1]) == (False, "before")
    assert log.note == "No invocation began within 30 s of the run's start: these are all lines of the time around it."


def test_lines_without_any_start_are_all_shown_in_order_of_time() -> None:
    log = log_of(question(), [at(2, "c", "two"), at(0, "a"), at(1, "b")])
    assert (log.exact, texts(log)) == (False, ["a", "b", "c"])
    assert "No invocation begins here" in log.note


def test_an_empty_window_says_why_there_may_be_nothing() -> None:
    log = log_of(question(), [])
    assert (log.exact, log.lines) == (False, ())
    assert "retention" in log.note


# --- which lines are an invocation's


def test_lines_without_an_id_belong_to_the_invocation_they_stand_in() -> None:
    events = [
        at(-9, "late words of the one before\n"),
        *invocation(A, 0, f"2026-11-22T12:00:00.100Z\t{A}\tINFO\twith\n", "without\n", "    at stack\n"),
        at(1, "between\n"),
        *invocation(B, 9, "next\n"),
    ]
    assert texts(log_of(question(), events))[1:4] == [
        f"2026-11-22T12:00:00.100Z {A} INFO with",
        "without",
        "    at stack",
    ]
    assert "between" not in texts(log_of(question(), events))


def test_what_a_new_environment_loads_belongs_to_the_run_it_was_started_for() -> None:
    loading = [at(-3, "INIT_START Runtime Version: nodejs:20.v30\n"), at(-2, "Error: Cannot find module 'index'\n")]
    events = [*loading, *invocation(A, 0, "mine"), at(9, "between"), *invocation(B, 20)]
    log = log_of(question(), events)
    assert texts(log)[:2] == ["INIT_START Runtime Version: nodejs:20.v30", "Error: Cannot find module 'index'"]
    assert len(log.lines) == 6
    assert len(log_of(question(request_id=B), events).lines) == 3


def test_the_timeout_that_lambda_tells_after_its_report_belongs_to_it() -> None:
    told = f"2026-11-22T12:01:00.061Z {A} Task timed out after 60.06 seconds\n\n"
    log = log_of(question(), [*invocation(A, 0), at(60, told), at(61, "nobody's\n"), *invocation(B, 62)])
    assert (texts(log)[-1], log.lines[-1].level) == (told.rstrip(), Level.ERROR)


def test_without_an_end_an_invocation_ends_where_the_next_one_begins() -> None:
    events = [at(0, f"START RequestId: {A}"), at(1, "mine"), at(60, f"START RequestId: {B}"), at(61, "next")]
    assert texts(log_of(question(), events)) == [f"START RequestId: {A}", "mine"]


def test_lambdas_own_second_try_of_a_request_is_another_invocation() -> None:
    events = [*invocation(A, 0, "first"), *invocation(A, 30, "second", stream="two"), *invocation(A, 60, "third")]
    log = log_of(question(request_id=A), events)
    assert (log.exact, texts(log)[1], len(log.lines)) == (True, "first", 4)
    assert len(invocations_in(events)) == 3


def test_a_request_whose_start_was_not_read_is_known_by_its_end_and_its_lines() -> None:
    events = [at(0, "before"), at(1, f"[INFO]\t2026-11-22T12:00:00.100Z\t{A}\twords"), at(2, "more"), at(3, "x", "two")]
    log = log_of(question(request_id=A), events)
    assert (log.exact, len(log.lines)) == (True, 2)
    log = log_of(
        question(request_id=A), [at(0, "before"), at(1, f"END RequestId: {A}"), at(2, f"REPORT RequestId: {A}")]
    )
    assert (log.exact, len(log.lines)) == (True, 2)


# --- lines


def test_a_line_without_a_time_has_that_of_its_event_and_a_stack_goes_with_its_error() -> None:
    events = invocation(
        A, 0, "ERROR: no\n\tat x\nat y\n", "  indented\n", "2026-11-22T12:00:09Z INFO: own\n", "plain\n"
    )
    _, error, stack, more, indented, own, plain, *_ = log_of(question(), events).lines
    assert (error.time, error.level) == (NOON + timedelta(seconds=0.1), Level.ERROR)
    assert [line.continues for line in (stack, more, indented)] == [True, True, True]
    assert own.time == NOON + timedelta(seconds=9)
    assert plain.time == NOON + timedelta(seconds=0.4)


def test_an_event_without_a_time_keeps_its_place_in_its_invocation() -> None:
    events = invocation(A, 0, "one", "two")
    events[1] = LogEvent("one", None, "one")
    assert texts(log_of(question(), events))[1:3] == ["one", "two"]


def test_messages_are_clean_whatever_they_hold() -> None:
    hostile = "\x1b[31mERROR\x1b[0m: \x1b]0;title\x07red\r\nsecond\u2028third\udcff \u202e"
    log = log_of(question(), invocation(A, 0, hostile))
    assert texts(log)[1:4] == ["ERROR: red", "second", "third?"]


def test_events_of_nothing_but_newlines_fill_no_memory() -> None:
    events = invocation(A, 0, *["\n" * 5_000 + "x"] * 200)
    assert len(log_of(question(), events).lines) < 100_000


def test_of_what_is_too_much_it_says_whether_something_of_the_run_is_missing() -> None:
    mine = invocation(A, 0, "mine")
    whole = log_of(question(), [*mine, *invocation(B, 20)], cut=True)
    assert (whole.exact, whole.cut) == (True, False)
    part = log_of(question(), mine[:2], cut=True)
    assert (part.exact, part.cut) == (True, True)
    assert "Its end was not read" in part.note


def test_a_nearer_invocation_may_be_among_what_was_not_read() -> None:
    log = log_of(question(), invocation(A, -20, "the one before"), cut=True)
    assert (log.exact, log.cut) == (False, True)
    assert "There is more than was read." in log.note


# --- whatever comes

IDS = st.sampled_from([A, B, C])
STREAMS = st.sampled_from(["one", "two"])
MOMENTS = (
    st.none()
    | st.sampled_from(ENDS_OF_TIME)
    | st.floats(-70, 130).map(lambda seconds: NOON + timedelta(seconds=seconds))
)
MESSAGES = st.one_of(
    st.tuples(st.sampled_from(["START", "END", "REPORT", "XRAY"]), IDS).map(
        lambda one: f"{one[0]} RequestId: {one[1]} x"
    ),
    IDS.map(lambda one: f"2026-11-22T12:00:00.100Z\t{one}\tINFO\twords"),
    IDS.map(lambda one: f"RequestId: {one} Error"),
    st.sampled_from(["INIT_START", "words", RUN_ID, "\n", "", "\x1b[31m", "    at x", "\udcff", "a\rb"]),
    st.text(max_size=6),
)
EVENTS = st.lists(st.builds(LogEvent, STREAMS, MOMENTS, MESSAGES), max_size=30)


@given(EVENTS, st.none() | IDS, st.booleans(), MOMENTS)
def test_whatever_comes_there_is_a_log_and_its_lines_are_clean(
    events: list[LogEvent], request_id: str | None, cut: bool, started: datetime | None
) -> None:
    log = log_of(question(request_id, started=started or NOON), events, cut=cut)
    assert log.note.endswith(".")
    assert all(clean(line.text) == line.text and "\n" not in line.text for line in log.lines)
    if not log.exact:
        assert len(log.lines) >= len(events)


@given(EVENTS)
def test_no_line_is_in_two_invocations_and_none_is_invented(events: list[LogEvent]) -> None:
    numbered = [LogEvent(one.stream, one.time, f"{one.message} #{at}") for at, one in enumerate(events)]
    taken = [event for one in invocations_in(numbered) for event in one.events]
    assert len(set(taken)) == len(taken)
    assert {*taken} <= {*numbered}
    for one in invocations_in(numbered):
        assert len({event.stream for event in one.events}) == 1


@st.composite
def streams_of_runs(draw: st.DrawFn) -> list[LogEvent]:
    """What Lambda writes: one run after the other in each environment, each line marked with its run; interleaved."""
    events: list[LogEvent] = []
    for stream in ("one", "two"):
        moment = draw(st.floats(-60, 10))
        for number in range(draw(st.integers(0, 3))):
            request_id = f"{number}{'12'[stream == 'two']}345678-1111-4111-8111-111111111111"
            lines = [f"{request_id[:2]} line {n}" for n in range(draw(st.integers(0, 4)))]
            lines = [draw(st.sampled_from([one, f"2026-11-22T12:00:00Z\t{request_id}\tINFO\t{one}"])) for one in lines]
            step = draw(st.floats(0, 3))
            events += invocation(request_id, moment, *lines, stream=stream, step=step)
            moment += step * (len(lines) + 2) + draw(st.floats(0.01, 40))
    return sorted(events, key=lambda event: event.time or NOON)


@given(streams_of_runs(), st.floats(-60, 120))
def test_an_exact_log_is_one_invocation_whole_and_the_nearest(events: list[LogEvent], seconds: float) -> None:
    started = NOON + timedelta(seconds=seconds)
    log = log_of(question(started=started), events)
    starts = sorted(
        (abs((event.time or NOON) - started), event.message[17:53])
        for event in events
        if event.message.startswith("START")
    )
    if not log.exact:
        unclear = len(starts) > 1 and starts[1][0] - starts[0][0] < timedelta(seconds=0.25)
        assert not starts or starts[0][0] > timedelta(seconds=30) or unclear
        assert len(log.lines) == len(events)
        return
    request_id = starts[0][1]
    own = [one for one in events if request_id in one.message or one.message.startswith(f"{request_id[:2]} line")]
    assert texts(log) == [one.message.strip().replace("\t", " ") for one in own]
