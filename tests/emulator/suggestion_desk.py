"""A suggestion that waits for somebody's decision, and the people of its org."""

from __future__ import annotations

import json
from typing import Any

import flask

from functions.suggestions import suggestions as door
from local.stack.running import Stack
from shared.decisions import suggestion_store as decision_store
from shared.decisions.suggestions import Decision
from shared.documents.suggestions import SuggestionStatus
from shared.gcp.clients import firestore
from tests.accounts import Account, sign_up
from tests.emulator.competitive_market import ANALYZE, CONSUME, MENU, ORG, SCAN, Market, documents
from tests.unit.steps.surroundings import NOW

PRICING = "pricing_suggestions"
APPROVED, REJECTED = SuggestionStatus.APPROVED, SuggestionStatus.REJECTED
ITEM = {"name": "Blue Dream 3.5g", "category": "Flower", "price": 40, "quantity": 3}
SUGGESTION = {
    "status": "pending",
    "itemId": "i0",
    "product": "Blue Dream 3.5g",
    "currentPrice": 40.0,
    "suggestedPrice": 36.0,
    "createdAt": NOW,
    "source": {"executionId": "e1", "stepId": "suggest", "playbookId": "p1", "depth": 1},
}


def put_suggestion() -> None:
    """`pricing_suggestions/s1` of our org, and the item that it is about."""
    put("inventory", "i0", ITEM)
    put(PRICING, "s1", SUGGESTION)


def undercut(market: Market) -> None:
    """A competitor is cheaper, and agents have made drafts of that."""
    market.store("salt", *((name, category, price * 0.75) for name, category, price in MENU))
    for step in (SCAN, ANALYZE, CONSUME):
        market.run(step)


def drafted(collection: str) -> tuple[str, dict[str, Any]]:
    """The id and the fields of what an agent has made of the undercut."""
    (found,) = [(one, fields) for one, fields in documents(collection).items() if "actionId" in fields]
    return found


def put(collection: str, document_id: str, fields: dict[str, Any], org: str = ORG) -> None:
    firestore().document(f"tenants/{org}/{collection}/{document_id}").set(fields)


def get(collection: str, document_id: str, org: str = ORG) -> dict[str, Any]:
    return documents(collection, org)[document_id]


def person(stack: Stack, role: str = "editor", org: str = ORG) -> Account:
    """Somebody who is signed in."""
    return sign_up(stack, orgId=org, role=role)


def bearer(account: Account) -> dict[str, str]:
    return {"Authorization": f"Bearer {account.id_token}"}


def call(
    path: str, headers: dict[str, str], body: dict[str, Any] | None = None, method: str = "POST"
) -> flask.Response:
    """The door's answer; the body's org is ours unless it says otherwise."""
    data = None if method == "GET" else json.dumps({"orgId": ORG, **(body or {})})
    app = flask.Flask(__name__)
    with app.test_request_context(
        f"/api/{path}", method=method, headers=headers, data=data, content_type="application/json"
    ):
        return door(flask.request)


def decide(decision: Decision, suggestion_id: str = "s1", kind: str = PRICING, org: str = ORG) -> dict[str, Any]:
    return decision_store.decide(org, kind, suggestion_id, decision)


def approval(by: str = "u1", **more: Any) -> Decision:
    return Decision(APPROVED, by, NOW, **more)
