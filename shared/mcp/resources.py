"""Documents that agents may read besides the tools; the same for every org."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from shared.mcp.tools import catalog
from shared.steps.playbook_schema import DIALECT, playbook_schema

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Resource:
    """A document generated on read."""

    uri: str
    name: str
    title: str
    description: str
    read: Callable[[], Mapping[str, Any]]
    mime_type: str = JSON

    def text(self) -> str:
        """The document."""
        return json.dumps(self.read(), ensure_ascii=False, separators=(",", ":"))


_ALL = (
    Resource(
        "playbooks://schema/playbook",
        "playbook-schema",
        "JSON Schema of a playbook",
        f"A playbook document with the params of every action, as JSON Schema ({DIALECT}).",
        playbook_schema,
        "application/schema+json",
    ),
    Resource(
        "playbooks://catalog/actions",
        "actions",
        "Actions",
        "Every action in a sentence, by family.",
        lambda: {"actions": catalog.actions()},
    ),
    Resource(
        "playbooks://catalog/events",
        "events",
        "Events",
        "The events that can start a playbook, and what each holds.",
        catalog.events,
    ),
    Resource(
        "playbooks://catalog/templates",
        "templates",
        "Ready-made playbooks",
        "The catalog of ready-made playbooks with their triggers and steps.",
        catalog.templates,
    ),
    Resource(
        "playbooks://guide/expressions",
        "expressions",
        "Templates and conditions",
        "What may stand in {{templates}} and conditions, with every filter.",
        catalog.expressions,
    ),
)
RESOURCES = MappingProxyType({one.uri: one for one in _ALL})
