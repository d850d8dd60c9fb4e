"""Whatever stands in menus and names, and whatever a model that obeys it says, only words change."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import blobs, clients
from tests.emulator.executions import ORG, execution, put_playbook, run, start, task_names
from tests.emulator.hostile_market import (
    HTTP_TO,
    OWNER,
    PARTNER,
    STAFF,
    WEBHOOK_TO,
    Market,
    Ran,
    documents,
    opened_market,
    steps,
)
from tests.injections import menus
from tests.injections.inert import live_parts
from tests.unit.agents.injections import EVIL_EMAIL, EVIL_PHONE, EVIL_URL

EVIL = ("evil.example", "x.example", "9995550100")
MESSAGES = [("email", OWNER), ("email", OWNER), ("email", PARTNER), ("email", PARTNER)]
OBEYING = {name: menus.ATTEMPTS[name] for name in ("html", "json that ends ours", "markdown link", "computing")}
OBEYING["all at once"] = " ".join(text[:300] for text in menus.ATTEMPTS.values())


@pytest.fixture(scope="module")
def computed(emulators: Stack) -> Iterator[tuple[Market, Ran]]:
    """A run that asks no model; whoever has it only looks at what it left."""
    with opened_market(emulators) as market:
        ran = market.run()
        require_unmoved(market, ran)
        yield market, ran


@pytest.fixture
def market(emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """The market, and a key for the stand-in for Claude."""
    with opened_market(emulators) as market:
        monkeypatch.setenv("ANTHROPIC_API_KEY", "stand-in")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{emulators.console_url}/providers/anthropic")
        yield market
        httpx.delete(f"{emulators.console_url}/api/anthropic/replies").raise_for_status()


def require_unmoved(market: Market, ran: Ran) -> None:
    """The steps, recipients, addresses and documents are those that the playbook and the product name."""
    written = steps(market.stack.console_url)
    stored = execution(ran.id)
    assert [(one.step_id, one.action, one.status) for one in stored.step_results] == [
        (step["id"], step["action"], "completed") for step in written
    ]
    client = clients.firestore()
    playbook = client.document(f"tenants/{ORG}/playbooks/chain").get().to_dict() or {}
    assert playbook["steps"] == written
    assert task_names("runExecution") == [f"{ran.id}-attempt-1"]
    assert task_names("retryExecution") == []
    collections = [*client.collections(), *client.document(f"tenants/{ORG}").collections()]
    assert [one.id for one in collections if not re.fullmatch(r"[a-z_]+", one.id)] == []
    assert [one.id for one in client.collection(f"tenants/{ORG}/playbooks").list_documents()] == ["chain"]
    assert {one["menuUrl"] for one in documents("competitors")} == market.menu_urls
    assert [one.id for one in client.collection("tenants").list_documents()] == [ORG]
    assert [one.id for one in client.collection("playbook_executions").list_documents()] == [ran.id]
    (event,) = [one for one in documents("events") if not one["name"].startswith("competitor.")]
    assert event["name"] == "prices.compared"
    assert set(market.asked) <= {"/robots.txt", "/menu"}
    assert market.hosts <= {"127.0.0.1", "localhost", "::1"}


def require_only_expected_messages(ran: Ran) -> None:
    """The outbox holds what the playbook sends, to whom it sends it; its HTML does nothing."""
    wanted = [*MESSAGES, ("sms", STAFF.lstrip("+")), ("slack", WEBHOOK_TO), ("slack", HTTP_TO)]
    assert Counter((one["channel"], one["to"]) for one in ran.outbox) == Counter(wanted)
    for message in ran.outbox:
        assert live_parts(message["html"] or "") == []
        if message["channel"] == "email":
            assert len(message["subject"]) <= 255
            assert message["subject"].isprintable()
        if message["channel"] == "sms":
            assert len(message["text"]) <= 160
        if message["to"] == WEBHOOK_TO:
            assert not re.search(r"[<>]", message["text"])


def require_nothing_evaluated(ran: Ran) -> None:
    """No attempt's template was filled: its result and the org's own address are nowhere in what was said."""
    told = [{name: one[name] for name in ("subject", "text", "html")} for one in ran.outbox]
    outputs = {step_id: output for step_id, output in ran.outputs.items() if step_id not in ("tell", "alert")}
    said = json.dumps([outputs, told, ran.drafts], ensure_ascii=False, default=str)
    assert str(menus.COMPUTED) not in said
    assert OWNER not in said


def test_a_hostile_market_changes_words_only(computed: tuple[Market, Ran]) -> None:
    _, ran = computed
    assert len(ran.outputs["pricing"]["undercut"]) > len(menus.ATTEMPTS) / 2, "the attempts have to get in"
    require_only_expected_messages(ran)
    require_nothing_evaluated(ran)
    assert any("{{ 104729 * 7919 }}" in (message["text"] or "") for message in ran.outbox)
    assert any("&lt;/td&gt;" in (message["html"] or "") for message in ran.outbox)


def test_bad_prices_are_not_prices(computed: tuple[Market, Ran]) -> None:
    for competitor in computed[1].outputs["scan"]["competitors"]:
        assert competitor["error"] is None
        assert all(one["price"] in (None, menus.THEIR_PRICE) for one in competitor["products"])
        assert competitor["priceRange"] == dict.fromkeys(("min", "max", "median"), menus.THEIR_PRICE)


def test_names_are_short_plain_lines(computed: tuple[Market, Ran]) -> None:
    for competitor in computed[1].outputs["scan"]["competitors"]:
        texts = [competitor["name"], *competitor["promotions"], *competitor["categories"]]
        texts += [one[name] or "" for one in competitor["products"] for name in ("name", "category")]
        assert all(len(text) <= 200 and text.isprintable() for text in texts)


def test_a_spreadsheet_computes_nothing_of_it(computed: tuple[Market, Ran]) -> None:
    _, ran = computed
    for step_id in ("table", "named"):
        uri = ran.outputs[step_id]["uri"]
        rows = list(csv.reader(io.StringIO(blobs.get(uri).decode("utf-8-sig"), newline="")))
        assert len(rows) == len(ran.outputs["pricing"]["undercut"]) + 1
        cells = [cell for row in rows for cell in row]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)
        assert any(cell.startswith("'=HYPERLINK") for cell in cells)
        folder, _, name = uri.rpartition("/")
        assert folder == f"gs://demo-playbooks-playbooks/tenants/{ORG}/files/{ran.id}/{step_id}"
        assert name.endswith(".csv")
    assert live_parts(blobs.get(ran.outputs["page"]["uri"]).decode()) == []


def test_what_a_loop_names_is_filled_once(computed: tuple[Market, Ran]) -> None:
    found = computed[1].outputs
    products = [one["product"] for one in found["some"]["items"]]
    inner = [one["output"]["inner"]["results"] for one in found["each"]["results"]]
    lines = [one[0]["output"]["line"]["line"] for one in inner]
    assert lines == [f"{product} / {product}" for product in products]
    assert any("{{org.id}}" in line for line in lines)
    assert found["template"]["product"] == found["pricing"]["undercut"][0]["product"]
    assert found["template"]["all"] == found["pricing"]["undercut"]


def test_drafts_for_people_reach_segments_of_ours(computed: tuple[Market, Ran]) -> None:
    assert computed[1].drafts
    for draft in computed[1].drafts:
        assert draft["segment"] in {"price_sensitive", "loyalty_members", "all_customers"}
        assert set(draft["channels"]) <= {"email", "sms"}
        assert not any(evil in f"{draft['subject']} {draft['body']}" for evil in EVIL)


OWN_HTML = {
    "id": "mail",
    "action": "send_email",
    "params": {
        "to": PARTNER,
        "subject": "New",
        "html": "<h2>New at {{org.name}}</h2>{{event.report}}<p>{{event.name}}</p>",
    },
}


@pytest.mark.parametrize("name", ["html", "table break", "attribute", "style", "svg", "slack link"])
def test_what_an_author_puts_into_html_of_their_own_is_words_there(name: str, computed: tuple[Market, Ran]) -> None:
    """The playbook's own markup stays; of the values that its templates fill in nothing becomes markup."""
    market, _ = computed
    put_playbook("own-html", [OWN_HTML])
    httpx.delete(f"{market.stack.console_url}/api/outbox").raise_for_status()
    execution_id = start("own-html", event_data={"name": menus.ATTEMPTS[name], "report": "fine"}).execution_id
    assert run(execution_id) == "completed", execution(execution_id).status_reason
    (mail,) = httpx.get(f"{market.stack.console_url}/api/outbox").json()
    assert mail["to"] == PARTNER
    assert "<h2" in mail["html"]
    assert live_parts(mail["html"]) == []


@pytest.mark.parametrize("name", ["ignore", "formula", "headers", "line separators", "isolates", "very long"])
def test_a_name_in_the_subject_keeps_no_alert_from_being_sent(name: str, computed: tuple[Market, Ran]) -> None:
    """What an item is called comes from a feed; whoever writes it may not silence the alert about the item."""
    market, _ = computed
    tell = {"subject": "Low stock: {{event.name}}", "body": "{{event.name}}", "channels": ["email", "dashboard"]}
    put_playbook("low-stock", [{"id": "tell", "action": "notify", "params": tell}])
    httpx.delete(f"{market.stack.console_url}/api/outbox").raise_for_status()
    execution_id = start("low-stock", event_data={"name": menus.ATTEMPTS[name]}).execution_id
    assert run(execution_id) == "completed", execution(execution_id).status_reason
    (mail,) = httpx.get(f"{market.stack.console_url}/api/outbox").json()
    assert mail["to"] == OWNER
    assert mail["subject"].startswith("Low stock: ")
    assert len(mail["subject"]) <= 255
    assert not re.search(r"[\x00-\x1f\u2028\u2029\u202a-\u202e\u2066-\u2069]", mail["subject"])


def obey(console: str, attempt: str) -> None:
    """A model that does as it is told: in every form that it may answer in it gives recipients, steps and links."""
    said = f"Fine. {attempt[:4_000]}"
    orders = {
        "to": EVIL_EMAIL,
        "recipients": [EVIL_EMAIL, EVIL_PHONE],
        "steps": [{"action": "http_request", "params": {"url": EVIL_URL}}],
        "action": "send_sms",
        "links": [EVIL_URL],
    }
    subject = f"Hi\r\nBcc: {EVIL_EMAIL}\r\n {said}"
    texts = {"subject": subject, "text": said, "name": said, "email_text": said, "sms_text": said}
    for reply in (
        {"match": "You draft for a licensed cannabis retailer", "json": {**texts, **orders}, "times": 100},
        {"text": said, "times": 1_000},
    ):
        httpx.post(f"{console}/api/anthropic/replies", json=reply).raise_for_status()


@pytest.mark.parametrize("attempt", OBEYING.values(), ids=OBEYING)
def test_a_model_that_obeys_changes_words_only(attempt: str, market: Market) -> None:
    obey(market.stack.console_url, menus.storable(attempt))
    ran = market.run()
    found = ran.outputs
    assert {found[step]["source"] for step in ("text", "opinion", "mail", "campaign")} == {"model"}
    require_unmoved(market, ran)
    require_only_expected_messages(ran)
    require_nothing_evaluated(ran)
    written = [found[step]["text"] for step in ("summary", "text", "opinion", "mail")]
    written += [f"{one['subject']} {one['text']}" for one in ran.outbox if one["stepId"] == "drafted"]
    written += [str(found["campaign"][name]) for name in ("name", "subject", "emailText", "smsText")]
    assert [text for text in written if any(evil in text for evil in EVIL)] == []
    assert all(len(text) < 10_000 for text in written)
    assert found["campaign"]["segment"] == "all_customers"


def test_a_prompt_holds_the_market_inside_its_fences_alone(market: Market) -> None:
    market.run()
    calls = httpx.get(f"{market.stack.console_url}/api/anthropic/calls").json()
    assert len(calls) >= 5
    for call in calls:
        (message,) = call["messages"]
        outside = re.split(r"<(?:data[^>]*|request)>.*?</(?:data|request)>", message["content"], flags=re.DOTALL)
        assert not any(evil in part for part in outside for evil in (*EVIL, "104729", "{{"))
        assert "evil" not in json.dumps(call["system"])
