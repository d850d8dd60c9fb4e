"""The sentences people receive: the catalog's and the alerts' held to the mechanical rules for wording."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shared.catalog.files.load import CatalogPlaybook, catalog
from shared.competitors.failures import failure_of
from shared.competitors.menus.verdicts import ADVICE, REASONS, explained
from shared.documents.shop import Content, Location
from shared.errors import PermanentError
from shared.heartbeat.findings import compare
from shared.heartbeat.inputs import CheckInputs, LatePlaybook, PriceChange
from shared.heartbeat.notices import alert as heartbeat_alert
from shared.heartbeat.registry import CHECKS
from shared.messages.alert_types import AlertType
from shared.messages.sms_text import is_gsm, segments
from shared.messages.template.models import Message
from shared.messages.unsubscribe_link import Subscription
from shared.notices import unsubscribe
from shared.notices.alert import Alert, StaffAlert, staff_text, worded
from shared.notices.policy import Window, digest_alert
from shared.tenants import setup
from shared.triggers.stored_credentials import KeysInPlaybook
from tests.unit.heartbeat.facts import NOW, action, ago, ahead, customer, dead_letter, facts, history, item, order
from tests.wording import LONGEST_SUBJECT, faults

SAID = frozenset(
    {"subject", "intro", "title", "text", "label", "note", "empty", "body", "reason", "description", "against"}
)
"""The fields of a catalog playbook that reach people."""
ROOTS = frozenset({"org", "user", "event", "trigger", "steps", "item", "draft", "customer", "money_mike"})
_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}")
_ROOT = re.compile(r"(?<![\w.'\]])([a-z_]\w*)(?=[.\[])")
_COUNTED = re.compile(r"counted\('([^']+)'(?:, '([^']+)')?\)")
_TEXT = re.compile(r"'[^']*'")
each = pytest.mark.parametrize("one", catalog().values(), ids=list(catalog()))


def _said(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each sentence, with the field that it stands in."""
    match value:
        case dict():
            for key, inner in value.items():
                yield from _said(inner, key)
        case list():
            for inner in value:
                yield from _said(inner, name)
        case str() if name in SAID:
            yield name, value


def _filled(text: str, count: int) -> str:
    """With something in each placeholder that is about as long as what comes there."""

    def fill(found: re.Match[str]) -> str:
        inner = found[1]
        if counted := _COUNTED.search(inner):
            one, many = counted[1], counted[2] or f"{counted[1]}s"
            return f"{count} {one if count == 1 else many}"
        if "| round" in inner or "Count" in inner or ".count" in inner or ".quantity" in inner:
            return str(count)
        return "$34.50" if "dollars" in inner or "money" in inner else "Blue Dream 3.5g"

    return _PLACEHOLDER.sub(fill, text)


@each
@pytest.mark.parametrize("count", [1, 25])
def test_a_catalog_playbook_s_sentences_hold_nothing_that_people_do_not_say(
    one: CatalogPlaybook, count: int
) -> None:
    found = [*_said(one.steps), ("description", one.description)]
    assert len(found) > 2
    wrong = {text: what for _, text in found if (what := faults(_filled(text, count)))}
    assert not wrong


@each
def test_a_catalog_playbook_s_placeholders_begin_with_a_name_that_is_there(one: CatalogPlaybook) -> None:
    for _, text in _said(one.steps):
        for inner in _PLACEHOLDER.findall(text):
            assert set(_ROOT.findall(_TEXT.sub("", inner))) <= ROOTS, text


@each
def test_a_catalog_playbook_s_subjects_are_short_enough_to_read(one: CatalogPlaybook) -> None:
    for name, text in _said(one.steps):
        if name == "subject":
            assert len(_filled(text, 25)) <= LONGEST_SUBJECT, text


@each
def test_a_catalog_playbook_s_texts_are_one_segment_of_plain_signs(one: CatalogPlaybook) -> None:
    for step in one.steps:
        if step["action"] == "notify" and step["params"].get("channels") == ["sms"]:
            text = f"{step['params']['subject']}: {_filled(step['params']['body'], 25)}"
            assert is_gsm(text), text
            assert segments(text) == 1, text


def _facts() -> CheckInputs:
    """A shop in which every check of the heartbeat finds something."""
    regular = [order(f"o{days}-{n}", ago(days=days, hours=n)) for days in range(8, 30) for n in range(1, 7)]
    items = [
        item(quantity=0),
        item("Sour Diesel", expires_at=ahead(days=1)),
        item("OG Kush", quantity=3, price=40, cost=Decimal(39)),
        item("Runtz", price=20),
        item("Gelato", price=20),
        item("Haze", price=20),
    ]
    return facts(
        now=NOW,
        items=items,
        offers=items,
        menus=[
            history("Green", {"Runtz": 40, "Gelato": 40, "Haze": 40}, {"Runtz": 40, "Gelato": 40, "OG Kush": 40}),
        ],
        price_changes=[
            PriceChange(id="e1", competitor="Green", product="Runtz", old_price=Decimal(40), new_price=Decimal(34))
        ],
        actions=[
            action("a1", priority="critical"),
            action("a2", recommendation="Match it."),
        ],
        customers=[
            customer("5f3b2c9d8e7a6b5c", total_spent=90, order_count=3, last_order_at=ago(days=40)),
            customer("vip", total_spent=9_000, order_count=40, last_order_at=ago(days=31), birthday="11-23"),
        ],
        orders=[*regular, order("0a1b2c3d4e5f6a7b", ago(hours=1), 5_000)],
        content=[
            Content.model_validate(
                {"id": "c", "title": "Sale", "status": "pending_review", "createdAt": ago(days=3)}
            )
        ],
        locations=[Location.model_validate({"id": "l", "name": "Westcott", "licenseExpiresAt": ahead(days=1)})],
        late_playbooks=[LatePlaybook("p1", "Daily Intel", ago(hours=5))],
        keys_in_playbooks=[
            KeysInPlaybook(
                org_id="o",
                playbook_id="p1",
                name="Till sync",
                fields=("steps[0].params.headers.Authorization",),
                looks_like=("a literal Authorization header",),
            )
        ],
        dead_letters=[dead_letter("5f3b2c9d8e7a6b5c", error="no menu", createdAt=ago(days=2))],
    )


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_a_notice_of_the_heartbeat_is_worded_for_people(check: Any) -> None:
    found = check.find(_facts())
    assert found
    notice = heartbeat_alert("a", check, compare({}, found, NOW))
    assert not faults(f"{notice.title}\n{notice.body}")
    assert len(notice.title) <= LONGEST_SUBJECT
    for count in (1, 5):
        assert not faults(check.headline(count, count))


def test_a_digest_says_times_as_people_do() -> None:
    alert = Alert(
        id="a", type=AlertType.PLAYBOOK_FAILURE, key="p", message=worded("Playbook failed: Daily Intel", "No menu.")
    )
    at = datetime(2026, 11, 23, 19, 5, tzinfo=UTC)
    for repeats in (1, 3):
        window = Window.of("org_1", alert, at, at).model_copy(
            update={"repeats": repeats, "last_title": alert.title, "last_body": alert.body, "last_at": at}
        )
        told = digest_alert(window, "America/New_York")
        assert not faults(f"{told.title}\n{told.body}\n{told.members_body}")


@pytest.mark.parametrize("kind", StaffAlert)
def test_a_text_to_the_staff_is_one_segment_of_plain_signs(kind: StaffAlert) -> None:
    message = Message(title="Blue Dream “3.5g” — is low", lead="2 left at Thrive Syracuse.")
    text = staff_text(kind, "Thrive Syracuse", message)
    assert is_gsm(text)
    assert segments(text) == 1
    assert not faults(text)


def test_what_an_owner_hears_of_a_menu_that_cannot_be_read_is_something_to_do() -> None:
    for verdict in (*REASONS, *ADVICE):
        for with_browser in (True, False):
            assert not faults(explained(verdict, with_browser=with_browser))
    failure = failure_of(PermanentError("the page is too large"))
    assert not faults(f"{failure.reason}; {failure.remedy}")


def test_the_page_to_unsubscribe_and_the_first_steps_are_worded_for_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    subscription = Subscription(org_id="org_1", alert=AlertType.COMPETITOR_ALERT)
    for page in (unsubscribe.question, unsubscribe.stopped, unsubscribe.resumed):
        (said,) = re.findall(r"<main>(.*?)</main>", page(subscription, "Thrive"), re.DOTALL)
        assert not faults(re.sub(r"<[^>]+>", " ", said))
    for count in (0, 1, 7):
        counts = dict.fromkeys(("inventory", "competitors", "orders", "customers", "locations"), count)
        tasks = setup.checklist(setup.SetupState(counts, count > 0, count, 3, texts_included=True))
        assert not [
            faults(" ".join((task.title, task.what, task.why, task.how))) for task in tasks if faults(task.what)
        ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Customer 5f3b2c9d8e7a: no order", "an id"),
        ("Sat, 21 Nov 2026", "a date as computers write it"),
        ("Since 14:00 today", "a time as computers write it"),
        ("1 prices undercut", "a plural of one"),
        ("23 item left", "a singular of many"),
        ("At what time there shall it run?", "a word that nobody says"),
        ("set APIFY_TOKEN", "a name out of the code"),
        ("Hello {{user.name", "an unfilled placeholder"),
    ],
)
def test_each_fault_is_found(text: str, fault: str) -> None:
    assert [one.partition(":")[0] for one in faults(text)] == [fault]


def test_a_link_s_address_is_not_a_sentence() -> None:
    assert faults("Open the run: https://app.example/runs/5f3b2c9d8e7a6b5c4d3e2f1a") == []
