"""Compressed outputs are read back as they were, and whatever else stands there is left alone."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.values.packed_results import FIELD, WORTH_IT_BYTES, packed, unpacked

PLAIN = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
LONG = st.text(string.printable, min_size=1).map(lambda text: text * (WORTH_IT_BYTES // len(text) + 1))
OUTPUTS = st.dictionaries(st.text(max_size=8), st.one_of(PLAIN, LONG), max_size=4)
RESULTS = st.fixed_dictionaries(
    {"stepId": st.text(max_size=8)}, optional={"output": OUTPUTS, "outputJson": st.text(), "error": st.text()}
)


@given(results=st.lists(st.one_of(RESULTS, PLAIN), max_size=4))
def test_read_back_as_they_were(results: list[Any]) -> None:
    after = packed(results)
    assert unpacked(results if after is None else after) == results
    assert packed(after if after is not None else results) is None


def test_a_large_one_takes_less_and_a_small_one_stays() -> None:
    large, small = (
        {"stepId": name, "output": {"text": "Blue Dream " * size}} for name, size in (("a", 900), ("b", 3))
    )
    (first, second) = packed([large, small]) or []
    assert "output" not in first
    assert len(first[FIELD]) < 200
    assert second is small


def test_anything_other_than_a_list_of_results_is_left_alone() -> None:
    odd: Any
    for odd in (None, "x", 7, {"output": {}}):
        assert packed(odd) is None
        assert unpacked(odd) is odd
    broken = [
        {"stepId": "a", FIELD: b"?"},
        {"stepId": "b", FIELD: "?"},
        {"stepId": "c", "output": {"at": object()}},
    ]
    assert unpacked(broken) == broken
    assert packed(broken) is None
