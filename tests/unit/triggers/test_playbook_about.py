"""What the list of playbooks says of one: a line that every member may read, and a category."""

from __future__ import annotations

from typing import Any

import pytest

from shared.catalog.files.load import catalog
from shared.steps.registry import action_modules
from shared.triggers.playbook_about import MAX_LINE, category_of, one_line

NOTIFY = {"action": "notify", "params": {"subject": "Hi", "body": "Ann owes 5"}}
SCAN = {"action": "scan_competitors"}


def test_the_authors_own_words_are_kept() -> None:
    assert one_line({"description": "  Watches\n our prices. ", "steps": [NOTIFY]}) == "Watches our prices."
    assert len(one_line({"description": "long " * 100})) <= MAX_LINE


@pytest.mark.parametrize(
    "description",
    [
        "Mail ann@shop.example",
        "Text +13155550101 at nine",
        "Post to https://hooks.example/T123/secret",
        "apiKey=hush",
        "Tells {{user.email}}",
        "",
        7,
        None,
    ],
)
def test_private_words_are_replaced_by_a_description_of_the_steps(description: Any) -> None:
    assert one_line({"description": description, "steps": [SCAN, NOTIFY]}) == "Scans competitors and lets you know."


def test_steps_within_steps_count_and_plumbing_does_not() -> None:
    loop = {"action": "for_each", "params": {"items": [], "steps": [{"action": "send_email"}]}}
    branch = {
        "action": "branch",
        "params": {"cases": [{"when": "1 > 0", "steps": [{"action": "send_sms"}]}], "else": [NOTIFY]},
    }
    steps = [{"action": "set"}, loop, branch, None, {"action": ["x"]}]
    assert one_line({"steps": steps}) == "Sends an email, sends a text and lets you know."
    assert one_line({"steps": [{"action": "set"}]}) == "Runs 1 step."
    assert one_line({"steps": "x"}) == "Runs 0 steps."


def test_a_long_playbook_is_described_by_its_beginning_and_its_end() -> None:
    actions = (
        "scan_competitors",
        "analyze_pricing",
        "low_stock_report",
        "sales_summary",
        "compose_report",
        "notify",
    )
    assert one_line({"steps": [{"action": one} for one in actions]}) == (
        "Scans competitors, compares prices, checks stock and lets you know."
    )


@pytest.mark.parametrize(
    ("data", "category"),
    [
        ({"category": " Intelligence "}, "Intelligence"),
        ({"category": "", "steps": [{"action": "set"}, SCAN]}, "competitive"),
        ({"steps": [{"action": "low_stock_report"}, NOTIFY]}, "inventory"),
        ({"steps": [NOTIFY], "triggers": [{"type": "event", "eventName": "customer.signup"}]}, "loyalty"),
        ({"steps": [NOTIFY]}, "other"),
        ({"category": 7, "steps": None, "triggers": [None, {"eventName": 5}]}, "other"),
    ],
)
def test_a_playbook_without_a_category_gets_one(data: dict[str, Any], category: str) -> None:
    assert category_of(data) == category


def test_only_actions_that_exist_are_reported() -> None:
    from shared.triggers.playbook_about import _ACTIONS

    assert _ACTIONS.keys() <= action_modules().keys()


def test_the_catalogs_descriptions_are_public() -> None:
    for entry in catalog().values():
        assert one_line(entry.content()).rstrip("…") in entry.description
