"""NextTokens: opaque, and good for nothing but the question they were made for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.demo.responder import Responder
from canaryscope.demo.stories import LONGEST_NAME
from canaryscope.demo.tokens import InvalidTokenError, Tokens
from demo.paging import NOW, answer, runs_page

DRY = {"RunType": "DRY_RUN", "MaxResults": 1}


def refused(responder: Responder, path: str, **params: Any) -> bool:
    reply = responder.respond("synthetics", "POST", path, "", json.dumps(params).encode())
    return (reply.status, reply.headers.get("x-amzn-ErrorType")) == (400, "ValidationException")


def test_a_token_of_runs_is_bound_to_canary_run_type_dry_run_and_operation(responder: Responder) -> None:
    path = "/canary/release-gate/runs"
    first, second = responder.dry_run_ids("release-gate")[:2]
    token = runs_page(responder, "release-gate")["NextToken"]
    dry_token = runs_page(responder, "release-gate", **DRY)["NextToken"]
    one_token = runs_page(responder, "release-gate", **DRY, DryRunId=first)["NextToken"]

    assert not refused(responder, path, NextToken=token, MaxResults=3)
    assert not refused(responder, path, NextToken=token, RunType="CANARY_RUN")
    assert not refused(responder, path, NextToken=dry_token, **DRY)
    assert not refused(responder, path, NextToken=one_token, **DRY, DryRunId=first)

    assert refused(responder, "/canary/cart-api/runs", NextToken=token)
    assert refused(responder, path, NextToken=token, **DRY)
    assert refused(responder, path, NextToken=dry_token)
    assert refused(responder, path, NextToken=dry_token, **DRY, DryRunId=first)
    assert refused(responder, path, NextToken=one_token, **DRY)
    assert refused(responder, path, NextToken=one_token, **DRY, DryRunId=second)
    assert refused(responder, "/canaries", NextToken=token)
    assert refused(responder, "/canaries/last-run", NextToken=token)
    assert refused(responder, "/group/payments/resources", NextToken=token)


def test_a_token_of_a_list_is_bound_to_its_filter(responder: Responder) -> None:
    names = ["cart-api", "checkout-flow"]
    token = answer(responder, "/canaries/last-run", MaxResults=1, Names=names)["NextToken"]
    assert not refused(responder, "/canaries/last-run", NextToken=token, Names=names)
    assert refused(responder, "/canaries/last-run", NextToken=token)
    assert refused(responder, "/canaries/last-run", NextToken=token, Names=[*names, "shop-jp"])
    assert refused(responder, "/canaries/last-run", NextToken=token, Names=names, BrowserType="CHROME")
    assert refused(responder, "/canaries", NextToken=token, Names=names)


def test_a_token_of_another_account_or_seed_is_refused(responder: Responder) -> None:
    token = runs_page(responder, "cart-api")["NextToken"]
    assert refused(Responder(NOW, seed=1), "/canary/cart-api/runs", NextToken=token)
    assert refused(Responder(NOW, account="210987654321"), "/canary/cart-api/runs", NextToken=token)


def test_the_tokens_of_the_longest_name_are_short_enough(responder: Responder) -> None:
    token = runs_page(responder, LONGEST_NAME)["NextToken"]
    assert 4 <= len(token) <= 252


@pytest.mark.parametrize("letter", range(32))
def test_a_token_with_one_letter_changed_is_refused(letter: int) -> None:
    tokens = Tokens("secret")
    token = tokens.make("question", -44_640, 2)
    other = "A" if token[letter] != "A" else "B"
    with pytest.raises(InvalidTokenError):
        tokens.read("question", token[:letter] + other + token[letter + 1 :])


def test_a_token_with_something_added_is_refused() -> None:
    tokens = Tokens("secret")
    token = tokens.make("question", 1, 0)
    for other in (f" {token}", f"{token}\n", f"{token[:8]}.{token[8:]}", token + token):
        with pytest.raises(InvalidTokenError):
            tokens.read("question", other)


@given(st.text(max_size=300))
def test_no_text_of_others_is_a_token(text: str) -> None:
    with pytest.raises(InvalidTokenError):
        Tokens("secret").read("question", text)


@given(st.text(), st.integers(-(2**40), 2**40), st.integers(0, 10))
def test_a_token_gives_back_its_position(question: str, tick: int, place: int) -> None:
    tokens = Tokens("secret")
    assert tokens.read(question, tokens.make(question, tick, place)) == (tick, place)
