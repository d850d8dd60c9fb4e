"""The output of `notify`: what was sent where, and who was skipped."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, PrivateAttr

from shared.compliance.decision import Reason
from shared.notices.policy import TEXTS_AN_HOUR
from shared.notices.preferences import Channel
from shared.steps.base import Output, Reach

TOO_MANY_NOTE = f"Some texts weren't sent: your staff got {TEXTS_AN_HOUR} in the last hour."


class Sent(Output):
    """One message.

    `outcome`: `unknown` where the SMS provider never answered, `digest` where it goes out with that, `waiting`
    where it goes out when the org's quiet hours end.
    """

    channel: Channel
    to: str
    message_id: str | None = None
    notification_id: str | None = None
    outcome: Literal["sent", "unknown", "digest", "waiting"] = "sent"
    note: str | None = None
    at: datetime | None = None
    """When it will go out, if delayed."""


class Skipped(Output):
    """A channel with nobody to reach, somebody who may not be written to, or a text that repeats another.

    Of people: who (masked), the reason by name, and in words (`detail`); `until`: from when on they may be.
    """

    channel: Channel
    reason: str
    to: str | None = None
    detail: str | None = None
    until: datetime | None = None


class NotifyOutput(Output):
    """The messages sent and skipped."""

    sent: list[Sent]
    skipped: list[Skipped] = Field(default_factory=list)
    _reach: Reach | None = PrivateAttr(default=None)

    def reach(self) -> Reach | None:
        """Counts people outside the org; None if it was for the org alone."""
        return self._reach

    def run_note(self) -> str | None:
        """When it goes out, where that is later; else that there were too many texts."""
        later = next((one.note for one in self.sent if one.outcome in ("digest", "waiting")), None)
        return later or next((TOO_MANY_NOTE for one in self.skipped if one.reason == Reason.RATE_LIMIT), None)
