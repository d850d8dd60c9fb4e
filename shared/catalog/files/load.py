"""The catalog as it is deployed: read from its files once in a process, when something first asks for it."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal

from pydantic import Field

from shared.catalog.files import FOLDER
from shared.tenants.tenant import TierId
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest

CONTENT_FIELDS = ("name", "description", "agent", "category", "triggers", "steps")
"""What a catalog playbook brings into an org's document, and so what a person may have made their own."""
_RANKS = {tier: rank for rank, tier in enumerate(TierId)}
"""Tiers are declared lowest first, and each has what the lower ones have."""

Reach = Literal["email", "dashboard", "sms", "customer_email"]


def content_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an org's playbook document that the catalog fills."""
    return {name: document[name] for name in CONTENT_FIELDS if name in document}


def content_hash(content: Mapping[str, Any]) -> str:
    """A digest that is the same after a way through Firestore or a browser: neither keeps the order of fields, and
    one makes `10` of `10.0`."""
    text = json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hex_digest(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


class Tells(CamelModel, extra="forbid", frozen=True):
    """What a playbook alerts to: a kind of `shared.notices.dedup.fact` from a level on, in alerts of the type."""

    kind: str
    from_level: Decimal = Decimal(1)
    type: str


class CatalogPlaybook(CamelModel, extra="forbid", frozen=True):
    """One file. `triggers` and `steps` are as everybody's playbooks write them; the engine's models check them.

    A change of what orgs are given needs a higher `version`: it is by that that theirs are brought up to date.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,62}$")
    number: int = Field(ge=1)
    """Its place in the catalog."""
    version: int = Field(ge=1)
    tier: TierId
    """The lowest that has it."""
    frequency: Literal["daily", "weekly", "event"]
    channels: tuple[Reach, ...] = Field(min_length=1)
    tells: Tells | None = None
    """What broad reports leave to it."""
    name: str = Field(min_length=1, max_length=100)
    description: str = Field(min_length=1, max_length=500)
    agent: str
    category: str
    triggers: list[dict[str, Any]]
    steps: list[dict[str, Any]] = Field(min_length=1)

    def is_in(self, tier: TierId) -> bool:
        """Whether an org of that tier has it."""
        return _RANKS[tier] >= _RANKS[self.tier]

    def is_in_id(self, tier_id: str) -> bool:
        """The same of a tier that may not exist: such a one has nothing."""
        return tier_id in _RANKS and self.is_in(TierId(tier_id))

    def content(self) -> dict[str, Any]:
        """What of it stands in an org's playbook document, and what the org's people may change there."""
        return {
            "name": self.name,
            "description": self.description,
            "agent": self.agent,
            "category": self.category,
            "triggers": self.triggers,
            "steps": self.steps,
        }

    @functools.cached_property
    def hash(self) -> str:
        """Of the content."""
        return content_hash(self.content())


@functools.cache
def catalog() -> Mapping[str, CatalogPlaybook]:
    """Every catalog playbook by its id, in the catalog's order.

    Raises:
        pydantic.ValidationError: a file is malformed, which no test lets pass.
    """
    read = [CatalogPlaybook.model_validate_json(path.read_bytes()) for path in FOLDER.glob("*.json")]
    return MappingProxyType({one.id: one for one in sorted(read, key=lambda one: one.number)})


def included(tier: TierId) -> list[str]:
    """The ids of what an org of that tier has, in the catalog's order."""
    return [one.id for one in catalog().values() if one.is_in(tier)]
