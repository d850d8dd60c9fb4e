"""The building blocks of playbooks: actions, events, ready-made playbooks, expressions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import Field

from shared.api.body import Body
from shared.api.errors import not_found
from shared.catalog.files.load import CatalogPlaybook, catalog
from shared.mcp.tool import Caller, Content, NoArguments, Tool
from shared.playbooks.events import EVENTS
from shared.playbooks.validation import ALWAYS_IN_SCOPE
from shared.steps.described import about, first_line, output_schema, params_schema
from shared.steps.registry import action_modules, family_of, load_action
from shared.tenants.tenant import TierId
from shared.triggers.inventory import EVENT_FIELDS

_EVENT_FIELD = re.compile(r"\bevent\.([A-Za-z_]\w*)")
_ITEM_FIELDS = ("itemId", *EVENT_FIELDS, "before")
_FILTERS = {
    "counted": "{{ steps.sales.orders | counted('order') }} → 1,200 orders",
    "date": "{{ event.placedAt | date }} → May 4, 2026",
    "datetime": "{{ event.placedAt | datetime }} → May 4, 2026, 9:30 AM EDT",
    "default": "{{ event.note | default('-') }} → - where it is null or missing",
    "dollars": "{{ event.price | dollars }} → $34.50, without the cents of a whole amount",
    "join": "{{ event.tags | join(' & ') }} → new & sale",
    "length": "{{ steps.scan.competitors | length }} → 3",
    "lower": "{{ event.name | lower }} → blue dream",
    "money": "{{ event.price | money }} → $1,299.00",
    "round": "{{ money_mike.price_gap | round(1) }} → 12.3",
    "time": "{{ event.placedAt | time }} → 9:30 AM",
    "title": "{{ event.name | title }} → Blue Dream",
    "upper": "{{ event.name | upper }} → BLUE DREAM",
}


class ActionsQuery(Body):
    """`family`: only that family's actions."""

    family: str | None = Field(default=None, max_length=40, examples=["delivery"])


class ActionName(Body):
    """Which action."""

    name: str = Field(min_length=1, max_length=64, examples=["notify"])


class TemplateId(Body):
    """Which ready-made playbook."""

    id: str = Field(min_length=1, max_length=64, examples=["competitive-price-alert"])


class TemplatesQuery(Body):
    """`tier`: only those included in that tier."""

    tier: TierId | None = None


def list_actions(caller: Caller, query: ActionsQuery) -> Content:  # noqa: ARG001 - the same for everybody
    """Each action in a sentence."""
    families = sorted({family_of(name) for name in action_modules()})
    if query.family is not None and query.family not in families:
        raise not_found(f"the family {query.family!r} (there are {', '.join(families)})")
    return {"actions": actions(query.family)}


def actions(family: str | None = None) -> list[dict[str, Any]]:
    """Each action of the family, or of all."""
    return [
        {
            "name": name,
            "family": family_of(name),
            "effect": load_action(name).effect.value,
            "summary": first_line(type(load_action(name))),
        }
        for name in sorted(action_modules())
        if family in (None, family_of(name))
    ]


def describe_action(caller: Caller, query: ActionName) -> Content:  # noqa: ARG001
    """One action in full."""
    action = load_action(query.name)
    return {
        "name": query.name,
        "family": family_of(query.name),
        "effect": action.effect.value,
        "summary": first_line(type(action)),
        "about": about(action.params),
        "params": params_schema(action),
        "output": output_schema(action),
        "notFilledWithTemplates": sorted(action.params.keeps_written),
        "uses": dict(action.typical_use(action.example)),
        "example": {"action": query.name, "params": dict(action.example)},
    }


def list_events(caller: Caller, query: NoArguments) -> Content:  # noqa: ARG001
    """Each event that the product knows."""
    return events()


def events() -> Mapping[str, Any]:
    """Each event that the product knows."""
    return {
        "events": [
            {
                "name": name,
                "when": words,
                "fields": _fields(name),
                "example": {"type": "event", "eventName": name},
            }
            for name, words in EVENTS.items()
        ],
        "others": "An org may have events of its own, of any dotted name (loyalty.reward_due): a step "
        "of publish_event, or a document {name, data} under tenants/{orgId}/events, fires it. `event` is its data.",
    }


def _fields(name: str) -> list[str]:
    """What `event` holds: of an item all of it, else what ready-made playbooks read."""
    if name.startswith("inventory."):
        return [*_ITEM_FIELDS]
    listening = [one for one in catalog().values() if any(each.get("eventName") == name for each in one.triggers)]
    read = (_EVENT_FIELD.findall(json.dumps([one.triggers, one.steps])) for one in listening)
    return sorted({field for fields in read for field in fields})


def list_templates(caller: Caller, query: TemplatesQuery) -> Content:  # noqa: ARG001
    """Each ready-made playbook in a sentence."""
    return {
        "templates": [_listed(one) for one in catalog().values() if query.tier is None or one.is_in(query.tier)]
    }


def _listed(one: CatalogPlaybook) -> dict[str, Any]:
    same = ("id", "name", "description", "agent", "category", "frequency")
    return {**{name: getattr(one, name) for name in same}, "tier": one.tier.value}


def describe_template(caller: Caller, query: TemplateId) -> Content:  # noqa: ARG001
    """One ready-made playbook in full."""
    found = catalog().get(query.id)
    if found is None:
        raise not_found(f"the template {query.id!r} (list_templates names them)")
    return {**_listed(found), "playbook": found.content()}


def templates() -> Mapping[str, Any]:
    """Every ready-made playbook, whole."""
    return {"templates": [{**_listed(one), "playbook": one.content()} for one in catalog().values()]}


def describe_expressions(caller: Caller, query: NoArguments) -> Content:  # noqa: ARG001
    """What may stand in templates and conditions."""
    return expressions()


def expressions() -> Mapping[str, Any]:
    """What may stand in templates and conditions."""
    return {
        "templates": "{{ path.to.value }} in any string of a step's params. A string that is one template keeps "
        "the value's type. A name that does not exist is an error that names it.",
        "conditions": "The same paths, without the braces or with them, with comparisons, and, or, not, in and "
        "arithmetic: {{money_mike.price_gap}} > 10",
        "scope": sorted(ALWAYS_IN_SCOPE),
        "steps": "steps.<stepId> is the output of a step before this one; <agent> is the last output of a step "
        "with that agent; item and index are there in for_each.",
        "paths": "{{steps.pricing.undercut[0].product}} by index; {{event['unit price']}} for other names",
        "filters": _FILTERS,
    }


TOOLS: tuple[Tool[Any], ...] = (
    Tool(
        "list_actions",
        "List actions",
        "Lists what a playbook's step can do, a sentence each. Filter by family: flow, data, retail, competitive, "
        "agents, delivery or business.",
        ActionsQuery,
        list_actions,
        examples=({}, {"family": "competitive"}),
    ),
    Tool(
        "describe_action",
        "Describe an action",
        "Shows an action's params and output as JSON Schema, its effect (none, idempotent, once), what it costs "
        "and a step that works.",
        ActionName,
        describe_action,
        examples=({"name": "notify"},),
    ),
    Tool(
        "list_events",
        "List events",
        "Lists the events that can start a playbook, when each happens and what `event` holds then.",
        NoArguments,
        list_events,
        examples=({},),
    ),
    Tool(
        "list_templates",
        "List ready-made playbooks",
        "Lists the catalog's ready-made playbooks: what each does, how often and from which tier on.",
        TemplatesQuery,
        list_templates,
        examples=({}, {"tier": "growth"}),
    ),
    Tool(
        "describe_template",
        "Describe a ready-made playbook",
        "Shows a ready-made playbook with all its triggers and steps, as a starting point for one of your own.",
        TemplateId,
        describe_template,
        examples=({"id": "competitive-price-alert"},),
    ),
    Tool(
        "describe_expressions",
        "Describe templates and conditions",
        "Explains {{templates}} and conditions: the names in scope, paths and every filter with an example.",
        NoArguments,
        describe_expressions,
        examples=({},),
    ),
)
