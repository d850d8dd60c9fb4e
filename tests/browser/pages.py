"""The pages of the dashboard that are looked at: light, dark and on a phone. A new page gets a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.api.principal import Role
from tests.harness.lived_in import LivedIn


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A page; its picture is called `name`."""

    name: str
    path: Callable[[LivedIn], str]
    role: Role = "owner"


def _at(path: str) -> Callable[[LivedIn], str]:
    return lambda _: path


PAGES: tuple[LookedAt, ...] = (
    LookedAt("home", _at("/")),
    LookedAt("home-viewer", _at("/"), "viewer"),
    LookedAt("playbooks", _at("/playbooks")),
    LookedAt("playbooks-viewer", _at("/playbooks"), "viewer"),
    LookedAt("playbook", lambda shop: f"/playbooks/{shop.playbook}"),
    LookedAt("playbook-runs", lambda shop: f"/playbooks/{shop.playbook}?tab=runs"),
    LookedAt("playbook-history", lambda shop: f"/playbooks/{shop.playbook}?tab=history"),
    LookedAt("playbook-json", lambda shop: f"/playbooks/{shop.playbook}?tab=json"),
    LookedAt("playbook-viewer", lambda shop: f"/playbooks/{shop.playbook}", "viewer"),
    LookedAt("playbook-error", _at("/playbooks/birthday-treats")),
    LookedAt("playbook-missing", _at("/playbooks/no-such-playbook")),
    LookedAt("runs", _at("/runs")),
    LookedAt("runs-failed", _at("/runs?status=failed")),
    LookedAt("run", lambda shop: f"/runs/{shop.completed_run}"),
    LookedAt("run-viewer", lambda shop: f"/runs/{shop.completed_run}", "viewer"),
    LookedAt("run-failed", lambda shop: f"/runs/{shop.failed_run}"),
    LookedAt("run-waiting", lambda shop: f"/runs/{shop.waiting_run}"),
    LookedAt("run-held", lambda shop: f"/runs/{shop.held_run}"),
    LookedAt("alerts", _at("/dashboard/alerts")),
    LookedAt("decisions", _at("/decisions")),
    LookedAt("decision-approval", lambda shop: f"/decisions/approvals/{shop.approval}"),
    LookedAt("decision-suggestion", lambda shop: f"/decisions/{shop.suggestion[0]}/{shop.suggestion[1]}"),
    LookedAt("competitors", _at("/competitors")),
    LookedAt("competitor", lambda shop: f"/competitors/{shop.competitor}"),
    LookedAt("usage", _at("/usage")),
    LookedAt("settings-notifications", _at("/settings/notifications")),
    LookedAt("settings-notifications-viewer", _at("/settings/notifications"), "viewer"),
    LookedAt("settings-people", _at("/settings/people")),
    LookedAt("settings-keys", _at("/settings/keys")),
    LookedAt("settings-secrets", _at("/settings/secrets")),
    LookedAt("settings-webhooks", _at("/settings/webhooks")),
    LookedAt("settings-organization", _at("/settings/organization")),
    LookedAt("chat", _at("/chat")),
    LookedAt("not-found", _at("/no-such-page")),
)
