"""`phoneE164` beside the phone of every customer, whoever wrote the document, however often and late it is told."""

from __future__ import annotations

from typing import Any

import pytest

from functions.on_customer_written import on_customer_written
from local.stack.running import Stack
from shared.compliance import customer_numbers
from shared.compliance.customer_lookup import customers_by_phone
from shared.compliance.numbers_command import run
from shared.errors import TransientError
from shared.gcp import clients
from tests.emulator.campaign_shop import clear, put_customer
from tests.emulator.executions import ORG
from tests.emulator.firestore_events import document_event

PHONE = "+13155550123"
ODD = "315 / 555 / 0123"

pytestmark = pytest.mark.usefixtures("on_emulators")


@pytest.fixture(autouse=True)
def shop(on_emulators: Stack) -> None:
    clear(f"tenants/{ORG}/customers")


def told(customer_id: str = "c1") -> None:
    """The event of a write, whose words nobody trusts."""
    stale = {"phone": "+12125550100"}
    on_customer_written(document_event(f"tenants/{ORG}/customers/{customer_id}", None, stale))


def stored(customer_id: str = "c1") -> dict[str, Any]:
    return clients.firestore().document(f"tenants/{ORG}/customers/{customer_id}").get().to_dict() or {}


def test_a_customer_is_found_by_the_number_however_it_was_written() -> None:
    put_customer("c1", name="Ann", phone=ODD)
    assert customers_by_phone(ORG, PHONE) == []
    told()
    assert stored() == {"name": "Ann", "phone": ODD, "phoneE164": PHONE}
    assert [one.id for one in customers_by_phone(ORG, PHONE)] == ["c1"]


def test_delivered_again_it_writes_nothing() -> None:
    put_customer("c1", phone=ODD)
    told()
    before = clients.firestore().document(f"tenants/{ORG}/customers/c1").get().update_time
    told()
    assert clients.firestore().document(f"tenants/{ORG}/customers/c1").get().update_time == before


def test_a_new_number_takes_the_place_of_the_old_one() -> None:
    put_customer("c1", phone="(212) 555-0100", phoneE164=PHONE)
    told()
    assert stored()["phoneE164"] == "+12125550100"


@pytest.mark.parametrize("phone", ["call the shop", None, 7, {"home": PHONE}])
def test_anything_other_than_a_number_leaves_none(phone: object) -> None:
    put_customer("c1", phone=phone, phoneE164=PHONE)
    told()
    assert stored()["phoneE164"] is None
    assert customers_by_phone(ORG, PHONE) == []


def test_without_a_phone_what_others_wrote_stays() -> None:
    put_customer("c1", phoneE164=PHONE)
    told()
    told("nobody")
    assert stored() == {"phoneE164": PHONE}
    assert stored("nobody") == {}


def test_of_two_writers_the_later_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    put_customer("c1", phone=ODD)
    look = customer_numbers.missing

    def written_meanwhile(fields: dict[str, Any]) -> dict[str, Any]:
        put_customer("c1", phone="(212) 555-0100")
        return look(fields)

    with monkeypatch.context() as patch:
        patch.setattr(customer_numbers, "missing", written_meanwhile)
        with pytest.raises(TransientError):
            customer_numbers.keep_up(ORG, "c1")
    told()
    assert stored()["phoneE164"] == "+12125550100"


def test_the_command_does_it_for_everybody_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(customer_numbers, "PAGE", 2)
    for number in range(5):
        put_customer(f"c{number}", phone=f"315 / 555 / 010{number}")
    other = clients.firestore().document("tenants/org_other_numbers/customers/c1")
    other.set({"phone": ODD})
    assert run() == 0
    assert [stored(f"c{number}")["phoneE164"] for number in range(5)] == [f"+1315555010{n}" for n in range(5)]
    assert (other.get().to_dict() or {})["phoneE164"] == PHONE
    assert "customers checked, 0 couldn't be read" in capsys.readouterr().out
    other.delete()
