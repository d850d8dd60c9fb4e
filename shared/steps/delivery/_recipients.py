"""Recipients a step skipped, as outputs and receipts list them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, PrivateAttr

from shared.compliance.decision import Reason, Refusal
from shared.error_codes import ErrorCode
from shared.errors import PermanentError
from shared.notices.delivery import phone_key
from shared.steps.base import Output, Reach, StepContext
from shared.values import email_address, phone_number
from shared.values.words import time_words


class SkippedRecipient(Output):
    """Someone who didn't get the message. `until`: when they may get one again."""

    to: str
    """Masked: `…0123`, `j…@shop.example`."""
    reason: Reason
    detail: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The result of one email or text; `outcome` stays `unknown` if the provider never answered.

    `to`: who got it, or will. `until`: when one goes out that waits for the end of the org's quiet hours.
    """

    outcome: Literal["sent", "unknown", "waiting", "skipped"]
    to: tuple[str, ...] = ()
    message_id: str | None = None
    skipped: list[SkippedRecipient] = field(default_factory=list)
    to_own: bool = False
    """Whether it's only for the org's own people."""
    outside: int = 0
    """How many recipients are outside the org."""
    until: datetime | None = None


def text_key(phone: str) -> str:
    """The key of the effect that texts the phone."""
    return f"sms:{phone_key(phone)}"


class SentOutput(Output):
    """Base of the output for one message to named people."""

    message_id: str | None = None
    skipped: list[SkippedRecipient] = Field(default_factory=list)
    _outside: int = PrivateAttr(default=0)

    def reach(self) -> Reach | None:
        """Counts people outside the org; None if it was for the org alone."""
        return reach_of(self._outside, self.skipped)


class NobodyReachedError(PermanentError):
    """No recipient may get the message; raised before anything is sent."""

    code = ErrorCode.NOBODY_REACHED

    def __init__(self, skipped: list[SkippedRecipient]) -> None:
        super().__init__("; ".join(f"{one.to}: {one.detail}" for one in skipped))
        self.skipped = skipped


class QuietHoursError(PermanentError):
    """The text waits until morning; raised before anything is sent."""

    code = ErrorCode.QUIET_HOURS

    def __init__(self, until: datetime) -> None:
        super().__init__(f"quiet hours until {until.isoformat()}")
        self.until = until


def skipped(recipient: str, refusal: Refusal) -> SkippedRecipient:
    """The recipient, masked, with the reason."""
    mask = email_address.masked if "@" in recipient else phone_number.masked
    return SkippedRecipient(to=mask(recipient), reason=refusal.reason, detail=refusal.detail, until=refusal.until)


def in_receipt(people: Iterable[SkippedRecipient]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", by_alias=True, exclude_none=True) for one in people]


def of_receipt(receipt: Mapping[str, Any]) -> list[SkippedRecipient]:
    """Who a receipt leaves out."""
    return [SkippedRecipient.model_validate(one) for one in receipt.get("skipped", ())]


def reach_of(reached: int, people: Sequence[SkippedRecipient]) -> Reach | None:
    """How many people outside the org were reached, and how many weren't, by reason; None if there were none."""
    return Reach(reached, Counter(one.reason.value for one in people)) if reached or people else None


def wait_for_morning(context: StepContext, until: datetime) -> None:
    """Park the run until then, in words that people read meanwhile; a dry run goes on."""
    context.parking.until(until)
    at = until.astimezone(ZoneInfo(context.org.timezone))
    summary = {"channel": "sms", "quietHours": True}
    context.parking.park(until, summary, f"Waits until {time_words(at)} (quiet hours)")
