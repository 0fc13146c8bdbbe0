"""What a person types into the DryRunId search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.runs import dry_run_id


@given(st.uuids(), st.integers(0, 36), st.integers(0, 36))
def test_every_part_of_an_id_is_taken(uuid: object, first: int, last: int) -> None:
    assert dry_run_id.refusal(str(uuid)[first:last]) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("g", "'g' cannot be in a DryRunId"),
        ("12 4", "that character cannot be"),
        ("--", "8-4-4-4-12"),
        ("-12345-", "8-4-4-4-12"),
        ("123456789abcd", "8-4-4-4-12"),
        ("a" * 37, "36 characters"),
        ("é", "'é' cannot be"),
        ("\x1b", "that character"),
    ],
)
def test_what_cannot_be_part_of_an_id_is_refused_with_the_reason(text: str, reason: str) -> None:
    assert reason in (dry_run_id.refusal(text) or "")


def test_upper_case_and_blanks_are_forgiven() -> None:
    text = dry_run_id.normalise("  0F8FAD5B-D9CB-469F-A165-70867728950E\n")
    assert dry_run_id.is_whole(text)
    assert not dry_run_id.is_whole(text[:-1])
