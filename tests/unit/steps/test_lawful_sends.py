"""No order of opt-outs, consent, nights, frequency, duplicates and crashes sends what may not be sent.

The steps and the campaigns' pages are the real ones; what may be sent is told by a few lines here that share
nothing with them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.compliance.sms_opt_outs import after_reply, means_opt_out
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError
from shared.gcp import clients
from shared.messages.email import Email
from shared.runs.errors import ParkedError
from shared.steps.registry import load_action
from tests.unit.steps.campaign_world import StoredCampaigns
from tests.unit.steps.conftest import Outside, install
from tests.unit.steps.fakes import KeptParking, PerformingEffects, step_context

PHONE, ADDRESS = "+13155550177", "jane@customers.example"
ZONE = ZoneInfo("America/New_York")
BEGIN = datetime(2026, 11, 23, 14, tzinfo=UTC)
FAILURES = st.sampled_from(
    [None, None, None, OutcomeUnknownError("no answer"), TransientError("503"), PermanentError("400")]
)


class KilledError(BaseException):
    """The process died as a message was handed over, which has arrived or not."""


CAMPAIGN_FAILURES = st.one_of(FAILURES, st.just(KilledError()))


class Shop(RuleBasedStateMachine):
    """A customer of whom a shop keeps two documents; its playbooks and campaigns write whenever they like."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        self.world = install(Outside(), self.patch)
        self.moves(has_one=True)
        self.customer: dict[str, Any] = {"phone": PHONE, "email": ADDRESS}
        self.twin: dict[str, Any] = {"phone": PHONE, "email": ADDRESS.upper()}
        self.world.customers = [self.customer, self.twin]
        self.stored = StoredCampaigns(self.world, {"c1": self.customer, "c2": self.twin})
        self.stored.install(self.patch)
        self.now = BEGIN
        self.runs: dict[str, PerformingEffects] = {}
        self.replies: list[tuple[datetime, str]] = []
        self.reply_document: dict[str, Any] = {}
        self.last_text: datetime | None = None
        self.last_mail: datetime | None = None
        self.sent_by: set[tuple[str, str]] = set()
        self.arrived: set[str] = set()
        self.running = ""
        self.failing: BaseException | None = None
        from shared.messages.channels import blackleaf, mailjet

        self.patch.setattr(blackleaf, "send", self.text_arrives)
        self.patch.setattr(mailjet, "send", self.mail_arrives)
        self.patch.setattr(mailjet, "send_batch", self.mails_arrive)
        self.patch.setattr(mailjet, "find", lambda custom_id: "m" if custom_id in self.arrived else None)

    def teardown(self) -> None:
        self.patch.undo()
        clients.forget_clients()

    @initialize(agreed=st.booleans(), left=st.sampled_from(["", "", "stop", "link", "smsOptOut", "emailOptOut"]))
    def opens(self, agreed: bool, left: str) -> None:
        if agreed:
            self.agrees()
        if left == "stop":
            self.replies_late("stop", 0)
        elif left == "link":
            self.unsubscribes(wanted=False)
        elif left:
            self.twin[left] = True

    def text_arrives(self, _to: str, _body: str) -> str:
        if self.failing is not None and not isinstance(self.failing, OutcomeUnknownError | KilledError):
            raise self.failing
        self.require_lawful_text()
        self.last_text = self.now
        self.sent_by.add((self.running, "sms"))
        if self.failing is not None:
            raise self.failing
        return "m"

    def mail_arrives(self, message: Email, custom_id: str) -> str:
        if self.failing is not None:
            # Mailjet can be asked, and says that it has nothing.
            raise self.failing
        self.takes_mail(message, custom_id)
        return "m"

    def mails_arrive(self, batch: Sequence[tuple[Email, str]]) -> list[str | PlaybookError]:
        if isinstance(self.failing, TransientError | PermanentError) and not isinstance(
            self.failing, OutcomeUnknownError
        ):
            return [self.failing for _ in batch]
        for message, custom_id in batch:
            self.takes_mail(message, custom_id)
        if self.failing is not None:
            raise self.failing
        return ["m" for _ in batch]

    def takes_mail(self, message: Email, custom_id: str) -> None:
        self.require_lawful_mail(message)
        self.last_mail = self.now
        self.sent_by.add((self.running, "email"))
        self.arrived.add(custom_id)

    def require_lawful_text(self) -> None:
        assert (self.running, "sms") not in self.sent_by, "texted twice by one step"
        documents = (self.customer, self.twin)
        assert any(isinstance(one.get("smsConsent"), dict) for one in documents), "no consent"
        assert not any(one.get("smsOptOut") is True for one in documents), "opted out at the shop"
        stops = [at for at, word in self.replies if word == "stop"]
        starts = [at for at, word in self.replies if word == "start"]
        assert not stops or (starts and max(starts) > max(stops)), "replied STOP"
        assert 8 <= self.now.astimezone(ZONE).hour < 21, "at night"
        assert self.last_text is None or self.now - self.last_text >= timedelta(hours=24), "twice in a day"

    def require_lawful_mail(self, message: Email) -> None:
        assert (self.running, "email") not in self.sent_by, "mailed twice by one step"
        assert not any(one.get("emailOptOut") is True for one in (self.customer, self.twin)), "opted out"
        assert ADDRESS not in self.world.refusals, "suppressed"
        assert "1 Main St" in (message.text or ""), "no postal address"
        assert self.world.tenant.get("postalAddress"), "no postal address now"
        assert self.last_mail is None or self.now - self.last_mail >= timedelta(hours=16), "twice in 16 hours"

    @rule(minutes=st.integers(1, 40 * 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(twin=st.booleans())
    def agrees(self, twin: bool = False) -> None:
        document = self.twin if twin else self.customer
        document["smsConsent"] = {"at": self.now, "source": "checkout form"}

    @rule(record=st.sampled_from([None, True, {"at": "soon", "source": "x"}]), twin=st.booleans())
    def loses_the_record(self, record: Any, twin: bool) -> None:
        document = self.twin if twin else self.customer
        document["smsConsent"] = record if not isinstance(record, dict) else None

    @rule(name=st.sampled_from(["smsOptOut", "emailOptOut"]), wanted=st.booleans(), twin=st.booleans())
    def opts_out_at_the_shop(self, name: str, wanted: bool, twin: bool) -> None:
        (self.twin if twin else self.customer)[name] = wanted

    @rule(word=st.sampled_from(["stop", "start"]), ago=st.integers(0, 600))
    def replies_late(self, word: str, ago: int) -> None:
        at = self.now - timedelta(minutes=ago)
        self.replies.append((at, word))
        field = "optedOutAt" if word == "stop" else "optedInAt"
        self.reply_document = after_reply(self.reply_document, field, at, word)
        self.world.put_opt_outs({PHONE} if means_opt_out(self.reply_document) else set())

    @rule(wanted=st.booleans())
    def unsubscribes(self, wanted: bool) -> None:
        self.world.refusals = {} if wanted else {ADDRESS: "its reader unsubscribed"}

    @rule(has_one=st.booleans())
    def moves(self, has_one: bool) -> None:
        self.world.put_org({"tierId": "enterprise", **({"postalAddress": "1 Main St"} if has_one else {})})

    @rule(action=st.sampled_from(["send_sms", "send_email", "notify"]), failing=FAILURES)
    def a_run_begins(self, action: str, failing: PlaybookError | None) -> None:
        name = f"{action}-{len(self.runs)}"
        self.runs[name] = PerformingEffects()
        self.perform(name, failing)

    @rule(which=st.integers(0, 30), failing=FAILURES)
    def a_run_is_delivered_again(self, which: int, failing: PlaybookError | None) -> None:
        if self.runs:
            self.perform(list(self.runs)[which % len(self.runs)], failing)

    @rule(channels=st.sampled_from(["email", "sms", "either", "both"]), failing=CAMPAIGN_FAILURES)
    def a_campaign_begins(self, channels: str, failing: BaseException | None) -> None:
        name = f"campaign{len(self.stored.campaigns)}"
        email, sms = channels != "sms", channels != "email"
        self.stored.begin(name, email=email, sms=sms, together=channels == "both", now=self.now)
        self.send_page(name, failing)

    @rule(which=st.integers(0, 30), failing=CAMPAIGN_FAILURES)
    def a_page_is_delivered_again(self, which: int, failing: BaseException | None) -> None:
        if self.stored.campaigns:
            self.send_page(list(self.stored.campaigns)[which % len(self.stored.campaigns)], failing)

    def send_page(self, name: str, failing: BaseException | None) -> None:
        self.running, self.failing = name, failing
        try:
            self.stored.deliver(name, self.now)
        except KilledError:
            pass
        finally:
            self.failing = None

    def perform(self, name: str, failing: PlaybookError | None) -> None:
        action = load_action(name.partition("-")[0])
        params: dict[str, dict[str, Any]] = {
            "send_sms": {"to": "(315)-555-0177", "body": "Fresh flower is in."},
            "send_email": {"to": "Jane@Customers.Example", "subject": "Fresh", "text": "Flower."},
            "notify": {"to": PHONE, "subject": "Fresh", "body": "Flower.", "channels": ["sms"]},
        }
        context = dataclasses.replace(
            step_context(self.runs[name]), execution_id=name, now=self.now, parking=KeptParking()
        )
        self.running, self.failing = name, failing
        try:
            action.run(action.params.model_validate(params[action_name(name)]), context)
        except (PlaybookError, ParkedError):
            pass
        finally:
            self.failing = None


def action_name(run: str) -> str:
    return run.partition("-")[0]


Shop.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestShop = Shop.TestCase
