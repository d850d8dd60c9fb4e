"""A step asks the tier where it is about to use something: once for what it does, never for what is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.agents import claude
from shared.billing import gauges, limits
from shared.billing.limits import TierLimitError
from shared.billing.prices import Cost, cost, model_cost
from shared.billing.tiers import Metric
from shared.errors import PermanentError
from shared.messages.channels import blackleaf
from shared.steps.agents._model import why_not
from shared.steps.base import StepContext
from shared.steps.context import RunUse
from shared.steps.delivery._own_people import About
from shared.steps.delivery._texting import send_sms_once
from shared.steps.registry import load_action
from shared.steps.within_tier import require_within_tier, require_zip_code_within_tier, why_no_session
from tests.unit.steps.conftest import Outside
from tests.unit.steps.fakes import PerformingEffects, RecordingEffects, step_context


@pytest.fixture
def month(monkeypatch: pytest.MonkeyPatch) -> dict[Metric, int]:
    """What the org's month says was used."""
    used = dict.fromkeys(Metric, 0)
    monkeypatch.setattr(limits, "_used", lambda _org, _zone, metric, _now: used[metric])
    return used


def on(
    tier_id: str,
    effects: PerformingEffects | RecordingEffects | None = None,
    in_run: Mapping[str, RunUse] | None = None,
) -> StepContext:
    context = step_context(effects)
    return replace(context, org=replace(context.org, tier_id=tier_id), used_in_run=lambda: in_run or {})


def test_messages_of_the_run_not_yet_in_the_month_count(month: dict[Metric, int]) -> None:
    month[Metric.EMAILS] = 90
    require_within_tier(on("starter", in_run={"email": RunUse(12, 9)}), "email")
    with pytest.raises(TierLimitError, match="emailsUsed: 100 of 100 used this month on starter"):
        require_within_tier(on("starter", in_run={"email": RunUse(12, 10)}), "email")
    require_within_tier(on("growth", in_run={"email": RunUse(9_999, 9_999)}), "email")


def test_a_run_is_one_session_however_often_it_asks(month: dict[Metric, int]) -> None:
    month[Metric.AI_SESSIONS] = 25
    refused = why_no_session(on("starter"))
    assert refused is not None
    assert refused.startswith("aiSessionsUsed: 25 of 25 used this month on starter; upgrade to growth")
    assert why_no_session(on("starter", in_run={"model:claude-haiku-5-5": RunUse(800, 800)})) is None
    asked_here = on("starter")
    asked_here.costs.append(model_cost("claude-haiku-5-5", 10, 10))
    assert why_no_session(asked_here) is None
    assert why_no_session(on("pro")) is None


def test_without_a_session_left_the_text_is_computed_with_the_reason(
    month: dict[Metric, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    month[Metric.AI_SESSIONS] = 25
    monkeypatch.setattr(claude, "available", lambda: True)
    monkeypatch.setattr("shared.steps.agents._model.model_steps_allowed", lambda *_given: True)
    note = why_not(on("starter"))
    assert note is not None
    assert note.startswith("computed: aiSessionsUsed: 25 of 25 used")


def test_a_refused_text_is_not_sent_and_leaves_no_intent(
    month: dict[Metric, int], outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    def send(phone: str, _body: str) -> str:
        sent.append(phone)
        return "m1"

    monkeypatch.setattr(blackleaf, "send", send)
    effects = PerformingEffects()
    with pytest.raises(
        TierLimitError, match="smsInternalUsed: 0 of 0 used this month on starter; upgrade to growth"
    ):
        send_sms_once(on("starter", effects), "+13155550123", "Hi", About("Hi", "text"))
    assert sent == []
    assert effects.journal == {}


def test_a_retry_does_not_refuse_what_was_already_sent(
    month: dict[Metric, int], outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blackleaf, "send", lambda _phone, _body: "m1")
    context = on("growth", PerformingEffects())
    first = send_sms_once(context, "+13155550123", "Hi", About("Hi", "text"))
    fallen = replace(context, org=replace(context.org, tier_id="starter"))
    assert send_sms_once(fallen, "+13155550123", "Hi", About("Hi", "text")) == first


@pytest.mark.parametrize("name", ["draft_email", "draft_sms", "draft_campaign", "create_campaign_draft"])
def test_a_draft_over_the_limit_is_refused_before_it_costs_anything(name: str, month: dict[Metric, int]) -> None:
    month[Metric.CREATIVE_ASSETS] = 4
    action = load_action(name)
    params = action.params.model_validate(dict(action.example))
    effects = RecordingEffects()
    with pytest.raises(TierLimitError, match="creativeAssetsUsed: 5 of 5 used this month on starter"):
        action.run(params, on("starter", effects, {"creative_asset": RunUse(1, 1)}))
    assert effects.recorded == []
    last = on("starter", RecordingEffects())
    action.run(params, last)
    assert cost("creative_asset") in last.costs


def test_the_campaign_draft_counts_once_it_is_there(month: dict[Metric, int]) -> None:
    action = load_action("create_campaign_draft")
    context = on("pro", RecordingEffects())
    action.run(action.params.model_validate(dict(action.example)), context)
    assert [one.item for one in context.costs] == ["creative_asset"]
    assert isinstance(context.costs[0], Cost)


def test_a_zip_code_more_than_the_tier_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def active(_org_id: str, *, but_location: str | None = None) -> frozenset[str]:
        return frozenset() if but_location == "only" else frozenset({"14607"})

    monkeypatch.setattr(gauges, "zip_codes_active", active)

    def need(collection: str, location: str, fields: dict[str, Any], tier: str = "starter") -> None:
        require_zip_code_within_tier(on(tier), collection, location, fields)

    need("locations", "new", {"zipCode": "14607-1234"})
    need("locations", "only", {"zipCode": "14608"})
    need("locations", "new", {"name": "Downtown"})
    need("customers", "new", {"zipCode": "14608"})
    need("locations", "new", {"zipCode": "14608"}, tier="enterprise")
    with pytest.raises(PermanentError, match="zipCodesActive: 1 of 1 used on starter; upgrade to growth for 3"):
        need("locations", "new", {"zipCode": "14608"})


def test_now_is_the_steps_own(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[datetime] = []

    def used(_org: str, _zone: str, _metric: Metric, now: datetime) -> int:
        seen.append(now)
        return 0

    monkeypatch.setattr(limits, "_used", used)
    context = on("starter")
    require_within_tier(context, "email")
    assert seen == [context.now]
