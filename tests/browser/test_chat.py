"""Talking to the agents on the page: what is proposed, made, asked, refused, and kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from local.browser import PHONE
from tests.browser.guard import Guard
from tests.browser.shop import Shop
from tests.e2e.org import set_step

SENTENCE = (
    "I want to track our top 3 competitors' prices every morning "
    "and get an email if they undercut us by more than 10%"
)


def say(page: Page, words: str) -> None:
    expect(log(page)).to_have_attribute("aria-busy", "false")
    box = page.get_by_role("textbox", name="Message")
    box.fill(words)
    box.press("Enter")


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Conversation")


def a_playbook(shop: Shop, name: str) -> str:
    """Its path."""
    reference = shop.org.playbook(set_step())
    shop.org.change(name=name)
    path: str = reference.path
    return path


def own_playbooks(shop: Shop) -> list[dict[str, object]]:
    with shop.api() as api:
        items = api.get("/api/playbooks", params={"orgId": shop.id}).json()["items"]
    return [one for one in items if one.get("source") != "catalog"]


def test_a_sentence_on_home_becomes_a_playbook_once_it_was_shown(shop: Shop) -> None:
    page = shop.sign_in("editor")
    box = page.get_by_role("textbox", name="What should I take off your hands?")
    box.fill(SENTENCE)
    box.press("Enter")
    card = page.get_by_role("region", name="Proposed playbook: Competitor Price Alert")
    for words in ("Every day at 9:00 AM", "Scan your top 3 competitors", "Email you if", "a month (30 runs"):
        expect(card).to_contain_text(words)
    expect(card.get_by_role("time")).to_have_count(3)
    assert own_playbooks(shop) == []
    card.get_by_role("button", name="Create").dblclick()
    expect(card).to_contain_text("Created")
    (made,) = own_playbooks(shop)
    record = shop.org.until_scheduled(str(made["playbookId"]))
    assert record["nextRunAt"]
    page.get_by_role("link", name="Open playbook").click()
    expect(page).to_have_url(re.compile(rf"/playbooks/{made['playbookId']}$"))
    expect(log(page)).to_be_hidden()


def test_a_question_is_answered_by_a_button(shop: Shop) -> None:
    page = shop.sign_in("editor", "/chat")
    say(page, "email me sales numbers on Mondays at 5")
    choice = page.get_by_role("group", name=re.compile("5:00: AM or PM"))
    choice.get_by_role("button", name="5:00 PM").click()
    card = page.get_by_role("region", name=re.compile("Proposed playbook"))
    expect(card).to_contain_text("Every Monday at 5:00 PM")
    expect(choice).to_be_hidden()
    card.get_by_role("button", name="Create").click()
    expect(card).to_contain_text("Created")
    assert len(own_playbooks(shop)) == 1


def test_something_is_changed_before_it_is_made_and_a_typed_yes_makes_it(shop: Shop) -> None:
    page = shop.sign_in("owner", "/chat")
    say(page, SENTENCE)
    first = page.get_by_role("region", name=re.compile("Proposed playbook")).first
    first.get_by_role("button", name="Change something").click()
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    say(page, "make it 8 instead")
    second = page.get_by_role("region", name=re.compile("Proposed playbook")).nth(1)
    expect(second).to_contain_text("Every day at 8:00 AM")
    expect(first).to_contain_text("Not created.")
    expect(first.get_by_role("button")).to_have_count(0)
    say(page, "yes")
    expect(second).to_contain_text("Created")
    assert len(own_playbooks(shop)) == 1


def test_a_pause_and_a_deletion_wait_for_their_buttons(shop: Shop) -> None:
    scan = a_playbook(shop, "Morning scan")
    page = shop.sign_in("editor", "/chat")
    say(page, "pause the morning scan")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(log(page)).to_contain_text("is paused")
    assert shop.read(scan)["status"] == "paused"
    say(page, "delete it")
    page.get_by_role("button", name="Keep as is", exact=True).click()
    expect(log(page)).to_contain_text("no changes made")
    say(page, "delete it")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(log(page)).to_contain_text("is deleted")
    assert shop.read(scan) == {}


def test_the_conversation_stays_while_one_looks_around_and_reloads(shop: Shop) -> None:
    page = shop.sign_in("editor", "/runs")
    page.get_by_role("button", name="Ask").click()
    say(page, SENTENCE)
    expect(page.get_by_role("region", name=re.compile("Proposed playbook"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(log(page)).to_be_hidden()
    page.get_by_role("link", name="Alerts").click()
    page.keyboard.press("Control+k")
    expect(log(page)).to_contain_text(SENTENCE)
    page.goto("/chat")
    expect(page.get_by_role("region", name=re.compile("Proposed playbook"))).to_be_visible()
    page.get_by_role("button", name="New chat").click()
    expect(log(page)).not_to_contain_text(SENTENCE)


def test_what_could_not_be_sent_is_kept_and_sent_again(shop: Shop, guard: Guard) -> None:
    guard.allow("ERR_FAILED")
    page = shop.sign_in("editor", "/chat")
    page.route("**/api/chat", lambda route: route.abort())
    say(page, "what do I have?")
    expect(page.get_by_role("alert")).to_contain_text("Playbooks can't be reached")
    expect(log(page)).to_contain_text("what do I have?")
    page.unroute("**/api/chat")
    page.get_by_role("button", name="Try again").click()
    expect(log(page)).to_contain_text("You have")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_viewer_asks_and_is_told_that_others_make_changes(shop: Shop) -> None:
    scan = a_playbook(shop, "Morning scan")
    page = shop.sign_in("viewer", "/chat")
    expect(page.get_by_text("Owners and editors can make changes.")).to_be_visible()
    page.get_by_role("button", name="What do I have?").click()
    expect(log(page)).to_contain_text("Morning scan")
    say(page, "pause the morning scan")
    expect(log(page)).to_contain_text("Your role lets you look around, not make changes")
    expect(log(page).get_by_role("button")).to_have_count(0)
    assert shop.read(scan)["status"] == "active"


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "[x](javascript:alert(1)) \u202egpj.exe"])
def test_hostile_words_are_only_words(shop: Shop, hostile: str) -> None:
    a_playbook(shop, hostile)
    page = shop.sign_in("editor", "/chat")
    say(page, hostile)
    expect(log(page).get_by_text(hostile.replace("\u202e", ""), exact=False).first).to_be_visible()
    say(page, "what do I have?")
    expect(log(page)).to_contain_text("You have")
    assert log(page).locator("img, a[href^='javascript']").count() == 0


def test_chat_takes_the_whole_screen_of_a_phone(shop: Shop) -> None:
    page = shop.sign_in("editor", window=PHONE)
    page.get_by_role("button", name="Ask").click()
    say(page, SENTENCE)
    card = page.get_by_role("region", name=re.compile("Proposed playbook"))
    expect(card).to_be_visible()
    dialog = page.get_by_role("dialog", name="Chat").bounding_box()
    assert dialog is not None
    assert dialog["width"] == PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= dialog["width"]
