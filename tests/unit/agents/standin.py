"""Claude as these tests know it: the local stand-in on a real socket, asked through the real client."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import httpx


@dataclass(frozen=True)
class ClaudeStandIn:
    """What the tests script and read."""

    url: str
    console: httpx.Client
    """One for all tests: making a client takes longer than a call."""

    def reply(self, **reply: Any) -> None:
        """Script a reply: `text`, `json` or `stop_reason`, with `match` and `times`."""
        self.console.post("/api/anthropic/replies", json=reply).raise_for_status()

    def fail(
        self, status: int, *, times: int = 1, delay_seconds: float = 0, retry_after: int | None = None
    ) -> None:
        """Let the next calls fail."""
        fault = {"provider": "anthropic", "status": status, "times": times, "delaySeconds": delay_seconds}
        fault |= {} if retry_after is None else {"retryAfter": retry_after}
        self.console.post("/api/faults", json=fault).raise_for_status()

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls that were answered, oldest first."""
        found: list[dict[str, Any]] = self.console.get("/api/anthropic/calls").json()
        return found

    @property
    def prompts(self) -> list[str]:
        """The user's part of each call."""
        return [call["messages"][0]["content"] for call in self.calls]

    @property
    def everything_said(self) -> str:
        """All that the model was sent."""
        return json.dumps(self.calls, ensure_ascii=False)

    def reset(self) -> None:
        """Forget replies, calls and faults."""
        self.console.delete("/api/anthropic/replies").raise_for_status()
        self.console.delete("/api/faults").raise_for_status()
