"""The story's actions on the stack: writes documents, calls the API, moves the clock, breaks providers."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast
from zoneinfo import ZoneInfo

import httpx

from clients.python.playbooks_client import ApiError, Playbooks
from clients.python.playbooks_client.operations import ExecuteBody, Reply, StartedRun
from local.demo.narrator import Narrator
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import StoryError
from local.stack.accounts import Account
from local.stack.running import Stack
from shared.gcp import clients

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference

T = TypeVar("T")

NEW_YORK = ZoneInfo("America/New_York")
POLL_SECONDS = 0.1
PATIENCE_SECONDS = 120.0
MARGIN_SECONDS = 0.5
"""How far past a due time the clock moves."""


@dataclass(frozen=True, slots=True)
class World:
    """A running stack, the agent's and user's access to the API, and the narrator."""

    stack: Stack
    say: Narrator
    api: Playbooks
    console: httpx.Client
    user: Account
    playbooks: dict[str, str] = field(default_factory=dict)
    """Playbook ids by their name in the story."""

    def document(self, path: str) -> DocumentReference:
        return clients.firestore().document(path)

    def read(self, path: str) -> dict[str, Any]:
        """The document's fields; empty if it doesn't exist."""
        return self.document(path).get().to_dict() or {}

    def chat(self, message: str) -> Reply:
        """Sends a chat message as the signed-in user.

        Raises:
            StoryError: the API refuses it.
        """
        with self._called_with(token=self.user.id_token) as api, _must_answer("POST /api/chat"):
            return api.chat({"orgId": DEMO_ORG_ID, "message": message})

    def run_now(self, playbook_id: str) -> str:
        """Starts a run like "Run now"; returns its id.

        Raises:
            StoryError: the API refuses it.
        """
        return self._start(self.api, playbook_id, {"triggeredBy": "agent", "orgId": DEMO_ORG_ID})

    def run_as_platform(self, playbook_id: str, org_id: str) -> str:
        """Starts another org's run with the cron secret; returns its id.

        Raises:
            StoryError: the API refuses it.
        """
        with self._called_with(token=self.stack.cron_secret) as api:
            return self._start(api, playbook_id, {"triggeredBy": "manual", "orgId": org_id})

    def retry(self, execution_id: str) -> None:
        """Retries a dead-lettered run.

        Raises:
            StoryError: the API refuses it.
        """
        with _must_answer(f"POST /api/executions/{execution_id}/retry"):
            self.api.retry_run(execution_id)

    def _called_with(self, token: str) -> Playbooks:
        return Playbooks(self.stack.public_url, token=token, timeout=PATIENCE_SECONDS, trust_env=False)

    def _start(self, api: Playbooks, playbook_id: str, body: ExecuteBody) -> str:
        with _must_answer(f"POST /api/playbooks/{playbook_id}/execute"):
            started = cast("StartedRun", api.execute_playbook(playbook_id, body))
        return started["executionId"]

    def outbox(self, channel: str, execution_id: str) -> list[dict[str, Any]]:
        """The run's messages that reached the channel's provider."""
        answer = self.console.get("/api/outbox", params={"channel": channel}).raise_for_status()
        return [message for message in answer.json() if message["executionId"] == execution_id]

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.console.get("/api/outbox?channel=email").raise_for_status().json()
        return [one for one in found if one["to"] == address]

    def texts(self) -> list[dict[str, Any]]:
        """All texts (their format can't identify the run)."""
        messages: list[dict[str, Any]] = self.console.get("/api/outbox?channel=sms").raise_for_status().json()
        return messages

    def now(self) -> datetime:
        """The time of Cloud Tasks and Cloud Scheduler."""
        return datetime.fromisoformat(self.console.get("/api/clock").raise_for_status().json()["now"])

    def advance_to(self, instant: datetime) -> list[dict[str, Any]]:
        """Moves the clock just past `instant`; returns everything that came due, in order."""
        seconds = max(0.0, (instant - self.now()).total_seconds()) + MARGIN_SECONDS
        answer = self.console.post("/api/clock/advance", json={"seconds": seconds}).raise_for_status()
        fired: list[dict[str, Any]] = answer.json()["fired"]
        return fired

    def break_mailjet(self, *, times: int) -> None:
        """Makes Mailjet answer 503 to the next `times` mails to the user.

        The org's alerts, which may go out meanwhile, have its owner's address and aren't affected.
        """
        fault = {"provider": "mailjet", "status": 503, "times": times, "containing": self.user.email}
        self.console.post("/api/faults", json=fault).raise_for_status()

    def mend_providers(self) -> None:
        """Clears all faults."""
        self.console.delete("/api/faults").raise_for_status()

    def eventually(self, look: Callable[[], T | None], what: str, found: Callable[[], str]) -> T:
        """The first true value of `look()`.

        Raises:
            StoryError: not in time.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            if value := look():
                return value
            self.stack.require_running()
            if time.monotonic() > deadline:
                raise StoryError(f"{what}: not within {PATIENCE_SECONDS:.0f} s", found())
            time.sleep(POLL_SECONDS)


def as_text(content: object) -> str:
    """A document or response as readable text."""
    return json.dumps(content, indent=2, ensure_ascii=False, default=str)


@contextmanager
def _must_answer(call: str) -> Iterator[None]:
    try:
        yield
    except ApiError as error:
        raise StoryError(f"{call} should be answered", f"{error.status} {error.detail}") from error
