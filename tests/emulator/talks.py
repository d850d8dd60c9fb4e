"""What the tests of whole talks share: a person who says things on the demo org, and what that has made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local.demo.seed import DEMO_ORG_ID
from shared.api.principal import Principal
from shared.chat.talk.authoring import Author
from shared.chat.talk.conversation import converse
from shared.chat.talk.state import TODAYS
from shared.chat.understood import Reply
from shared.gcp import clients
from shared.gcp.clock import Clock

ME = "sam@thrivesyracuse.example"
OWNER = Principal(kind="user", org_id=DEMO_ORG_ID, uid="u1", email=ME, role="owner")
VIEWER = Principal(kind="user", org_id=DEMO_ORG_ID, uid="u3", email="vic@thrivesyracuse.example", role="viewer")
OTHER = Principal(kind="user", org_id=DEMO_ORG_ID, uid="u2", email="ann@thrivesyracuse.example", role="editor")


@dataclass
class Talk:
    """One person's talk, and what it has made."""

    who: Principal = OWNER
    conversation: str = TODAYS
    answers: list[Reply] = field(default_factory=list)

    def say(self, *messages: str) -> str:
        """Say them one after the other; the last reply."""
        for message in messages:
            self.post(message)
        return self.answers[-1].reply

    def preview(self, message: str) -> Reply:
        """Say it without anything being done."""
        return self.post(message, is_preview=True)

    def post(self, message: str, key: str | None = None, *, is_preview: bool = False) -> Reply:
        """The whole answer."""
        digest = message if key else None
        author = Author(DEMO_ORG_ID, self.who, Clock(), key, digest, self.conversation, is_preview)
        self.answers.append(converse(author, message))
        return self.answers[-1]

    @property
    def asks(self) -> bool:
        """Whether the last answer was a question."""
        return bool(self.answers[-1].questions)


def playbooks() -> list[dict[str, Any]]:
    found = clients.firestore().collection(f"tenants/{DEMO_ORG_ID}/playbooks").stream()
    return [document.to_dict() or {} for document in found]


def the_playbook() -> dict[str, Any]:
    (only,) = playbooks()
    return only


def crons() -> list[str]:
    return [str(one.get("cron")) for one in the_playbook()["triggers"]]


def actions() -> list[str]:
    return [step["action"] for step in the_playbook()["steps"]]


def telling() -> dict[str, Any]:
    step: dict[str, Any] = the_playbook()["steps"][-1]
    return step
