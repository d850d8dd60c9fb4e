"""Links to the dashboard: each leads to a page that is there, and says what opens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shared.gcp.settings import settings
from shared.heartbeat.registry import CHECKS, Check
from shared.messages import links
from tests.dashboard_pages import page_of

ROOT = Path(__file__).parents[3]
MAKES_ADDRESSES = {
    "functions/mcp.py": "which pages may call it from a browser",
    "shared/messages/links.py": "of the dashboard's pages",
    "shared/messages/mail.py": "which links in an author's text are the product's own",
    "shared/messages/unsubscribe_link.py": "of the door that unsubscribes",
    "shared/gcp/settings.py": "reads it",
    "shared/triggers/catalog_ticks.py": "of the door that ticks",
    "shared/webhooks/hooks.py": "of the door that other systems call",
    "shared/triggers/jobs.py": "of the door that runs playbooks",
}
PAGES = {
    links.run("e1"): ("/runs/:runId", "Open the run"),
    links.report("e1", "each/0/tell"): ("/runs/:runId", "See the full report"),
    links.playbook("p1"): ("/playbooks/:playbookId", "Open the playbook"),
    links.PLAYBOOKS: ("/playbooks", "See your playbooks"),
    links.competitor("c1"): ("/competitors/:competitorId", "See the competitor"),
    links.COMPETITORS: ("/competitors", "See your competitors"),
    links.approval("a1"): ("/decisions/:kind/:decisionId", "Review and decide"),
    links.suggestion("campaign_drafts", "s1"): ("/decisions/:kind/:decisionId", "Review and decide"),
    links.DECISIONS: ("/decisions", "Review and decide"),
    links.alert("a1"): ("/dashboard/alerts", "See it in your alerts"),
    links.alerts_of("billing_alert"): ("/dashboard/alerts", "See it in your alerts"),
    links.USAGE: ("/usage", "See your usage"),
    links.PREFERENCES: ("/settings/:section", "Notification settings"),
    links.ORGANIZATION: ("/settings/:section", "Organization settings"),
    links.SIGN_IN: ("/signin", "Sign in"),
}


@pytest.fixture(autouse=True)
def project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")


@pytest.mark.parametrize("path", PAGES)
def test_a_link_leads_to_a_page_and_says_which(path: str) -> None:
    button = links.button(path)
    assert (page_of(button.url), button.label) == PAGES[path]
    assert button.url == f"{settings().public_base_url}{path}"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_leads_to_a_page(check: Check) -> None:
    assert check.link is None or page_of(check.link)


@pytest.mark.parametrize("hostile", ["a/../b", "a?b=c", "a#b", "ä “x”", "<i>", "%2F", "\u202e"])
def test_an_id_stays_one_part_of_the_path(hostile: str) -> None:
    for path in (links.run(hostile), links.playbook(hostile), links.approval(hostile)):
        assert (page_of(links.button(path).url) or "").count(":") >= 1
    assert links.alert(hostile).count("?") == links.alert(hostile).count("=") == 1


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("tenants/o/playbooks/p 1", "/playbooks/p%201"),
        ("tenants/o/competitors/c", "/competitors/c"),
        ("playbook_executions/e", "/runs/e"),
        ("dead_letters/e", "/runs/e"),
        ("tenants/o/inventory/i", None),
        ("usage/o-2026-11", None),
    ],
)
def test_a_document_has_the_page_that_shows_it(path: str, page: str | None) -> None:
    assert links.of_document(path) == page


def test_the_run_is_before_its_playbook() -> None:
    assert links.cause("e", "p") == links.run("e")
    assert links.cause(None, "p") == links.playbook("p")
    assert links.cause(None, None) is None


def test_a_page_without_a_label_of_its_own_keeps_no_other_button_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    said = [one.label for one in map(links.button, ("/new-page", links.run("e")))]
    assert said == ["Open your dashboard", "Open the run"]


def test_no_other_module_makes_addresses_of_pages() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in ("shared", "functions")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bpublic_base_url\b", path.read_text())
    }
    assert found == MAKES_ADDRESSES.keys()
