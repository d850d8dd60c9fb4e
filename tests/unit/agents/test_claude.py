from __future__ import annotations

import logging
from typing import Literal

import pytest
from pydantic import BaseModel, Field

from shared.agents import claude as client
from shared.agents.answers import ModelAnswerError, ModelCutOffError, ModelRefusedError
from shared.agents.claude import ModelUnavailableError
from shared.agents.fence import STANDING_INSTRUCTION, PromptLabel, fence
from shared.agents.models import Task
from shared.billing.prices import model_cost
from shared.errors import PermanentError, TransientError
from tests.unit.agents.conftest import KEY
from tests.unit.agents.standin import ClaudeStandIn


class Mood(BaseModel):
    mood: Literal["good", "bad"]
    reasons: list[str] = Field(max_length=3)
    score: int | None


def ask(**options: int) -> client.Answer:
    return client.ask(Task.ROUTINE, "You are Pops.", [PromptLabel.ITEMS, fence("menu", "Blue Dream")], **options)


def test_the_text_and_what_it_cost_come_back(claude: ClaudeStandIn) -> None:
    claude.reply(text="  Hello there. ")
    answer = ask()
    assert answer.text == "Hello there."
    assert answer.usage.model == "claude-haiku-5-5"
    assert answer.usage.cost() == model_cost(
        "claude-haiku-5-5", answer.usage.input_tokens, answer.usage.output_tokens
    )
    assert answer.usage.cost().usd > 0


def test_every_prompt_begins_with_the_standing_instruction_which_can_be_cached(claude: ClaudeStandIn) -> None:
    ask()
    (call,) = claude.calls
    (system,) = call["system"]
    assert system["text"].startswith(STANDING_INSTRUCTION)
    assert system["text"].endswith("You are Pops.")
    assert system["cache_control"] == {"type": "ephemeral"}
    assert call["messages"] == [
        {"role": "user", "content": 'The items:\n\n<data name="menu">\nBlue Dream\n</data>'}
    ]


def test_the_task_decides_the_model_and_settings_name_it(
    claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_BEST", "claude-opus-5")
    for task in Task:
        client.ask(task, "", [PromptLabel.ITEMS])
    assert [call["model"] for call in claude.calls] == ["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5"]
    assert [call["outputConfig"]["effort"] for call in claude.calls] == ["low", "low", "medium"]


def test_no_effort_is_sent_to_a_model_without_that_setting(
    claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_ROUTINE", "claude-haiku-4-5")
    ask()
    assert claude.calls[0]["outputConfig"] == {}


def test_the_default_models_are_ones_that_the_installed_client_knows() -> None:
    from typing import get_args

    from anthropic.types import Model

    from shared.agents.models import model_for

    known = {name for part in get_args(Model) for name in get_args(part)}
    assert {model_for(task) for task in Task} <= known


def test_a_structured_answer_is_an_instance_of_the_model(claude: ClaudeStandIn) -> None:
    claude.reply(json={"mood": "good", "reasons": ["sun"], "score": 3})
    parsed = client.ask_for(Mood, Task.ANALYSIS, "", [PromptLabel.ITEMS])
    assert parsed.value == Mood(mood="good", reasons=["sun"], score=3)
    assert claude.calls[0]["outputConfig"]["format"]["type"] == "json_schema"


def test_the_least_answer_that_the_schema_allows_is_one_too(claude: ClaudeStandIn) -> None:
    assert client.ask_for(Mood, Task.ROUTINE, "", [PromptLabel.ITEMS]).value == Mood(
        mood="good", reasons=[], score=None
    )


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        ({"json": {"mood": "great", "reasons": [], "score": None}}, "mood"),
        ({"json": {"mood": "good", "reasons": ["a", "b", "c", "d"], "score": None}}, "reasons"),
        ({"text": "I think it is good."}, "the answer"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_paid_for(
    claude: ClaudeStandIn, reply: dict[str, object], named: str
) -> None:
    claude.reply(**reply)
    with pytest.raises(ModelAnswerError, match=f"not a valid Mood: {named}") as caught:
        client.ask_for(Mood, Task.ROUTINE, "", [PromptLabel.ITEMS])
    assert caught.value.usage.cost().usd > 0


@pytest.mark.parametrize(
    ("stop_reason", "error"),
    [
        ("refusal", ModelRefusedError),
        ("max_tokens", ModelCutOffError),
        ("model_context_window_exceeded", ModelCutOffError),
        ("tool_use", ModelAnswerError),
        ("end_turn", ModelAnswerError),
    ],
)
def test_an_answer_without_its_end_is_not_an_answer(
    claude: ClaudeStandIn, stop_reason: str, error: type[ModelAnswerError]
) -> None:
    claude.reply(stop_reason=stop_reason)
    with pytest.raises(error) as caught:
        ask()
    assert isinstance(caught.value, PermanentError)
    assert caught.value.usage.input_tokens > 0


@pytest.mark.parametrize("status", [0, 408, 409, 425, 429, 500, 503, 529])
def test_a_temporary_failure_is_transient_and_not_retried_here(claude: ClaudeStandIn, status: int) -> None:
    claude.fail(status)
    with pytest.raises(TransientError):
        ask()
    assert ask().text


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
def test_a_call_that_claude_refuses_is_permanent(claude: ClaudeStandIn, status: int) -> None:
    claude.fail(status)
    with pytest.raises(PermanentError, match=f"Claude answered {status}"):
        ask()


def test_a_second_try_is_made_on_request(claude: ClaudeStandIn) -> None:
    claude.fail(529)
    assert ask(tries=2).text
    claude.fail(529, times=2)
    with pytest.raises(TransientError, match="529"):
        ask(tries=2)


def test_no_second_try_is_made_when_claude_asks_to_wait(claude: ClaudeStandIn) -> None:
    claude.fail(429, retry_after=40)
    with pytest.raises(TransientError, match="429") as caught:
        ask(tries=2)
    assert caught.value.retry_after_seconds == 40
    assert claude.calls == []


def test_a_slow_answer_is_given_up_on(claude: ClaudeStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CALL_SECONDS", 0.3)
    claude.fail(200, delay_seconds=2)
    with pytest.raises(TransientError, match="did not answer within"):
        ask(tries=2)


def test_a_call_stays_under_half_of_a_lease() -> None:
    from shared.gcp.settings import settings

    assert settings().lease_seconds / 2 > client.CALL_SECONDS


@pytest.mark.parametrize("value", ["", "unset", " "])
def test_without_a_key_claude_is_not_called(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", value)
    assert not client.available()
    with pytest.raises(ModelUnavailableError, match="ANTHROPIC_API_KEY is not set"):
        ask()


def test_a_prompt_that_is_too_long_is_refused_before_the_call(claude: ClaudeStandIn) -> None:
    with pytest.raises(PermanentError, match="expected at most 120,000"):
        client.ask(Task.ROUTINE, "", [fence("a", "x" * 120_001, limit=200_000)])
    assert claude.calls == []


def test_the_key_is_in_no_log_and_in_no_error(claude: ClaudeStandIn, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    claude.fail(401)
    with pytest.raises(PermanentError) as caught:
        ask()
    ask()
    assert KEY not in caplog.text
    assert KEY not in str(caught.value)


def test_importing_the_client_loads_no_anthropic() -> None:
    import subprocess
    import sys

    code = "import sys, shared.agents.claude, shared.steps.agents.generate; print('anthropic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
