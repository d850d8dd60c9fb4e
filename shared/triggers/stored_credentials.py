"""Finds playbooks that contain keys from before those were refused: they keep running, and orgs are notified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients
from shared.gcp.pages import paged
from shared.playbooks.credentials import credentials_in
from shared.playbooks.models import PlaybookStatus
from shared.values.camel_model import CamelModel

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

MOST_OF_AN_ORG = 500
PAGE = 200

_READ = ("name", "status", "steps")
# Refused playbooks already say so, and archived ones don't run.
_PASSED_OVER = frozenset({PlaybookStatus.ERROR, PlaybookStatus.ARCHIVED})


class KeysInPlaybook(CamelModel, frozen=True):
    """A playbook with literals that look like keys: where (`fields`) and what kind (`looks_like`)."""

    org_id: str
    playbook_id: str
    name: str
    fields: tuple[str, ...]
    looks_like: tuple[str, ...]


def keys_in_playbooks(org_id: str) -> list[KeysInPlaybook]:
    playbooks = clients.firestore().collection(org_path(org_id, PLAYBOOKS))
    return list(_with_keys(playbooks.select(_READ).limit(MOST_OF_AN_ORG).stream()))


def keys_in_every_playbook() -> Iterator[KeysInPlaybook]:
    """For all orgs, one page at a time."""
    client = clients.firestore()
    query = client.collection_group(PLAYBOOKS).order_by("__name__").select(_READ)
    return _with_keys(paged(query, PAGE))


def _with_keys(snapshots: Iterable[DocumentSnapshot[Any]]) -> Iterator[KeysInPlaybook]:
    for snapshot in snapshots:
        data, parts = snapshot.to_dict() or {}, snapshot.reference.path.split("/")
        found = credentials_in(data.get("steps")) if data.get("status") not in _PASSED_OVER else []
        if found and len(parts) == 4 and parts[0] == "tenants":
            name = data.get("name")
            yield KeysInPlaybook(
                org_id=parts[1],
                playbook_id=snapshot.id,
                name=name if isinstance(name, str) and name else snapshot.id,
                fields=tuple(one.path for one in found),
                looks_like=tuple(one.looks_like for one in found),
            )
