"""Mails that come back and links to unsubscribe, on real Firestore and through the Mailjet stand-in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import flask
import httpx
import pytest
from google.cloud.firestore import FieldFilter
from werkzeug.test import EnvironBuilder

from functions.mailjet_events import mailjet_events
from functions.unsubscribe import unsubscribe
from local.providers.mailjet_events import DEMO_SECRET, EventOrder, event_for
from local.providers.mailjet_messages import AcceptedMessage
from local.stack.running import Stack
from shared.compliance import suppressions
from shared.compliance.suppressions import Bounced
from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.messages import mail
from shared.messages.alert_types import AlertType
from shared.messages.channels import mailjet
from shared.messages.email import compose
from shared.messages.mail import Origin
from shared.notices import preferences
from shared.notices.preferences import Channel

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
ORG = "org_mail"
OWNER = "owner@thrive.example"
MAYA = "Maya@b.example"
TO_OWNER = Origin(org_id=ORG, org_name="Thrive", alert=AlertType.BILLING_ALERT, playbook_id="p", execution_id="e")
TO_ANYBODY = Origin(org_id=ORG, org_name="Thrive", playbook_id="p", execution_id="e")


@pytest.fixture
def stack(on_emulators: Stack) -> Iterator[Stack]:
    put(
        f"tenants/{ORG}",
        {"name": "Thrive & Co", "tierId": "pro", "timezone": "America/New_York", "ownerEmail": OWNER},
    )
    put(f"tenants/{ORG}/customers/c1", {"name": "Maya", "email": MAYA, "emailOptOut": False})
    put(f"tenants/{ORG}/customers/c2", {"name": "Ben", "email": "ben@b.example"})
    put("tenants/org_other/customers/c1", {"name": "Maya", "email": MAYA, "emailOptOut": False})
    yield on_emulators
    httpx.delete(f"{on_emulators.console_url}/api/outbox").raise_for_status()


def put(path: str, data: dict[str, Any]) -> None:
    firestore().document(path).set(data)


def get(path: str) -> dict[str, Any]:
    return firestore().document(path).get().to_dict() or {}


def send(address: str, origin: Origin, custom_id: str = "e:mail") -> dict[str, Any]:
    """The mail as the provider got it."""
    mailjet.send(mail.prepare(compose(address, "Prices", text="They fell."), origin, NOW)[0], custom_id)
    (newest,) = [each for each in outbox() if each["stepId"] == custom_id.partition(":")[2]][-1:]
    return newest


def outbox() -> list[dict[str, Any]]:
    console = os.environ["MAILJET_API_URL"].removesuffix("/providers/mailjet")
    found: list[dict[str, Any]] = httpx.get(f"{console}/api/outbox").raise_for_status().json()
    return found


def link_of(sent: dict[str, Any]) -> str:
    header: str = sent["headers"]["List-Unsubscribe"]
    assert sent["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return header.strip("<>")


def call(url: str, method: str = "POST", **options: Any) -> flask.Response:
    path, _, query = url.partition("?")
    request = EnvironBuilder(path=path, query_string=query, method=method, **options).get_environ()
    return unsubscribe(flask.Request(request))


ONE_CLICK: dict[str, Any] = {"data": {"List-Unsubscribe": "One-Click"}}


def wants_billing_mails() -> bool:
    return Channel.EMAIL in preferences.load(ORG).channels(AlertType.BILLING_ALERT)


def test_a_look_at_the_link_changes_nothing_and_one_click_turns_that_alert_off(stack: Stack) -> None:
    put(f"notification_preferences/{ORG}", {"billing_alert": {"email": True, "sms": True, "dashboard": False}})
    link = link_of(send(OWNER, TO_OWNER))
    shown = call(link, "GET")
    assert (shown.status_code, shown.mimetype) == (200, "text/html")
    assert "Thrive &amp; Co" in shown.get_data(as_text=True)
    assert wants_billing_mails()
    for _ in range(2):
        assert call(link, **ONE_CLICK).status_code == 200
        stored = get(f"notification_preferences/{ORG}")
        assert stored["billing_alert"] == {"email": False, "sms": True, "dashboard": False}
    assert Channel.EMAIL in preferences.load(ORG).channels(AlertType.WEEKLY_REPORT)
    assert call(link, data={"again": "1"}).status_code == 200
    assert wants_billing_mails()


def test_a_customer_who_unsubscribes_is_marked_and_gets_no_more_mails_of_that_org(stack: Stack) -> None:
    link = link_of(send(MAYA, TO_ANYBODY))
    assert call(link, **ONE_CLICK).status_code == 200
    assert get(f"tenants/{ORG}/customers/c1")["emailOptOut"] is True
    assert get("tenants/org_other/customers/c1")["emailOptOut"] is False
    assert "emailOptOut" not in get(f"tenants/{ORG}/customers/c2")
    with pytest.raises(PermanentError, match=r"to\[0\]: its reader unsubscribed on"):
        send(MAYA, TO_ANYBODY, "e:second")
    send(MAYA, TO_ANYBODY.model_copy(update={"org_id": "org_other"}), "e:other")
    assert call(link, data={"again": "1"}).status_code == 200
    assert get(f"tenants/{ORG}/customers/c1")["emailOptOut"] is False
    send(MAYA, TO_ANYBODY, "e:third")


def test_a_link_that_nobody_signed_is_not_found(stack: Stack) -> None:
    link = link_of(send(OWNER, TO_OWNER))
    for broken in (link[:-3] + "abc", link.partition("?")[0], f"{link}x"):
        assert call(broken, "GET").status_code == 404
        assert call(broken, **ONE_CLICK).status_code == 404
    assert wants_billing_mails()


@pytest.mark.parametrize(
    "org",
    [
        None,
        {},
        {"name": 7},
        {"name": "Shop", "status": "suspended"},
        {"tierId": "gold", "timezone": "Mars", "messaging": 1},
    ],
    ids=str,
)
def test_one_click_works_whatever_state_the_org_s_document_is_in(stack: Stack, org: dict[str, Any] | None) -> None:
    link = link_of(send(MAYA, TO_ANYBODY))
    firestore().document(f"tenants/{ORG}").delete()
    if org is not None:
        put(f"tenants/{ORG}", org)
    assert call(link, "GET").status_code == 200
    assert call(link, **ONE_CLICK).status_code == 200
    assert suppressions.refusals(ORG, [MAYA], NOW).keys() == {MAYA}


def test_the_texts_of_mails_stay_and_their_html_has_the_way_out(stack: Stack) -> None:
    sent = send(OWNER, TO_OWNER)
    assert sent["text"] == "They fell."
    assert link_of(sent).replace("&", "&amp;") in sent["html"]
    assert "/settings/notifications" in sent["html"]


# ---- mails that come back ----


def happens(**order: Any) -> list[flask.Response]:
    """What the stand-in would tell, handed to the door as it would be."""
    parsed = EventOrder.model_validate(order)
    payload = (TO_OWNER if parsed.to == OWNER else TO_ANYBODY).payload()
    message = AcceptedMessage(7, "e:mail", "Prices", NOW, parsed.to, payload)
    return [told([event_for(message, parsed)]) for _ in range(parsed.times)]


def told(events: Any, password: str = DEMO_SECRET) -> flask.Response:
    request = EnvironBuilder(path="/api/mailjet/events", method="POST", json=events, auth=("mailjet", password))
    return mailjet_events(flask.Request(request.get_environ()))


def lines() -> list[dict[str, Any]]:
    found = firestore().collection("inbox_notifications").where(filter=FieldFilter("orgId", "==", ORG)).stream()
    return [each.to_dict() or {} for each in found]


def test_a_bounced_mail_reaches_the_inbox_once_and_the_next_one_is_refused(stack: Stack) -> None:
    send(OWNER, TO_OWNER)
    answers = happens(to=OWNER, times=3)
    assert [(answer.status_code, answer.get_json()) for answer in answers] == [(200, {"events": {"bounce": 1}})] * 3
    (line,) = lines()
    assert (line["type"], line["playbookId"], line["executionId"]) == ("playbook_failure", "p", "e")
    assert line["body"].startswith("User unknown")
    firestore().document("email_suppressions/" + suppressions.address_hash(OWNER)).update({"bounced.at": NOW})
    with pytest.raises(PermanentError, match=r"email to it bounced on Nov 23, 2026 \(user unknown"):
        send(OWNER, TO_OWNER, "e:second")
    assert len(outbox()) == 1


def test_after_thirty_days_the_address_is_tried_again(stack: Stack) -> None:
    suppressions.bounce(OWNER, Bounced(at=NOW - timedelta(days=30), reason="user unknown"))
    send(OWNER, TO_OWNER)
    suppressions.bounce(OWNER, Bounced(at=NOW, reason="marked as spam", lasting=True))
    suppressions.bounce(OWNER, Bounced(at=NOW - timedelta(days=90), reason="user unknown"))
    with pytest.raises(PermanentError, match="its reader marked an email as spam"):
        send(OWNER, TO_OWNER, "e:second")


def test_the_reader_of_a_mail_that_was_left_is_skipped_and_the_others_get_it(stack: Stack) -> None:
    suppressions.bounce("gone@b.example", Bounced(at=NOW, reason="user unknown"))
    message = compose(["gone@b.example", OWNER], "Prices", text="They fell.")
    ready, refused = mail.prepare(message, TO_ANYBODY, NOW)
    assert list(refused) == ["gone@b.example"]
    assert ready.to == (OWNER,)


def test_a_mail_that_the_provider_has_is_not_sent_again(stack: Stack) -> None:
    message, custom_id = compose(OWNER, "Prices", text="They fell."), f"e:{uuid.uuid4().hex}"
    for _ in range(2):
        mail.send_once(message, custom_id, TO_ANYBODY, NOW)
    assert [each["to"] for each in outbox()] == [OWNER]


def test_an_address_of_which_nothing_can_be_read_gets_no_mail(stack: Stack) -> None:
    put("email_suppressions/" + suppressions.address_hash(OWNER), {"bounced": "yes"})
    with pytest.raises(PermanentError, match="whether it wants mail cannot be read"):
        send(OWNER, TO_OWNER)


@pytest.mark.parametrize("password", ["", "wrong", DEMO_SECRET + "x"])
def test_a_caller_without_the_password_is_not_mailjet(stack: Stack, password: str) -> None:
    assert told([{"event": "bounce"}], password).status_code == 401
    assert lines() == []
