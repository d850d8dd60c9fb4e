"""`alert_deliveries/{id}`: an alert in the outbox, from intent to outcome of its email and texts.

Only one caller at a time, the lease holder, sends. It records the phones before texting them, because nobody can be
asked afterward whether a text arrived: a recorded phone without an outcome counts as texted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import AwareDatetime, Field

from shared.documents.stored import Stored, parsed
from shared.gcp.clients import firestore
from shared.messages.template.models import Message
from shared.notices import policy
from shared.notices.alert import Alert
from shared.notices.inbox import InboxNotification
from shared.notices.preferences import Channel
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

COLLECTION = "alert_deliveries"
KEPT_FOR = timedelta(days=30)
LATE_AFTER = timedelta(minutes=2)
"""By then its creator or its task has sent it; otherwise the sweep does."""

TextState = Literal["meant", "sent", "unknown", "refused", "limited"]
"""`meant`: being sent, or interrupted. `limited`: the hourly or tier limit was reached."""
EmailState = Literal["meant", "sent", "refused"]
"""`meant`: being sent, or interrupted; the provider knows whether it has it."""
MAX_BYTES = 900_000
"""Below Firestore's limit of 1 MiB."""


class Wording(Stored):
    """A run step's own content and recipients, used in place of the alert's.

    `custom_id`: the email's id at the provider. `to`: addresses; empty means the owner's. `links`: see
    `mail.Origin`.
    """

    custom_id: str
    subject: str = ""
    to: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    sms: str | None = None
    text: str | None = None
    html: str | None = None
    report: Message | None = None
    links: tuple[str, ...] = ()

    def without_words(self) -> Self:
        """The stored form if the run itself will supply the content again."""
        return self.model_copy(update={"sms": None, "text": None, "html": None, "report": None})


class AlertDelivery(Stored):
    """An alert to send on `channels`, not before `send_at`."""

    org_id: str
    alert: Alert
    channels: tuple[Channel, ...] = ()
    decision: Literal["gathering", "open", "send", "counted"]
    """`gathering`: a digest not yet due. `open`: not decided yet. `counted`: included in a digest."""
    created_at: AwareDatetime
    send_at: AwareDatetime
    due_at: AwareDatetime | None = None
    """When the sweep checks it; None if nothing is left to do."""
    owes_inbox: bool = False
    """Its inbox notification failed while other channels succeeded; the sweep writes it."""
    window_started: int | None = None
    digest_id: str | None = None
    """The delivery of an earlier digest that this alert triggered."""
    email: EmailState | None = None
    texts: dict[str, TextState] = Field(default_factory=dict)
    """By `phone_key`."""
    message_ids: dict[str, str] = Field(default_factory=dict)
    """The providers' ids: texts by phone key, and `email`."""
    left_out: dict[str, str] = Field(default_factory=dict)
    """Addresses that didn't get the email, and why."""
    wording: Wording | None = None
    by_run: bool = False
    """Sent and retried by its run; refusals fail the run."""
    notes: tuple[str, ...] = ()
    leased_to: str | None = None
    leased_until: AwareDatetime | None = None
    done_at: AwareDatetime | None = None

    @classmethod
    def of(cls, org_id: str, alert: Alert, now: datetime) -> Self:
        """A new, undecided alert."""
        return cls(
            org_id=org_id, alert=alert, decision="open", created_at=now, send_at=now, due_at=now + LATE_AFTER
        )

    @classmethod
    def of_run(cls, org_id: str, alert: Alert, wording: Wording, now: datetime) -> Self:
        """A run step's alert on all channels it may use."""
        channels = tuple(sorted(alert.at_most))
        fields = {"channels": channels, "decision": "send", "due_at": None, "wording": wording, "by_run": True}
        return cls.of(org_id, alert, now).model_copy(update=fields)

    @property
    def id(self) -> str:
        return delivery_id(self.org_id, self.alert.id)

    @property
    def is_in_doubt(self) -> bool:
        """Whether part of it may have been sent unnoticed."""
        return self.email == "meant" or "meant" in self.texts.values()

    @property
    def window_id(self) -> str:
        """The id of its repeat window."""
        return policy.window_id(self.org_id, self.alert.type, self.alert.key)

    @property
    def path(self) -> str:
        return f"{COLLECTION}/{self.id}"

    def notification(self) -> InboxNotification:
        """The alert's inbox notification."""
        alert = self.alert
        return InboxNotification(
            org_id=self.org_id,
            type=alert.type,
            title=alert.title,
            body=alert.body if alert.members_body is None else alert.members_body,
            severity=alert.severity,
            playbook_id=alert.playbook_id,
            execution_id=alert.execution_id,
            link=alert.link,
            created_at=self.created_at,
        )

    def document(self) -> dict[str, Any]:
        fields = self.model_dump(mode="python", by_alias=True, exclude_none=True, exclude={"alert", "wording"})
        fields["alert"] = self.alert.model_dump(mode="json", by_alias=True, exclude_none=True)
        if self.wording is not None:
            wording = self.wording.without_words() if self.by_run else self.wording
            fields["wording"] = wording.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {**fields, "expireAt": self.created_at + KEPT_FOR}

    def can_be_kept(self) -> bool:
        """Whether it fits in a document with its content."""
        return len(self.model_dump_json(by_alias=True).encode()) < MAX_BYTES


def delivery_id(org_id: str, alert_id: str) -> str:
    return hex_digest(org_id, alert_id, digits=40)


def phone_key(phone: str) -> str:
    """A phone's key in `texts`: its last digits for people, plus a digest."""
    return f"{phone[-4:]}-{hex_digest(phone, digits=8)}"


def reference(of_delivery: str) -> DocumentReference:
    return firestore().collection(COLLECTION).document(of_delivery)


def read(of_delivery: str, transaction: Transaction | None = None) -> AlertDelivery | None:
    """The delivery, or None; malformed ones are logged and count as missing."""
    return parsed(AlertDelivery, reference(of_delivery).get(transaction=transaction))


def late(now: datetime, limit: int) -> list[DocumentSnapshot[Any]]:
    """Overdue deliveries."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    due = firestore().collection(COLLECTION).where(filter=FieldFilter("dueAt", "<=", now)).order_by("dueAt")
    return list(due.limit(limit).stream())
