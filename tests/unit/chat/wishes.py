"""What tests say, already understood."""

from __future__ import annotations

from typing import Any

from shared.chat.facts import Facts, KnownPlaybook
from shared.chat.understanding import EventWish, Intent, ScheduleWish, Threshold, Topic, Understanding
from shared.tenants.tenant import Tenant, parse_tenant

ZONE = "America/New_York"
EVERY_MORNING = ScheduleWish(cron="0 9 * * *", words="every morning", assumed_time=True)
MONDAYS = ScheduleWish(cron="0 8 * * 1", words="Mondays at 8")
OVER_TEN = Threshold(subject="price_gap", op=">", value=10, unit="percent")
COMPETITORS = {"higher-level": "Higher Level Syracuse", "salt-city": "Salt City Greens"}


def wish(topic: Topic | None = None, intent: Intent = Intent.CREATE, **fields: Any) -> Understanding:
    return Understanding(intent=intent, topic=topic, **fields)


def mission(**fields: Any) -> Understanding:
    """The mission's sentence."""
    said = {"schedules": (EVERY_MORNING,), "threshold": OVER_TEN, "channels": ("email",), "top": 3}
    return wish(Topic.PRICE_WATCH, **{**said, **fields})


def event(name: str, condition: str | None = None) -> EventWish:
    return EventWish(event_name=name, filter=condition)


def tenant(**fields: Any) -> Tenant:
    defaults = {
        "name": "Shop",
        "ownerEmail": "owner@shop.example",
        "staffPhones": ["+13155550123"],
        "timezone": ZONE,
    }
    return parse_tenant("org_1", {**defaults, **fields})


def facts(*playbooks: KnownPlaybook, **tenant_fields: Any) -> Facts:
    return Facts(tenant(**tenant_fields), playbooks, COMPETITORS)


def known(name: str, playbook_id: str | None = None, **fields: Any) -> KnownPlaybook:
    defaults: dict[str, Any] = {"status": "active", "triggers": ({"type": "manual"},)}
    return KnownPlaybook(playbook_id or name.lower().replace(" ", "-"), name, **{**defaults, **fields})
