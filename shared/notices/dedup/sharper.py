"""Catalog playbooks that specialize in one kind of fact; broad reports leave those facts to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from shared.catalog.files.content import content_hash, content_of
from shared.catalog.files.load import CatalogPlaybook, Tells, catalog
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.notices import preferences
from shared.notices.dedup.fact import Audience, Fact
from shared.playbooks.models import PlaybookStatus


@dataclass(frozen=True, slots=True)
class Sharper:
    """An org's playbook that reports facts of a kind from a level up."""

    name: str
    kind: str
    from_level: Decimal

    def tells(self, fact: Fact) -> bool:
        """Whether it reports this fact; for a price, also its changes."""
        same = fact.kind == self.kind or (self.kind == "undercut" and fact.kind == "price_change")
        return same and fact.level is not None and fact.level >= self.from_level


def sharper_playbooks(org_id: str, kinds: Collection[str], audience: Audience | None) -> list[Sharper]:
    """The active, unedited ones that reach the audience (None: any).

    An edited playbook may report something else, so nothing is left to it.
    """
    meant = {one.id: (one, one.tells) for one in catalog().values() if one.tells and one.tells.kind in kinds}
    if not meant:
        return []
    folder = firestore().collection(org_path(org_id, PLAYBOOKS))
    found = {one.id: one.to_dict() or {} for one in firestore().get_all([folder.document(one) for one in meant])}
    chosen = preferences.load(org_id)
    return [
        Sharper(entry.name, tells.kind, tells.from_level)
        for entry, tells in meant.values()
        if found[entry.id].get("status") == PlaybookStatus.ACTIVE
        and content_hash(content_of(found[entry.id])) == entry.hash
        and _reaches(entry, tells, audience, chosen)
    ]


def _reaches(
    entry: CatalogPlaybook, tells: Tells, audience: Audience | None, chosen: preferences.Preferences
) -> bool:
    reached = {one for one in chosen.channels(AlertType(tells.type)) if one in entry.channels}
    return bool(reached) if audience is None else audience in reached
