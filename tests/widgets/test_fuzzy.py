"""Finding a canary by some letters of its name, also where names are long and look alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from canaryscope_widgets.fuzzy import fuzzy_match
from canaryscope_widgets.picker_items import CanaryItem, CanaryItems, name_problem

NAMES = st.text("abc-", min_size=1, max_size=20)


def found(query: str, name: str) -> str:
    """The letters of the name that matched."""
    return "".join(name[offset] for offset in sorted(fuzzy_match(query, name)[1]))


def score(query: str, name: str) -> float:
    return fuzzy_match(query, name)[0]


@given(NAMES, NAMES)
def test_a_match_is_found_exactly_where_the_letters_are_there_in_order(query: str, name: str) -> None:
    letters = iter(name)
    expected = all(letter in letters for letter in query)
    assert found(query, name) == (query if expected else "")
    assert (score(query, name) > 0) is expected


@given(NAMES, NAMES, NAMES)
def test_typing_on_never_brings_back_what_was_filtered_out(query: str, more: str, name: str) -> None:
    if not fuzzy_match(query, name)[1]:
        assert not fuzzy_match(query + more, name)[1]


def test_what_stands_together_and_begins_a_word_is_found_first() -> None:
    assert score("flow", "checkout-flow") > score("flow", "f-l-o-w")
    assert score("pay", "pay") > score("pay", "pay-page")
    assert score("co", "checkout-orders") > score("co", "xchecxout")
    assert fuzzy_match("pay", "repay-pay")[1] == {6, 7, 8}


def test_case_and_the_order_of_words_do_not_matter() -> None:
    assert found("FLOW check", "checkout-flow") == "checkflow"
    assert found("flow nothing", "checkout-flow") == ""


def test_a_letter_whose_lower_case_is_longer_does_not_shift_the_marks() -> None:
    assert fuzzy_match("x", "İx")[1] == {1}


def test_the_longest_name_with_the_same_letters_over_and_over_does_not_stop_the_screen() -> None:
    """Looking at every way to place these letters would take longer than anybody lives."""
    name = ("ab-" * 85)[:255]
    assert found("bbbbbbbbbbbbbbbbbbaaaaaaaaaaaaaaaaaa", name) == "b" * 18 + "a" * 18
    assert found("a" * 80 + "z", name) == ""


def test_a_thousand_canaries_are_filtered_best_first_and_failing_first_among_equals() -> None:
    items = CanaryItems()
    items.merge(CanaryItem(f"canary-{number:03}", rank=number % 2) for number in range(1000))
    matches = items.matches("canary-00")
    assert len(matches) == len([n for n in range(1000) if f"{n:03}".count("0") >= 2])
    assert [match.item.name for match in matches[:4]] == ["canary-000", "canary-002", "canary-004", "canary-006"]
    assert items.matches("  ")[0].item.name == "canary-000"


def test_the_rule_for_names_is_that_of_the_api() -> None:
    assert name_problem("a-z_0-9") is None
    assert name_problem("x" * 255) is None
    assert "255" in (name_problem("x" * 256) or "")
    assert "capital" in (name_problem("Name") or "")
    assert "at least" in (name_problem("") or "")
    assert "no blanks" in (name_problem("a b") or "")
    assert "no é" in (name_problem("é") or "")
    assert name_problem("name\n") is not None
