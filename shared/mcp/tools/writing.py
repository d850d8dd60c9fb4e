"""Creating and changing an org's playbooks, with the same checks as for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from google.api_core.exceptions import FailedPrecondition, NotFound
from pydantic import Field

from shared.api.body import Body, DocumentId
from shared.api.errors import InvalidFieldsError
from shared.api.idempotency import MAX_KEY_LENGTH, fingerprint
from shared.api.storable import StorableObject
from shared.chat.talk import authoring
from shared.chat.talk.authoring import Author
from shared.chat.talk.state import Playbook
from shared.chat.talk.store import Store
from shared.documents.org import PLAYBOOKS, org_path
from shared.errors import ConflictError
from shared.gcp import clients, logging
from shared.mcp.tool import Caller, Content, Tool
from shared.mcp.tools.estimating import estimated
from shared.mcp.tools.playbooks import AUTHORS_SCOPE, EXAMPLE
from shared.mcp.tools.shown import ShownChanges, ShownPlaybook
from shared.mcp.tools.written import changed_fields, new_fields
from shared.triggers.checking import Checked, check_playbook

log = logging.get_logger(__name__)

CREATED_BY = "mcp"
Version = Annotated[int, Field(ge=0)]


class ToCreate(Body):
    """A playbook; a draft unless it has a status. Repeating the `idempotencyKey` returns the same playbook."""

    playbook: StorableObject
    idempotency_key: str | None = Field(default=None, min_length=1, max_length=MAX_KEY_LENGTH)


class ShownToCreate(Body):
    """A playbook; a draft unless it has a status. Repeating the `idempotencyKey` returns the same playbook."""

    playbook: ShownPlaybook
    idempotency_key: str | None = None


class ToUpdate(Body):
    """The changes; `version` as it was read, so that nobody else's edit is overwritten."""

    playbook_id: DocumentId
    version: Version
    changes: StorableObject


class ShownToUpdate(Body):
    """The changes; `version` as it was read, so that nobody else's edit is overwritten."""

    playbook_id: str
    version: Version
    changes: ShownChanges


class OfVersion(Body):
    """The playbook and its expected version."""

    playbook_id: DocumentId
    version: Version


class Named(Body):
    """The playbook; if a version is given, it must match."""

    playbook_id: DocumentId
    version: Version | None = None


def create_playbook(caller: Caller, asked: ToCreate) -> Content:
    """Save a new one."""
    author = _author(caller, asked.idempotency_key, fingerprint(asked))
    fields = new_fields(asked.playbook)
    found = _checked(caller, None, fields)
    data = {**authoring.signed(author, fields, CREATED_BY), "status": fields["status"]}
    # Without a key, the same playbook within a minute is the same call again.
    cause = author.key or f"{caller.clock.now():%Y-%m-%dT%H:%M} {fingerprint(asked)}"
    made, is_new = authoring.put(author, authoring.new_id(author, str(fields["name"]), cause), data)
    author.require_same_request(made.data.get("requestFingerprint"))
    return {**_result(made, found), "created": is_new, "estimate": estimated(caller, made.data)}


def update_playbook(caller: Caller, asked: ToUpdate) -> Content:
    """Save the next version."""
    stored = _stored(caller, asked.playbook_id, asked.version)
    fields = changed_fields(asked.changes, stored.data)
    found = _checked(caller, stored.id, {**stored.data, **fields})
    made = authoring.change(_author(caller), stored, fields)
    return {**_result(made, found), "estimate": estimated(caller, made.data)}


def pause_playbook(caller: Caller, asked: Named) -> Content:
    """Pause it."""
    stored = _stored(caller, asked.playbook_id, asked.version)
    if stored.status == "paused":
        return _result(stored)
    return _result(authoring.change(_author(caller), stored, {"status": "paused"}))


def resume_playbook(caller: Caller, asked: Named) -> Content:
    """Activate it."""
    stored = _stored(caller, asked.playbook_id, asked.version)
    if stored.text("pausedBy"):
        raise ConflictError(f"“{stored.name}” is {stored.state}; the platform turns it on again itself")
    found = _checked(caller, stored.id, {**stored.data, "status": "active"})
    made = stored
    if stored.status != "active":
        made = authoring.change(_author(caller), stored, {"status": "active"})
    return _result(made, found)


def delete_playbook(caller: Caller, asked: OfVersion) -> Content:
    """Delete it."""
    stored = _stored(caller, asked.playbook_id, asked.version)
    client = clients.firestore()
    reference = client.document(org_path(caller.org_id, PLAYBOOKS, stored.id))
    try:
        reference.delete(option=client.write_option(last_update_time=stored.update_time))
    except (FailedPrecondition, NotFound) as error:
        raise ConflictError(f"“{stored.name}” was changed just now; read it again") from error
    log.info("playbook deleted", extra={"playbookId": stored.id, "by": caller.principal.id})
    return {"playbookId": stored.id, "deleted": True}


def _author(caller: Caller, key: str | None = None, sentence: str | None = None) -> Author:
    return Author(caller.org_id, caller.principal, caller.clock, key, sentence if key else None)


def _stored(caller: Caller, playbook_id: str, version: int | None) -> Playbook:
    """The current playbook.

    Raises:
        NotFoundError: the org has no such playbook.
        ConflictError: its version isn't the expected one.
    """
    stored = Store(caller.org_id, caller.clock).read(playbook_id)
    now = _version(stored)
    if version is not None and version != now:
        raise ConflictError(
            f"version: found {version}; expected {now}, the current one of “{stored.name}”; read it again"
        )
    return stored


def _version(stored: Playbook) -> int:
    version = stored.data.get("version")
    return version if isinstance(version, int) else 1


def _checked(caller: Caller, playbook_id: str | None, data: Mapping[str, Any]) -> Checked:
    """Validate it as for a person.

    Raises:
        InvalidFieldsError: it's invalid; lists every problem.
    """
    found = check_playbook(caller.org_id, playbook_id, data, caller.clock.now())
    if found.problems:
        problems = [one.model_dump(by_alias=True, exclude_none=True) for one in found.problems]
        raise InvalidFieldsError("; ".join(f"{one.field}: {one.message}" for one in found.problems), problems)
    return found


def _result(made: Playbook, found: Checked | None = None) -> dict[str, Any]:
    result = {"playbookId": made.id, "version": _version(made), "status": made.data.get("status")}
    return {**result, "schedules": found.schedules} if found and result["status"] == "active" else result


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "create_playbook",
        "Create a playbook",
        "Saves a new playbook after the same check as validate_playbook. It is a draft, which can be run by hand, "
        "unless its status is active. Returns its id, version, schedules and what it will cost.",
        ToCreate,
        create_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        does="adds",
        examples=({"playbook": EXAMPLE, "idempotencyKey": "price-alert-1"},),
        shown=ShownToCreate,
    ),
    Tool(
        "update_playbook",
        "Update a playbook",
        "Changes the given fields of a playbook; triggers and steps are replaced as a whole. Pass the version that "
        "you read: if the playbook has changed since, nothing is written.",
        ToUpdate,
        update_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        does="changes",
        repeatable=False,
        examples=({"playbookId": "price-alert", "version": 1, "changes": {"name": "Morning price alert"}},),
        shown=ShownToUpdate,
    ),
    Tool(
        "pause_playbook",
        "Pause a playbook",
        "Turns a playbook off: nothing starts it by itself until it is resumed. Runs that wait for their turn end.",
        Named,
        pause_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        does="changes",
        examples=({"playbookId": "price-alert"},),
    ),
    Tool(
        "resume_playbook",
        "Resume a playbook",
        "Turns a draft, paused or mended playbook on and returns its schedules with their next runs.",
        Named,
        resume_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        does="changes",
        examples=({"playbookId": "price-alert"},),
    ),
    Tool(
        "delete_playbook",
        "Delete a playbook",
        "Permanently deletes a playbook and its schedules. Pass the version you read.",
        OfVersion,
        delete_playbook,
        scope=AUTHORS_SCOPE,
        role="editor",
        does="deletes",
        examples=({"playbookId": "price-alert", "version": 3},),
    ),
)
