"""Where a playbook may name a secret, and what it is told where it may not."""

from __future__ import annotations

from typing import Any

import pytest

from shared.api.masking import masked
from shared.playbooks.secret_names import is_only_secrets
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model


def problems(*steps: dict[str, Any], triggers: list[dict[str, Any]] | None = None) -> list[str]:
    written = {
        "name": "Call",
        "status": "active",
        "triggers": triggers or [{"type": "manual"}],
        "steps": list(steps),
    }
    try:
        parse_playbook("org_1", written, params_model)
    except InvalidPlaybookError as error:
        return error.problems
    return []


def call(**params: Any) -> dict[str, Any]:
    return {"id": "call", "action": "http_request", "params": {"url": "https://api.example.com/", **params}}


@pytest.mark.parametrize(
    "step",
    [
        call(headers={"Authorization": "Bearer {{secrets.SHOP_KEY}}"}),
        call(url="https://api.example.com/?key={{ secrets.KEY2 }}"),
        call(method="POST", body={"login": [{"password": "{{secrets.PASSWORD}}"}]}),
        {"id": "post", "action": "slack_post", "params": {"text": "Hello", "webhook": "{{secrets.OPS_SLACK}}"}},
        {
            "id": "each",
            "action": "for_each",
            "params": {"items": [1], "steps": [call(headers={"X-Key": "{{secrets.KEY}}"})]},
        },
    ],
)
def test_a_secret_may_stand_where_another_system_is_called(step: dict[str, Any]) -> None:
    assert problems(step) == []


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (
            {"id": "s", "action": "set", "params": {"values": {"key": "{{secrets.KEY}}"}}},
            "steps[0].params.values.key",
        ),
        (call(method="{{secrets.KEY}}"), "steps[0].params.method"),
        ({**call(), "condition": "{{secrets.KEY}} == 'x'"}, "steps[0].condition"),
        (
            {"id": "m", "action": "notify", "params": {"subject": "S", "body": "{{secrets.KEY}}"}},
            "steps[0].params.body",
        ),
        ({"id": "p", "action": "slack_post", "params": {"text": "{{secrets.KEY}}"}}, "steps[0].params.text"),
        (
            {
                "id": "r",
                "action": "run_playbook",
                "params": {"playbookId": "x", "eventData": {"a": "{{secrets.A}}"}},
            },
            "steps[0].params.eventData.a",
        ),
    ],
)
def test_a_secret_anywhere_else_is_refused_with_where_it_may_stand(step: dict[str, Any], field: str) -> None:
    (line,) = problems(step)
    assert line.startswith(f"{field}: found ")
    assert "filled in only in the url, headers and body of http_request" in line


def test_a_filter_may_not_read_a_secret() -> None:
    trigger = {"type": "event", "eventName": "order.created", "filter": "event.key == secrets.KEY"}
    (line,) = problems(call(), triggers=[trigger])
    assert line.startswith("triggers[0].filter: found 'event.key == secrets.KEY'")


@pytest.mark.parametrize(
    "hole", ["secrets.KEY | upper", "'x' + secrets.KEY", "secrets", "secrets[event.name]", "secrets.A.B"]
)
def test_a_secret_stands_alone_in_its_braces(hole: str) -> None:
    (line,) = problems(call(headers={"X-Key": f"{{{{{hole}}}}}"}))
    assert "expected {{secrets.NAME}} by itself" in line


def test_a_name_in_small_letters_is_refused_with_the_form_of_names() -> None:
    (line,) = problems(call(headers={"X-Key": "{{secrets.shop_key}}"}))
    assert line.startswith("steps[0].params.headers.X-Key: found the secret 'shop_key'; expected a name of 1 to 64")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{secrets.KEY}}", True),
        ("Bearer {{ secrets.KEY }}", True),
        ("Basic {{secrets.A}}{{secrets.B}}", True),
        ("Bearer abc", False),
        ("Bearer abc{{secrets.KEY}}", False),
        ("{{event.token}}", False),
        ("{{secrets.key}}", False),
        ("", False),
    ],
)
def test_a_value_of_only_placeholders_may_be_shown(text: str, expected: bool) -> None:
    assert is_only_secrets(text) is expected
    assert (masked({"headers": {"Authorization": text}})["headers"]["Authorization"] == text) is expected
