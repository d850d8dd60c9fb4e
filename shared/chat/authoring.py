"""Writing what was understood: playbook documents made, changed, paused, deleted, and run."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.chat.facts import Facts, StoredPlaybook, playbooks_of, read_playbook
from shared.chat.memory import TODAYS, Thread, principal_id
from shared.chat.recipes.book import Draft
from shared.doors.principal import Principal
from shared.errors import ConflictError, NotFoundError
from shared.execution import ids
from shared.execution.execute_rate import require_room
from shared.execution.pinning import StartRequest
from shared.execution.record import PinnedUser, TriggerRef
from shared.execution.start import KeyReusedError, Started, start_execution
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import Playbook, PlaybookStatus
from shared.playbooks.validation import parse_playbook
from shared.scheduling.playbook_summaries import put_summary
from shared.steps.registry import params_model

log = logging.get_logger(__name__)

CREATED_BY = "chat"
ID_DIGITS = 12
MAX_DESCRIPTION = 1_000
MAX_NAME = 200
PREVIEWED = ""
"""The id of a playbook that is not there yet."""
_REQUEST = "requestFingerprint"


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks, for which org, and when; `key` is the request's Idempotency-Key, `fingerprint` its digest.

    With `is_preview` the functions of this module write nothing and return what they would have written.
    """

    org_id: str
    principal: Principal
    clock: Clock
    key: str | None = None
    fingerprint: str | None = None
    conversation_id: str = TODAYS
    is_preview: bool = False

    @property
    def id(self) -> str:
        """The `ownerId` of what this author writes."""
        return principal_id(self.principal)

    @property
    def thread(self) -> Thread:
        """The conversation."""
        return Thread(self.org_id, self.id, self.conversation_id)

    @property
    def may_change(self) -> bool:
        """Whether the author may change anything; viewers only ask."""
        return self.principal.role != "viewer"

    def require_same_request(self, fingerprint: object) -> None:
        """Pass when the request that used the key before, if its fingerprint is known, said the same as this one.

        Raises:
            KeyReusedError: it said something else.
        """
        if self.fingerprint is not None and fingerprint not in (None, self.fingerprint):
            raise KeyReusedError


@dataclass(frozen=True, slots=True)
class Written:
    """A playbook as it is stored, or as a preview would store it; `created` is False where it was there before."""

    id: str
    data: dict[str, Any]
    created: bool = True


def checked(org_id: str, data: Mapping[str, Any]) -> Playbook:
    """The document as a playbook of the closed catalog.

    Raises:
        InvalidPlaybookError: naming every field that is wrong.
    """
    return parse_playbook(org_id, data, params_model)


def create(author: Author, draft: Draft, sentence: str, facts: Facts) -> Written:
    """Write the draft as an active playbook, once: who repeats the request, or already has it, finds it there.

    Raises:
        KeyReusedError: another request with the same key has made a playbook.
        InvalidPlaybookError: the recipe does not fit the catalog.
    """
    fingerprint = _digest(author.id, _canonical(draft.triggers), _canonical(draft.steps))
    twin = _twin(author, draft, fingerprint, facts)
    if twin is not None:
        return Written(twin.id, twin.data, created=False)
    name = _free_name(draft.name, facts)
    data = _document(author, draft, name, sentence) | {"status": "active", "fingerprint": fingerprint}
    checked(author.org_id, data)
    if author.is_preview:
        return Written(PREVIEWED, data)
    now = author.clock.now()
    # Without a key, the same wish within a minute is a double click.
    cause = author.key or f"{now:%Y-%m-%dT%H:%M} {fingerprint}"
    playbook_id = f"{_slug(draft.recipe.name)}-{_digest(author.org_id, author.id, cause)[:ID_DIGITS]}"
    if author.key and author.fingerprint:
        data[_REQUEST] = author.fingerprint
    written = _create(author, playbook_id, data)
    if author.key:
        author.require_same_request(written.data.get(_REQUEST))
    return written


def _twin(author: Author, draft: Draft, fingerprint: str, facts: Facts) -> StoredPlaybook | None:
    """An active playbook of the same author that does exactly this already."""
    for known in facts.playbooks:
        if known.fingerprint != fingerprint or known.status != PlaybookStatus.ACTIVE:
            continue
        try:
            stored = read_playbook(author.org_id, known.id)
        except NotFoundError:
            continue
        same = all(
            _canonical(stored.data.get(field)) == _canonical(getattr(draft, field))
            for field in ("triggers", "steps")
        )
        if same and stored.data.get("ownerId") == author.id:
            return stored
    return None


def _create(author: Author, playbook_id: str, data: dict[str, Any]) -> Written:
    from google.api_core.exceptions import AlreadyExists

    reference = playbooks_of(author.org_id).document(playbook_id)
    try:
        reference.create(data)
    except AlreadyExists:
        return Written(playbook_id, read_playbook(author.org_id, playbook_id).data, created=False)
    # The write's own trigger does it as well, but whoever made it may ask for the list at once.
    put_summary(author.org_id, reference.get(), author.clock.now())
    log.info("playbook created in chat", extra={"playbookId": playbook_id, "topic": data.get("topic")})
    return Written(playbook_id, data)


def _document(author: Author, draft: Draft, name: str, sentence: str) -> dict[str, Any]:
    now = author.clock.now()
    email = author.principal.email
    return {
        "name": name,
        "description": sentence[:MAX_DESCRIPTION],
        "agent": draft.recipe.agent,
        "category": draft.recipe.category,
        "topic": draft.recipe.topic.value,
        "triggers": [dict(trigger) for trigger in draft.triggers],
        "steps": [dict(step) for step in draft.steps],
        "ownerId": author.id,
        "lastEditedBy": author.id,
        **({"ownerEmail": email} if email else {}),
        "orgId": author.org_id,
        "version": 1,
        "createdAt": now,
        "updatedAt": now,
        "createdBy": CREATED_BY,
    }


def change(author: Author, stored: StoredPlaybook, fields: Mapping[str, Any]) -> Written:
    """Write the fields as the playbook's next version, if nobody else has written it since it was read.

    Raises:
        InvalidPlaybookError: it could not run any more.
        ConflictError: it changed meanwhile.
    """
    from google.api_core.exceptions import FailedPrecondition, NotFound

    version = stored.data.get("version")
    changed = {
        **fields,
        "version": (version if isinstance(version, int) else 1) + 1,
        "updatedAt": author.clock.now(),
        "lastEditedBy": author.id,
    }
    data = {**stored.data, **changed}
    checked(author.org_id, data)
    if author.is_preview:
        return Written(stored.id, data)
    option = clients.firestore().write_option(last_update_time=stored.update_time)
    try:
        playbooks_of(author.org_id).document(stored.id).update(changed, option=option)
    except (FailedPrecondition, NotFound) as error:
        name = stored.known.name
        raise ConflictError(
            f"“{name}” was changed by somebody else just now; look at it and say it again"
        ) from error
    log.info("playbook changed in chat", extra={"playbookId": stored.id, "fields": sorted(fields)})
    return Written(stored.id, data)


def delete(author: Author, playbook_id: str) -> None:
    """Delete the document; its jobs and listeners follow. Deleting it twice is no error."""
    playbooks_of(author.org_id).document(playbook_id).delete()
    log.info("playbook deleted in chat", extra={"playbookId": playbook_id})


def run_once(author: Author, draft: Draft, sentence: str) -> tuple[Written, Started | None]:
    """Run the draft's steps now: as a paused playbook that is made for it once and found again afterwards.

    A preview starts nothing.
    """
    digest = _digest(author.org_id, author.id, _canonical(draft.steps))
    playbook_id = f"run-{_slug(draft.recipe.name)}-{digest[:ID_DIGITS]}"
    data = _document(author, draft, f"{draft.recipe.name} (run by hand)", sentence)
    data |= {"status": "paused", "adHoc": True, "triggers": [{"type": "manual"}]}
    checked(author.org_id, data)
    if author.is_preview:
        return Written(PREVIEWED, data), None
    written = _create(author, playbook_id, data)
    if _canonical(written.data.get("steps")) != _canonical(draft.steps):
        # Somebody has edited it since: what is run is what was asked for.
        written = change(author, read_playbook(author.org_id, playbook_id), {"steps": data["steps"]})
    return written, start(author, playbook_id)


def start(author: Author, playbook_id: str) -> Started:
    """Run the playbook now, for the one who asks.

    Raises:
        NotFoundError: it does not exist any more.
        ConflictError: it is archived.
        RateLimitedError: the org has asked for as many runs in the last minute as its tier allows.
    """
    require_room(author.org_id, author.clock.now())
    kind = "agent" if author.principal.kind == "agent" else "manual"
    execution_id = ids.keyed_execution_id(author.org_id, playbook_id, author.key) if author.key else None
    request = StartRequest(
        org_id=author.org_id,
        playbook_id=playbook_id,
        trigger=TriggerRef(type=kind),
        execution_id=execution_id,
        user=PinnedUser(id=author.principal.uid, email=author.principal.email),
        requested_by=author.id,
        fingerprint=author.fingerprint if author.key else None,
    )
    return start_execution(request, author.clock)


def _free_name(name: str, facts: Facts) -> str:
    """The name, with a number where the org has a playbook of that name: people tell playbooks apart by it."""
    name = name[: MAX_NAME - 5]
    taken = {known.name.casefold() for known in facts.playbooks}
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{name} {number}"
    return free


def _slug(name: str) -> str:
    """Without underscores: `{orgId}_{playbookId}` must stay readable in one way only."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
