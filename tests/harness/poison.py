"""Documents as nobody meant them: nulls, wrong types, missing fields, huge values, odd ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from google.cloud.firestore import GeoPoint
from hypothesis import strategies as st

MISSING = object()
BROKEN = {"poison": True}
"""What stands in every field of a document of which nothing can be read."""

_ODD_TEXTS = (
    *("", " ", ".", "..", "a/b", "__x__", "{{", "{{ org.name", "Eastern", "%2F", "'\"", "\u202eevil", "🌿" * 20),
    *("61 * * * *", "0 0 31 2 *", "-1", "1e999", "NaN", "null", "[]", "{}", "9" * 5_000, "x" * 100_000),
)
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(width=64),
    st.sampled_from(_ODD_TEXTS),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.datetimes(timezones=st.just(UTC)),
    st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180)),
)
_KEYS = st.text("abcXYZ_019 .-", min_size=1, max_size=12).filter(lambda key: not key.startswith("__"))
VALUES = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=4),
    st.dictionaries(_KEYS, _SCALARS, max_size=4),
    st.dictionaries(_KEYS, st.dictionaries(_KEYS, st.lists(_SCALARS, max_size=2), max_size=2), max_size=2),
)
"""Anything that Firestore holds."""

ODD_IDS = ("a b", "ü€🌿", "x" * 700, "..a", "%2e%2e", "'\";--", "{{org.id}}", "-", "A.B~C:D", "9" * 64)


@dataclass(frozen=True, slots=True)
class Poison:
    """Changes to a sound document, and the end of its id."""

    changes: Mapping[str, Any]
    id_end: str = ""

    def of(self, sound: Mapping[str, Any]) -> dict[str, Any]:
        """The poisoned document."""
        changed = {**sound, **self.changes}
        return {name: value for name, value in changed.items() if value is not MISSING}


def poisons(sound: Mapping[str, Any]) -> st.SearchStrategy[Poison]:
    """One to three fields of the document are not as they should be, or all of them, and its id may be odd."""
    names = sorted(sound)
    value = st.one_of(st.just(MISSING), VALUES)
    few = st.dictionaries(st.sampled_from(names), value, min_size=1, max_size=3)
    every = st.fixed_dictionaries(dict.fromkeys(names, value))
    return st.builds(Poison, st.one_of(few, few, every), st.sampled_from(("", "", *ODD_IDS)))


def broken(sound: Mapping[str, Any], keeping: tuple[str, ...]) -> Poison:
    """Nothing of it can be read but the fields by which it is found."""
    return Poison({name: BROKEN for name in sound if name not in keeping})
