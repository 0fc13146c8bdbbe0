"""JSON in lines says the same as before, whatever it is."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canaryscope.evidence.json_text import DEEPEST, indented, is_json
from evidence.documents import VALUES


@given(VALUES)
def test_json_in_lines_is_the_same_json(value: object) -> None:
    written = json.dumps(value, ensure_ascii=False)
    assert json.dumps(json.loads(indented(written), strict=False)) == json.dumps(json.loads(written))
    if isinstance(value, dict | list) and value:
        assert indented(written).startswith(written[0] + "\n")


def test_nothing_is_lost_that_parsing_would_lose() -> None:
    assert indented('{"a":1.50,"a":[ ],"b":{\n},"c":[1,"x, y"]}') == "\n".join(
        [
            *("{", '  "a": 1.50,', '  "a": [],', '  "b": {},', '  "c": ['),
            *("    1,", '    "x, y"', "  ]", "}"),
        ]
    )


def test_json_that_was_cut_keeps_its_note() -> None:
    assert indented('{"a":[1,2… (cut, 70,000 characters)') == '{\n  "a": [\n    1,\n    2… (cut, 70,000 characters)'


@pytest.mark.parametrize(
    ("text", "mime", "it_is"),
    [
        (' {"a": 1}', "", True),
        ('{"a": 1', "", False),
        ('{"a": 1', "application/json; charset=utf-8", True),
        ("<html>{}</html>", "application/json", False),
        ("{{ template }}", "text/plain", False),
        ("[INFO] text", "application/json", False),
        ("3", "application/json", False),
        ("[" * 100_000, "", False),
        ('{"a": ' + "9" * 5_000 + "}", "", False),
    ],
)
def test_what_is_taken_for_json(text: str, mime: str, it_is: bool) -> None:
    assert is_json(text, mime) is it_is


@given(st.text(alphabet='[]{}",:\\ \nab1', max_size=200))
def test_any_text_keeps_all_that_is_not_blank(text: str) -> None:
    assert "".join(indented(text).split()) == "".join(text.split())


def test_a_million_brackets_make_neither_long_lines_nor_many() -> None:
    begin = time.process_time()
    lines = indented("[" * 1_000_000, 1_000).split("\n")
    assert len(lines) == 1_002
    assert max(map(len, lines)) <= 2 * DEEPEST + 1
    assert time.process_time() - begin < 2
