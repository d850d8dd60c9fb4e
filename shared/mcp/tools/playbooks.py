"""Reading an org's playbooks, and checking them before they're saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from shared.api.body import Body, DocumentId
from shared.api.cursors import MAX_CURSOR_CHARS
from shared.api.reading import SCOPE
from shared.api.storable import StorableObject
from shared.mcp.tool import Caller, Content, Tool
from shared.mcp.tools.shown import ShownPlaybook
from shared.playbooks.models import PlaybookStatus
from shared.triggers import playbook_reading
from shared.triggers.checking import Checked, check_playbook
from shared.triggers.playbook_reading import PlaybookFilter

AUTHORS_SCOPE = "chat"
"""Of the agent keys that make and change playbooks."""
MAX_LISTED = 50
DEFAULT_LISTED = 20
AUTHORS_FIELDS = ("name", "description", "agent", "category", "triggers", "steps")
EXAMPLE = {
    "name": "Price alert",
    "status": "active",
    "triggers": [{"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}],
    "steps": [
        {"action": "scan_competitors", "agent": "ezal"},
        {"action": "analyze_pricing", "agent": "money_mike"},
        {
            "action": "notify",
            "condition": "{{money_mike.price_gap}} > 10",
            "params": {"subject": "A competitor is {{money_mike.price_gap}}% below us", "body": "Take a look."},
        },
    ],
}


class PlaybooksQuery(Body):
    """Which of the org's playbooks; `search` looks through names and descriptions."""

    search: str | None = Field(default=None, min_length=1, max_length=100)
    category: str | None = Field(default=None, min_length=1, max_length=100)
    status: PlaybookStatus | None = None
    limit: int = Field(default=DEFAULT_LISTED, ge=1, le=MAX_LISTED)
    after: str | None = Field(default=None, max_length=MAX_CURSOR_CHARS)


class PlaybookId(Body):
    """Which playbook."""

    playbook_id: DocumentId


class Sentence(Body):
    """What somebody would say in chat, in one conversation or another."""

    message: str = Field(min_length=1, max_length=4_000)
    agent: str | None = Field(default=None, max_length=64)
    conversation_id: str = Field(default="mcp", pattern=r"^[A-Za-z0-9_-]{1,64}$")


class ToCheck(Body):
    """A playbook as it would be saved; `playbookId` of one that is there already."""

    playbook: StorableObject
    playbook_id: DocumentId | None = None


class ShownToCheck(Body):
    """A playbook as it would be saved; `playbookId` of one that is there already."""

    playbook: ShownPlaybook
    playbook_id: str | None = None


def list_playbooks(caller: Caller, query: PlaybooksQuery) -> Content:
    """Summaries, newest first."""
    items, following = playbook_reading.list_playbooks(
        caller.org_id,
        PlaybookFilter(query.search, query.category, query.status),
        whole=False,
        limit=query.limit,
        after=query.after,
    )
    return {"playbooks": items, **({"nextAfter": following} if following else {})}


def get_playbook(caller: Caller, query: PlaybookId) -> Content:
    """One, with its next runs."""
    return playbook_reading.show_playbook(
        caller.org_id, query.playbook_id, caller.clock.now(), whole=caller.sees_whole
    )


def validate_playbook(caller: Caller, query: ToCheck) -> Content:
    """All problems with it."""
    return check_playbook(caller.org_id, query.playbook_id, query.playbook, caller.clock.now())


def preview_sentence(caller: Caller, asked: Sentence) -> Content:
    """How chat would read it."""
    # Imported where it is used: no other tool needs the lexicon.
    from shared.chat.talk.authoring import Author
    from shared.chat.talk.conversation import converse

    author = Author(
        caller.org_id, caller.principal, caller.clock, conversation_id=asked.conversation_id, is_preview=True
    )
    answer = converse(author, asked.message, asked.agent).answer()
    if isinstance(made := answer.get("playbook"), Mapping):
        answer["playbook"] = {name: made[name] for name in AUTHORS_FIELDS if name in made}
    return answer


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "list_playbooks",
        "List playbooks",
        "Lists the org's playbooks, newest first: status, triggers in words, next runs. A playbook with status "
        "error can't run; its statusReason says why.",
        PlaybooksQuery,
        list_playbooks,
        scope=SCOPE,
        examples=({"status": "active"}, {"search": "price"}),
    ),
    Tool(
        "get_playbook",
        "Show a playbook",
        "Shows a playbook with its triggers, steps, version and next runs. Other systems' keys are masked.",
        PlaybookId,
        get_playbook,
        scope=SCOPE,
        examples=({"playbookId": "competitive-price-alert"},),
    ),
    Tool(
        "validate_playbook",
        "Validate a playbook",
        "Checks a playbook without saving it. Returns every problem with the field's path, what was found, what "
        "was expected and a remedy; without problems, its schedules in words with their next runs.",
        ToCheck,
        validate_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        examples=({"playbook": EXAMPLE},),
        shown=ShownToCheck,
        output=Checked,
    ),
    Tool(
        "preview_sentence",
        "Preview a sentence",
        "Turns a plain English sentence into a playbook without saving it: the reply, what was understood and what "
        "was not, questions, the playbook, its next runs and what it will cost. create_playbook then saves it.",
        Sentence,
        preview_sentence,
        scope=AUTHORS_SCOPE,
        does="adds",
        examples=({"message": "every weekday at 7:30 send me yesterday's sales"},),
    ),
)
