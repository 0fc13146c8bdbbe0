"""A question of several pages that failed on the way: who asks again asks for no page twice."""

from __future__ import annotations

import pickle

import pytest

from canaryscope.evidence.begun import Begun, Pages
from canaryscope.runs.errors import InvalidRequest, SourceError, Throttled
from canaryscope.runs.model import Page

PAGES = {None: Page((1, 2), "a"), "a": Page((3,), "b"), "b": Page((4,), None)}


class Asked:
    """Pages, and the tokens that they were asked for with. `fails`: what happens to tokens."""

    def __init__(self, **fails: SourceError) -> None:
        self.tokens: list[str | None] = []
        self.fails = fails

    def __call__(self, token: str | None) -> Page[int]:
        self.tokens.append(token)
        if token in self.fails:
            raise self.fails[token]
        return PAGES[token]


def never(pages: Pages[int]) -> bool:
    return False


def failing(begun: Begun, ask: Asked) -> SourceError:
    with pytest.raises(SourceError) as caught:
        begun.read("", ask, never)
    return caught.value


def test_who_asks_again_goes_on_with_the_token_that_failed_even_from_another_process() -> None:
    error = failing(Begun(), Asked(b=Throttled("Wait.")))
    begun = pickle.loads(pickle.dumps(error)).begun
    assert len(begun) == 3
    ask = Asked()
    assert begun.read("", ask, never).items == [1, 2, 3, 4]
    assert ask.tokens == ["b"]
    assert begun.read("", ask, never).items == [1, 2, 3, 4]
    assert ask.tokens == ["b"], "what is whole is not asked for again"


def test_a_token_that_is_refused_is_not_tried_again() -> None:
    assert failing(Begun(), Asked(b=InvalidRequest("The token has expired."))).begun is None


def test_no_more_is_read_than_is_enough() -> None:
    ask = Asked()
    pages = Begun().read("", ask, lambda pages: len(pages.items) >= 3)
    assert (pages.items, pages.token, ask.tokens) == ([1, 2, 3], "b", [None, "a"])


def test_two_questions_are_kept_apart() -> None:
    begun = Begun()
    assert failing(begun, Asked(a=Throttled("Wait."))).begun is begun
    assert begun.read("filter", Asked(), never).items == [1, 2, 3, 4]
    assert begun.read("", Asked(), never).items == [1, 2, 3, 4]
    assert len(begun) == 8
