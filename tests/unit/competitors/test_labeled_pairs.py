"""The matcher against products as menus of several shop systems name them."""

from __future__ import annotations

import pytest

from tests.matching.measuring import SETS, load_pairs, measure


@pytest.mark.parametrize("name", SETS)
def test_prices_are_set_side_by_side_only_for_the_same_thing_in_the_same_size(name: str) -> None:
    found = measure(load_pairs(name))
    assert found.precision >= 0.98, list(map(str, found.wrong))
    assert found.recall >= 0.9, list(map(str, found.missed))


def test_there_are_enough_pairs_of_every_kind() -> None:
    pairs = [pair for name in SETS for pair in load_pairs(name)]
    assert len({str(pair) for pair in pairs}) == len(pairs) >= 300
    kinds = {pair.kind for pair in pairs}
    assert kinds == {
        *("same", "units", "qualifiers", "brand", "typos"),
        *("other size", "unknown size", "other form", "other strain", "near names"),
    }
    assert all(sum(pair.kind == kind for pair in pairs) >= 15 for kind in kinds)
