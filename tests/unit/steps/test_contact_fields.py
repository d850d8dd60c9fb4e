"""A customer's number is kept in E.164 beside the way it was written."""

from __future__ import annotations

from typing import Any

import pytest

from shared.steps.data._customer_fields import unset_with_e164, with_e164


@pytest.mark.parametrize(
    ("written", "kept"), [("(315)-555-0123", "+13155550123"), (3155550123, "+13155550123"), ("none", None)]
)
def test_a_customer_s_number_is_kept_in_e164_too(written: Any, kept: str | None) -> None:
    assert with_e164("customers", {"name": "Jane", "phone": written}) == {
        "name": "Jane",
        "phone": written,
        "phoneE164": kept,
    }


def test_other_documents_stay_as_they_are() -> None:
    assert with_e164("locations", {"phone": "315-555-0123"}) == {"phone": "315-555-0123"}
    assert with_e164("customers", {"name": "Jane"}) == {"name": "Jane"}


def test_the_kept_number_goes_with_the_written_one() -> None:
    assert unset_with_e164("customers", ["phone", "note"]) == ["phone", "note", "phoneE164"]
    assert unset_with_e164("customers", ["note"]) == ["note"]
    assert unset_with_e164("locations", ["phone"]) == ["phone"]
