"""An org's secrets, managed by its owner: set, listed by name, deleted. Nothing here reads a value back.

Secret Manager has the values; `tenants/{orgId}/secrets/{NAME}` says who set each one and when. The value is written
first and deleted first: whoever dies in between leaves something that the next try puts right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.api.errors import not_found
from shared.documents.org import PLAYBOOKS, org_path
from shared.errors import ConflictError
from shared.gcp import clients, logging
from shared.gcp.secret_manager import delete_secret, write_secret
from shared.playbooks.expressions import Expression, ExpressionError
from shared.playbooks.secret_names import SECRETS
from shared.playbooks.templates import parse_template, texts
from shared.secrets.ids import secret_id
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import CollectionReference

    from shared.gcp.clock import Clock

COLLECTION = "secrets"
MOST_SECRETS = 100
MOST_PLAYBOOKS = 1_000
"""Looked through for the names of secrets."""
LABELS = {"made-for": "playbooks"}

log = logging.get_logger(__name__)


class _Shown(CamelModel):
    pass


class PlaybookUsing(_Shown):
    """A playbook that names the secret."""

    id: str
    name: str


class ListedSecret(_Shown):
    """A secret without its value. Only owners learn who set it, when, and which playbooks use it."""

    name: str
    updated_at: datetime | None = None
    updated_by: str | None = None
    """What colleagues call them: a name, or an address."""
    used_by: list[PlaybookUsing] | None = None


class SecretList(_Shown):
    """An org's secrets by name."""

    items: list[ListedSecret]


class DeletedSecret(_Shown):
    """A secret that is gone, and the playbooks that still name it."""

    name: str
    used_by: list[PlaybookUsing]


class _Record(CamelModel):
    updated_at: datetime
    updated_by: str
    called: str | None = None


def set_secret(org_id: str, name: str, value: str, by: str, called: str | None, clock: Clock) -> ListedSecret:
    """Make `value` the org's secret of that name, in place of the one before. `by` and `called`: who sets it.

    Raises:
        ConflictError: the org has `MOST_SECRETS` of other names.
        PermanentError: no secret can have the org's id in its name, or Secret Manager refused it.
        TransientError: Secret Manager cannot be asked just now.
    """
    known = names_of(org_id)
    if name not in known and len(known) >= MOST_SECRETS:
        raise ConflictError(f"{len(known)} secrets are set, the most there can be; delete one first")
    write_secret(secret_id(org_id, name), value, LABELS)
    made = _Record(updated_at=clock.now(), updated_by=by, called=called)
    _collection(org_id).document(name).set(made.model_dump(by_alias=True))
    log.info("a secret was set", extra={"orgId": org_id, "secretName": name, "by": by})
    return ListedSecret(name=name, updated_at=made.updated_at, updated_by=called or by)


def names_of(org_id: str) -> set[str]:
    """The names of the org's secrets."""
    return {one.id for one in _collection(org_id).select([]).limit(MOST_SECRETS + 1).stream()}


def list_secrets(org_id: str, *, whole: bool) -> SecretList:
    """The org's secrets; with `whole` all that is known of them, else their names."""
    stored = sorted(_collection(org_id).limit(MOST_SECRETS).stream(), key=lambda one: one.id)
    if not whole:
        return SecretList(items=[ListedSecret(name=one.id) for one in stored])
    using = _playbooks_using(org_id) if stored else {}
    return SecretList(items=[_listed(one.id, one.to_dict() or {}, using.get(one.id, [])) for one in stored])


def remove_secret(org_id: str, name: str, by: str) -> DeletedSecret:
    """Delete the value permanently. Playbooks that use it fail at that step until it's set again.

    Raises:
        NotFoundError: the org has no such secret.
        TransientError: Secret Manager cannot be asked just now.
    """
    reference = _collection(org_id).document(name)
    is_known = reference.get().exists
    was_there = delete_secret(secret_id(org_id, name))
    if not is_known and not was_there:
        raise not_found(f"secret {name}")
    reference.delete()
    log.info("a secret was deleted", extra={"orgId": org_id, "secretName": name, "by": by})
    return DeletedSecret(name=name, used_by=_playbooks_using(org_id).get(name, []))


def names_in(steps: Any) -> set[str]:
    """The secrets that a playbook's steps name, blocks of steps included."""
    return {path[1] for text in _templates(steps) for path in _paths(text) if path[0] == SECRETS and len(path) > 1}


def _templates(steps: Any) -> Iterator[str]:
    try:
        yield from (text for _, text in texts(steps) if SECRETS in text and "{{" in text)
    except ExpressionError:
        return  # what nests so deep cannot run


def _paths(text: str) -> list[tuple[str, ...]]:
    try:
        pieces = parse_template(text)
    except ExpressionError:
        return []
    return [path for piece in pieces if isinstance(piece, Expression) for path in piece.paths()]


def _playbooks_using(org_id: str) -> dict[str, list[PlaybookUsing]]:
    found: dict[str, list[PlaybookUsing]] = {}
    playbooks = clients.firestore().collection(org_path(org_id, PLAYBOOKS))
    for one in playbooks.select(["name", "steps"]).limit(MOST_PLAYBOOKS).stream():
        fields = one.to_dict() or {}
        called = fields.get("name")
        for name in names_in(fields.get("steps")):
            using = PlaybookUsing(id=one.id, name=called if isinstance(called, str) and called else one.id)
            found.setdefault(name, []).append(using)
    return {name: sorted(using, key=lambda one: one.name) for name, using in found.items()}


def _listed(name: str, fields: Mapping[str, Any], using: list[PlaybookUsing]) -> ListedSecret:
    try:
        record = _Record.model_validate(fields)
    except ValidationError:
        log.error("a malformed record of a secret", extra={"secretName": name})
        return ListedSecret(name=name, used_by=using)
    return ListedSecret(
        name=name, updated_at=record.updated_at, updated_by=record.called or record.updated_by, used_by=using
    )


def _collection(org_id: str) -> CollectionReference:
    return clients.firestore().collection(org_path(org_id, COLLECTION))
