"""Helpers of the tests of shelf, shared with other tests."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from tests.unit.retail.shelf_world import NOW

numbers = st.one_of(
    st.none(),
    st.integers(-5, 60),
    st.floats(-5, 60, allow_nan=False).map(lambda value: round(value, 2)),
    st.sampled_from(["12", "$1,299.00", "few", True, [1], {"a": 1}]),
)


instants = st.one_of(st.none(), st.integers(-40, 400).map(lambda days: NOW + timedelta(days=days)), st.just("soon"))


items = st.fixed_dictionaries(
    {"name": st.sampled_from(["Blue Dream", "Gummies 10pk", "", "Étoile", None, 420]), "quantity": numbers},
    optional={
        "category": st.sampled_from(["Flower", "Edibles", None]),
        "price": numbers,
        "cost": numbers,
        "reorderPoint": numbers,
        "supplier": st.sampled_from(["North", "South"]),
        "expiresAt": instants,
        "createdAt": instants,
        "description": st.text(max_size=40),
        "weight": st.sampled_from(["1/8 oz", 3.5]),
        "somebodyElses": st.just({"deep": [1, {"er": True}]}),
    },
)


item_ids = st.integers(0, 12).map(lambda number: f"i{number}")
