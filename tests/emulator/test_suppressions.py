"""Addresses that get no mail, as the documents have them: any spelling, and whatever lies beside them."""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest

from local.stack.running import Stack
from shared.compliance import suppressions
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.gcp.logging import fields_of
from shared.messages import mail
from shared.messages.email import Email
from shared.messages.mail import Origin
from shared.notices import mailjet_events
from tests.emulator.executions import documents

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ORIGIN = Origin(org_id="org_1", org_name="Shop")

pytestmark = pytest.mark.usefixtures("on_emulators")


def put(address: str, data: dict[str, Any]) -> str:
    path = f"{suppressions.COLLECTION}/{suppressions.address_hash(address)}"
    firestore().document(path).set(data)
    return path


def test_no_spelling_of_an_address_that_opted_out_gets_mail() -> None:
    suppressions.opt_out("org_1", "owner@shop.example", NOW)
    message = Email(to=("owner@shop.example", "Owner@Shop.example", "other@shop.example"), subject="S", text="T")
    ready, refused = mail.prepare(message, ORIGIN, NOW)
    assert ready.to == ("other@shop.example",)
    assert set(refused) == {"owner@shop.example", "Owner@shop.example"}
    both = Email(to=("owner@shop.example", "Owner@Shop.example"), subject="S", text="T")
    with pytest.raises(PermanentError, match="its reader unsubscribed on Nov 23, 2026"):
        mail.prepare(both, ORIGIN, NOW)


@pytest.mark.parametrize(
    "spelling",
    ["Jane@Bücher.Example", " jane@xn--bcher-kva.example", '"jane"@bücher.example', "jane@bücher.example."],
)
def test_every_spelling_of_a_mailbox_hits_the_same_suppression(spelling: str) -> None:
    suppressions.opt_out("org_1", spelling, NOW)
    others = ["jane@bücher.example", "JANE@xn--bcher-kva.example"]
    assert suppressions.refusals("org_1", [*others, "jane+x@bücher.example"], NOW).keys() == set(others)
    suppressions.opt_in("org_1", others[0])
    assert suppressions.refusals("org_1", [spelling], NOW) == {}


def test_an_entry_from_before_spellings_were_compared_still_counts() -> None:
    kept = hashlib.sha256("jane@bücher.example".encode()).hexdigest()
    firestore().document(f"{suppressions.COLLECTION}/{kept}").set({"optedOut": {"org_1": NOW}})
    assert suppressions.refusals("org_1", ["Jane@bücher.example"], NOW)
    suppressions.opt_in("org_1", "jane@bücher.example")
    assert suppressions.refusals("org_1", ["Jane@bücher.example"], NOW) == {}


@pytest.mark.parametrize(
    "data",
    [
        {"bounced": 7},
        {"bounced": {"at": "yesterday", "reason": "x"}},
        {"bounced": []},
        {"optedOut": ["org_1"]},
        {"optedOut": None},
    ],
    ids=str,
)
def test_what_cannot_be_read_of_one_address_fails_no_other_mail(
    data: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    path = put("a@shop.example", data)
    with caplog.at_level(logging.ERROR):
        refused = suppressions.refusals("org_1", ["a@shop.example", "b@shop.example"], NOW)
    assert refused == {"a@shop.example": "whether it wants mail cannot be read, so it gets none"}
    assert path in [fields_of(record).get("path") for record in caplog.records]


def test_what_another_org_s_entry_holds_is_nobody_else_s_business() -> None:
    put("a@shop.example", {"optedOut": {"org_2": "long ago"}})
    assert suppressions.refusals("org_1", ["a@shop.example"], NOW) == {}
    assert suppressions.refusals("org_2", ["a@shop.example"], NOW) == {"a@shop.example": "its reader unsubscribed"}


def bounce(number: int, payload: Any, **fields: Any) -> dict[str, Any]:
    return {
        "event": "bounce",
        "time": 1795442400,
        "MessageID": number,
        "email": f"gone{number}@b.example",
        "hard_bounce": True,
        "error": "user unknown",
        "Payload": json.dumps(payload),
        **fields,
    }


def test_an_event_that_cannot_be_dealt_with_loses_none_of_the_call_s_others(on_emulators: Stack) -> None:
    events = [
        bounce(1, {"orgId": "a/b"}),
        bounce(2, {"orgId": ""}),
        bounce(3, {"orgId": "__reserved__"}),
        {
            "event": "unsub",
            "time": 1795442400,
            "MessageID": 4,
            "email": "x@b.example",
            "Payload": '{"orgId": "a/b"}',
        },
        bounce(5, {"orgId": "x" * 2000}),
        7,
        bounce(6, {"orgId": "org_1"}),
    ]
    answer = mailjet_events.receive(json.dumps(events).encode(), NOW)
    assert (answer["bounce"], answer["malformed"]) == (5, 1)
    told = [line for line in documents("inbox_notifications") if line["orgId"] == "org_1"]
    assert ["gone6@b.example" in line["title"] for line in told] == [True]
    assert len(documents(suppressions.COLLECTION)) >= 5
