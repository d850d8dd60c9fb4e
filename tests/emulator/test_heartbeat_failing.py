"""Rounds of the heartbeat that die, meet each other or cannot read something: nothing lost, nothing told twice."""

from __future__ import annotations

import contextlib
import itertools
from datetime import timedelta
from types import ModuleType
from typing import Any

import httpx
import pytest
from google.api_core.exceptions import InvalidArgument

from shared.errors import PermanentError, TransientError
from shared.gcp.clients import firestore
from shared.heartbeat import inactive
from shared.heartbeat import load as loading
from shared.heartbeat import state as states
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.load import Section
from shared.heartbeat.registry import CHECKS
from shared.heartbeat.round import Round, check_org
from shared.heartbeat.shop_figures import Away
from shared.notices import handing_over, outbox, sending
from shared.notices.delivery import LATE_AFTER
from shared.quarantine import entries
from tests.emulator.heartbeat_shop import DAY, HOUR, Shop, open_shop, raising, unavailable, with_find
from tests.harness.killing import Executioner, Killed, killing
from tests.harness.operations import counted


@pytest.fixture(autouse=True)
def no_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes after the dead need not wait."""
    monkeypatch.setattr(sending, "EMAIL_SECONDS", 0)
    monkeypatch.setattr(sending, "TEXT_SECONDS", 0)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_round_that_dies_at_any_call_is_made_good_by_the_next_one_and_tells_once(shop: Shop, after: bool) -> None:
    for at in itertools.count(1):
        httpx.delete(f"{shop.stack.console_url}/api/outbox")
        dying = open_shop(shop.stack)
        dying.item("blue dream", 3)
        dying.threat()
        dying.prefer("competitor_alert", sms=True)
        for name in ("ann", "bea"):
            away(dying, name, 31)
        executioner = Executioner(at, after=after)
        with contextlib.suppress(Killed), killing(executioner):
            dying.round()
        dying.round()
        dying.round(HOUR)
        outbox.sweep(dying.now + LATE_AFTER)
        where = f"call {at}"
        assert sorted(dying.titles()) == [
            "1 item is running low",
            "You may be losing 2 customers",
            "🚨 1 critical competitive threat requires attention",
        ], where
        assert len(dying.outbox("email")) == 1, where
        assert inactive_told_of(dying) == ["ann", "bea"], where
        assert len(dying.state()["raisedInactive"]) == 16, where
        assert len(dying.outbox("sms")) <= 1, where
        if executioner.calls < at:
            break
    assert at > 10


@pytest.mark.parametrize(("module", "dies_at"), [(sending, "_claim"), (handing_over, "send_email")])
def test_a_round_that_dies_after_its_commit_repeats_nothing_visible(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, module: ModuleType, dies_at: str
) -> None:
    shop.threat()
    shop.prefer("competitor_alert", sms=True)

    def die(*args: Any) -> Any:
        raise unavailable()

    with monkeypatch.context() as dying:
        dying.setattr(module, dies_at, die)
        shop.round()
    shop.round(HOUR)
    outbox.sweep(shop.now + LATE_AFTER)
    assert shop.titles() == ["🚨 1 critical competitive threat requires attention"]
    assert (len(shop.outbox("email")), len(shop.outbox("sms"))) == (1, 1)


def test_two_rounds_at_once_tell_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.item("blue dream", 3)
    shop.round()
    shop.item("jack herer", 3)

    def meanwhile(facts: Any) -> Any:
        if not overtaken:
            overtaken.append(True)
            check_org(shop.id, shop.now + HOUR)
        return []

    overtaken: list[bool] = []
    licences = next(check for check in CHECKS if check.name == "license_expiry")
    slow = [*(check for check in CHECKS if check is not licences), with_find(licences, meanwhile)]
    monkeypatch.setattr("shared.heartbeat.round.CHECKS", tuple(slow))
    with pytest.raises(TransientError, match="faster"):
        shop.round(HOUR)
    shop.round()
    assert len(shop.inbox()) == 2


def test_an_email_that_cannot_be_sent_now_is_sent_by_a_task_and_not_by_the_next_round(shop: Shop) -> None:
    shop.threat()
    fault = {"provider": "mailjet", "status": 503, "times": 1}
    httpx.post(f"{shop.stack.console_url}/api/faults", json=fault).raise_for_status()
    shop.round()
    assert shop.outbox("email") == []
    shop.round(HOUR)
    (delivery,) = firestore().collection("alert_deliveries").stream()
    outbox.send_waiting(delivery.id, shop.now)
    shop.round(HOUR)
    assert (len(shop.outbox("email")), len(shop.inbox())) == (1, 1)


def test_a_section_that_cannot_be_read_permanently_does_not_stop_the_others(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.item("blue dream", 3)
    monkeypatch.setitem(loading._READERS, Section.LOCATIONS, raising(PermanentError("too many")))
    assert shop.round() == Round(2, 2, ("license_expiry",))


def test_a_passing_fault_is_raised_after_the_others_were_made_and_what_was_known_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.item("blue dream", 3)
    shop.threat()
    shop.round()
    with monkeypatch.context() as broken:
        broken.setitem(loading._READERS, Section.ITEMS, raising(unavailable()))
        shop.threat("a2")
        with pytest.raises(TransientError, match="low_stock"):
            shop.round(HOUR)
    assert len(shop.inbox()) == 3
    assert shop.round() == Round(3, 0, ())


def test_daily_checks_that_could_not_be_made_are_made_by_the_next_round(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.put("customers/ann", name="Ann", birthday="11-23")
    with monkeypatch.context() as broken:
        broken.setitem(loading._READERS, Section.CUSTOMERS, raising(unavailable()))
        with pytest.raises(TransientError, match="birthdays"):
            shop.round()
    shop.round()
    assert shop.titles() == ["1 customer has a birthday today"]


def test_a_mistake_in_one_check_does_not_stop_the_others(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.item("blue dream", 3)

    def mistaken(facts: Any) -> Any:
        raise ZeroDivisionError

    broken = tuple(with_find(check, mistaken) if check.name == "threats" else check for check in CHECKS)
    monkeypatch.setattr("shared.heartbeat.round.CHECKS", broken)
    assert shop.round() == Round(1, 1, ("threats",))


def inactive_told_of(shop: Shop) -> list[str]:
    events = firestore().collection(f"tenants/{shop.id}/events").stream()
    return sorted((one.to_dict() or {})["data"]["customerId"] for one in events)


def away(shop: Shop, name: str, days: float) -> None:
    shop.put(f"customers/{name}", name=name, orderCount=2, lastOrderAt=shop.now - timedelta(days=days))


def test_a_day_on_which_nobody_has_become_inactive_creates_no_event(shop: Shop) -> None:
    for name, days in (("ann", 31), ("bea", 32.5), ("new", 29.5)):
        away(shop, name, days)
    shop.round()
    assert inactive_told_of(shop) == ["ann", "bea"]
    with counted() as operations:
        shop.round(DAY)
    assert [path.split("/")[2] for path in operations.writes if "/events/" in path] == ["events"], "that of new"
    with counted() as operations:
        shop.round(DAY)
    assert not [path for path in operations.writes if "/events/" in path]
    assert inactive_told_of(shop) == ["ann", "bea", "new"]


def test_after_a_week_without_a_round_everybody_of_that_week_is_told_of(shop: Shop) -> None:
    away(shop, "ann", 31)
    shop.round()
    for name, days in (("first", 29.9), ("last", 23.2), ("not yet", 22.5)):
        away(shop, name, days)
    shop.round(7 * DAY)
    away(shop, "arrived late", 35)
    shop.round(DAY)
    assert inactive_told_of(shop) == ["ann", "arrived late", "first", "last", "not yet"]


def test_a_lost_state_and_a_round_that_was_slower_lose_nobody_and_tell_nobody_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(shop, "ann", 31)
    shop.round()
    marks = shop.state()["raisedInactive"]
    firestore().document(f"heartbeat_state/{shop.id}").delete()
    shop.round()
    assert shop.state()["raisedInactive"] == marks
    read = states.read

    def read_before_another_round(org_id: str) -> states.Stored:
        stored = read(org_id)
        monkeypatch.setattr(states, "read", read)
        away(shop, "bea", 31)
        shop.round()
        return stored

    monkeypatch.setattr(states, "read", read_before_another_round)
    with pytest.raises(TransientError, match="another round"):
        shop.round(DAY)
    shop.round()
    assert inactive_told_of(shop) == ["ann", "bea"]
    assert len(shop.state()["raisedInactive"]) == 16


def test_one_customer_whose_event_cannot_be_published_stops_neither_the_others_nor_the_round(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.item("blue dream", 3)
    for name in ("ann", "bea", "cy"):
        away(shop, name, 31)
    publish = inactive._raise

    def fail_for_bea(org_id: str, one: Away, facts: CheckInputs) -> bool:
        if one.id == "bea":
            raise InvalidArgument("an id of more than 1,500 bytes")  # type: ignore[no-untyped-call]
        return publish(org_id, one, facts)

    monkeypatch.setattr(inactive, "_raise", fail_for_bea)
    made = shop.round()
    assert made is not None
    assert "1 item is running low" in shop.titles()
    assert inactive_told_of(shop) == ["ann", "cy"]
    (entry,) = [one for _, one in entries.listed(shop.id) if one.worker == "inactive-customers"]
    assert entry.path == f"tenants/{shop.id}/customers/bea"


def test_a_state_that_cannot_be_understood_is_restarted(shop: Shop) -> None:
    shop.item("blue dream", 3)
    firestore().document(f"heartbeat_state/{shop.id}").set({"findings": "many"})
    assert shop.round() == Round(1, 1, ())
    assert shop.round(HOUR) == Round(1, 0, ())
