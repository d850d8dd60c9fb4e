"""How often runs start and are retried: throttle, debounce, and delays between attempts."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.playbooks.expressions import ExpressionError
from shared.playbooks.templates import parse_condition
from shared.playbooks.time_triggers import Document

MAX_AT_ONCE = 1_000
MAX_DEBOUNCE_SECONDS = 3_600
MAX_RETRIES = 3
MAX_RETRY_DELAY_SECONDS = 86_400
LONGEST_DEBOUNCES = 10
"""Events that keep coming put a run off for so many times the seconds at most."""

_SPANS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


def _check_key(text: str) -> str:
    try:
        expression = parse_condition(text)
    except ExpressionError as error:
        raise ValueError(str(error)) from None
    wrong = next((path[0] for path in expression.paths() if path[0] != "event"), None)
    if wrong is not None:
        raise ValueError(f"found {wrong!r}; expected a value of the event, such as event.customerId")
    return text


Key = Annotated[str, Field(max_length=300), AfterValidator(_check_key)]


RetryDelays = Annotated[
    tuple[Annotated[int, Field(ge=1, le=MAX_RETRY_DELAY_SECONDS, strict=True)], ...], Field(max_length=MAX_RETRIES)
]


class Throttle(Document):
    """At most this many runs in any minute, hour or day; others wait."""

    runs: int = Field(ge=1, le=MAX_AT_ONCE, strict=True)
    per: Literal["minute", "hour", "day"]

    @property
    def span(self) -> timedelta:
        """The time."""
        return _SPANS[self.per]

    def words(self) -> str:
        """`10 runs an hour`."""
        article = "an" if self.per == "hour" else "a"
        return f"{self.runs:,} {'run' if self.runs == 1 else 'runs'} {article} {self.per}"


class Debounce(Document):
    """Of events that arrive within this many seconds of each other, only the last one starts a run."""

    seconds: int = Field(ge=1, le=MAX_DEBOUNCE_SECONDS, strict=True)
    by: Key | None = None
    """Each value for itself: `event.customerId`. None: all events of the trigger together."""

    @property
    def pause(self) -> timedelta:
        """The required quiet time."""
        return timedelta(seconds=self.seconds)

    @property
    def longest(self) -> timedelta:
        """The longest the first event waits."""
        return self.pause * LONGEST_DEBOUNCES
