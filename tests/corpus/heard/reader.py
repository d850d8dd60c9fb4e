"""A talk with the product: what is said to it, what it answers, and what it makes of that.

A reader is what `tests.bench.chat_heard` scores. `Product` is the chat of this tree; another one is any class whose
instances have `begin`, so that two can be compared on the same sentences.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol
from unittest import mock

from shared.api.principal import Principal, Role
from shared.catalog.assigning import assign
from shared.chat.talk.authoring import Author
from shared.chat.talk.conversation import converse
from shared.errors import PlaybookError
from shared.gcp import clients
from shared.gcp.clock import Clock
from tests.corpus.heard import shop
from tests.corpus.heard.when import NOW
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import PROJECT, MemoryFirestore

_PEOPLE: dict[Role, tuple[str, str]] = {
    "owner": ("u1", shop.ME),
    "editor": ("u2", "dana@northside.example"),
    "viewer": ("u3", "vic@northside.example"),
}
_RUN_ONCE = "adHoc"
_DEFINES = ("name", "triggers", "steps", "agent")


@dataclass(frozen=True)
class Effect:
    """Something that a message has done to a playbook."""

    act: Literal["made", "changed", "paused", "resumed", "deleted", "run"]
    name: str
    playbook: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Heard:
    """One answer, as `POST /api/chat` gives it, and what the message has done."""

    answer: dict[str, Any]
    effects: tuple[Effect, ...] = ()
    made_before: tuple[Effect, ...] = ()
    """What the messages before it have made, as it is after this one."""
    milliseconds: float = 0.0

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What is asked."""
        return self.answer.get("questions") or []

    @property
    def text(self) -> str:
        """All that the person reads, in lower case."""
        questions = [part for one in self.questions for part in (one["text"], *_labels(one))]
        unread, corrections = self.answer.get("unread") or [], self.answer.get("corrections") or []
        return "\n".join(map(str, [self.answer["reply"], *questions, *unread, *corrections])).lower()


def _labels(question: dict[str, Any]) -> list[str]:
    return [one["label"] for one in question.get("options") or []]


class Talk(Protocol):
    """One person's conversation."""

    def say(self, message: str) -> Heard:
        """Say it; what comes of it."""

    def mark(self) -> Any:
        """Where the talk is now."""

    def back_to(self, mark: Any) -> None:
        """Unsay all that was said since, and undo what it did."""


class Reader(AbstractContextManager["Reader"], Protocol):
    """Something that can be talked to, within its context."""

    def begin(self, role: Role = "owner") -> Talk:
        """A new conversation in a shop as it was at first."""


class FixedClock(Clock):
    """It is always `NOW`."""

    def now(self) -> datetime:
        """The corpus's present."""
        return NOW


class Product:
    """The chat of this tree, on a Firestore in this process. No model is asked, and no task is ever run."""

    def __enter__(self) -> Product:
        self._undo = ExitStack()
        self._undo.callback(clients.forget_clients)
        self._undo.enter_context(mock.patch.dict("os.environ"))
        os.environ["GOOGLE_CLOUD_PROJECT"] = PROJECT
        os.environ.pop("ANTHROPIC_API_KEY", None)
        self.server = use_memory(shop.documents())
        with mock.patch("google.cloud.tasks_v2.CloudTasksClient"):
            clients.tasks()
        assign(shop.ORG, FixedClock(), announce=False)
        self._fresh = self.server.snapshot()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def begin(self, role: Role = "owner") -> ProductTalk:
        """A new conversation in a shop as it was at first."""
        self.server.restore(self._fresh)
        return ProductTalk(self.server, role)


class ProductTalk:
    """A conversation with it."""

    def __init__(self, server: MemoryFirestore, role: Role) -> None:
        self._server = server
        self._at_first = {*self._stored()["playbooks"]}
        uid, email = _PEOPLE[role]
        self._who = Principal(kind="user", org_id=shop.ORG, uid=uid, email=email, role=role)

    def say(self, message: str) -> Heard:
        """Say it; a refusal with a reason is an answer as well."""
        before = self._stored()
        started = time.process_time()
        try:
            answer = converse(Author(shop.ORG, self._who, FixedClock()), message)
            body = answer.answer()
        except PlaybookError as error:
            body = {"reply": str(error), "understood": {}}
        took = (time.process_time() - started) * 1000
        after = self._stored()
        mine = before["playbooks"].keys() & after["playbooks"].keys() - self._at_first
        made = tuple(Effect("made", fields["name"], fields) for one in mine for fields in [after["playbooks"][one]])
        return Heard(body, tuple(_effects(before, after)), made, took)

    def mark(self) -> Any:
        """Where the talk is now."""
        return self._server.snapshot()

    def back_to(self, mark: Any) -> None:
        """Unsay all that was said since, and undo what it did."""
        self._server.restore(mark)

    def _stored(self) -> dict[str, dict[str, dict[str, Any]]]:
        return {
            "playbooks": self._server.fields(f"tenants/{shop.ORG}/playbooks"),
            "runs": self._server.fields("playbook_executions"),
        }


def _effects(
    before: dict[str, dict[str, dict[str, Any]]], after: dict[str, dict[str, dict[str, Any]]]
) -> Iterator[Effect]:
    old, new = before["playbooks"], after["playbooks"]
    for playbook_id in old.keys() - new.keys():
        yield Effect("deleted", old[playbook_id]["name"], old[playbook_id])
    for playbook_id, fields in sorted(new.items()):
        was = old.get(playbook_id)
        if was is None:
            if not fields.get(_RUN_ONCE):
                yield Effect("made", fields["name"], fields)
            continue
        if was.get("status") != fields.get("status"):
            acts: dict[Any, Literal["resumed", "deleted", "paused"]] = {"active": "resumed", "archived": "deleted"}
            yield Effect(acts.get(fields.get("status"), "paused"), fields["name"], fields)
        if any(was.get(name) != fields.get(name) for name in _DEFINES) and not fields.get(_RUN_ONCE):
            yield Effect("changed", was["name"], fields)
    for run_id in sorted(after["runs"].keys() - before["runs"].keys()):
        playbook = new.get(after["runs"][run_id]["playbookId"], {})
        yield Effect("run", str(playbook.get("name")), playbook)
