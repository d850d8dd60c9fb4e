"""Copies of documents come back as they were; what is no copy is told apart."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
from google.cloud.firestore import GeoPoint
from hypothesis import given
from hypothesis import strategies as st

from shared.retail.packs.codec import Copy, Unstorable, packed, unpacked

FOLDER = "tenants/org_1/orders"
CREATED = datetime(2026, 11, 23, 14, tzinfo=UTC)
NAMES = st.one_of(st.text(max_size=5), st.sampled_from(("~t", "~b", "~m", "~o", "~")))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(max_size=10),
    st.binary(max_size=10),
    st.datetimes(timezones=st.just(UTC)),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3))
)
FIELDS = st.dictionaries(NAMES, VALUES, max_size=5)


def copy(document_id: str, fields: dict[str, Any], created: datetime | None = CREATED) -> Copy:
    return Copy(document_id, f"{FOLDER}/{document_id}", fields, "2026-11-23T14:00:00.000001Z", created)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.one_of(st.none(), FIELDS), max_size=4))
def test_copies_come_back_as_they_were(fields: dict[str, dict[str, Any] | None]) -> None:
    copies = {key: None if one is None else copy(key, one) for key, one in fields.items()}
    assert unpacked(packed(copies), FOLDER) == copies


def test_a_number_stays_a_number_of_its_kind() -> None:
    fields = {"whole": 1, "real": 1.0, "yes": True, "text": "1"}
    found = unpacked(packed({"a": copy("a", fields, None)}), FOLDER)["a"]
    assert found is not None
    assert [type(value) for value in found.fields.values()] == [int, float, bool, str]


def test_unknown_values_are_packed_losslessly() -> None:
    found = unpacked(packed({"a": copy("a", {"total": GeoPoint(1, 2)})}), FOLDER)["a"]
    assert found is not None
    assert found.fields == {"total": Unstorable("GeoPoint")}


@pytest.mark.parametrize(
    "data",
    [b"", b"x", zlib.compress(b"\xff"), zlib.compress(b"{"), zlib.compress(b"7"), zlib.compress(b'[["a",1]]')],
)
def test_other_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        unpacked(data, FOLDER)
