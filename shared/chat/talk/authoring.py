"""Playbook documents created, changed, copied and run. A preview writes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.api.principal import Principal
from shared.chat.talk.state import TODAYS, Facts, Playbook
from shared.chat.talk.store import Store
from shared.chat.topics.drafts import Draft, draft
from shared.chat.topics.resolving import Org, spec_of
from shared.chat.topics.topic import limited
from shared.chat.understood import Request
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.playbooks import models
from shared.playbooks.credentials import new_credentials
from shared.playbooks.validation import CredentialInPlaybookError, parse_playbook
from shared.runs import ids, traced
from shared.runs.parts import PinnedUser, TriggerRef
from shared.runs.pinning import StartRequest
from shared.runs.start import KeyReusedError, Started
from shared.steps.registry import params_model
from shared.values.digests import hex_digest

log = logging.get_logger(__name__)

ID_DIGITS = 12
_LETTERS = str.maketrans("0123456789abcdef", "ghijklmnopqrstuv")
MAX_DESCRIPTION = 1_000
MAX_NAME = 200
_COPIED = ("description", "agent", "category", "topic", "triggers", "steps", "requests")


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes, for which org; `key` is the request's Idempotency-Key, `fingerprint` its digest."""

    org_id: str
    principal: Principal
    clock: Clock
    key: str | None = None
    fingerprint: str | None = None
    conversation_id: str = TODAYS
    is_preview: bool = False
    given_store: Store | None = field(default=None, repr=False)

    @property
    def store(self) -> Store:
        """Access to the org's documents."""
        return self.given_store or Store(self.org_id, self.clock)

    @property
    def id(self) -> str:
        """The `ownerId` of what this author writes."""
        return self.principal.id or "nobody"

    @property
    def may_change(self) -> bool:
        """Whether the author may change anything; viewers only ask."""
        return self.principal.role != "viewer"

    def require_same_request(self, fingerprint: object) -> None:
        """Check that the request that used the key before, if its fingerprint is known, is the same as this one.

        Raises:
            KeyReusedError: it is another one.
        """
        if self.fingerprint is not None and fingerprint not in (None, self.fingerprint):
            raise KeyReusedError


@dataclass(frozen=True, slots=True)
class Plan:
    """A playbook that isn't written yet; its triggers and recipients are those of the first request."""

    requests: tuple[Request, ...]
    drafts: tuple[Draft, ...]

    @classmethod
    def of(cls, requests: Sequence[Request], org: Org, *, once: bool = False) -> Plan | None:
        """For requests with nothing open; None if there are none or if their steps would conflict."""
        if not requests:
            return None
        shared = {name: getattr(requests[0], name) for name in ("whens", "channels", "dropped_channels", "people")}
        every = (requests[0], *(one.model_copy(update=shared | {"events": ()}) for one in requests[1:]))
        drafts = tuple(draft(spec_of(one, org, once=once), org.tenant.timezone) for one in every)
        actions = [step["action"] for each in drafts for step in each.content.steps]
        return cls(every, drafts) if len(drafts) == 1 or len(actions) == len(set(actions)) else None

    @property
    def name(self) -> str:
        """Its name, if its author didn't give one."""
        return self.requests[0].name or " and ".join(one.topic.name for one in self.drafts)

    @property
    def does(self) -> str:
        """What it does, in words."""
        contents = [one.content for one in self.drafts]
        return "; ".join(one.does or one.to_customers_words for one in contents)

    @property
    def condition(self) -> str:
        """Under which condition it notifies: `they undercut us by more than 10%`."""
        return "; ".join(one.content.when.removeprefix("if ") for one in self.drafts if one.content.when)

    @property
    def covers(self) -> str:
        """The products that it is about: `gummies, not vapes`."""
        specs = [one.spec for one in self.drafts]
        named = (one for spec in specs for one in spec.products)
        left_out = (f"not {one}" for spec in specs for one in limited(spec.request, "except", "product"))
        return ", ".join(dict.fromkeys((*named, *left_out))) or "everything"

    def fields(self) -> dict[str, Any]:
        """The fields that follow from the requests, with the requests: a later change starts from them."""
        kept = [one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for one in self.requests]
        steps = [dict(step) for one in self.drafts for step in one.steps]
        return {"triggers": [*self.drafts[0].triggers], "steps": steps, "requests": json.dumps(kept)}


def checked(org_id: str, data: Mapping[str, Any]) -> models.Playbook:
    """The document as a playbook of the closed catalog.

    Raises:
        InvalidPlaybookError: naming every field that is wrong.
    """
    return parse_playbook(org_id, data, params_model)


def _require_writable(org_id: str, data: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> None:
    """Check that the document could run, and has no credential that `stored`, before this edit, didn't have."""
    checked(org_id, data)
    if keys := new_credentials(data, stored):
        raise CredentialInPlaybookError([one.line() for one in keys])


def requests_of(stored: Playbook) -> tuple[Request, ...]:
    """What the playbook was made from; nothing if somebody has edited it by hand since."""
    if not _is_as_made(stored):
        return ()
    try:
        return tuple(Request.model_validate(one) for one in json.loads(stored.data.get("requests") or "[]"))
    except ValueError:
        log.warning("the requests of a playbook cannot be read", extra={"playbookId": stored.id})
        return ()


def _is_as_made(stored: Playbook) -> bool:
    return _fingerprint(str(stored.data.get("ownerId")), stored.data) == stored.data.get("fingerprint")


def create(author: Author, plan: Plan, sentence: str, facts: Facts) -> tuple[Playbook, bool]:
    """Write the plan as an active playbook, and tell whether it is new: the same request again finds it there.

    The playbook of a preview has no id.

    Raises:
        KeyReusedError: another request with the same key has made a playbook.
        InvalidPlaybookError: the topic does not fit the catalog.
    """
    data = _document(author, plan, facts.free_name(plan.name, MAX_NAME), sentence)
    same = [one.id for one in facts.playbooks if one.data.get("fingerprint") == data["fingerprint"]]
    for twin in (author.store.read(one) for one in same):
        if twin.status == "active" and _is_as_made(twin):
            return twin, False
    # Without a key, the same request within a minute is a double click.
    cause = author.key or f"{author.clock.now():%Y-%m-%dT%H:%M} {data['fingerprint']}"
    made, is_new = put(author, new_id(author, plan.name, cause), data)
    if author.key:
        author.require_same_request(made.data.get("requestFingerprint"))
    return made, is_new


def put(author: Author, playbook_id: str, data: dict[str, Any]) -> tuple[Playbook, bool]:
    """Write a new document, or find the one that is there, and tell whether it is new.

    Raises:
        InvalidPlaybookError: it could not run.
    """
    _require_writable(author.org_id, data)
    if author.is_preview:
        return Playbook("", data), True
    if not author.store.create(playbook_id, data | _traced()):
        return author.store.read(playbook_id), False
    log.info(
        "playbook created", extra={"playbookId": playbook_id, "by": data["createdBy"], "topic": data.get("topic")}
    )
    return Playbook(playbook_id, data), True


def _document(author: Author, plan: Plan, name: str, sentence: str) -> dict[str, Any]:
    topic = plan.drafts[0].topic
    about = {"agent": topic.agent, "category": topic.category, "topic": topic.key}
    return signed(author, {**plan.fields(), **about, "name": name, "description": sentence[:MAX_DESCRIPTION]})


def signed(author: Author, data: dict[str, Any], created_by: str = "chat") -> dict[str, Any]:
    """A new document of this author's."""
    email = {"ownerEmail": author.principal.email} if author.principal.email else {}
    request = {"requestFingerprint": author.fingerprint} if author.key and author.fingerprint else {}
    whose = {"ownerId": author.id, "lastEditedBy": author.id, "orgId": author.org_id, "createdBy": created_by}
    times = {"createdAt": author.clock.now(), "updatedAt": author.clock.now(), "version": 1, "status": "active"}
    return {**data, **whose, **email, **times, **request, "fingerprint": _fingerprint(author.id, data)}


def change(author: Author, stored: Playbook, fields: Mapping[str, Any]) -> Playbook:
    """Write the fields as the playbook's next version, unless somebody has changed it since it was read.

    Raises:
        InvalidPlaybookError: it could no longer run.
        ConflictError: it changed meanwhile.
    """
    version = stored.data.get("version")
    times = {"updatedAt": author.clock.now(), "lastEditedBy": author.id}
    changed = {**fields, "version": (version if isinstance(version, int) else 1) + 1, **times}
    if "requests" in fields:
        changed["fingerprint"] = _fingerprint(str(stored.data.get("ownerId")), {**stored.data, **fields})
    data = {**stored.data, **changed}
    _require_writable(author.org_id, data, stored.data)
    if not author.is_preview:
        author.store.update(stored, changed | _traced())
        log.info("playbook changed", extra={"playbookId": stored.id, "fields": sorted(fields)})
    return Playbook(stored.id, data)


def _traced() -> dict[str, str]:
    """The trace of the message, which the playbook's runs link to as long as it is kept."""
    parent = traced.origin()
    return {"traceparent": parent} if parent is not None else {}


def copy(author: Author, stored: Playbook, name: str | None, facts: Facts) -> Playbook:
    """Another playbook with the same content: this author's, and off until somebody turns it on."""
    kept = {field: stored.data[field] for field in _COPIED if field in stored.data}
    named = {"name": facts.free_name(name or stored.name, MAX_NAME)}
    data = signed(author, {**kept, **named}) | {"status": "paused"}
    cause = author.key or f"{author.clock.now():%Y-%m-%dT%H:%M}"
    return put(author, f"{_slug(stored.name)}-{_digest(author.id, cause, stored.id)}", data)[0]


def run_once(author: Author, plan: Plan, sentence: str) -> tuple[Playbook, Started | None]:
    """Run the plan's steps now, as a paused playbook that the next such request finds again."""
    name = plan.drafts[0].topic.name
    data = _document(author, plan, f"{name} (one-time run)", sentence)
    data |= {"status": "paused", "adHoc": True, "triggers": [{"type": "manual"}]}
    steps = _canonical(data["steps"])
    made, _ = put(author, f"run-{_slug(name)}-{_digest(author.org_id, author.id, steps)}", data)
    if author.is_preview:
        return made, None
    if _canonical(made.data.get("steps")) != steps:
        # Somebody has edited it since.
        made = change(author, made, {"steps": data["steps"]})
    return made, start(author, made.id)


def start(author: Author, playbook_id: str) -> Started:
    """Run the playbook now.

    Raises:
        NotFoundError, ConflictError, RateLimitedError: see `Store.start`.
    """
    request = StartRequest(
        org_id=author.org_id,
        playbook_id=playbook_id,
        trigger=TriggerRef(type="agent" if author.principal.kind == "agent" else "manual"),
        execution_id=ids.keyed_execution_id(author.org_id, playbook_id, author.key) if author.key else None,
        user=PinnedUser(id=author.principal.uid, email=author.principal.email),
        requested_by=author.id,
        fingerprint=author.fingerprint if author.key else None,
    )
    return author.store.start(request)


def new_id(author: Author, name: str, cause: str) -> str:
    """The id of a playbook of that name: the same for the same cause."""
    return f"{_slug(name)}-{_digest(author.org_id, author.id, cause, name)}".lstrip("-")


def _slug(name: str) -> str:
    """Without underscores, so that `{orgId}_{playbookId}` can be read in only one way."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _fingerprint(owner: str, data: Mapping[str, Any]) -> str:
    parts = (owner, _canonical(data.get("triggers")), _canonical(data.get("steps")))
    return hex_digest(*parts, digits=64)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _digest(*parts: str) -> str:
    """In letters, since people see ids in links."""
    return hex_digest(*parts)[:ID_DIGITS].translate(_LETTERS)
