"""Links to the dashboard's pages.

Paths start with `/` and are stored without a host, so that documents don't depend on an installation's address;
`button` makes a full link for emails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from shared.gcp.settings import settings

if TYPE_CHECKING:
    from shared.messages.template.models import Button

SIGN_IN = "/signin"
PREFERENCES = "/settings/notifications"
ORGANIZATION = "/settings/organization"
WEBHOOKS = "/settings/webhooks"
USAGE = "/usage"
PLAYBOOKS = "/playbooks"
COMPETITORS = "/competitors"
DECISIONS = "/decisions"
MAX_PATH_CHARS = 2_000

_LABELS = (
    ("/runs/", "Open the run"),
    ("/playbooks/", "Open the playbook"),
    ("/playbooks", "See your playbooks"),
    ("/decisions", "Review and decide"),
    ("/competitors/", "See the competitor"),
    ("/competitors", "See your competitors"),
    ("/dashboard/alerts", "See it in your alerts"),
    ("/usage", "See your usage"),
    ("/settings/notifications", "Notification settings"),
    ("/settings/organization", "Organization settings"),
    ("/settings/webhooks", "Open your webhooks"),
    ("/signin", "Sign in"),
)


def run(execution_id: str) -> str:
    return f"/runs/{_segment(execution_id)}"


def report(execution_id: str, step_id: str) -> str:
    """The report a step sent, on the run's page."""
    return f"{run(execution_id)}?step={_segment(step_id)}"


def playbook(playbook_id: str) -> str:
    return f"{PLAYBOOKS}/{_segment(playbook_id)}"


def competitor(competitor_id: str) -> str:
    return f"{COMPETITORS}/{_segment(competitor_id)}"


def approval(approval_id: str) -> str:
    """An approval request; opening it decides nothing."""
    return f"{DECISIONS}/approvals/{_segment(approval_id)}"


def suggestion(kind: str, suggestion_id: str) -> str:
    """An agent's suggestion; `kind` is its collection. Opening it decides nothing."""
    return f"{DECISIONS}/{_segment(kind)}/{_segment(suggestion_id)}"


def alert(alert_id: str) -> str:
    return f"/dashboard/alerts?alert={_segment(alert_id)}"


def alerts_of(alert_type: str) -> str:
    return f"/dashboard/alerts?type={_segment(alert_type)}"


def cause(execution_id: str | None, playbook_id: str | None) -> str | None:
    """The run, otherwise its playbook, otherwise None."""
    if execution_id:
        return run(execution_id)
    return playbook(playbook_id) if playbook_id else None


def of_document(path: str) -> str | None:
    """The page for the Firestore document at `path`, or None."""
    match path.split("/"):
        case ["tenants", _, "playbooks", playbook_id]:
            return playbook(playbook_id)
        case ["tenants", _, "competitors", competitor_id]:
            return competitor(competitor_id)
        case ["playbook_executions" | "dead_letters", execution_id]:
            return run(execution_id)
    return None


def url(path: str) -> str:
    """The page's full address."""
    return f"{settings().public_base_url}{path}"


def button(path: str) -> Button:
    """A button that opens the page."""
    from shared.messages.template.models import Button

    page = urlsplit(path)
    label = next((label for start, label in _LABELS if page.path.startswith(start)), "Open your dashboard")
    is_report = page.path.startswith("/runs/") and page.query.startswith("step=")
    return Button(label="See the full report" if is_report else label, url=url(path))


def _segment(text: str) -> str:
    return quote(text, safe="")


def is_own(address: str) -> bool:
    """Whether the address is one of ours."""
    return address.startswith(settings().public_base_url)
