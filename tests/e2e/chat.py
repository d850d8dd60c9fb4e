"""Helpers of the tests of chat, shared with other tests."""

from __future__ import annotations

from typing import Any

import httpx

from local.stack.running import Stack
from tests.accounts import Account, sign_up
from tests.e2e.org import Org
from tests.harness.eventually import PATIENCE_SECONDS


class Person:
    """Somebody who is signed in and talks."""

    def __init__(self, stack: Stack, org: Org, role: str) -> None:
        self.account: Account = sign_up(stack, orgId=org.id, role=role)
        self._org, self._url = org, stack.public_url

    def post(self, message: str, *, key: str | None = None, **fields: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.account.id_token}"} | ({"Idempotency-Key": key} if key else {})
        body = {"orgId": self._org.id, "message": message, **fields}
        return httpx.post(f"{self._url}/api/chat", headers=headers, json=body, timeout=PATIENCE_SECONDS)

    def say(self, message: str, *, key: str | None = None, **fields: Any) -> dict[str, Any]:
        answer = self.post(message, key=key, **fields)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content
