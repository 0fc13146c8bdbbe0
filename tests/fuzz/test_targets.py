"""No bytes at all make what reads them fail in any other way than by refusing them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.targets import SAMPLES, TARGETS

MIXED = st.lists(st.one_of(st.sampled_from(SAMPLES), st.binary(max_size=30)), max_size=3).map(b"".join)
"""Pieces that make sense with rubbish between them."""


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(data=st.one_of(st.sampled_from(SAMPLES), MIXED, st.binary()))
def test_any_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    TARGETS[name](data)
