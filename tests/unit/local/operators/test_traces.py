"""A person is taken out of whatever names them, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.operators.erasure.traces import ERASED, Person
from shared.runs.messages import pack, unpack
from shared.values import packed_results
from shared.values.phone_number import written_forms

ANN = Person(
    ids=frozenset({"c1", "cust_0f3a9b77"}),
    addresses=frozenset({"Ann.Lee@Example.com"}),
    phones=frozenset({"+13155550123"}),
    names=frozenset({"Ann Lee"}),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(0, 10**6) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
_FORMS = [*written_forms("+13155550123"), "ann.lee@example.com", "ANN.LEE@EXAMPLE.COM", "cust_0f3a9b77"]


@pytest.mark.parametrize("form", written_forms("+13155550123"))
def test_a_number_is_found_in_every_form_that_shops_write(form: str | int) -> None:
    assert ANN.without(form)[1] == 1
    if isinstance(form, str):
        assert ANN.without(f"call {form}, she said")[0] == f"call {ERASED}, she said"


@pytest.mark.parametrize(
    "text",
    [
        "jo.ann.lee@example.com",
        "ann.lee@example.com.au",
        "ann.lee@example.community",
        "+1315555012377",
        "93155550123",
        "1-2-3155550124",
        "step c1",
        "cust_0f3a9b778",
        "Ann Lee",
        "Annabel",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert ANN.without(text) == (text, 0)


def test_a_name_goes_only_from_what_names_the_person_otherwise_too() -> None:
    found, places = ANN.without({"title": "Thank you, ann lee!", "to": "ann.lee@example.com"})
    assert (found, places) == ({"title": f"Thank you, {ERASED}!", "to": ERASED}, 2)


def test_a_short_id_goes_only_from_where_a_customers_id_stands() -> None:
    found, _ = ANN.without({"customerId": "c1", "customers": ["c0", "c1"], "stepId": "c1"})
    assert found == {"customerId": ERASED, "customers": ["c0", ERASED], "stepId": "c1"}


def test_a_packed_message_is_read_and_packed_again() -> None:
    message = {"channel": "email", "to": ["ann.lee@example.com", "bo@example.com"], "text": "Hi Ann Lee"}
    found, places = ANN.without({"effects": {"mail": {"message": pack(message, 0)}}})
    assert places == 2
    after = unpack(found["effects"]["mail"]["message"])
    assert after is not None
    assert (after.to, after.text) == ([ERASED, "bo@example.com"], f"Hi {ERASED}")


def test_compressed_json_is_read_and_compressed_again() -> None:
    output = {"text": "Ann Lee, ann.lee@example.com, is back. " * 100}
    (packed,) = packed_results.packed([{"stepId": "away", "output": output}]) or []
    found, places = ANN.without([packed])
    assert places == 200
    assert packed_results.unpacked(found)[0]["output"] == {"text": f"{ERASED}, {ERASED}, is back. " * 100}
    assert ANN.without(found) == (found, 0)
    assert ANN.without(b"ann.lee@example.com") == (b"ann.lee@example.com", 0)


@given(value=_JSON, form=st.sampled_from(_FORMS), place=st.integers(0, 3))
def test_wherever_the_person_is_named_nothing_is_left_and_a_second_time_changes_nothing(
    value: Any, form: str | int, place: int
) -> None:
    around: Any = [value, {"in": form}, [f"<{form}>"], {f"{form}": value}][place]
    once, _ = ANN.without([around, form])
    assert ANN.without(once) == (once, 0)
    assert str(form) not in str(once).replace(str(value), "")


@given(value=_JSON)
def test_what_does_not_name_the_person_stays_as_it_is(value: Any) -> None:
    found, places = ANN.without(value)
    assert places or found == value
