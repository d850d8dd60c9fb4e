"""Attempts to give orders from within the material change nothing: not the prompt's fences, not the outputs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from shared.agents.fence import STANDING_INSTRUCTION
from shared.agents.narrate_report import ReportFacts, narrate
from shared.steps.registry import load_action
from tests.unit.agents.actions import ACTIONS
from tests.unit.agents.calls import REPLIES
from tests.unit.agents.injections import INJECTIONS
from tests.unit.agents.injections_setup import OUR_TAGS
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import step_context

TAGS = re.compile(r"</?[a-z]+(?: [^<>]*)?>")

each_attempt = pytest.mark.parametrize("attempt", INJECTIONS.values(), ids=INJECTIONS)


def poisoned(name: str, attempt: str) -> dict[str, Any]:
    """The action's params with the attempt wherever a scraped, typed or written text may stand."""
    menu = {"products": [{"name": attempt, "price": 40}], "note": attempt}
    asked = attempt[:900]
    given: dict[str, dict[str, Any]] = {
        "delegate": {"agent": "ezal", "task": asked, "input": menu},
        "generate": {"prompt": asked, "input": menu},
        "summarize": {"input": menu},
        "analyze": {"input": menu, "question": asked},
        "forecast_narrative": {
            "input": {"items": [{"name": attempt, "stockOutDate": "2026-12-01"}], "text": attempt}
        },
        "classify": {"items": [attempt, "the flower was fine"], "labels": ["praise", "complaint"]},
        "extract": {"input": menu, "fields": {"vendor": "text", "total": "price"}},
        "review_compliance": {"text": attempt[:20_000]},
        "draft_email": {"purpose": asked, "facts": menu, "audience": attempt[:300], "tone": attempt[:100]},
        "draft_sms": {"purpose": asked, "facts": menu},
        "draft_campaign": {"purpose": asked, "facts": menu, "offer": attempt[:300]},
    }
    return given[name]


def output_of(name: str, attempt: str) -> dict[str, Any]:
    action = load_action(name)
    outcome = action.run(action.params.model_validate(poisoned(name, attempt)), step_context())
    dumped: dict[str, Any] = outcome.model_dump(mode="json", by_alias=True)
    return dumped


def prose(name: str, output: dict[str, Any]) -> str:
    """What of the output is text written here; not what only repeats an input as such."""
    echoed = {"results", "offer", "segment", "issues", "values", "figures"}
    return json.dumps({field: value for field, value in output.items() if field not in echoed}, ensure_ascii=False)


def require_closed_fences(prompt: str) -> None:
    """All tags are ours, none stands in another's fence, and no word of an attempt stands outside of them."""
    assert [tag for tag in TAGS.findall(prompt) if not OUR_TAGS.fullmatch(tag)] == []
    depth = 0
    for tag in OUR_TAGS.findall(prompt):
        depth += -1 if tag.startswith("</") else 1
        assert depth in (0, 1), "a fence within a fence"
    assert depth == 0
    assert not any("evil" in piece.lower() for piece in OUR_TAGS.split(prompt)[::2])


def require_nothing_evil(text: str) -> None:
    """No address of an attempt is in the text."""
    for evil in ("evil.example", "javascript:", "9995550100"):
        assert evil not in text


@pytest.mark.parametrize("name", ACTIONS)
@each_attempt
def test_injected_instructions_stay_fenced_and_change_nothing(
    name: str, attempt: str, claude: ClaudeStandIn
) -> None:
    """The stand-in repeats the attempt in every text that it may write."""
    claude.reply(**_obeying(name, attempt))
    output = output_of(name, attempt)
    (call,) = claude.calls
    require_closed_fences(call["messages"][0]["content"])
    (system,) = call["system"]
    assert system["text"].startswith(STANDING_INSTRUCTION)
    assert "evil" not in system["text"]
    assert set(output) == _fields_of(name), "the output has other fields than it may"
    require_nothing_evil(prose(name, output))


@pytest.mark.parametrize("name", ACTIONS)
@each_attempt
def test_injected_instructions_change_nothing_without_a_model(name: str, attempt: str) -> None:
    require_nothing_evil(prose(name, output_of(name, attempt)))


@each_attempt
def test_a_label_is_one_of_the_set(attempt: str, claude: ClaudeStandIn) -> None:
    claude.reply(json={"choices": [{"item": 1, "label": 1}, {"item": 2, "label": 99}]})
    labels = [one["label"] for one in output_of("classify", attempt)["results"]]
    assert labels == ["praise", None]


@each_attempt
def test_the_rules_findings_are_kept_whatever_the_model_answers(attempt: str, claude: ClaudeStandIn) -> None:
    claude.reply(json={"issues": []})
    text = f"It cures pain. {attempt}"[:20_000]
    action = load_action("review_compliance")
    output = action.run(action.params.model_validate({"text": text}), step_context())
    assert not output.approved
    assert "health_claim" in {one.rule for one in output.issues}


@each_attempt
def test_the_report_is_narrated_from_fenced_facts(attempt: str, claude: ClaudeStandIn) -> None:
    claude.reply(text="One shop is below us.")
    competitors = [{"name": attempt, "products": 3}]
    assert narrate(ReportFacts("Thrive", attempt[:900], competitors)).text == "One shop is below us."
    require_closed_fences(claude.prompts[0])


def _obeying(name: str, attempt: str) -> dict[str, Any]:
    reply = REPLIES[name]
    if "text" in reply:
        return {"text": f"Fine. {attempt[:2_000]}"}
    if name == "classify":
        return {"json": {"choices": [{"item": 1, "label": 2}], "to": attempt[:200]}}
    if name == "extract":
        return {"json": {"found": [{"field": 1, "value": "x"}], "steps": [attempt[:200]]}}
    if name == "review_compliance":
        return {"json": {"issues": [{"rule": "driving", "excerpt": attempt[:20], "suggestion": attempt[:300]}]}}
    texts = dict.fromkeys(reply["json"], f"Fine. {attempt[:500]}")
    return {"json": {**texts, "recipients": [attempt[:200]], "segment": "everybody"}}


def _fields_of(name: str) -> set[str]:
    fields = load_action(name).output.model_fields
    return {field.serialization_alias or field.alias or key for key, field in fields.items()}
