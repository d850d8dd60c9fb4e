"""Whether an org's tier has room for what somebody wants, said before it is written rather than after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from shared.chat.facts import Facts, KnownPlaybook
from shared.playbooks.cadence import in_words, smallest_gap
from shared.scheduling.own_limits import Standing
from shared.tenants.limits import TierLimitError, more_of_its_own
from shared.tenants.tiers import Tier, find_tier, tiers_above

Triggers = Sequence[Mapping[str, Any]]


def require(facts: Facts, triggers: Triggers, *, playbook_id: str | None = None) -> None:
    """Pass when one more playbook, or the one of that id, may be active with these triggers.

    Raises:
        TierLimitError: the org has as many as its tier includes; says what helps.
    """
    tier = find_tier(facts.tenant.tier_id)
    others = [_standing(one) for one in facts.playbooks if one.id != playbook_id]
    playbooks = sum(one.is_own for one in others)
    if playbook_id is None and playbooks >= tier.own.playbooks:
        raise TierLimitError(
            f"you have all {tier.own.playbooks:,} playbooks of your own that {tier.id.value} includes. Delete one "
            f"that you no longer need, or {more_of_its_own(tier, lambda own: own.playbooks)}."
        )
    wanted = sum(1 for _ in _schedules(triggers))
    used = sum(one.schedules for one in others if one.is_active)
    if wanted and used + wanted > tier.own.schedule_triggers:
        raise TierLimitError(
            f"{used:,} of the {tier.own.schedule_triggers:,} schedules that {tier.id.value} includes are in use, "
            f"and this needs {wanted:,} more. Pause one that you no longer need, or "
            f"{more_of_its_own(tier, lambda own: own.schedule_triggers)}."
        )
    often = too_often(facts, triggers)
    if often is not None:
        raise TierLimitError(often)


def too_often(facts: Facts, triggers: Triggers) -> str | None:
    """What to say where a schedule is due more often than the tier has it; None where none is."""
    tier = find_tier(facts.tenant.tier_id)
    finest = timedelta(minutes=tier.own.finest_cadence_minutes)
    gaps = [smallest_gap(str(one["cron"]), one.get("occurrence")) for one in _schedules(triggers)]
    if min(gaps, default=finest) >= finest:
        return None
    return f"on {tier.id.value} a schedule runs every {in_words(finest)} at most{_finer(tier, min(gaps))}."


def _finer(tier: Tier, gap: timedelta) -> str:
    for higher in tiers_above(tier):
        finest = timedelta(minutes=higher.own.finest_cadence_minutes)
        if finest <= gap:
            return f", and every {in_words(finest)} on {higher.id.value}"
    return ""


def _schedules(triggers: Triggers) -> Iterable[Mapping[str, Any]]:
    return (one for one in triggers if one.get("type") == "schedule")


def _standing(known: KnownPlaybook) -> Standing:
    return Standing.of(
        {
            "status": known.status,
            "source": "catalog" if known.is_from_catalog else None,
            "adHoc": known.is_ad_hoc,
            "triggers": list(known.triggers),
        }
    )
