"""Each action with Claude (the stand-in) and without: its answer, its cost, and what it does when Claude fails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from shared.errors import PermanentError, TransientError
from shared.steps.agents import _model
from shared.steps.base import Cost, Effect, StepContext
from shared.steps.registry import action_modules, load_action
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import PerformingEffects, RecordingEffects, step_context

ACTIONS = sorted(name for name, module in action_modules().items() if ".agents." in module)
CREATIVE = "creative_asset"
OPTIONAL = {"summarize", "analyze", "forecast_narrative", "review_compliance"}
"""Where a model's failure leaves the computed answer; the others climb the ladder."""
REPLIES: dict[str, dict[str, Any]] = {
    "delegate": {"text": "Revenue was $18,250."},
    "generate": {"text": "Blue Dream and gummies came in."},
    "summarize": {"text": "Sales rose 12 %."},
    "analyze": {"text": "White Widow has the highest price."},
    "forecast_narrative": {"text": "Blue Dream runs out on 2026-12-01."},
    "classify": {"json": {"choices": [{"item": 1, "label": 1}, {"item": 2, "label": 2}, {"item": 3, "label": 3}]}},
    "extract": {"json": {"found": [{"field": 1, "value": "Hudson Farms"}, {"field": 2, "value": "$1,250.00"}]}},
    "review_compliance": {"json": {"issues": [{"rule": "health_claim", "excerpt": "gummies", "suggestion": "x"}]}},
    "draft_email": {"json": {"subject": "New this week", "text": "Blue Dream is $40."}},
    "draft_sms": {"json": {"body": "Thrive: Blue Dream is back."}},
    "draft_campaign": {
        "json": {
            "name": "Flower",
            "subject": "10 % off",
            "email_text": "All flower.",
            "sms_text": "Thrive: flower.",
        }
    },
}


INVOICE_FIELDS = {
    "vendor": "who sells",
    "total": "price",
    "due": "date",
    "email": "email",
    "phone": "phone: the shop's",
}


def run(name: str, context: StepContext | None = None, **params: Any) -> dict[str, Any]:
    action = load_action(name)
    given = action.params.model_validate(params or dict(action.example))
    dumped: dict[str, Any] = action.run(given, context or step_context()).model_dump(mode="json", by_alias=True)
    return dumped


def spent(context: StepContext) -> list[Cost]:
    """What was paid for; what only counts against the tier is `CREATIVE`."""
    charged = context.effects.charged if isinstance(context.effects, PerformingEffects) else []
    return [one for one in (*context.costs, *charged) if one.item != CREATIVE]


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
def test_a_dry_run_asks_nobody_and_says_what_it_would_ask(name: str, claude: ClaudeStandIn) -> None:
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
def test_a_used_up_budget_asks_nobody(name: str, claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_model, "model_steps_allowed", lambda *_given: False)
    output = run(name)
    assert (output["source"], output["note"]) == ("computed", _model.NO_BUDGET)
    assert claude.calls == []


@pytest.mark.parametrize("name", ACTIONS)
def test_an_outage_leaves_optional_texts_computed_and_lets_the_others_climb_the_ladder(
    name: str, claude: ClaudeStandIn
) -> None:
    claude.fail(529, times=5)
    if name in OPTIONAL:
        output = run(name)
        assert output["source"] == "computed"
        assert "Claude answered 529" in output["note"]
    else:
        with pytest.raises(TransientError, match="529"):
            run(name)


@pytest.mark.parametrize("name", sorted(OPTIONAL))
def test_an_optional_text_is_asked_for_twice(name: str, claude: ClaudeStandIn) -> None:
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
def test_a_wrong_key_is_told_and_computed(name: str, claude: ClaudeStandIn) -> None:
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


def test_a_summary_with_a_number_of_its_own_is_not_taken(claude: ClaudeStandIn) -> None:
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


def test_a_forecast_of_an_earlier_step_is_told() -> None:
    forecast = {"items": [{"name": "Blue Dream", "stockOutDate": "2026-12-01"}], "expectedUnits": 12}
    context = step_context(outputs={"forecast_demand": forecast})
    action = load_action("forecast_narrative")
    told = action.run(action.params(), context).text
    assert told == "About 12 units are expected. First to run out: Blue Dream on 2026-12-01."
    with pytest.raises(PermanentError, match="no forecast_demand step came before"):
        action.run(action.params(), step_context())


class TestClassify:
    LABELS = ("complaint", "praise")

    def test_many_items_take_one_call_for_each_fifty(self, claude: ClaudeStandIn) -> None:
        choices = {"choices": [{"item": number, "label": 2} for number in range(1, 51)]}
        claude.reply(json=choices, times=3)
        context = step_context(PerformingEffects())
        output = run("classify", context, items=["nice"] * 120, labels=self.LABELS)
        assert output["counts"] == {"complaint": 0, "praise": 120}
        assert len(claude.calls) == len(spent(context)) == 3

    def test_a_retry_asks_only_for_what_is_not_sorted(self, claude: ClaudeStandIn) -> None:
        effects = PerformingEffects()
        claude.reply(json={"choices": [{"item": number, "label": 1} for number in range(1, 51)]}, times=3)
        first = step_context(effects)
        original = effects.once

        def failing_second(key: str, *args: Any, **options: Any) -> dict[str, Any]:
            if key == "items:50" and len(claude.calls) == 1:
                claude.fail(503)
            return original(key, *args, **options)

        effects.once = failing_second  # type: ignore[method-assign]
        with pytest.raises(TransientError):
            run("classify", first, items=["bad"] * 120, labels=self.LABELS)
        effects.once = original  # type: ignore[method-assign]
        output = run("classify", step_context(effects), items=["bad"] * 120, labels=self.LABELS)
        assert output["counts"]["complaint"] == 120
        assert len(claude.calls) == len(effects.charged) == 3

    def test_what_the_model_says_beyond_items_and_labels_is_not_taken(self, claude: ClaudeStandIn) -> None:
        said = [{"item": 1, "label": 9}, {"item": 2, "label": 1}, {"item": 2, "label": 2}, {"item": 7, "label": 1}]
        claude.reply(json={"choices": [*said, {"item": 3, "label": 0}]})
        output = run("classify", items=["a", "b", "c", "d"], labels=self.LABELS)
        assert [one["label"] for one in output["results"]] == [None] * 4
        reasons = [one["reason"] for one in output["results"]]
        assert reasons == [
            "the model named a label that does not exist",
            "the model gave it several labels",
            "none of the labels fits",
            "the model said nothing about it",
        ]

    def test_words_decide_without_a_model_and_a_tie_has_no_label(self) -> None:
        output = run(
            "classify",
            items=[{"text": "This is a complaint"}, {"text": "praise and a complaint"}, {"text": "Hello"}],
            labels=self.LABELS,
            field="text",
        )
        assert [one["label"] for one in output["results"]] == ["complaint", None, None]
        assert "alike" in output["results"][1]["reason"]

    def test_one_input_has_one_label(self) -> None:
        assert run("classify", input="much praise", labels=self.LABELS)["label"] == "praise"

    def test_a_missing_field_is_named(self) -> None:
        with pytest.raises(PermanentError, match=r"items\[0\] has no field 'text'; found name"):
            run("classify", items=[{"name": "x"}], labels=self.LABELS, field="text")

    @pytest.mark.parametrize(
        ("params", "named"),
        [
            ({"labels": ["a", "b"]}, "expected exactly one of them"),
            ({"labels": ["a", "a"], "input": "x"}, "twice"),
            ({"labels": ["a", "b"], "input": "x", "hints": {"c": "x"}}, "'c' is no label"),
        ],
    )
    def test_bad_params_are_refused(self, params: dict[str, Any], named: str) -> None:
        with pytest.raises(ValueError, match=named):
            load_action("classify").params.model_validate(params)


class TestExtract:
    def test_values_are_typed_and_what_is_not_there_is_null(self, claude: ClaudeStandIn) -> None:
        found = ["Hudson Farms", "$1,250.00", "2026-12-15", "billing@hudson.example", "not given"]
        claude.reply(json={"found": [{"field": n, "value": value} for n, value in enumerate(found, 1)]})
        text = "Hudson Farms, $1,250.00 due Dec 15, 2026, billing@hudson.example"
        output = run("extract", input=text, fields=INVOICE_FIELDS)
        assert output["values"] == {
            "vendor": "Hudson Farms",
            "total": 1250.0,
            "due": "2026-12-15",
            "email": "billing@hudson.example",
            "phone": None,
        }
        assert output["missing"] == ["phone"]

    def test_an_address_that_the_input_does_not_have_is_no_answer(self, claude: ClaudeStandIn) -> None:
        claude.reply(
            json={"found": [{"field": 1, "value": "made@up.example"}, {"field": 2, "value": "+13155550100"}]}
        )
        output = run("extract", input="Call us.", fields={"email": "email", "phone": "phone"})
        assert output["values"] == {"email": None, "phone": None}

    def test_fields_that_nobody_asked_for_are_not_taken(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"found": [{"field": 0, "value": "x"}, {"field": 7, "value": "y"}]})
        assert run("extract", input="x", fields={"name": "text"})["values"] == {"name": None}

    def test_names_and_patterns_read_without_a_model(self) -> None:
        text = """Vendor: Hudson Farms
        Contact: jane@hudson.example, (315) 555-0123
        Discount 12.5 % on $1,250.00, 40 units, due 12/15/2026. Paid: no"""
        fields = {
            "vendor": "text", "customerEmail": "whom to write to", "phone": "phone", "total": "price",
            "discount": "percent", "units": "integer", "dueDate": "", "paid": "boolean", "mood": "text",
        }  # fmt: skip
        assert run("extract", input=text, fields=fields)["values"] == {
            "vendor": "Hudson Farms",
            "customerEmail": "jane@hudson.example",
            "phone": "+13155550123",
            "total": 1250.0,
            "discount": 12.5,
            "units": 40,
            "dueDate": "2026-12-15",
            "paid": False,
            "mood": None,
        }

    def test_fields_of_data_are_found_by_name(self) -> None:
        order = {"order": {"totalPrice": 40.5, "customer": {"email": "a@b.example"}}, "count": 3}
        output = run("extract", input=order, fields={"total_price": "price", "email": "email", "count": "integer"})
        assert output["values"] == {"total_price": 40.5, "email": "a@b.example", "count": 3}


class TestReview:
    def test_a_model_may_add_but_never_take_away(self, claude: ClaudeStandIn) -> None:
        claude.reply(
            json={"issues": [{"rule": "potency_claim", "excerpt": "melts faces", "suggestion": "Say less."}]}
        )
        output = run("review_compliance", text="Cures pain and melts faces", channel="web")
        assert [(one["rule"], one["foundBy"]) for one in output["issues"]] == [
            ("health_claim", "rule"),
            ("age_gate", "rule"),
            ("potency_claim", "model"),
        ]
        assert not output["approved"]

    def test_a_clean_text_is_approved_by_both(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"issues": []})
        output = run("review_compliance", text="Blue Dream is back. 21+.", channel="web", state="ny")
        assert (output["approved"], output["issues"], output["source"]) == (True, [], "model")

    def test_an_unknown_state_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two letters of a US state"):
            load_action("review_compliance").params.model_validate({"text": "x", "state": "New York"})


class TestDrafts:
    def test_a_models_draft_is_checked_and_ends_as_it_must(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"subject": "Free\nweed", "text": "It cures pain."})
        output = run("draft_email", purpose="x")
        assert output["subject"] == "Free weed"
        assert {one["rule"] for one in output["issues"]} == {"health_claim", "free_product"}
        assert "reply UNSUBSCRIBE" in output["text"]

    def test_a_long_sms_of_the_model_is_one_segment(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"body": "Thrive – “Blue Dream” 🌿 " * 20})
        body = run("draft_sms", purpose="x")["body"]
        assert len(body) <= 160
        assert body.endswith("21+. Reply STOP to opt out.")
        assert body.isascii()

    def test_an_empty_draft_is_computed(self, claude: ClaudeStandIn) -> None:
        claude.reply(json={"body": " "})
        output = run("draft_sms", purpose="Blue Dream is back")
        assert output["body"].startswith("Thrive: Blue Dream is back.")
        assert output["note"] == "computed: the model left body empty"

    def test_segment_channels_and_offer_are_the_authors(self, claude: ClaudeStandIn) -> None:
        claude.reply(**REPLIES["draft_campaign"])
        output = run("draft_campaign", purpose="x", channels=["sms"], segment="vip", offer="10 % off")
        assert (output["channels"], output["segment"], output["offer"]) == (["sms"], "vip", "10 % off")
        assert (output["subject"], output["emailText"]) == (None, None)
        assert output["smsText"] == "Thrive: flower. 21+. Reply STOP to opt out."

    @pytest.mark.parametrize("name", ["draft_email", "draft_sms", "draft_campaign"])
    def test_a_computed_draft_of_fair_facts_breaks_no_rule(self, name: str) -> None:
        assert run(name)["issues"] == []
