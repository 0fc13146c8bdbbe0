"""Messages say what they were sent with."""

from __future__ import annotations

from typing import Any

import pytest

from canaryscope_widgets.fielded import FieldedMessage


class Chosen(FieldedMessage):
    """Something was chosen."""

    name: str
    index: int = 0


class Cleared(FieldedMessage):
    """Nothing is chosen."""


def test_fields_are_given_in_their_order_or_by_name() -> None:
    given = [Chosen("a", 1), Chosen("a", index=1), Chosen(index=1, name="a")]
    assert [(chosen.name, chosen.index) for chosen in given] == [("a", 1)] * 3
    assert Chosen("a").index == 0


@pytest.mark.parametrize(
    ("values", "named"), [((), {}), (("a", 1, 2), {}), (("a",), {"name": "b"}), (("a",), {"x": 1})]
)
def test_any_others_are_a_mistake(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(TypeError, match="Chosen has the fields name, index"):
        Chosen(*values, **named)


def test_those_with_the_same_fields_are_equal_and_are_shown_with_them() -> None:
    assert Chosen("a") == Chosen("a", 0)
    assert Chosen("a") != Chosen("b")
    assert Cleared() == Cleared()
    assert Cleared() != Chosen("a")
    assert repr(Chosen("a")) == "Chosen(name='a', index=0)"


def test_a_message_reaches_its_handler_by_the_name_of_its_class() -> None:
    assert (Chosen.handler_name, Chosen("a").is_forwarded) == ("on_chosen", False)
