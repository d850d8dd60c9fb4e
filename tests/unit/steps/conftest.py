"""The providers and stores that steps reach, as in-memory doubles that keep what arrived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.api import member_list
from shared.compliance import customer_lookup, frequency, opt_out_list, sms_opt_outs, suppressions
from shared.compliance.customer_lookup import FoundCustomer
from shared.compliance.frequency import Channel, Claim, Contact, PlannedMessage, claims_of
from shared.documents.customers import says_yes
from shared.gcp import clients
from shared.messages.channels import blackleaf, mailjet
from shared.messages.email import Email
from shared.notices import inbox, outbox, preferences
from shared.notices.inbox import InboxNotification
from shared.values.email_address import mailbox_key
from tests.harness.memory_clients import use_memory
from tests.harness.memory_firestore import MemoryFirestore

ORG = "org_1"
CONSENT = {"at": datetime(2026, 1, 5, tzinfo=UTC), "source": "checkout form"}


@dataclass
class Outside:
    """What arrived, and what the next calls meet."""

    emails: list[tuple[str, Email]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    notifications: dict[str, InboxNotification] = field(default_factory=dict)
    email_failures: list[Exception] = field(default_factory=list)
    text_failures: dict[str, Exception] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    customers: list[dict[str, Any]] = field(default_factory=list)
    """By `phone` in E.164 and `email` in lower case."""
    contacts: dict[str, dict[str, Any]] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    """Mailbox keys."""
    memory: MemoryFirestore = field(default_factory=MemoryFirestore)
    tasks: dict[str, datetime] = field(default_factory=dict)
    """Those of the outbox, by name, and when they are due."""
    tenant: dict[str, Any] = field(default_factory=dict)

    def send_email(self, message: Email, custom_id: str) -> str:
        if self.email_failures:
            raise self.email_failures.pop(0)
        self.emails.append((custom_id, message))
        return f"mj-{len(self.emails)}"

    def find_email(self, custom_id: str) -> str | None:
        return next((f"found-{sent}" for sent, _ in self.emails if sent == custom_id), None)

    def refused(self, org_id: str, addresses: Iterable[str], now: datetime) -> dict[str, str]:
        reasons = {mailbox_key(address): reason for address, reason in self.refusals.items()}
        return {one: reasons[mailbox_key(one)] for one in addresses if mailbox_key(one) in reasons}

    def customers_by_phone(self, org_id: str, phone: str) -> list[FoundCustomer]:
        return [FoundCustomer("c", one) for one in self.customers if one.get("phone") == phone]

    def customers_by_address(self, org_id: str, addresses: Iterable[str]) -> dict[str, list[FoundCustomer]]:
        found: dict[str, list[FoundCustomer]] = {}
        for one in self.customers:
            found.setdefault(mailbox_key(one.get("email", "")), []).append(FoundCustomer("c", one))
        return {key: found[key] for key in map(mailbox_key, addresses) if key in found}

    def claim_each(
        self, wishes: Sequence[PlannedMessage], every: timedelta, now: datetime, *, campaign: str | None = None
    ) -> list[Claim]:
        claims, changed = claims_of(self.contacts, wishes, every, now, campaign)
        self.contacts |= changed
        return claims

    def addresses_of_members(self, org_id: str, addresses: Iterable[str]) -> frozenset[str]:
        return frozenset(self.members & set(map(mailbox_key, addresses)))

    def load_opt_outs(self, org_id: str, channel: Channel, now: datetime) -> frozenset[str]:
        """Read anew each time: how old the list may be is not tried here."""
        key, field = ("email", "emailOptOut") if channel == "email" else ("phone", "smsOptOut")
        return frozenset(
            mailbox_key(one[key]) for one in self.customers if says_yes(one.get(field)) and one.get(key)
        )

    def give_back(self, contact: Contact, by: str) -> None:
        if self.contacts.get(contact.id, {}).get("by") == by:
            del self.contacts[contact.id]

    def send_text(self, to: str, body: str) -> str:
        if to in self.text_failures:
            raise self.text_failures[to]
        self.texts.append((to, body))
        return f"bl-{len(self.texts)}"

    def write_notification(
        self, notification_id: str, notification: InboxNotification, _message: tuple[str, dict[str, Any]] | None
    ) -> str:
        self.notifications.setdefault(notification_id, notification)
        return notification_id

    def put_org(self, fields: Mapping[str, Any]) -> None:
        """What the org's document says besides its name and owner."""
        self.tenant = dict(fields)
        document = {"name": "Thrive", "ownerEmail": "owner@thrive.example", **fields}
        clients.firestore().document(f"tenants/{ORG}").set(document)

    def put_preferences(self, choices: Mapping[str, Any]) -> None:
        """What the org wants to be told of."""
        clients.firestore().document(f"{preferences.COLLECTION}/{ORG}").set(dict(choices))

    def put_opt_outs(self, phones: Iterable[str]) -> None:
        """These numbers, and no others, get no texts."""
        collection = clients.firestore().collection(sms_opt_outs.COLLECTION)
        for known in self.memory.fields(sms_opt_outs.COLLECTION):
            collection.document(known).delete()
        for phone in phones:
            collection.document(sms_opt_outs.opt_out_id(phone)).set({"source": "reply"})

    def month(self) -> dict[str, float]:
        """What the outbox has counted in the org's month."""
        found: Counter[str] = Counter()
        for shard in self.memory.fields("usage_shards").values():
            found.update({name: value for name, value in shard.items() if not isinstance(value, str)})
        return dict(found)

    def create_task(
        self, _queue: str, name: str, _payload: Mapping[str, Any], *, deadline_seconds: int, at: datetime
    ) -> bool:
        self.tasks.setdefault(name, at)
        return True


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    yield install(Outside(), monkeypatch)
    clients.forget_clients()


def install(world: Outside, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """Put the doubles in the places of what they stand for; Firestore is in memory until clients are forgotten."""
    world.memory = use_memory({})
    monkeypatch.setattr(mailjet, "load", lambda: None)
    monkeypatch.setattr(mailjet, "send", world.send_email)
    monkeypatch.setattr(mailjet, "find", world.find_email)
    monkeypatch.setattr(suppressions, "refusals", world.refused)
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.setenv("PUBLIC_BASE_URL", "https://app.example")
    monkeypatch.setenv("UNSUBSCRIBE_SECRET", "signs-links")
    monkeypatch.setattr(blackleaf, "send", world.send_text)
    monkeypatch.setattr(customer_lookup, "customers_by_phone", world.customers_by_phone)
    monkeypatch.setattr(customer_lookup, "customers_by_address", world.customers_by_address)
    monkeypatch.setattr(opt_out_list, "load", world.load_opt_outs)
    monkeypatch.setattr(opt_out_list, "refresh", world.load_opt_outs)
    monkeypatch.setattr(member_list, "addresses_of_members", world.addresses_of_members)
    for call in ("claim_each", "give_back"):
        monkeypatch.setattr(frequency, call, getattr(world, call))
    monkeypatch.setattr(outbox, "create_named_task", world.create_task)
    monkeypatch.setattr(inbox, "write", world.write_notification)
    world.put_org({"staffPhones": ["+13155550123", "+13155550124"]})
    return world


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a project without providers' keys: what steps write is computed."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
