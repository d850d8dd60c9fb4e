"""Facts a run reports that others may report too: claimed before its message is made, settled once it's sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from shared.notices.dedup import claims
from shared.notices.dedup.claims import Sender
from shared.notices.dedup.fact import Audience, Fact, NoveltyVerdict, Role
from shared.notices.dedup.ledger import COLLECTION
from shared.notices.dedup.specialists import specialized_playbooks
from shared.steps.base import StepContext


def claim_facts(
    context: StepContext, facts: Sequence[Fact], audience: Audience, role: Role
) -> dict[str, NoveltyVerdict]:
    """The verdict on each fact, by id. A dry run claims nothing and treats everything as new.

    Raises:
        TransientError: other runs claim the same at this moment.
    """
    if not facts:
        return {}

    def claim() -> dict[str, NoveltyVerdict]:
        kinds = {"undercut" if fact.kind == "price_change" else fact.kind for fact in facts}
        specialists = specialized_playbooks(context.org.id, kinds, audience) if role == "report" else []
        return claims.claim(context.org.id, facts, audience, _sender(context, role), context.now, specialists)

    return context.effects.write(
        f"claims:{audience}",
        {"collection": COLLECTION, "channel": audience, "count": len(facts)},
        claim,
        sample={fact.id: NoveltyVerdict("new") for fact in facts},
    )


def settle_facts(context: StepContext, ids: Collection[str], audience: Audience) -> int:
    """Record that the message was sent; returns how many claims the run had."""
    if not ids:
        return 0
    return context.effects.write(
        "settled",
        {"collection": COLLECTION, "channel": audience, "count": len(ids)},
        lambda: claims.settle(context.org.id, ids, audience, _sender(context), context.now),
        sample=len(ids),
    )


def is_asked_for(context: StepContext) -> bool:
    """Whether a person or an agent started the run: its messages then report everything."""
    trigger = context.scope.get("trigger")
    return isinstance(trigger, Mapping) and trigger.get("type") == "manual"


def _sender(context: StepContext, role: Role = "alert") -> Sender:
    return Sender(context.playbook_name, context.execution_id, role)
