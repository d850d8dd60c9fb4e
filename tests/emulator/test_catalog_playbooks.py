"""Each catalog playbook in a real run: what it says on the demo shop's data, and on a shop with none."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest

from local.demo.seed import DEMO_ORG_ID
from shared.catalog.files.load import catalog
from shared.gcp import clients
from shared.messages.sms_text import is_gsm, segments
from tests.dashboard_pages import leads_somewhere
from tests.emulator.catalog_shop import OWNER, Said, inventory, open_empty, open_full, say, stream
from tests.emulator.demo_runs import Demo
from tests.wording import LONGEST_SUBJECT, faults


@pytest.fixture
def full(demo: Demo) -> Demo:
    return open_full(demo)


@pytest.fixture
def empty(demo: Demo) -> Demo:
    return open_empty(demo)


WORDS: dict[str, tuple[str, ...]] = {
    "daily-intel": ("Blue Dream 3.5g", "Higher Level Syracuse", "$34.00", "15%", "Revenue yesterday", "9"),
    "weekly-summary": ("Best sellers last week", "At risk", "White Widow 28g", "Blue Dream 3.5g"),
    "onboarding": ("Welcome, Thrive Syracuse", "23 playbooks", "25 items on the menu", "4 competitors"),
    "competitive-price-alert": ("sells Blue Dream 3.5g for $34, $6 below you", "$34.00", "$40.00"),
    "segment-campaign": ("customers who haven't been in for a month", "Lemon Seltzer 5mg 4 Pack", "21 and over"),
    "low-stock-alert": ("Blue Dream 3.5g", "9 left", "12", "Finger Lakes Growers", "that's about"),
    "post-purchase-thank-you": ("Hi Maya", "$64.50", "loyalty points", "unsubscribe"),
    "price-intelligence": ("By category", "Edibles", "of 88 comparisons", "Salt City Greens"),
    "multi-channel-campaign": ("Lemon Seltzer 5mg 4 Pack", "Customers", "40"),
    "win-back": ("missed you", "Lemon Seltzer 5mg 4 Pack", "unsubscribe"),
    "real-time-price-alert": ("$39 to $34", "You charge $40.00", "below your price"),
    "executive-daily-digest": ("Revenue this month", "Downtown Syracuse", "Walter Nowak"),
    "executive-weekly-report": ("Fall Flower Days", "Rosin Garlic Cookies 1g", "Raise", "Westcott", "of 40"),
    "partner-ecosystem": ("Finger Lakes Growers", "Empire Extracts", "To order now", "units"),
    "multi-location-rollup": ("Downtown Syracuse", "Westcott", "Last 30 days"),
    "margin-optimization": ("Rosin Garlic Cookies 1g", "13%", "$77.00"),
    "vip-customers": ("Maya Ortiz", "Walter Nowak", "Their share", "in 30 days"),
    "birthday-loyalty": ("Happy birthday", "Hi Daniel", "unsubscribe"),
    "new-product-launch": ("Lemon Seltzer 5mg 4 Pack", "launch campaign is ready"),
    "menu-health": ("of 100", "Durban Poison Pre-Roll 5 Pack", "no description", "fixes needed"),
    "campaign-roi": ("Fall Flower Days", "Gummy Friday", "$205"),
    "compliance-digest": ("Downtown Syracuse", "OCM-RETL-24-000117", "20", "Holiday hours"),
    "usage-alert": ("80% of your emails", "40,100", "50,000", "unlimited"),
}


@pytest.mark.parametrize("playbook_id", list(catalog()))
def test_on_the_demo_shop_it_says_what_the_shop_s_data_say(playbook_id: str, full: Demo) -> None:
    said = say(full, playbook_id)
    assert (said.status, said.failed) == ("completed", []), said.reason
    missing = [words for words in WORDS[playbook_id] if words not in said.everything]
    assert not missing, said.everything
    told = [text for mail in said.mails for text in (mail["subject"], mail["text"])]
    told += [text for one in said.inbox for text in (one["title"], one["body"])]
    assert not faults("\n".join([*told, *(text["text"] for text in said.texts)]))


@pytest.mark.parametrize("playbook_id", list(catalog()))
def test_it_goes_over_the_channels_that_it_names(playbook_id: str, full: Demo) -> None:
    said = say(full, playbook_id)
    channels = catalog()[playbook_id].channels
    assert bool([mail for mail in said.mails if mail["to"] == OWNER]) is ("email" in channels)
    assert bool([mail for mail in said.mails if mail["to"] != OWNER]) is ("customer_email" in channels)
    assert bool(said.inbox) is ("dashboard" in channels)
    assert bool(said.texts) is ("sms" in channels)
    assert all(is_gsm(text["text"]) and segments(text["text"]) == 1 for text in said.texts)


HREF = re.compile(r'href="([^"]+)"')


@pytest.mark.parametrize("playbook_id", [one.id for one in catalog().values() if "email" in one.channels])
def test_its_mail_is_a_first_sentence_and_one_button_to_a_page_that_is_there(playbook_id: str, full: Demo) -> None:
    (mail,) = [mail for mail in say(full, playbook_id).mails if mail["to"] == OWNER]
    assert mail["html"].count('class="p s"') == 1
    own = [html.unescape(url) for url in HREF.findall(mail["html"])]
    assert all(map(leads_somewhere, own)), own
    assert len(mail["subject"]) <= LONGEST_SUBJECT
    first, _, rest = mail["text"].partition("\n")
    assert first.strip()
    assert rest.strip()


SILENT_WHEN_EMPTY = {
    "competitive-price-alert": "No competitor is tracked yet",
    "segment-campaign": "no customers yet",
    "post-purchase-thank-you": "no such customer",
    "price-intelligence": "No competitor is tracked yet",
    "multi-channel-campaign": "nothing to tell customers",
    "win-back": "no such customer",
    "partner-ecosystem": "no products yet",
    "multi-location-rollup": "no locations and no sales",
    "margin-optimization": "no margin to improve",
    "vip-customers": "Nobody has bought anything yet",
    "birthday-loyalty": "birthday today",
    "daily-intel": "There are no sales, items or competitors yet",
    "weekly-summary": "There are no sales, items, customers or competitors yet",
    "executive-daily-digest": "There are no sales, items or decisions yet",
    "executive-weekly-report": "There are no sales, items, customers or competitors yet",
    "menu-health": "The menu is empty",
    "campaign-roi": "No campaign ran",
}


@pytest.mark.parametrize("playbook_id", list(catalog()))
def test_on_an_empty_shop_it_fails_nowhere_and_says_so_or_nothing(playbook_id: str, empty: Demo) -> None:
    said = say(empty, playbook_id)
    assert (said.status, said.failed) == ("completed", [])
    if playbook_id in SILENT_WHEN_EMPTY:
        assert SILENT_WHEN_EMPTY[playbook_id] in str(said.reason)
        assert said.everything == ""
    else:
        assert said.reason is None
        assert said.everything


def test_customers_who_opted_out_or_have_no_address_are_not_written_to(full: Demo) -> None:
    for customer_id in ("customer-11", "nobody", ""):
        for playbook_id in ("win-back", "post-purchase-thank-you"):
            said = say(full, playbook_id, {"customerId": customer_id})
            assert said.mails == []
            assert "No email was sent" in str(said.reason)
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}/customers/customer-01").update({"email": "none"})
    assert say(full, "post-purchase-thank-you").mails == []


def test_an_order_that_names_an_address_is_thanked_for_only_where_the_org_knows_it(full: Demo) -> None:
    assert say(full, "post-purchase-thank-you", {"email": "stranger@elsewhere.example"}).mails == []
    known = say(full, "post-purchase-thank-you", {"customerEmail": "maya.ortiz@customers.example"})
    assert [mail["to"] for mail in known.mails] == ["maya.ortiz@customers.example"]


def test_a_birthday_is_wished_once_however_often_the_playbook_runs(full: Demo) -> None:
    first, second = say(full, "birthday-loyalty"), say(full, "birthday-loyalty")
    assert len(first.mails) == 2
    assert (second.mails, second.status, second.failed) == ([], "completed", [])


def test_campaigns_wait_for_the_ones_before_them(full: Demo) -> None:
    for playbook_id in ("segment-campaign", "multi-channel-campaign"):
        assert say(full, playbook_id).drafts
        again = say(full, playbook_id)
        assert again.drafts == []
        assert "needs your decision" in again.everything


def test_the_same_margin_is_suggested_once(full: Demo) -> None:
    say(full, "margin-optimization")
    say(full, "margin-optimization")
    (only,) = stream(f"tenants/{DEMO_ORG_ID}/pricing_suggestions")
    assert (only.to_dict() or {})["suggestedPrice"] == 77


def test_an_org_without_staff_phones_gets_its_alerts_all_the_same(full: Demo) -> None:
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"staffPhones": []})
    for playbook_id in ("competitive-price-alert", "low-stock-alert", "real-time-price-alert"):
        said = say(full, playbook_id)
        assert (said.status, said.failed, said.texts) == ("completed", [], [])
        assert said.inbox


CHOICES: dict[str, tuple[dict[str, bool], Callable[[Said], bool]]] = {
    "no email": ({"email": False}, lambda said: not said.mails and bool(said.inbox) and bool(said.texts)),
    "no text": ({"sms": False}, lambda said: bool(said.mails) and bool(said.inbox) and not said.texts),
    "nothing": (
        {"email": False, "dashboard": False, "sms": False},
        lambda said: not said.mails and not said.inbox and not said.texts,
    ),
}


@pytest.mark.parametrize("choice", CHOICES)
def test_what_the_org_has_switched_off_stays_off(choice: str, full: Demo) -> None:
    fields, is_kept = CHOICES[choice]
    clients.firestore().document(f"notification_preferences/{DEMO_ORG_ID}").set({"competitor_alert": fields})
    assert is_kept(say(full, "competitive-price-alert"))


def test_unreadable_menus_are_named_and_the_rest_is_reported(full: Demo) -> None:
    for one in stream(f"tenants/{DEMO_ORG_ID}/competitors"):
        one.reference.update({"menuUrl": f"{full.stack.console_url}/stores/closed"})
    said = say(full, "daily-intel")
    assert said.status == "completed"
    assert "couldn't be read" in said.everything
    assert "Revenue yesterday" in said.everything


def test_a_competitor_s_product_name_stays_inert_in_the_mail(full: Demo) -> None:
    import httpx

    name = "Blue Dream <img src=x onerror=alert(1)> 3.5g"
    inventory("blue-dream-3-5g").update({"name": name})
    product = {"name": name, "category": "Flower", "price": "30.00"}
    body = {"name": "Higher Level Syracuse", "products": [product]}
    httpx.put(f"{full.stack.console_url}/api/stores/higher-level-syracuse", json=body).raise_for_status()
    (mail,) = say(full, "daily-intel").mails
    assert "onerror=alert" in mail["html"]
    assert "<img src=x" not in mail["html"]


READ_BY_ALL_MEMBERS = (
    *("inbox_notifications", "execution_summaries", "playbook_summaries", "approvals", "playbook_assignments"),
    *(
        f"tenants/{DEMO_ORG_ID}/{name}"
        for name in ("notes", "tasks", "content", "campaigns", "campaign_drafts", "pricing_suggestions", "files")
    ),
)
"""As firestore.rules has it; customers and orders themselves, events and whole runs are for editors."""


def test_no_catalog_playbook_leaves_customers_data_where_every_member_reads(full: Demo) -> None:
    for one in catalog().values():
        say(full, one.id)
    customers = [one.to_dict() or {} for one in stream(f"tenants/{DEMO_ORG_ID}/customers")]
    known = {str(one[name]) for one in customers for name in ("name", "email", "phone") if one.get(name)}
    assert len(known) > 50
    told = 0
    for collection in READ_BY_ALL_MEMBERS:
        for found in stream(collection):
            told += 1
            words = str(found.to_dict())
            assert not [value for value in known if value in words], (found.reference.path, words)
    assert told > 23
