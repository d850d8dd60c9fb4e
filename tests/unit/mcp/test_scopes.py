"""What a caller's scopes or role let them see."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.api.principal import Principal, Role
from shared.mcp.server import TOOLS
from tests.unit.mcp.door import agent, tools, user

FOR_EVERYBODY = {
    "list_actions",
    "describe_action",
    "list_events",
    "list_templates",
    "describe_template",
    "describe_expressions",
}
BY_SCOPE = {
    "chat": {
        *("validate_playbook", "preview_sentence", "create_playbook", "update_playbook"),
        *("pause_playbook", "resume_playbook", "delete_playbook"),
    },
    "playbooks:run": {"dry_run_playbook", "run_playbook"},
    "executions:write": {"retry_run", "cancel_run"},
    "executions:read": {
        *("list_playbooks", "get_playbook", "list_runs", "get_run", "explain_run", "watch_run"),
        *("list_alerts", "list_decisions", "get_usage", "list_competitors", "competitor_prices"),
    },
}
VIEWERS = FOR_EVERYBODY | (BY_SCOPE["executions:read"] - {"explain_run"}) | {"preview_sentence"}


@pytest.mark.parametrize("scope", BY_SCOPE)
def test_a_scope_shows_its_tools_and_no_others(comes_in: Callable[[Principal], None], scope: str) -> None:
    comes_in(agent(scope))
    assert set(tools()) == FOR_EVERYBODY | BY_SCOPE[scope]


def test_a_key_for_something_else_sees_what_is_not_a_secret(comes_in: Callable[[Principal], None]) -> None:
    comes_in(agent("competitors:write"))
    assert set(tools()) == FOR_EVERYBODY


def test_a_key_without_scopes_sees_nothing(comes_in: Callable[[Principal], None]) -> None:
    comes_in(agent())
    assert tools() == {}


def test_a_key_for_everything_sees_everything(comes_in: Callable[[Principal], None]) -> None:
    comes_in(agent("*"))
    assert set(tools()) == set(TOOLS) == FOR_EVERYBODY.union(*BY_SCOPE.values())


@pytest.mark.parametrize(("role", "seen"), [("viewer", VIEWERS), ("editor", set(TOOLS)), ("owner", set(TOOLS))])
def test_people_see_what_their_role_may(comes_in: Callable[[Principal], None], role: Role, seen: set[str]) -> None:
    comes_in(user(role))
    assert set(tools()) == seen


def test_tools_that_change_data_are_marked_and_readers_are_not() -> None:
    hints = {name: tool["annotations"] for name, tool in tools().items()}
    changing = BY_SCOPE["chat"] | BY_SCOPE["playbooks:run"] | BY_SCOPE["executions:write"]
    changing -= {"validate_playbook", "dry_run_playbook"}
    assert {name for name, hint in hints.items() if not hint["readOnlyHint"]} == changing
    destroying = {name for name, hint in hints.items() if hint["destructiveHint"]}
    assert destroying == changing - {"preview_sentence", "create_playbook", "run_playbook"}


def test_no_tool_decides() -> None:
    assert not [name for name in TOOLS if "decide" in name or "approve" in name or "reject" in name]
