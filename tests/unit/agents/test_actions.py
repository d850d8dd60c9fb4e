"""Each action with Claude (the stand-in) and without: its answer, its cost, and what it does when Claude fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import PermanentError, TransientError
from shared.steps.agents import _model
from shared.steps.base import Effect
from shared.steps.registry import load_action
from tests.unit.agents.actions import ACTIONS
from tests.unit.agents.calls import CREATIVE, REPLIES, run, spent
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import PerformingEffects, RecordingEffects, step_context

OPTIONAL = {"summarize", "analyze", "forecast_narrative", "review_compliance"}
"""Where a model's failure leaves the computed answer; the others climb the ladder."""


def test_the_family_is_complete() -> None:
    expected = {"delegate", "generate", "summarize", "classify", "extract", "analyze", "forecast_narrative"}
    assert set(ACTIONS) == expected | {"review_compliance", "draft_email", "draft_sms", "draft_campaign"}
    assert set(REPLIES) == set(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_without_a_key_the_answer_is_computed_free_and_the_same_every_time(name: str) -> None:
    context = step_context()
    output = run(name, context)
    assert (output["source"], output["note"]) == ("computed", _model.NO_KEY)
    assert spent(context) == []
    assert run(name) == output


@pytest.mark.parametrize("name", ACTIONS)
def test_with_a_key_claude_answers_once_and_it_costs(name: str, claude: ClaudeStandIn) -> None:
    claude.reply(**REPLIES[name])
    context = step_context(PerformingEffects())
    output = run(name, context)
    assert output["source"] == "model"
    assert len(claude.calls) == 1
    (cost,) = spent(context)
    assert cost.item == f"model:{claude.calls[0]['model']}"
    assert cost.usd > 0


@pytest.mark.parametrize("name", ACTIONS)
def test_a_dry_run_does_not_call_claude_and_shows_the_request(name: str, claude: ClaudeStandIn) -> None:
    effects = RecordingEffects()
    context = step_context(effects)
    output = run(name, context)
    assert (output["source"], _model.DRY_RUN in output["note"]) == ("computed", True)
    assert claude.calls == []
    assert spent(context) == []
    assert {summary["model"].split("-")[0] for summary in effects.summaries} == {"claude"}


@pytest.mark.parametrize("name", ACTIONS)
def test_a_draft_is_one_creative_asset_whoever_wrote_it(name: str) -> None:
    context = step_context()
    run(name, context)
    assert [one.quantity for one in context.costs if one.item == CREATIVE] == [1] * name.startswith("draft_")


@pytest.mark.parametrize("name", ACTIONS)
def test_with_a_used_up_budget_claude_is_not_called(
    name: str, claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_model, "model_steps_allowed", lambda *_given: False)
    output = run(name)
    assert (output["source"], output["note"]) == ("computed", _model.NO_BUDGET)
    assert claude.calls == []


@pytest.mark.parametrize("name", ACTIONS)
def test_in_an_outage_optional_texts_are_computed_and_others_are_retried(name: str, claude: ClaudeStandIn) -> None:
    claude.fail(529, times=5)
    if name in OPTIONAL:
        output = run(name)
        assert output["source"] == "computed"
        assert "Claude answered 529" in output["note"]
    else:
        with pytest.raises(TransientError, match="529"):
            run(name)


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_an_optional_text_is_requested_at_most_twice(name: str, claude: ClaudeStandIn) -> None:
    claude.reply(**REPLIES[name])
    claude.fail(503)
    assert run(name)["source"] == "model"


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("reply", [{"stop_reason": "refusal"}, {"stop_reason": "max_tokens", "text": "Blue"}])
def test_an_answer_of_no_use_is_paid_for_and_computed(
    name: str, reply: dict[str, Any], claude: ClaudeStandIn
) -> None:
    claude.reply(**reply)
    context = step_context(PerformingEffects())
    output = run(name, context)
    assert output["source"] == "computed"
    assert "Claude" in output["note"]
    assert len(spent(context)) == 1


@pytest.mark.parametrize("name", ACTIONS)
def test_a_wrong_key_is_reported_and_computed(name: str, claude: ClaudeStandIn) -> None:
    claude.fail(401)
    output = run(name)
    assert output["source"] == "computed"
    assert "Claude answered 401" in output["note"]


@pytest.mark.parametrize("name", [name for name in ACTIONS if "json" in REPLIES[name]])
def test_nonsense_instead_of_the_form_is_computed(name: str, claude: ClaudeStandIn) -> None:
    claude.reply(text="Sure! Here you go:")
    assert run(name)["source"] == "computed"


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_says_what_it_does_to_the_outside_and_usually_uses(name: str) -> None:
    action = load_action(name)
    assert action.effect is Effect.IDEMPOTENT
    (item,) = action.typical_use(dict(action.example))
    assert item in {"model:routine", "model:analysis", "model:best"}
    assert action.__class__.__doc__


def test_the_steps_agent_decides_the_voice(claude: ClaudeStandIn) -> None:
    run("generate", replace(step_context(), agent="mrs_parker"))
    run("generate", replace(step_context(), agent="somebody"))
    voices = [call["system"][0]["text"] for call in claude.calls]
    assert "You are Mrs. Parker" in voices[0]
    assert "You are Leo" in voices[1]


def test_an_unknown_agent_cannot_be_delegated_to() -> None:
    with pytest.raises(PermanentError, match="'merlin' is not an agent; expected one of craig"):
        run("delegate", agent="merlin", task="x")


@pytest.mark.parametrize(("task", "model"), [("routine", "haiku"), ("analysis", "sonnet"), ("best", "opus")])
def test_the_playbook_may_ask_for_a_larger_model(task: str, model: str, claude: ClaudeStandIn) -> None:
    run("generate", prompt="Write.", task=task)
    assert model in claude.calls[0]["model"]


def test_a_summary_with_an_invented_number_is_rejected(claude: ClaudeStandIn) -> None:
    claude.reply(text="Sales rose 80 %.")
    output = run("summarize")
    assert (output["source"], "80%" in output["note"].replace(" ", "")) == ("computed", True)
    assert "80" not in output["text"]


def test_what_was_not_read_is_said(claude: ClaudeStandIn) -> None:
    output = run("generate", prompt="Write.", input="word " * 6_000)
    assert output["note"] == "the last 6,000 characters of the input were not read"


def test_links_are_only_those_that_the_step_names(claude: ClaudeStandIn) -> None:
    claude.reply(text="See https://thrive.example/deals or https://evil.example now.")
    output = run("generate", prompt="Write.", links=["https://thrive.example/deals"])
    assert output["text"] == "See https://thrive.example/deals or [link removed] now."
    assert "1 address" in output["note"]


def test_a_forecast_of_an_earlier_step_is_reported() -> None:
    forecast = {"items": [{"name": "Blue Dream", "stockOutDate": "2026-12-01"}], "expectedUnits": 12}
    context = step_context(outputs={"forecast_demand": forecast})
    action = load_action("forecast_narrative")
    told = action.run(action.params(), context).text
    assert told == "About 12 units are expected. First to run out: Blue Dream on 2026-12-01."
    with pytest.raises(PermanentError, match="no forecast_demand step came before"):
        action.run(action.params(), step_context())
