"""One look is told from another in few bytes, and always rightly."""

import re

from hypothesis import given

from canaryscope.lean.look import PLAIN, Look, applied, change
from lean.frames import SGR, styles


def look(parameters: str) -> Look:
    made = applied(PLAIN, parameters)
    assert made is not None
    return made


@given(styles, styles)
def test_a_change_leads_to_the_look_that_is_wanted(old: str, new: str) -> None:
    sequence = change(look(old), look(new))
    match = re.fullmatch(r"\x1b\[([\d;]*)m", sequence)
    assert (applied(look(old), match[1]) if match else look(old)) == look(new)
    assert len(sequence) <= len(f"\x1b[;{new}m")
    assert change(None, look(new)).startswith(("\x1b[;", "\x1b[m"))


def test_what_ends_an_attribute_ends_it() -> None:
    for number in SGR:
        ends = {"38": "39", "48": "49"}.get(number[:2]) or change(look(number), PLAIN)[2:-1]
        assert applied(look(number), ends) == PLAIN


def test_only_what_differs_is_told() -> None:
    assert change(look("1;31;44"), look("1;32;44")) == "\x1b[32m"
    assert change(look("1;2"), look("1")) == "\x1b[;1m"
    assert change(look("38;5;100;1"), look("38;5;100")) == "\x1b[22m"
    assert change(look("7"), PLAIN) == "\x1b[m"
    assert change(PLAIN, PLAIN._replace(link="id=1;http://x")) == "\x1b]8;id=1;http://x\x1b\\"


def test_colours_that_are_cut_off_or_unknown_are_not_guessed() -> None:
    assert [applied(PLAIN, parameters) for parameters in ("38", "38;5", "38;2;1;2", "48;7;1", "11", "99")] == [None] * 6
