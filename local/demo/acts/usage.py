"""The new org's monthly usage: one alert at 80% of a limit, and an overage beyond it, exact to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.demo.acts.tiers import ORG_ID
from local.demo.executions import summary
from local.demo.story_error import expect, only
from local.demo.world import NEW_YORK, World, as_text
from shared.billing import metering, months
from shared.billing.tiers import TIERS, Metric
from shared.documents.executions import path_of
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients
from shared.notices import inbox
from shared.tenants.tenant import TierId

RATE = Decimal("0.001")
"""USD per email beyond the limit, on enterprise."""
MAILS_A_RUN = 10
NEWSLETTER: dict[str, Any] = {
    "name": "Ten letters",
    "status": "active",
    "triggers": [{"type": "manual"}],
    "steps": [
        {
            "action": "for_each",
            "params": {
                "items": [f"reader{number}@example.com" for number in range(MAILS_A_RUN)],
                "as": "reader",
                "concurrency": 5,
                "steps": [
                    {
                        "action": "send_email",
                        "params": {"to": "{{reader}}", "subject": "News", "text": "From {{org.name}}."},
                    }
                ],
            },
        }
    ],
}


def its_use_meets_its_limits(world: World) -> None:
    """80% of the month's emails: one alert. Beyond all of them: the overage, exact to the cent."""
    world.say.act("Its usage crosses 80%, then its limit")
    limit = TIERS[TierId.ENTERPRISE].limits[Metric.EMAILS]
    used = _settled(world)
    _used_earlier(world, limit * 8 // 10 - used - MAILS_A_RUN // 2)
    before = _settled(world)
    expect(not _alerts(), "nobody should be alerted below 80%", lambda: as_text(_alerts()))
    world.say.happened(f"Earlier this month it sent {before:,} of {limit:,} emails", _month(world))
    _ten_letters(world)
    alert = world.eventually(lambda: only(a, "alerts") if (a := _alerts()) else None, "one alert", lambda: "none")
    world.say.happened(f"{MAILS_A_RUN} more cross 80%, and its inbox says: {alert['title']}", "inbox_notifications")
    _used_earlier(world, limit - _settled(world))
    _settled(world)
    _ten_letters(world)
    charged = world.eventually(
        lambda: _overage(world, limit), "the overage is charged", lambda: as_text(world.read(_month(world)))
    )
    only(_alerts(), "alerts of the month")
    world.say.happened(
        f"{charged[0]} emails beyond the limit, at ${RATE} each: ${charged[1]:.2f} to pay, and no second alert",
        _month(world),
    )


def _overage(world: World, limit: int) -> tuple[int, Decimal] | None:
    """How many emails are over the limit and their cost, once the month is correct to the cent."""
    month = world.read(_month(world))
    over = int(month.get(Metric.EMAILS.value, 0)) - limit
    owed = (RATE * over).quantize(Decimal("0.01"), ROUND_HALF_UP)
    charged = month.get("overageCharges", {}).get("email")
    return (over, owed) if over >= MAILS_A_RUN and charged == float(owed) else None


def _month(world: World) -> str:
    """Its document, by the stack's clock, which the story may have moved into the next month."""
    return f"{months.COLLECTION}/{ORG_ID}-{world.now().astimezone(NEW_YORK):%Y-%m}"


def _used_earlier(world: World, mails: int) -> None:
    """Sets the month's earlier usage."""
    path, fields = metering.increments(
        ORG_ID, "America/New_York", world.now(), "story", Decimal(0), {"email": mails}
    )
    clients.firestore().document(path).set(fields, merge=True)


def _settled(world: World) -> int:
    """The month's email count, once it includes all shards."""
    month = world.now().astimezone(NEW_YORK).strftime("%Y-%m")
    paths = [metering.shard_path(ORG_ID, month, number) for number in range(metering.SHARDS)]

    def counted() -> tuple[int] | None:
        found = clients.firestore().get_all([clients.firestore().document(path) for path in paths])
        exact = sum(int((one.to_dict() or {}).get(Metric.EMAILS.value, 0)) for one in found)
        return (exact,) if world.read(_month(world)).get(Metric.EMAILS.value) == exact else None

    return world.eventually(counted, "the month is rolled up", lambda: as_text(world.read(_month(world))))[0]


def _ten_letters(world: World) -> None:
    path = org_path(ORG_ID, PLAYBOOKS, "ten-letters")
    world.document(path).set(NEWSLETTER)
    execution_id = world.run_as_platform("ten-letters", ORG_ID)
    world.eventually(
        lambda: world.read(path_of(execution_id)).get("status") == "completed",
        "the letters are sent",
        lambda: summary(world.read(path_of(execution_id))),
    )


def _alerts() -> list[dict[str, Any]]:
    query = (
        clients.firestore()
        .collection(inbox.COLLECTION)
        .where(filter=FieldFilter("orgId", "==", ORG_ID))
        .where(filter=FieldFilter("type", "==", "usage_alert"))
    )
    found = [one.to_dict() or {} for one in query.stream()]
    return [one for one in found if "emails" in one["title"]]
