"""`alert_deliveries/{id}`, an alert in the outbox: the intent to tell it, and what happened to its email and texts.

Only one caller at a time sends: it holds a lease. It stores which phones it will text before it does, since nobody
can be asked afterwards whether a text arrived: a phone that was named and of which nothing more is known counts as
texted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import AwareDatetime, Field

from shared.gcp.clients import firestore
from shared.messages.template.models import Message
from shared.notices import policy
from shared.notices.alert import Alert
from shared.notices.inbox import InboxNotification
from shared.notices.preferences import Channel
from shared.quarantine.stored import Stored, parsed
from shared.values.digests import hex_digest

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot, Transaction

COLLECTION = "alert_deliveries"
KEPT_FOR = timedelta(days=30)
LATE_AFTER = timedelta(minutes=2)
"""Whoever stored it has told it by then, or its task has; later the sweep does."""

TextState = Literal["meant", "sent", "unknown", "refused", "limited"]
"""`meant`: it is being sent, or was when its sender died. `limited`: the hour, or the tier, had none left."""
EmailState = Literal["meant", "sent", "refused"]
"""`meant`: it is being sent, or was when its sender failed or died; the provider knows whether it has it."""
MAX_BYTES = 900_000
"""A document holds 1 MiB."""


class Wording(Stored):
    """What a run's step says itself, and who gets it: instead of what the alert tells the owner and staff.

    `custom_id`: of its mail, at the provider. `to`: addresses; none of them: the owner's. `links`: see
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
        """What is stored of it where the run that says it will say it again."""
        return self.model_copy(update={"sms": None, "text": None, "html": None, "report": None})


class AlertDelivery(Stored):
    """One alert on its way over `channels`, not before `send_at`."""

    org_id: str
    alert: Alert
    channels: tuple[Channel, ...] = ()
    decision: Literal["gathering", "open", "send", "counted"]
    """`gathering`: a digest before its time. `open`: it is not decided yet. `counted`: a digest tells of it."""
    created_at: AwareDatetime
    send_at: AwareDatetime
    due_at: AwareDatetime | None = None
    """When the sweep looks after it; None where there is nothing left to do."""
    owes_inbox: bool = False
    """Its line could not be written when the other channels had it; the sweep writes it."""
    window_started: int | None = None
    digest_id: str | None = None
    """The delivery of an earlier digest that this alert brought to light."""
    email: EmailState | None = None
    texts: dict[str, TextState] = Field(default_factory=dict)
    """By phone (see `phone_key`)."""
    message_ids: dict[str, str] = Field(default_factory=dict)
    """The providers': of the texts by phone, and of the `email`."""
    left_out: dict[str, str] = Field(default_factory=dict)
    """Addresses that the email did not go to, and why."""
    wording: Wording | None = None
    by_run: bool = False
    """The run that tells it sends it, and tries again itself: what is refused is the run's failure."""
    notes: tuple[str, ...] = ()
    leased_to: str | None = None
    leased_until: AwareDatetime | None = None
    done_at: AwareDatetime | None = None

    @classmethod
    def of(cls, org_id: str, alert: Alert, now: datetime) -> Self:
        """An alert of this moment, of which nothing is decided."""
        return cls(
            org_id=org_id, alert=alert, decision="open", created_at=now, send_at=now, due_at=now + LATE_AFTER
        )

    @classmethod
    def of_run(cls, org_id: str, alert: Alert, wording: Wording, now: datetime) -> Self:
        """What a run's step tells at this moment, over all the channels that the alert may use."""
        channels = tuple(sorted(alert.at_most))
        fields = {"channels": channels, "decision": "send", "due_at": None, "wording": wording, "by_run": True}
        return cls.of(org_id, alert, now).model_copy(update=fields)

    @property
    def id(self) -> str:
        """The document's id."""
        return delivery_id(self.org_id, self.alert.id)

    @property
    def is_in_doubt(self) -> bool:
        """Whether a part of it may have gone out without anybody knowing."""
        return self.email == "meant" or "meant" in self.texts.values()

    @property
    def window_id(self) -> str:
        """The id of the window in which it would be a repeat."""
        return policy.window_id(self.org_id, self.alert.type, self.alert.key)

    @property
    def path(self) -> str:
        """The document's path."""
        return f"{COLLECTION}/{self.id}"

    def notification(self) -> InboxNotification:
        """The alert as a line of the inbox."""
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
        """As Firestore stores it."""
        fields = self.model_dump(mode="python", by_alias=True, exclude_none=True, exclude={"alert", "wording"})
        fields["alert"] = self.alert.model_dump(mode="json", by_alias=True, exclude_none=True)
        if self.wording is not None:
            wording = self.wording.without_words() if self.by_run else self.wording
            fields["wording"] = wording.model_dump(mode="json", by_alias=True, exclude_none=True)
        return {**fields, "expireAt": self.created_at + KEPT_FOR}

    def can_be_kept(self) -> bool:
        """Whether it fits into a document with all that it says."""
        return len(self.model_dump_json(by_alias=True).encode()) < MAX_BYTES


def delivery_id(org_id: str, alert_id: str) -> str:
    """The id of the alert's delivery."""
    return hex_digest(org_id, alert_id, digits=40)


def phone_key(phone: str) -> str:
    """A phone's name in `texts`: its end for people, a digest to tell it apart."""
    return f"{phone[-4:]}-{hex_digest(phone, digits=8)}"


def reference(of_delivery: str) -> DocumentReference:
    """The document's reference."""
    return firestore().collection(COLLECTION).document(of_delivery)


def read(of_delivery: str, transaction: Transaction | None = None) -> AlertDelivery | None:
    """The delivery; None if there is none. A malformed one is logged and counts as none."""
    return parsed(AlertDelivery, reference(of_delivery).get(transaction=transaction))


def late(now: datetime, limit: int) -> list[DocumentSnapshot[Any]]:
    """What nobody has seen to by the time it was due."""
    from google.cloud.firestore_v1.base_query import FieldFilter

    due = firestore().collection(COLLECTION).where(filter=FieldFilter("dueAt", "<=", now)).order_by("dueAt")
    return list(due.limit(limit).stream())
