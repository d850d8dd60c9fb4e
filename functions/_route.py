"""The description of one Cloud Function: its trigger, limits, secrets and service account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

RUNTIME, ACCOUNTS, SECRETS = "playbooks-runtime", "playbooks-accounts", "playbooks-secrets"
"""The service accounts: of most functions, of what changes people's accounts, of what writes orgs' secrets."""
INVOKER = "playbooks-invoker"
"""The account whose OIDC token the tasks and jobs carry that call private functions."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a queue calls an instance that did not answer, and after which times (in seconds)."""

    attempts: int
    shortest: int
    longest: int
    doublings: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A Firestore trigger; the event is delivered again where the handler raises."""

    change: Literal["created", "updated", "deleted", "written"]
    path: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A Pub/Sub trigger; the message is delivered again where the handler raises."""

    name: str


@dataclass(frozen=True, slots=True)
class Door:
    """A public HTTP function, which authenticates every request itself. `paths`: of `shared.api.paths`."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A private HTTP function that a Cloud Scheduler job calls. `cron`: in UTC."""

    name: str
    cron: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A private function with a Cloud Tasks queue of its own. It sends as much at once as the instances take."""

    retry: Retry
    per_second: int
    why_rate: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """One Cloud Function. `concurrency`: requests that one instance serves at once."""

    id: str
    trigger: Document | Topic | Door | Job | Queue
    memory_mb: int
    concurrency: int
    timeout_seconds: int
    instances: int
    secrets: tuple[str, ...]
    account: str
    why: str

    @property
    def entry_point(self) -> str:
        """The id in snake_case: the name of the module and of the function in it."""
        return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", self.id)


def on_document(
    name: str,
    change: Literal["created", "updated", "deleted", "written"],
    path: str,
    *,
    instances: int = 20,
    why: str = "",
) -> Route:
    """A function that a written document calls: short, since it enqueues what takes time."""
    return Route(name, Document(change, path), 256, 8, 60, instances, (), RUNTIME, why)


def on_topic(name: str, topic: str, *, secrets: tuple[str, ...] = (), why: str = "") -> Route:
    """A function that a message calls."""
    return Route(name, Topic(topic), 256, 8, 60, 5, secrets, RUNTIME, why)


def door(
    name: str,
    *paths: str,
    memory_mb: int = 256,
    concurrency: int = 20,
    instances: int = 5,
    secrets: tuple[str, ...] = (),
    account: str = RUNTIME,
    why: str = "",
) -> Route:
    """A function that everybody may call. It has 60 s, after which Hosting gives up on a rewrite."""
    return Route(name, Door(paths), memory_mb, concurrency, 60, instances, secrets, account, why)


def job(name: str, cron: str, *, memory_mb: int = 256, why: str = "") -> Route:
    """A function that the clock calls: one at a time."""
    return Route(name, Job(f"platform-{name}", cron), memory_mb, 1, 300, 1, (), RUNTIME, why)


def tasks(
    name: str,
    retry: Retry,
    *,
    per_second: int,
    concurrency: int,
    instances: int,
    memory_mb: int = 256,
    timeout_seconds: int = 300,
    secrets: tuple[str, ...] = (),
    account: str = RUNTIME,
    why: str = "",
    why_rate: str = "",
) -> Route:
    """A function that a queue calls."""
    trigger = Queue(retry, per_second, why_rate)
    return Route(name, trigger, memory_mb, concurrency, timeout_seconds, instances, secrets, account, why)
