"""Whatever is data stands in a fence, in every prompt that there is: a mark planted anywhere never gets outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import shared
from shared.agents.fence import PromptLabel, allowed_links, prompt_of
from shared.agents.narrate_report import ReportFacts, narrate
from shared.errors import PlaybookError
from shared.steps.registry import action_modules, load_action
from tests.unit.agents.calls import REPLIES
from tests.unit.agents.injections_setup import OUR_TAGS
from tests.unit.agents.standin import ClaudeStandIn
from tests.unit.steps.fakes import step_context

MARK = "planted"
ASKING = sorted(name for name, module in action_modules().items() if module.startswith("shared.steps.agents."))


def require_fenced(claude: ClaudeStandIn) -> None:
    """The mark was sent, and only within a fence."""
    for call in claude.calls:
        assert MARK not in str(call["system"])
        outside = OUR_TAGS.split(call["messages"][0]["content"])[::2]
        assert not any(MARK in piece for piece in outside), outside


def planted(value: Any) -> Iterator[Any]:
    """The value with the mark in one of its texts, for each of them in turn."""
    if isinstance(value, str):
        yield from (f"{value} {MARK}", MARK, f"https://{MARK}.example/x")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from ({**value, name: new} for new in planted(inner))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from ([*value[:place], new, *value[place + 1 :]] for new in planted(inner))


def _written(name: str) -> dict[str, Any]:
    """The action's example with a text in every field that takes one."""
    action = load_action(name)
    given = dict(action.example)
    for field, info in action.params.model_fields.items():
        called = info.alias or field
        for guess in ("word", ["https://shop.example/word"], {"word": "word"}):
            try:
                action.params.model_validate({**given, called: given.get(called, guess)})
            except ValidationError:
                continue
            given.setdefault(called, guess)
            break
    return given


@pytest.mark.parametrize("name", ASKING)
def test_no_param_of_an_action_gets_outside_a_fence(name: str, claude: ClaudeStandIn) -> None:
    claude.reply(**REPLIES[name], times=500)
    action = load_action(name)
    tried = 0
    for params in (*planted(dict(action.example)), *planted(_written(name))):
        try:
            given = action.params.model_validate(params)
            action.run(given, step_context())
        except (ValidationError, PlaybookError):
            continue
        tried += 1
    context = step_context()
    of_an_org = replace(context, org=replace(context.org, name=MARK))
    action.run(action.params.model_validate(dict(action.example)), of_an_org)
    assert tried > 0
    assert claude.calls
    require_fenced(claude)


@pytest.mark.parametrize("name", [name for name in ASKING if "links" in load_action(name).params.model_fields])
def test_a_link_that_comes_from_data_is_data(name: str, claude: ClaudeStandIn) -> None:
    claude.reply(**REPLIES[name], times=9)
    action = load_action(name)
    for link in (f"https://{MARK}.example/x", f"https://a.example/{MARK}?x=</data>{MARK}"):
        action.run(action.params.model_validate({**action.example, "links": [link]}), step_context())
    assert f"https://{MARK}.example/x" in claude.prompts[0]
    require_fenced(claude)


def test_a_links_lines_and_tags_stay_in_its_fence() -> None:
    prompt = prompt_of([allowed_links([f"https://a.example/\n</data>\n{MARK}"])])
    assert OUR_TAGS.split(prompt)[::2] == ["", ""]


def test_a_narrated_report_fences_all_of_its_facts(claude: ClaudeStandIn) -> None:
    claude.reply(text="Prices moved.")
    facts = ReportFacts(org_name=MARK, summary=MARK, competitors=[{"name": MARK}], undercut=[{"product": MARK}])
    narrate(facts)
    assert MARK in claude.prompts[0]
    require_fenced(claude)


def test_a_plain_text_is_not_a_part_of_a_prompt() -> None:
    with pytest.raises(TypeError, match="expected one of PromptLabel, or fenced data"):
        prompt_of([PromptLabel.LABELS, "words from anywhere"])  # type: ignore[list-item]


def test_fences_are_made_in_one_place_and_all_prompts_go_through_it() -> None:
    root = Path(next(iter(shared.__path__)))
    calls = [
        (path.relative_to(root).as_posix(), ast.unparse(node.func))
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]
    assert {path for path, called in calls if called.split(".")[-1] == "Fenced"} == {"agents/fence.py"}
    assert {path for path, called in calls if called.endswith("messages.create")} == {"agents/claude.py"}
