"""`setup_check`: what an org has set up, and what it should do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.billing.tiers import Metric, find_tier
from shared.documents.org import org_path
from shared.gcp.clients import firestore
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.tenants.setup import SetupItem, SetupState, checklist
from shared.tenants.tenant import Tenant, load_tenant

COUNTED = ("inventory", "competitors", "customers", "orders", "locations")


class SetupCheckParams(Params):
    """None: the list is the product's."""


class SetupTask(Output):
    """One thing to set up. `what`: the current state, `why`: what it's for, `how`: what to do."""

    key: str
    title: str
    done: bool
    what: str
    why: str
    how: str


class SetupCheckOutput(Output):
    """`tasks`: all of them, most useful first; `open`: those not done yet."""

    tasks: tuple[SetupTask, ...]
    open: tuple[SetupTask, ...]
    done_count: int
    open_count: int
    next_title: str
    """The first open one; empty if everything is done."""
    counts: dict[str, int]


class SetupCheck(Action[SetupCheckParams, SetupCheckOutput]):
    """Checks what the org has set up (menu, competitors, customers, sales, contacts) and what's left to do."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {}

    def run(self, params: SetupCheckParams, context: StepContext) -> SetupCheckOutput:
        """Look.

        Raises:
            PermanentError: the org's document is malformed.
        """
        tenant = context.effects.read(lambda: load_tenant(context.org.id))
        counts = context.effects.read(lambda: {name: _count(context.org.id, name) for name in COUNTED})
        tasks = tuple(_shown(task) for task in checklist(_facts(tenant, counts)))
        waiting = tuple(task for task in tasks if not task.done)
        return SetupCheckOutput(
            tasks=tasks,
            open=waiting,
            done_count=len(tasks) - len(waiting),
            open_count=len(waiting),
            next_title=waiting[0].title if waiting else "",
            counts=counts,
        )


def _count(org_id: str, collection: str) -> int:
    query: Any = firestore().collection(org_path(org_id, collection))
    return int(query.count().get()[0][0].value)


def _facts(tenant: Tenant, counts: Mapping[str, int]) -> SetupState:
    return SetupState(
        counts=counts,
        has_owner_email=bool(tenant.owner_email),
        staff_phones=len(tenant.staff_phones),
        competitors_included=find_tier(tenant.tier_id).limit(Metric.COMPETITORS),
        texts_included=find_tier(tenant.tier_id).limit(Metric.SMS_INTERNAL) != 0,
    )


def _shown(task: SetupItem) -> SetupTask:
    return SetupTask(key=task.key, title=task.title, done=task.done, what=task.what, why=task.why, how=task.how)
