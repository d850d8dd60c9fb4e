"""Messages accepted by Mailjet, for lookups by CustomID."""

import itertools
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

CAPACITY = 50_000
_FIRST_ID = 576460752303423488

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AcceptedMessage:
    """An accepted message to one recipient, with its own id."""

    id: int
    custom_id: str
    subject: str
    arrived_at: datetime
    to: str = ""
    payload: str = ""
    uuid: str = field(default_factory=lambda: str(uuid.uuid4()))


class AcceptedMessages:
    """The newest `capacity` messages. Independent of the outbox: emptying that doesn't empty this."""

    def __init__(self, now: Callable[[], datetime], capacity: int = CAPACITY) -> None:
        self._now = now
        self._capacity = capacity
        self._ids = itertools.count(_FIRST_ID)
        self._by_id: dict[int, AcceptedMessage] = {}
        self._by_custom_id: defaultdict[str, dict[int, AcceptedMessage]] = defaultdict(dict)

    def add(self, *, custom_id: str, subject: str, to: str = "", payload: str = "") -> AcceptedMessage:
        message = AcceptedMessage(next(self._ids), custom_id, subject, self._now(), to, payload)
        self._by_id[message.id] = message
        self._by_custom_id[custom_id][message.id] = message
        if len(self._by_id) > self._capacity:
            self._forget(next(iter(self._by_id)))
        return message

    def restore(self, messages: Iterable[AcceptedMessage]) -> None:
        """Restores an earlier stack's messages."""
        for message in messages:
            self._by_id[message.id] = message
            self._by_custom_id[message.custom_id][message.id] = message
            self._ids = itertools.count(message.id + 1)

    def get(self, message_id: int) -> AcceptedMessage | None:
        return self._by_id.get(message_id)

    def find(self, custom_id: str | None) -> list[AcceptedMessage]:
        """Oldest first; all of them when no CustomID is named."""
        if custom_id is None:
            return list(self._by_id.values())
        return list(self._by_custom_id.get(custom_id, {}).values())

    def _forget(self, message_id: int) -> None:
        message = self._by_id.pop(message_id)
        same_custom_id = self._by_custom_id[message.custom_id]
        del same_custom_id[message_id]
        if not same_custom_id:
            del self._by_custom_id[message.custom_id]
        _log.warning("mailjet remembers %d messages at most: forgot %d", self._capacity, message_id)
