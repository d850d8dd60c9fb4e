"""The dashboard's pages, as everything that the product writes links to them.

A path begins with `/` and is stored as such, so that documents do not depend on the address that an installation is
reached under; `button` makes it one that a mail can show.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from shared.gcp.settings import settings
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
    """A run."""
    return f"/runs/{_segment(execution_id)}"


def report(execution_id: str, step_id: str) -> str:
    """What a step of a run sent, as it was sent, on the run's page."""
    return f"{run(execution_id)}?step={_segment(step_id)}"


def playbook(playbook_id: str) -> str:
    """A playbook."""
    return f"{PLAYBOOKS}/{_segment(playbook_id)}"


def competitor(competitor_id: str) -> str:
    """A competitor."""
    return f"{COMPETITORS}/{_segment(competitor_id)}"


def approval(approval_id: str) -> str:
    """What a run asks; opening it decides nothing."""
    return f"{DECISIONS}/approvals/{_segment(approval_id)}"


def suggestion(kind: str, suggestion_id: str) -> str:
    """What an agent suggests; `kind` is its collection. Opening it decides nothing."""
    return f"{DECISIONS}/{_segment(kind)}/{_segment(suggestion_id)}"


def alert(alert_id: str) -> str:
    """An alert among the org's others."""
    return f"/dashboard/alerts?alert={_segment(alert_id)}"


def alerts_of(alert_type: str) -> str:
    """The org's alerts of one type."""
    return f"/dashboard/alerts?type={_segment(alert_type)}"


def cause(execution_id: str | None, playbook_id: str | None) -> str | None:
    """What is nearest to what happened: the run, else its playbook; None where there is neither."""
    if execution_id:
        return run(execution_id)
    return playbook(playbook_id) if playbook_id else None


def of_document(path: str) -> str | None:
    """The page that shows what lies at `path` in Firestore; None where no page does."""
    match path.split("/"):
        case ["tenants", _, "playbooks", playbook_id]:
            return playbook(playbook_id)
        case ["tenants", _, "competitors", competitor_id]:
            return competitor(competitor_id)
        case ["playbook_executions" | "dead_letters", execution_id]:
            return run(execution_id)
    return None


def url(path: str) -> str:
    """The page's whole address."""
    return f"{settings().public_base_url}{path}"


def button(path: str) -> Button:
    """The page as something to press, in words that say what opens."""
    page = urlsplit(path)
    label = next((label for start, label in _LABELS if page.path.startswith(start)), "Open your dashboard")
    is_report = page.path.startswith("/runs/") and page.query.startswith("step=")
    return Button(label="See the full report" if is_report else label, url=url(path))


def _segment(text: str) -> str:
    return quote(text, safe="")


def is_own(address: str) -> bool:
    """Whether the address leads to the product itself."""
    return address.startswith(settings().public_base_url)
