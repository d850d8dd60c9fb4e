"""Decisions on what agents suggested, on real Firestore: once, at once, and with what follows from them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import Aborted
from google.cloud.firestore import Client, Transaction

from local.stack.running import Stack
from shared.competitors.actions import store as actions
from shared.decisions import suggestion_store as decision_store
from shared.decisions.suggestions import Decision
from shared.errors import ConflictError, NotFoundError, PlaybookError, TransientError
from shared.gcp import transactions
from shared.gcp.clients import firestore
from tests.emulator.competitive_market import ANALYZE, MENU, ORG, SCAN, Market, at_once, documents, opened_market
from tests.emulator.suggestion_desk import (
    APPROVED,
    ITEM,
    PRICING,
    REJECTED,
    SUGGESTION,
    approval,
    decide,
    drafted,
    get,
    put,
    put_suggestion,
    undercut,
)
from tests.unit.steps.surroundings import NOW


@pytest.fixture(autouse=True)
def suggestion(on_emulators: Stack) -> None:
    put_suggestion()


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = opened_market(on_emulators, monkeypatch)
    undercut(opened)
    return opened


@pytest.mark.parametrize("item", [None, {**ITEM, "price": 30}])
def test_what_cannot_be_applied_leaves_everything_as_it_was(item: dict[str, Any] | None) -> None:
    firestore().document(f"tenants/{ORG}/inventory/i0").delete()
    if item is not None:
        put("inventory", "i0", item)
    put("inventory", "i0", ITEM, "org2")
    before = documents("inventory")
    with pytest.raises(ConflictError, match="apply"):
        decide(approval(apply=True))
    assert (get(PRICING, "s1"), documents("inventory")) == (SUGGESTION, before)
    assert get("inventory", "i0", "org2") == ITEM


def test_an_approval_without_its_price_gets_none_afterwards() -> None:
    decide(approval())
    with pytest.raises(ConflictError, match="without applying"):
        decide(approval(apply=True))
    assert get("inventory", "i0") == ITEM


def test_of_two_decisions_at_once_one_holds_and_the_price_moves_once() -> None:
    def attempt(number: int) -> str:
        status = APPROVED if number % 2 else REJECTED
        try:
            decide(Decision(status, f"v{number}", NOW, apply=status is APPROVED))
        except (ConflictError, TransientError) as error:
            return type(error).__name__
        return f"v{number}"

    with ThreadPoolExecutor(4) as pool:
        held = [one for one in pool.map(attempt, range(4)) if one.startswith("v")]
    kept = get(PRICING, "s1")
    assert held == [kept["decidedBy"]]
    approved = kept["status"] == "approved"
    assert get("inventory", "i0")["price"] == (36.0 if approved else 40)
    assert ("appliedPrices" in kept) == approved


def test_the_same_click_twice_at_once_is_one_decision() -> None:
    first, second = at_once(lambda: decide(approval(apply=True)), lambda: decide(approval(apply=True)))
    assert first == second == get(PRICING, "s1")


def test_two_suggestions_for_one_item_at_once_do_not_overwrite_each_other() -> None:
    put(PRICING, "s2", {**SUGGESTION, "suggestedPrice": 35.0})

    def attempt(suggestion_id: str) -> str | None:
        try:
            decide(approval(apply=True), suggestion_id)
        except PlaybookError:
            return None
        return suggestion_id

    (held,) = [one for one in at_once(lambda: attempt("s1"), lambda: attempt("s2")) if one]
    assert get("inventory", "i0")["price"] == get(PRICING, held)["suggestedPrice"]
    assert sorted(one["status"] for one in documents(PRICING).values()) == ["approved", "pending"]


def test_a_transaction_that_others_overtake_is_tried_again_and_then_to_be_tried_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts: list[Transaction] = []

    def overtaken(transaction: Transaction) -> None:
        attempts.append(transaction)
        raise Aborted("contention")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(transactions, "LONGEST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(Transaction, "_commit", overtaken)
    with pytest.raises(TransientError, match="try again"):
        decide(approval())
    assert len(attempts) == transactions.ATTEMPTS
    assert get(PRICING, "s1") == SUGGESTION


def test_a_transaction_whose_reading_is_aborted_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    aborted: list[str] = []
    real = Client.get_all

    def get_all(client: Client, *arguments: Any, **named: Any) -> Any:
        if not aborted:
            aborted.append("once")
            raise Aborted("Transaction lock timeout.")  # type: ignore[no-untyped-call]
        return real(client, *arguments, **named)

    monkeypatch.setattr(transactions, "LONGEST_PAUSE_SECONDS", 0)
    monkeypatch.setattr(Client, "get_all", get_all)
    assert decide(approval(apply=True))["status"] == "approved"
    assert aborted == ["once"]


def test_a_decision_resolves_the_action_that_the_suggestion_came_from(market: Market) -> None:
    for kind, status in ((PRICING, APPROVED), ("campaign_drafts", REJECTED)):
        one, draft = drafted(kind)
        assert get("competitive_actions", draft["actionId"])["status"] == "consumed"
        decide(Decision(status, "u1", NOW), one, kind)
        action = get("competitive_actions", draft["actionId"])
        assert (action["status"], action["resolvedBy"], action["resolvedAt"]) == ("resolved", "u1", NOW)
    later = NOW + timedelta(days=1)
    market.run(SCAN, "exec2", later)
    assert market.run(ANALYZE, "exec2", later)["held"] == 2


def test_a_competitive_suggestion_sets_the_price_of_every_product_it_names(market: Market) -> None:
    one, draft = drafted(PRICING)
    wanted = {row["product"]: row["suggestedPrice"] for row in draft["products"]}
    decide(approval(apply=True), one)
    assert {item["name"]: item["price"] for item in documents("inventory").values()} == wanted
    assert len(get(PRICING, one)["appliedPrices"]) == len(MENU)


def test_of_several_prices_all_are_set_or_none(market: Market) -> None:
    put("inventory", "twin", ITEM)
    before = documents("inventory")
    one, draft = drafted(PRICING)
    with pytest.raises(ConflictError, match="2 items for product 'Blue Dream"):
        decide(approval(apply=True), one)
    assert (documents("inventory"), get(PRICING, one)) == (before, draft)
    assert get("competitive_actions", draft["actionId"])["status"] == "consumed"


@pytest.mark.parametrize("action_id", ["gone", "a/b", "", 7])
def test_a_suggestion_whose_action_is_gone_is_decided_all_the_same(action_id: Any) -> None:
    put(PRICING, "s1", {**SUGGESTION, "actionId": action_id})
    assert decide(approval())["status"] == "approved"
    assert documents("competitive_actions") == {}


def test_who_resolved_an_action_first_stays(market: Market) -> None:
    one, draft = drafted("campaign_drafts")
    actions.resolve(ORG, draft["actionId"], "u7", NOW, "seen to")
    decide(Decision(APPROVED, "u1", NOW), one, "campaign_drafts")
    action = get("competitive_actions", draft["actionId"])
    assert (action["resolvedBy"], action["comment"]) == ("u7", "seen to")


def test_of_two_resolutions_at_once_one_holds(market: Market) -> None:
    one = next(iter(documents("competitive_actions")))

    def attempt(by: str) -> str | None:
        try:
            return decision_store.resolve_action(ORG, one, by, None, NOW).resolved_by
        except PlaybookError:
            return None

    (held,) = [by for by in at_once(lambda: attempt("u1"), lambda: attempt("u2")) if by]
    assert get("competitive_actions", one)["resolvedBy"] == held


def test_a_malformed_action_cannot_be_resolved() -> None:
    put("competitive_actions", "broken", {"status": "pending"})
    with pytest.raises(NotFoundError, match="competitive action broken does not exist"):
        decision_store.resolve_action(ORG, "broken", "u1", None, NOW)
