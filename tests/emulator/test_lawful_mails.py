"""Mail to customers through the real step on a real Firestore: address, frequency, opt-outs, sender, crashes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.api.member_list import addresses_of_members
from shared.compliance import examining, suppressions
from shared.compliance.examining import examine_mail
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.gcp.read_lately import reading_lately
from shared.runs.outputs import value_of
from shared.runs.runner import deliver
from shared.runs.state import Delivery
from tests.emulator.executions import ORG, execution, put_org, put_playbook, start

JANE, OMAR = "Jane@Customers.example", "omar@customers.example"
POSTAL = "412 Erie Blvd W\nSyracuse, NY 13204"
NOW = datetime.now(UTC) + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "signs-links")
    httpx.delete(f"{quiet_queues.console_url}/api/outbox")
    put_org(postalAddress=POSTAL)
    for number, address in enumerate((JANE, OMAR)):
        firestore().document(f"tenants/{ORG}/customers/c{number}").set({"email": address})
    return quiet_queues


def outbox(stack: Stack) -> list[dict[str, Any]]:
    return list(httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json())


def send(name: str, to: Any, hours: float = 0) -> dict[str, Any]:
    """The step's output, of a run of its own, so many hours from now."""
    params = {"to": to, "subject": "Fresh", "text": "Fresh flower is in."}
    put_playbook(name, [{"id": "mail", "action": "send_email", "params": params}])
    start(name, name)
    deliver(Delivery(name, 1), Clock(not_before=NOW + timedelta(hours=hours)))
    result = execution(name).result_of("mail")
    return dict(value_of(result)) if result else {}


def reasons(output: dict[str, Any]) -> list[str]:
    return [one["reason"] for one in output["skipped"]]


def test_a_customer_gets_the_shop_s_mail_with_its_address_and_the_way_out(shop: Stack) -> None:
    assert send("a", JANE)["reached"] == 1
    (mail,) = outbox(shop)
    assert "Runs, 412 Erie Blvd W, Syracuse, NY 13204" in mail["text"]
    assert "412 Erie Blvd W" in mail["html"]
    assert "/api/unsubscribe?token=" in mail["text"]


@pytest.mark.parametrize("address", [None, "", "   ", "\u200b\n\u00ad"])
def test_without_a_postal_address_customers_are_not_mailed_and_the_field_is_named(
    shop: Stack, address: Any
) -> None:
    put_org(postalAddress=address)
    output = send("a", JANE)
    assert reasons(output) == ["no_postal_address"]
    assert f"tenants/{ORG}.postalAddress" in output["skipped"][0]["detail"]
    assert execution("a").status_reason == "Reached nobody: 1 skipped (1 no postal address)"
    assert send("b", "owner@runs.example")["reached"] == 1
    assert [mail["to"] for mail in outbox(shop)] == ["owner@runs.example"]


def test_the_org_s_other_people_are_not_outsiders_even_where_they_are_customers(shop: Stack) -> None:
    firestore().document("members/u7").set({"orgId": ORG, "email": OMAR, "role": "editor"})
    firestore().document("members/u8").set({"orgId": "org_other", "email": JANE.lower(), "role": "editor"})
    put_org(postalAddress=None)
    assert send("a", "Omar@customers.example")["reached"] == 1
    assert send("b", OMAR)["reached"] == 1
    assert execution("b").status_reason is None
    assert reasons(send("c", JANE)) == ["no_postal_address"]
    put_org(postalAddress=POSTAL)
    assert send("d", [OMAR, JANE])["reached"] == 2
    assert reasons(send("e", [OMAR, JANE])) == ["frequency_cap"]


def test_whoever_leaves_the_org_during_a_run_is_a_stranger_at_once(shop: Stack) -> None:
    members = firestore().collection("members")
    members.document("u7").set({"orgId": ORG, "email": OMAR, "role": "editor"})
    with reading_lately():
        asked = [addresses_of_members(ORG, [OMAR, JANE]) for _ in range(3)]
        members.document("u7").delete()
        members.document("u8").set({"orgId": ORG, "email": JANE.lower(), "role": "editor"})
        left = addresses_of_members(ORG, [OMAR, JANE])
    assert asked == [{OMAR}] * 3
    assert left == set(), "whoever comes during a run counts from the next one on"
    assert addresses_of_members(ORG, [OMAR, JANE]) == {JANE.lower()}


def test_an_org_of_many_people_is_asked_about_each_address(shop: Stack) -> None:
    for number in range(12):
        fields = {"orgId": ORG, "email": f"staff{number}@runs.example", "role": "viewer"}
        firestore().document(f"members/m{number}").set(fields)
    with reading_lately():
        asked = [addresses_of_members(ORG, [OMAR, f"Staff{number}@runs.example"]) for number in range(12)]
    assert asked == [{f"staff{number}@runs.example"} for number in range(12)]


@pytest.mark.parametrize("spelling", [OMAR, "Omar@Customers.Example", '"omar"@CUSTOMERS.EXAMPLE.'])
def test_a_second_mail_within_sixteen_hours_is_skipped_however_the_address_is_written(
    shop: Stack, spelling: str
) -> None:
    send("a", OMAR)
    assert reasons(send("b", spelling, 1)) == ["frequency_cap"]
    assert send("c", spelling, 17)["reached"] == 1
    assert len(outbox(shop)) == 2


def test_of_several_customers_each_gets_a_mail_of_their_own_and_the_others_are_named(shop: Stack) -> None:
    suppressions.opt_out(ORG, OMAR, NOW)
    send("a", JANE)
    firestore().document(f"tenants/{ORG}/customers/c2").set({"email": "li@customers.example"})
    output = send("b", [JANE, OMAR, "li@customers.example", "supplier@farm.example"], 1)
    assert sorted(reasons(output)) == ["frequency_cap", "suppressed"]
    assert output["reached"] == 2
    assert [mail["to"] for mail in outbox(shop)][1:] == ["li@customers.example", "supplier@farm.example"]
    assert execution("b").status_reason is None


@pytest.mark.parametrize(
    ("kept", "to"),
    [
        (JANE, JANE),
        ("Jane.Roe@customers.example", "jane.roe@customers.example"),
        ("JANE.ROE@CUSTOMERS.EXAMPLE", "jane.roe@customers.example"),
    ],
)
def test_who_opted_out_at_the_shop_is_not_mailed(shop: Stack, kept: str, to: str) -> None:
    firestore().document(f"tenants/{ORG}/customers/c0").update({"email": kept, "emailOptOut": "yes"})
    assert reasons(send("a", to)) == ["opted_out"]
    assert outbox(shop) == []


def test_the_run_that_has_the_claim_mails_after_a_crash_and_no_other_does(
    shop: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def claim_and_die(*given: Any, **named: Any) -> Any:
        examine_mail(*given, **named)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(examining, "examine_mail", claim_and_die)
        with pytest.raises(Killed):
            send("a", JANE)
    assert reasons(send("b", JANE)) == ["frequency_cap"]
    deliver(Delivery("a", 1), Clock(not_before=NOW + timedelta(hours=1)))
    assert execution("a").status == "completed"
    assert len(outbox(shop)) == 1


def test_a_mail_that_the_provider_refused_uses_up_nothing(shop: Stack) -> None:
    httpx.post(f"{shop.console_url}/api/faults", json={"provider": "mailjet", "status": 400, "times": 1})
    send("a", JANE)
    assert execution("a").status == "failed"
    assert send("b", JANE)["reached"] == 1
