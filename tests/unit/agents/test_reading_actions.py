"""`classify`, `extract` and `review_compliance`: what of a model's answer is taken, what is read without one."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import PermanentError, TransientError
from shared.steps.registry import load_action
from tests.unit.agents.calls import run, spent
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import PerformingEffects, step_context

INVOICE_FIELDS = {
    "vendor": "who sells",
    "total": "price",
    "due": "date",
    "email": "email",
    "phone": "phone: the shop's",
}


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

    def test_answers_beyond_items_and_labels_are_ignored(self, claude: ClaudeStandIn) -> None:
        said = [{"item": 1, "label": 9}, {"item": 2, "label": 1}, {"item": 2, "label": 2}, {"item": 7, "label": 1}]
        claude.reply(json={"choices": [*said, {"item": 3, "label": 0}]})
        output = run("classify", items=["a", "b", "c", "d"], labels=self.LABELS)
        assert [one["label"] for one in output["results"]] == [None] * 4
        reasons = [one["reason"] for one in output["results"]]
        assert reasons == [
            "the model named a label that doesn't exist",
            "the model gave it several labels",
            "none of the labels fits",
            "the model skipped it",
        ]

    def test_words_decide_without_a_model_and_a_tie_has_no_label(self) -> None:
        output = run(
            "classify",
            items=[{"text": "This is a complaint"}, {"text": "praise and a complaint"}, {"text": "Hello"}],
            labels=self.LABELS,
            field="text",
        )
        assert [one["label"] for one in output["results"]] == ["complaint", None, None]
        assert "equally well" in output["results"][1]["reason"]

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

    def test_an_address_that_the_input_does_not_have_is_not_an_answer(self, claude: ClaudeStandIn) -> None:
        claude.reply(
            json={"found": [{"field": 1, "value": "made@up.example"}, {"field": 2, "value": "+13155550100"}]}
        )
        output = run("extract", input="Call us.", fields={"email": "email", "phone": "phone"})
        assert output["values"] == {"email": None, "phone": None}

    def test_unrequested_fields_are_ignored(self, claude: ClaudeStandIn) -> None:
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
    def test_a_model_may_add_findings_but_never_remove_them(self, claude: ClaudeStandIn) -> None:
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
