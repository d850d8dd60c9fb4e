"""Messages received by the provider stand-ins, in order."""

import itertools
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.values.camel_model import CamelModel

Channel = Literal["email", "sms", "slack", "drive"]

CAPACITY = 50_000

_log = logging.getLogger(__name__)


class OutboxMessage(CamelModel, frozen=True):
    """One delivered message. `to` lists all recipients, separated by a comma and a space.

    `execution_id` and `step_id` are None if the provider's format has no place for them; `headers` are an email's
    additional headers, `inlined` its pictures as `data:` URLs by content id.
    """

    id: str
    channel: Channel
    to: str
    subject: str | None = None
    text: str | None = None
    html: str | None = None
    execution_id: str | None = None
    step_id: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    inlined: dict[str, str] = Field(default_factory=dict)
    received_at: datetime

    @property
    def shown_html(self) -> str | None:
        """The HTML with its pictures, as an email program shows it."""
        shown = self.html
        for content_id, address in self.inlined.items():
            shown = shown and shown.replace(f'"cid:{content_id}"', f'"{address}"')
        return shown


class Outbox:
    """Keeps the newest `capacity` messages in memory; `now` is the stack's clock."""

    def __init__(self, now: Callable[[], datetime], capacity: int = CAPACITY) -> None:
        self._now = now
        self._capacity = capacity
        self._numbers = itertools.count(1)
        self._messages: dict[str, OutboxMessage] = {}

    def record(
        self,
        channel: Channel,
        *,
        to: str,
        subject: str | None = None,
        text: str | None = None,
        html: str | None = None,
        execution_id: str | None = None,
        step_id: str | None = None,
        headers: dict[str, str] | None = None,
        inlined: dict[str, str] | None = None,
    ) -> OutboxMessage:
        message = OutboxMessage(
            id=f"msg-{next(self._numbers)}",
            channel=channel,
            to=to,
            subject=subject,
            text=text,
            html=html,
            execution_id=execution_id,
            step_id=step_id,
            headers=headers or {},
            inlined=inlined or {},
            received_at=self._now(),
        )
        self._messages[message.id] = message
        if len(self._messages) > self._capacity:
            oldest = next(iter(self._messages))
            del self._messages[oldest]
            _log.warning("outbox is full (%d messages): dropped %s", self._capacity, oldest)
        return message

    def messages(self, channel: Channel | None = None) -> list[OutboxMessage]:
        """Oldest first; all channels when none is named."""
        return [message for message in self._messages.values() if channel in (None, message.channel)]

    def restore(self, messages: Iterable[OutboxMessage]) -> None:
        """Restores an earlier stack's messages and continues their numbering."""
        for message in messages:
            self._messages[message.id] = message
            number = int(message.id.rpartition("-")[2])
            self._numbers = itertools.count(number + 1)

    def find(self, message_id: str) -> OutboxMessage | None:
        return self._messages.get(message_id)

    def clear(self) -> int:
        """Empties the outbox and returns how many messages it held."""
        count = len(self._messages)
        self._messages.clear()
        return count
