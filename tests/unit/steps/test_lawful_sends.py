"""No order of opt-outs, consent, nights, frequency, duplicates and crashes sends what may not be sent.

The steps are the real ones; what may be sent is told by a few lines here that share nothing with them.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.compliance.sms_opt_outs import after_reply, means_opt_out
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError
from shared.execution.errors import ParkedError
from shared.messages.email import Email
from shared.steps.registry import load_action
from tests.unit.steps.conftest import Outside, install
from tests.unit.steps.fakes import KeptParking, PerformingEffects, step_context

PHONE, ADDRESS = "+13155550177", "jane@customers.example"
ZONE = ZoneInfo("America/New_York")
BEGIN = datetime(2026, 11, 23, 14, tzinfo=UTC)
FAILURES = st.sampled_from(
    [None, None, None, OutcomeUnknownError("no answer"), TransientError("503"), PermanentError("400")]
)


class Shop(RuleBasedStateMachine):
    """One customer of one shop, whose playbooks text and mail whenever they like."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        self.world = install(Outside(), self.patch)
        self.world.tenant = {"postalAddress": "1 Main St"}
        self.customer: dict[str, Any] = {"phone": PHONE, "email": ADDRESS}
        self.world.customers = [self.customer]
        self.now = BEGIN
        self.runs: dict[str, PerformingEffects] = {}
        self.replies: list[tuple[datetime, str]] = []
        self.reply_document: dict[str, Any] = {}
        self.last_text: datetime | None = None
        self.last_mail: datetime | None = None
        self.sent_by: set[str] = set()
        self.running = ""
        self.failing: PlaybookError | None = None
        from shared.messages.channels import blackleaf, mailjet

        self.patch.setattr(blackleaf, "send", self.text_arrives)
        self.patch.setattr(mailjet, "send", self.mail_arrives)
        self.patch.setattr(mailjet, "find", lambda _id: None)

    def teardown(self) -> None:
        self.patch.undo()

    @initialize(agreed=st.booleans())
    def opens(self, agreed: bool) -> None:
        if agreed:
            self.agrees()

    def text_arrives(self, _to: str, _body: str) -> str:
        if isinstance(self.failing, TransientError | PermanentError) and not isinstance(
            self.failing, OutcomeUnknownError
        ):
            raise self.failing
        self.require_lawful_text()
        self.last_text = self.now
        self.sent_by.add(self.running)
        if self.failing is not None:
            raise self.failing
        return "m"

    def mail_arrives(self, message: Email, _custom_id: str) -> str:
        if self.failing is not None:
            # Mailjet can be asked, and says that it has nothing.
            raise self.failing
        self.require_lawful_mail(message)
        self.last_mail = self.now
        self.sent_by.add(self.running)
        return "m"

    def require_lawful_text(self) -> None:
        assert self.running not in self.sent_by, "texted twice by one step"
        assert isinstance(self.customer.get("smsConsent"), dict), "no consent"
        assert self.customer.get("smsOptOut") is not True, "opted out at the shop"
        stops = [at for at, word in self.replies if word == "stop"]
        starts = [at for at, word in self.replies if word == "start"]
        assert not stops or (starts and max(starts) > max(stops)), "replied STOP"
        assert 8 <= self.now.astimezone(ZONE).hour < 21, "at night"
        assert self.last_text is None or self.now - self.last_text >= timedelta(hours=24), "twice in a day"

    def require_lawful_mail(self, message: Email) -> None:
        assert self.running not in self.sent_by, "mailed twice by one step"
        assert self.customer.get("emailOptOut") is not True, "opted out at the shop"
        assert ADDRESS not in self.world.refusals, "suppressed"
        assert "1 Main St" in (message.text or ""), "no postal address"
        assert self.last_mail is None or self.now - self.last_mail >= timedelta(hours=16), "twice in 16 hours"

    @rule(minutes=st.integers(1, 40 * 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def agrees(self) -> None:
        self.customer["smsConsent"] = {"at": self.now, "source": "checkout form"}

    @rule(record=st.sampled_from([None, True, {"at": "soon", "source": "x"}]))
    def loses_the_record(self, record: Any) -> None:
        self.customer["smsConsent"] = record if not isinstance(record, dict) else None

    @rule(name=st.sampled_from(["smsOptOut", "emailOptOut"]), wanted=st.booleans())
    def opts_out_at_the_shop(self, name: str, wanted: bool) -> None:
        self.customer[name] = wanted

    @rule(word=st.sampled_from(["stop", "start"]), ago=st.integers(0, 600))
    def replies_late(self, word: str, ago: int) -> None:
        at = self.now - timedelta(minutes=ago)
        self.replies.append((at, word))
        field = "optedOutAt" if word == "stop" else "optedInAt"
        self.reply_document = after_reply(self.reply_document, field, at, word)
        self.world.opted_out = {PHONE} if means_opt_out(self.reply_document) else set()

    @rule(wanted=st.booleans())
    def unsubscribes(self, wanted: bool) -> None:
        self.world.refusals = {} if wanted else {ADDRESS: "its reader unsubscribed"}

    @rule(has_one=st.booleans())
    def moves(self, has_one: bool) -> None:
        self.world.tenant = {"postalAddress": "1 Main St"} if has_one else {}

    @rule(action=st.sampled_from(["send_sms", "send_email", "notify"]), failing=FAILURES)
    def a_run_begins(self, action: str, failing: PlaybookError | None) -> None:
        name = f"{action}-{len(self.runs)}"
        self.runs[name] = PerformingEffects()
        self.perform(name, failing)

    @rule(which=st.integers(0, 30), failing=FAILURES)
    def a_run_is_delivered_again(self, which: int, failing: PlaybookError | None) -> None:
        if self.runs:
            self.perform(list(self.runs)[which % len(self.runs)], failing)

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


Shop.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestShop = Shop.TestCase
