"""Helpers of the tests of reading doors, shared with other tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import flask

from functions.executions import executions
from functions.playbooks import playbooks
from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from tests.accounts import sign_up
from tests.emulator.executions import ORG

Headers = Mapping[str, str]


def get(path: str, headers: Headers, method: str = "GET") -> tuple[int, dict[str, Any]]:
    handler = executions if "executions" in path else playbooks
    with flask.Flask("door").test_request_context(f"/api/{path}", method=method, headers=dict(headers)) as context:
        answer = handler(context.request)
        return answer.status_code, answer.get_json()


def user(stack: Stack, role: str = "viewer", org: str = ORG) -> Headers:
    return {"Authorization": f"Bearer {sign_up(stack, orgId=org, role=role).id_token}"}


def agent(*scopes: str, org: str = ORG) -> Headers:
    return {"X-Api-Key": create_agent_key(org, "ezal", scopes or ("executions:read",))}
