"""Injected faults for the next calls to a stand-in."""

from email.utils import parsedate_to_datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, model_validator

from shared.values.camel_model import CamelModel

Provider = Literal["mailjet", "blackleaf", "anthropic", "store", "slack", "drive"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)

_WITH_LOOKUPS = ("mailjet", "drive")
_WITHOUT_BODIES = ("blackleaf", "store")


def _http_date(text: str) -> str:
    parsedate_to_datetime(text)
    return text


RetryDate = Annotated[str, AfterValidator(_http_date)]

DROPPED = 0
SLOW_SUCCESS = 200


class Fault(CamelModel, extra="forbid", frozen=True, allow_inf_nan=False):
    """A fault for the next `times` calls to `provider`.

    `status` 400–599: after `delay_seconds` the call is refused and nothing is recorded.
    `status` 0: the call is accepted and recorded at once; after `delay_seconds` the connection is
    closed without a response. `status` 200: accepted and recorded at once, answered after the delay.
    Delays are real time, to trigger callers' timeouts.

    `retry_after`: a refusal's `Retry-After`, in seconds or as an HTTP date.

    `containing`: only calls whose body has this text, like a recipient's address, so that mails sent
    meanwhile for other reasons don't use the fault up. Other calls are answered as usual.

    Lookups (Mailjet's messages, Drive's search) ignore faults unless `lookups` is true, so that a test
    can break sending and still let the product look up the outcome.
    """

    provider: Provider
    status: int = Field(ge=0, le=599, strict=True)
    times: int = Field(default=1, ge=1, le=1_000_000, strict=True)
    delay_seconds: float = Field(default=0, ge=0, le=3600, strict=True)
    retry_after: Annotated[int, Field(ge=0, strict=True)] | RetryDate | None = None
    containing: str | None = Field(default=None, min_length=1)
    lookups: bool = False

    @model_validator(mode="after")
    def _check_meaning(self) -> Self:
        if self.status not in (DROPPED, SLOW_SUCCESS) and self.status < 400:
            raise ValueError(f"status: expected 0, 200 or 400 to 599, found {self.status}")
        if self.retry_after is not None and self.accepts_the_call:
            raise ValueError(f"retryAfter: only a refusal can say it, found status {self.status}")
        if self.lookups and self.provider not in _WITH_LOOKUPS:
            raise ValueError(f"lookups: only mailjet and drive have look-ups, found provider {self.provider!r}")
        if self.containing is not None and self.provider in _WITHOUT_BODIES:
            raise ValueError(f"containing: calls to {self.provider} have no body")
        return self

    @property
    def accepts_the_call(self) -> bool:
        return self.status in (DROPPED, SLOW_SUCCESS)

    def is_for(self, body: bytes) -> bool:
        return self.containing is None or self.containing.encode() in body


class Faults:
    """The pending faults of all stand-ins, first in, first out per provider."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._pending.append(fault)

    def take(self, provider: Provider, *, lookup: bool = False, body: bytes = b"") -> Fault | None:
        """Uses the first applicable fault once; None if there is none."""
        for index, fault in enumerate(self._pending):
            if fault.provider == provider and (fault.lookups or not lookup) and fault.is_for(body):
                self._use_up(index, fault)
                return fault
        return None

    def _use_up(self, index: int, fault: Fault) -> None:
        if fault.times == 1:
            del self._pending[index]
        else:
            self._pending[index] = fault.model_copy(update={"times": fault.times - 1})

    def pending(self) -> list[Fault]:
        """The remaining faults with their remaining `times`."""
        return list(self._pending)

    def clear(self) -> None:
        self._pending.clear()
