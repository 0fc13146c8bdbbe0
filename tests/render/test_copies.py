"""What a person would paste into a ticket and be wrong: a field left out, another zone, text that acts as markup."""

from __future__ import annotations

import json
import string
from datetime import timedelta, timezone
from typing import Any

import pytest
from botocore.model import Shape
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from canaryscope.render.copies import Copy, Place, copied_text
from canaryscope.runs.causes import Cause, Family
from canaryscope.runs.model import CanaryRun, RunStatus, RunTimeline, RunType
from canaryscope.runs.scheduled import Outcome
from canaryscope.runs.triage import Numbers, Streak, Triage
from canaryscope_widgets.copy_menu import CHOICES
from render.test_runs import STARTED, WHOLE

PLACE = Place(
    "checkout-flow",
    "eu-west-1",
    "123456789012",
    "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#synthetics:canary/detail/checkout-flow",
    "aws synthetics get-canary-runs --name checkout-flow",
)
MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})


def cells(markdown: str) -> dict[str, str]:
    """The table's rows as Markdown shows them: text and code only, and any markup in it fails."""
    shown: list[str] = []
    for token in MARKDOWN.parse(markdown):
        if token.type == "inline":
            assert {child.type for child in token.children or ()} <= {"text", "code_inline"}, token.children
            shown.append("".join(child.content for child in token.children or ()))
    return dict(zip(shown[2::2], shown[3::2], strict=True))


def code(markdown: str, language: str = "") -> str:
    """What is in the code block: the reason, or the command, whose language is `sh`."""
    [block] = [it.content for it in MARKDOWN.parse(markdown) if it.type == "fence" and it.info == language]
    return block.removesuffix("\n")


def test_every_choice_of_the_menu_is_something_that_can_be_copied() -> None:
    assert [name for _, name, _, _ in CHOICES] == [copy.value for copy in Copy]
    for copy in Copy:
        assert copied_text(copy, WHOLE, PLACE)
        assert copy.label


@pytest.mark.parametrize("copy", Copy)
def test_of_a_run_without_anything_only_what_is_known_is_copied(copy: Copy) -> None:
    text = copied_text(copy, CanaryRun(), Place("checkout-flow"))
    known = {Copy.JSON: "{}", Copy.MARKDOWN: "| | |\n|---|---|\n| Canary | checkout-flow |"}
    assert text == known.get(copy, "")


@pytest.mark.parametrize("copy", [Copy.RUN_ID, Copy.REASON, Copy.S3, Copy.MARKDOWN, Copy.JSON])
def test_without_a_run_there_is_nothing_of_it_to_copy(copy: Copy) -> None:
    assert copied_text(copy, None, PLACE) == ""


def test_link_and_command_are_there_without_a_run() -> None:
    assert copied_text(Copy.LINK, None, PLACE) == PLACE.link
    assert copied_text(Copy.COMMAND, None, PLACE) == PLACE.command


def test_the_reason_is_copied_whole_and_the_id_as_it_is() -> None:
    assert copied_text(Copy.REASON, WHOLE, PLACE) == WHOLE.status.state_reason
    assert copied_text(Copy.RUN_ID, WHOLE, PLACE) == WHOLE.id


@pytest.mark.parametrize(
    ("location", "copied"),
    [
        ("bucket/a/b", "s3://bucket/a/b"),
        ("s3://bucket/a/b", "s3://bucket/a/b"),
        ("No data", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_the_s3_location_gets_the_scheme_that_the_api_leaves_out(location: str | None, copied: str) -> None:
    assert copied_text(Copy.S3, WHOLE._replace(artifact_s3_location=location), PLACE) == copied


def test_json_is_the_run_in_the_apis_names_and_types() -> None:
    parsed = json.loads(copied_text(Copy.JSON, WHOLE, PLACE))
    shape = Session().get_service_model("synthetics").shape_for("CanaryRun")
    check(parsed, shape)
    assert parsed["Timeline"]["Started"] == "2026-11-22T12:27:07.250000Z"
    assert parsed["Status"]["StateReason"] == WHOLE.status.state_reason
    assert parsed["DryRunConfig"] == {"DryRunId": WHOLE.dry_run_id}


def check(value: Any, shape: Shape) -> None:
    """Every member is one of the model, and all of them are there."""
    if shape.type_name != "structure":
        assert isinstance(value, int if shape.type_name == "integer" else str)
        return
    members = shape.members  # type: ignore[attr-defined]
    assert set(value) == set(members)
    for name, member in members.items():
        check(value[name], member)


def test_json_holds_what_was_sent_only() -> None:
    run = CanaryRun(id="x", status=RunStatus("RUNNING"), timeline=RunTimeline(STARTED))
    assert json.loads(copied_text(Copy.JSON, run, PLACE)) == {
        "Id": "x",
        "Status": {"State": "RUNNING"},
        "Timeline": {"Started": "2026-11-22T12:27:07.250000Z"},
    }


def test_the_markdown_block_has_the_facts_in_utc_and_the_reason_as_code() -> None:
    local = STARTED.astimezone(timezone(timedelta(hours=9)))
    run = WHOLE._replace(timeline=RunTimeline(local, local + timedelta(milliseconds=30_412)))
    text = copied_text(Copy.MARKDOWN, run, PLACE)
    assert cells(text) == {
        "Canary": "checkout-flow",
        "Account": "123456789012",
        "Region": "eu-west-1",
        "State": "FAILED",
        "Test result": "PASSED",
        "Reason code": "EXECUTION_FAILURE",
        "Started": "2026-11-22T12:27:07.250000Z",
        "Completed": "2026-11-22T12:27:37.662000Z",
        "Duration": "30.412 s",
        "Run ID": WHOLE.id,
        "Retry attempt": "2",
        "Dry run ID": WHOLE.dry_run_id,
        "Browser": "FIREFOX",
        "Location": "eu-west-1",
        "Artifacts": f"s3://{WHOLE.artifact_s3_location}",
        "Console": PLACE.link,
    }
    assert code(text) == WHOLE.status.state_reason
    assert code(text, "sh") == PLACE.command


CAUSE = Cause("TimeoutError: Navigation timeout exceeded", Family.TIMED_OUT)
NEWEST = STARTED.replace(microsecond=0)
FAILING = Streak(
    Outcome.FAILED,
    runs=9,
    since=NEWEST - timedelta(minutes=45),
    lasted=timedelta(minutes=45),
    whole=True,
    before=NEWEST - timedelta(minutes=50),
    causes=1,
    cause=CAUSE,
)
NUMBERS = Numbers(1_141, 0, 26, 33, NEWEST - timedelta(days=4), NEWEST, timedelta(seconds=3), timedelta(seconds=30.4))
RUN = WHOLE._replace(run_type=RunType.CANARY_RUN, dry_run_id=None)


def block(streak: Streak | None, **others: Any) -> dict[str, str]:
    """What the ticket says of the canary: the rows before those of the run."""
    rows = cells(copied_text(Copy.MARKDOWN, RUN, PLACE, Triage(streak, **others)))
    names = list(rows)
    return {name: rows[name] for name in names[names.index("Region") + 1 : names.index("State")]}


def test_a_ticket_says_of_the_canary_since_when_how_often_and_why_before_the_runs_facts() -> None:
    text = copied_text(Copy.MARKDOWN, RUN, PLACE, Triage(FAILING, numbers=NUMBERS), CAUSE)
    rows = cells(text)
    assert list(rows)[:9] == [
        *("Canary", "Account", "Region", "Verdict", "Last good", "Cause", "Pass rate", "State", "Test result")
    ]
    assert rows["Verdict"] == "Failing since 2026-11-22T11:42:07Z (9 scheduled runs, 45 min)"
    assert rows["Last good"] == "2026-11-22T11:37:07Z"
    assert rows["Pass rate"] == "97.2% of 1,200 scheduled runs from 2026-11-18T12:27:07Z to 2026-11-22T12:27:07Z"
    assert rows["Cause"] == "TimeoutError: Navigation timeout exceeded (timed out)"
    assert list(rows)[-2:] == ["Artifacts", "Console"]
    assert "2026-11-22T12:27:07.250000Z" in rows["Started"]


@pytest.mark.parametrize(
    ("streak", "others", "rows"),
    [
        (
            FAILING._replace(whole=False, before=None, causes=3, only="FIREFOX"),
            {},
            {
                "Verdict": "Failing at least since 2026-11-22T11:42:07Z (9 scheduled runs, 45 min)",
                "Causes": "3 different ones in this streak",
                "Only in": "FIREFOX",
            },
        ),
        (
            FAILING._replace(outcome=Outcome.PASSED, causes=0, cause=None),
            {},
            {
                "Verdict": "Passing since 2026-11-22T11:42:07Z (9 scheduled runs, 45 min)",
                "Last failure": "2026-11-22T11:37:07Z",
            },
        ),
        (
            FAILING._replace(outcome=Outcome.UNSAVED, causes=0, cause=None),
            {},
            {
                "Verdict": "Passing, but artifacts not saved since 2026-11-22T11:42:07Z (9 scheduled runs, 45 min)",
            },
        ),
        (
            FAILING._replace(runs=1, lasted=None),
            {"changes": 7, "of": 50},
            {
                "Verdict": "Flapping: 7 changes in the last 50 scheduled runs",
                "Now": "Failing since 2026-11-22T11:42:07Z (1 scheduled run)",
                "Last good": "2026-11-22T11:37:07Z",
            },
        ),
        (
            None,
            {"numbers": Numbers(0, 1, 0, 0, None, NEWEST, None, None)},
            {
                "Pass rate": "100.0% of 1 scheduled run to 2026-11-22T12:27:07Z",
                "First-attempt pass rate": "0.0%",
                "Flake rate": "100.0%",
            },
        ),
        (None, {}, {}),
    ],
)
def test_a_ticket_says_what_the_screen_says(
    streak: Streak | None, others: dict[str, Any], rows: dict[str, str]
) -> None:
    assert block(streak, **others) == rows


def test_a_dry_run_says_nothing_of_how_its_canary_is_doing() -> None:
    text = copied_text(Copy.MARKDOWN, WHOLE, PLACE, Triage(FAILING, 7, 50, NUMBERS))
    assert text == copied_text(Copy.MARKDOWN, WHOLE, PLACE)


@given(st.text("|`\\@_* aZ<", min_size=1).filter(str.strip))
def test_a_cause_is_shown_as_code_so_that_it_mentions_nobody_and_is_no_link(text: str) -> None:
    line = " ".join(text.split())
    markdown = copied_text(Copy.MARKDOWN, RUN, PLACE, cause=Cause(line, Family.CONTENT))
    assert cells(markdown)["Cause"] == f"{line} (content)"
    parsed = [token.children or [] for token in MARKDOWN.parse(markdown) if token.type == "inline"]
    assert [[child.content for child in row] for row in parsed if len(row) > 1] == [[line, " (content)"]]


@given(st.text(string.punctuation + "aZ9 ", min_size=1).filter(str.strip))
def test_nothing_in_the_markdown_block_acts_as_markup(text: str) -> None:
    hostile = " ".join(text.split())
    run = CanaryRun(id=hostile, browser_type=f"_{hostile}_", status=RunStatus("FAILED", f"{text}\n{text}"))
    markdown = copied_text(Copy.MARKDOWN, run, Place("checkout-flow"))
    assert cells(markdown)["Run ID"] == hostile
    assert cells(markdown)["Browser"] == f"_{hostile}_"
    assert code(markdown) == f"{text}\n{text}"


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "![](http://host/pixel.png)",
        "**bold** ~~gone~~ `code` | cell | \\| &lt; &#x41; _it_ <http://host/>",
        "```\n```` ~~~\n| a |\n```",
    ],
)
def test_markup_in_what_was_sent_is_text_in_the_markdown_block(text: str) -> None:
    line = " ".join(text.split())
    markdown = copied_text(Copy.MARKDOWN, CanaryRun(id=line, status=RunStatus("FAILED", text)), PLACE)
    assert cells(markdown)["Run ID"] == line
    assert code(markdown) == text
