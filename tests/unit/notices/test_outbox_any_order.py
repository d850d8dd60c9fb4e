"""No order of STOPs, preferences, nights, duplicates and deaths sends what may not be sent, or loses what must.

The outbox is the real one, on a Firestore in memory; what may be sent is told by a few lines here that share
nothing with it.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.compliance import sms_opt_outs
from shared.errors import OutcomeUnknownError, PermanentError, PlaybookError, TransientError
from shared.gcp import clients
from shared.messages.alert_types import AlertType, Severity
from shared.messages.channels import blackleaf, mailjet
from shared.messages.email import Email
from shared.messages.template.models import Message
from shared.notices import outbox, policy, run_notice, sending
from shared.notices.alert import Alert, worded
from shared.notices.delivery import AlertDelivery, Wording, phone_key
from shared.notices.preferences import Channel
from shared.tenants.tenant import load_reachable
from tests.harness.killing import Executioner, Killed
from tests.harness.memory_clients import use_memory
from tests.harness.profiles import examples

ORG, OWNER, ZONE = "org_1", "owner@thrive.example", ZoneInfo("America/New_York")
PHONES = ("+13155550123", "+13155550124")
TYPE = AlertType.COMPETITOR_ALERT
BEGIN = datetime(2026, 11, 23, 19, tzinfo=UTC)
TEXTS_AN_HOUR = 5
FAILURES = st.sampled_from(
    [
        None,
        TransientError("503"),
        TransientError("429", retry_after_seconds=3_000),
        OutcomeUnknownError("no answer"),
        PermanentError("400"),
    ]
)
DEATHS = st.one_of(st.none(), st.none(), st.tuples(st.integers(1, 25), st.booleans()))


@dataclass(frozen=True)
class Meant:
    """What was told: an alert, or an email or a text of a run. `asked_for`: its channels, whatever is preferred."""

    id: str
    delivery: AlertDelivery
    at_once: bool
    asked_for: frozenset[Channel]
    is_run: bool


class People(RuleBasedStateMachine):
    """An org's owner and staff, who are told by alerts and runs."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        self.patch.setenv("PUBLIC_BASE_URL", "https://app.example")
        self.patch.setenv("UNSUBSCRIBE_SECRET", "signs-links")
        org = {"name": "T", "tierId": "growth", "timezone": ZONE.key, "ownerEmail": OWNER, "staffPhones": PHONES}
        self.memory = use_memory({f"tenants/{ORG}": org})
        # The dead hold no lease: who comes after them need not wait.
        self.patch.setattr(sending, "EMAIL_SECONDS", 0)
        self.patch.setattr(sending, "TEXT_SECONDS", 0)
        self.patch.setattr(policy, "TEXTS_AN_HOUR", TEXTS_AN_HOUR)
        self.now = BEGIN
        self.meant: dict[str, Meant] = {}
        self.unfinished: set[str] = set()
        self.tasks: dict[str, tuple[Mapping[str, Any], datetime]] = {}
        self.tasks_done: set[str] = set()
        self.staff = set(PHONES)
        self.stopped: set[str] = set()
        self.chosen = {"email": True, "sms": False}
        self.ever_off = {"email": False, "sms": False}
        self.quiet = False
        self.ever_left: set[str] = set()
        """Phones that replied STOP or were no staff at some time: a text may rightly not have gone to them."""
        self.mails: Counter[str] = Counter()
        self.texts: Counter[tuple[str, str]] = Counter()
        self.texted_at: list[datetime] = []
        self.failing: PlaybookError | None = None
        self.doubts = 0
        self.wrong: list[str] = []
        self.patch.setattr(mailjet, "load", lambda: None)
        self.deaths(None)

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.patch.undo()
            clients.forget_clients()

    # --- what stands at the edge ------------------------------------------------------------------------------

    def deaths(self, death: tuple[int, bool] | None) -> Executioner:
        """The executioner stands at every call to the outside; without a death it kills nobody."""
        executioner = Executioner(death[0] if death else -1, after=death[1] if death else False)
        server = type(self.memory)
        for name in ("commit", "batch_get_documents", "get_document"):
            original = getattr(server, name).__get__(self.memory)
            self.patch.setattr(self.memory, name, executioner.guard(original))
        self.patch.setattr(outbox, "create_named_task", executioner.guard(self.create_task))
        self.patch.setattr(blackleaf, "send", executioner.guard(self.text_arrives))
        self.patch.setattr(mailjet, "send", executioner.guard(self.mail_arrives))
        self.patch.setattr(mailjet, "find", executioner.guard(self.find_mail))
        return executioner

    def create_task(self, _queue: str, name: str, payload: Mapping[str, Any], **given: Any) -> bool:
        is_new = name not in self.tasks
        self.tasks.setdefault(name, (payload, given["at"]))
        return is_new

    def find_mail(self, custom_id: str) -> str | None:
        return "m" if self.mails[custom_id] else None

    def mail_arrives(self, message: Email, custom_id: str) -> str:
        if self.failing is not None and not isinstance(self.failing, OutcomeUnknownError):
            raise self.failing
        self.require_wanted(message.subject, Channel.EMAIL)
        self.mails[custom_id] += 1
        self.require(self.mails[custom_id] == 1, "mailed twice")
        if self.failing is not None:
            raise self.failing
        return "m"

    def text_arrives(self, phone: str, body: str) -> str:
        if self.failing is not None and not isinstance(self.failing, OutcomeUnknownError):
            raise self.failing
        self.require(phone not in self.stopped, "replied STOP")
        self.require(phone in self.staff, "left the staff")
        self.require_wanted(body, Channel.SMS)
        self.texts[body, phone] += 1
        self.require(self.texts[body, phone] == 1, "texted twice")
        self.texted_at.append(self.now)
        lately = [at for at in self.texted_at if self.now - at < timedelta(hours=1)]
        self.require(len(lately) <= 2 * TEXTS_AN_HOUR, "an hour begins with its first text, so that two may touch")
        if self.failing is not None:
            raise self.failing
        return "m"

    def require_wanted(self, words: str, channel: Channel) -> None:
        """By what it says: a word of it is what it is called; a digest says the last one that it counted."""
        meant = self.meant[re.findall(r"\bn\d+\b", words)[0]]
        is_digest = "more:" in words
        self.require(self.chosen[channel] or channel in meant.asked_for or is_digest, "turned off")
        critical = meant.delivery.alert.severity == "critical"
        self.require(meant.at_once or critical or is_digest or not self.is_night(), "at night")

    def require(self, condition: bool, wrong: str) -> None:
        """Noted, not raised: the outbox goes on after errors that nobody foresaw."""
        if not condition:
            self.wrong.append(wrong)

    def is_night(self) -> bool:
        hour = self.now.astimezone(ZONE).hour
        return self.quiet and (hour >= 21 or hour < 8)

    # --- what people and their playbooks do -------------------------------------------------------------------

    @initialize(quiet=st.booleans(), sms=st.booleans())
    def opens(self, quiet: bool, sms: bool) -> None:
        self.prefers("sms", sms)
        self.keeps_quiet(quiet)

    @rule(minutes=st.sampled_from([1, 31, 61, 3 * 60, 7 * 60, 11 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(channel=st.sampled_from(["email", "sms"]), wanted=st.booleans())
    def prefers(self, channel: str, wanted: bool) -> None:
        self.chosen[channel] = wanted
        self.ever_off[channel] |= not wanted
        self.save_preferences()

    @rule(quiet=st.booleans())
    def keeps_quiet(self, quiet: bool) -> None:
        self.quiet = quiet
        self.save_preferences()

    def save_preferences(self) -> None:
        hours = {"start": "21:00", "end": "08:00", "enabled": self.quiet}
        document = clients.firestore().document(f"notification_preferences/{ORG}")
        document.set({TYPE.value: {**self.chosen, "dashboard": True}, "quietHours": hours})

    @rule(phone=st.sampled_from(PHONES), stops=st.booleans())
    def replies(self, phone: str, stops: bool) -> None:
        self.now += timedelta(seconds=1)
        sms_opt_outs.note_reply(phone, self.now, "reply", stops=stops)
        (self.stopped.add if stops else self.stopped.discard)(phone)
        self.ever_left.add(phone)

    @rule(phone=st.sampled_from(PHONES), works_here=st.booleans())
    def hires(self, phone: str, works_here: bool) -> None:
        (self.staff.add if works_here else self.staff.discard)(phone)
        self.ever_left.add(phone)
        clients.firestore().document(f"tenants/{ORG}").update({"staffPhones": sorted(self.staff)})

    @rule(
        key=st.sampled_from(["a", "b", "b"]),
        severity=st.sampled_from(["info", "warning", "critical"]),
        also=st.booleans(),
        failing=FAILURES,
        death=DEATHS,
    )
    def happens(
        self,
        key: str,
        severity: Severity,
        also: bool,
        failing: PlaybookError | None,
        death: tuple[int, bool] | None,
    ) -> None:
        name = f"n{len(self.meant)}"
        asked_for = frozenset({Channel.SMS}) if also else frozenset[Channel]()
        alert = Alert(
            id=name, type=TYPE, key=key, message=worded(f"It is {name}"), severity=severity, also=asked_for
        )
        self.meant[name] = Meant(name, AlertDelivery.of(ORG, alert, self.now), False, asked_for, is_run=False)
        self.tell(name, failing, death)

    @rule(
        phone=st.sampled_from([None, *PHONES]),
        at_once=st.booleans(),
        asked=st.booleans(),
        failing=FAILURES,
        death=DEATHS,
    )
    def a_run_says(
        self,
        phone: str | None,
        at_once: bool,
        asked: bool,
        failing: PlaybookError | None,
        death: tuple[int, bool] | None,
    ) -> None:
        name = f"n{len(self.meant)}"
        only = frozenset({Channel.SMS if phone else Channel.EMAIL})
        asked_for = only if asked else frozenset[Channel]()
        alert = Alert(id=name, type=TYPE, key=name, message=Message(title=name), also=asked_for, at_most=only)
        wording = Wording(
            custom_id=f"run:{name}",
            subject=f"It is {name}",
            phones=(phone,) if phone else (),
            sms=f"It is {name}",
            text="Words.",
        )
        new = AlertDelivery.of_run(ORG, alert, wording, self.now)
        self.meant[name] = Meant(name, new, at_once, asked_for, is_run=True)
        self.tell(name, failing, death)

    @rule(which=st.integers(0, 30), failing=FAILURES, death=DEATHS)
    def is_told_again(self, which: int, failing: PlaybookError | None, death: tuple[int, bool] | None) -> None:
        if self.meant:
            self.tell(list(self.meant)[which % len(self.meant)], failing, death)

    @rule(failing=FAILURES, death=DEATHS)
    def all_due_tasks_come(self, failing: PlaybookError | None, death: tuple[int, bool] | None) -> None:
        """Those that came before come again."""
        for name in [name for name, (_, at) in self.tasks.items() if at <= self.now]:
            self.perform(functools.partial(self.run_task, name), failing, death)

    @rule(failing=FAILURES, death=DEATHS)
    def the_sweep_comes_by(self, failing: PlaybookError | None, death: tuple[int, bool] | None) -> None:
        self.perform(lambda: outbox.sweep(self.now), failing, death)

    def run_task(self, name: str) -> None:
        payload, _ = self.tasks[name]
        if payload["kind"] == "digest":
            outbox.send_digest(payload["id"], payload["started"], self.now)
        else:
            outbox.send_waiting(payload["id"], self.now)
        self.tasks_done.add(name)

    def tell(self, name: str, failing: PlaybookError | None, death: tuple[int, bool] | None) -> None:
        meant = self.meant[name]
        if meant.is_run:
            org = load_reachable(ORG)
            told = self.perform(
                lambda: run_notice.notify(org, meant.delivery, self.now, at_once=meant.at_once), failing, death
            )
        else:
            told = self.perform(lambda: outbox.notify(ORG, meant.delivery.alert, self.now), failing, death)
        (self.unfinished.discard if told else self.unfinished.add)(name)

    def perform(
        self, call: Callable[[], Any], failing: PlaybookError | None, death: tuple[int, bool] | None
    ) -> bool:
        """Whether it came to its end."""
        self.deaths(death)
        self.failing = failing
        self.doubts += bool(death) + isinstance(failing, OutcomeUnknownError)
        try:
            call()
        except (PlaybookError, Killed):
            return False
        finally:
            self.failing = None
            self.deaths(None)
            assert not self.wrong
        return True

    # --- the end ----------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """All works again: callers call again, tasks come when they are due, and the sweep."""
        for _ in range(30):
            for name in list(self.unfinished):
                self.tell(name, None, None)
            due = [name for name, (_, at) in self.tasks.items() if at <= self.now and name not in self.tasks_done]
            for name in due:
                with contextlib.suppress(TransientError):
                    self.run_task(name)
            outbox.sweep(self.now)
            if not self.has_open():
                break
            self.now += timedelta(hours=1)
        assert not self.unfinished
        assert not self.wrong
        stored = {
            name: AlertDelivery.model_validate(fields)
            for name, fields in self.memory.fields("alert_deliveries").items()
        }
        for delivery in stored.values():
            self.require_accounted_for(delivery)
        lines = self.memory.fields("inbox_notifications")
        assert all(one.id in lines for one in self.meant.values() if not one.is_run), "not in the inbox"
        for window in self.memory.fields("alert_digests").values():
            assert window["told"] or not window["repeats"], "repeats that nobody was told of"
        self.require_counted(stored)

    def has_open(self) -> bool:
        """Whether something is still to be done."""
        deliveries = self.memory.fields("alert_deliveries").values()
        windows = self.memory.fields("alert_digests").values()
        return (
            bool(self.unfinished)
            or any(one.get("dueAt") is not None for one in deliveries)
            or any(one["repeats"] and not one["told"] for one in windows)
        )

    def require_accounted_for(self, delivery: AlertDelivery) -> None:
        """Nothing of it is left open, and what is said to be sent has arrived."""
        if delivery.decision == "counted":
            return
        name = delivery.alert.id
        assert delivery.done_at is not None or not delivery.channels, f"{name} is never sent"
        custom_id = delivery.wording.custom_id if delivery.wording else delivery.id
        if delivery.email == "sent":
            assert self.mails[custom_id] == 1
        if Channel.EMAIL in delivery.channels and delivery.email is None:
            assert self.ever_off["email"], f"the email of {name} is lost"
        states = Counter(delivery.texts.values())
        assert states["meant"] == 0
        named = delivery.wording.phones if delivery.wording else PHONES
        open_phones = [one for one in named if phone_key(one) not in delivery.texts]
        if Channel.SMS in delivery.channels and open_phones:
            assert self.ever_off["sms"] or self.ever_left.issuperset(open_phones), f"a text of {name} is lost"
        assert states["unknown"] <= self.doubts * len(PHONES)

    def require_counted(self, stored: Mapping[str, AlertDelivery]) -> None:
        """The month has each mail and each text that went, or may have gone, once."""
        month: Counter[str] = Counter()
        for shard in self.memory.fields("usage_shards").values():
            month.update({name: shard.get(name, 0) for name in ("emailsUsed", "smsInternalUsed")})
        assert month["emailsUsed"] == sum(self.mails.values())
        went = sum(state in ("sent", "unknown") for one in stored.values() for state in one.texts.values())
        assert month["smsInternalUsed"] == went
        assert sum(self.texts.values()) <= went


People.TestCase.settings = settings(max_examples=examples(40), stateful_step_count=30, deadline=None)
TestPeople = People.TestCase


# --- orders that have hurt, each by itself --------------------------------------------------------------------


@pytest.fixture
def people() -> Iterator[People]:
    made = People()
    made.opens(quiet=True, sms=True)
    yield made
    made.teardown()


BUSY = TransientError("503")


def test_a_message_the_provider_delayed_into_the_night_waits_for_morning(people: People) -> None:
    people.now = BEGIN + timedelta(hours=6, minutes=59)
    people.happens("a", "warning", also=False, failing=BUSY, death=None)
    people.a_run_says(PHONES[0], at_once=False, asked=True, failing=BUSY, death=None)
    people.now += timedelta(minutes=5)
    people.all_due_tasks_come(None, None)
    people.the_sweep_comes_by(None, None)
    people.is_told_again(1, None, None)
    assert (people.mails, people.texts) == ({}, {})
    people.now += timedelta(hours=11)
    people.all_due_tasks_come(None, None)
    assert (people.mails.total(), people.texts.total()) == (1, 3)


def test_a_waiting_message_is_not_sent_once_its_channel_is_off(people: People) -> None:
    people.now = BEGIN + timedelta(hours=8)
    people.happens("a", "warning", also=False, failing=None, death=None)
    people.a_run_says(None, at_once=False, asked=False, failing=None, death=None)
    people.a_run_says(None, at_once=False, asked=True, failing=None, death=None)
    people.prefers("email", wanted=False)
    people.replies(PHONES[0], stops=True)
    people.now += timedelta(hours=11)
    people.all_due_tasks_come(None, None)
    assert list(people.mails) == ["run:n2"], "it was asked for by name"
    assert [phone for _, phone in people.texts] == [PHONES[1]]


def test_texts_that_the_provider_refused_do_not_count_toward_the_hour(people: People) -> None:
    people.happens("a", "warning", also=False, failing=BUSY, death=None)
    for _ in range(2 * TEXTS_AN_HOUR):
        people.is_told_again(0, BUSY, None)
    people.is_told_again(0, None, None)
    assert people.texts.total() == len(PHONES)


def test_runs_and_alerts_share_the_hourly_text_limit(people: People) -> None:
    for _ in range(2 * TEXTS_AN_HOUR):
        people.a_run_says(PHONES[0], at_once=True, asked=True, failing=None, death=None)
    people.happens("a", "warning", also=False, failing=None, death=None)
    assert people.texts.total() == TEXTS_AN_HOUR
    (line,) = people.memory.fields("inbox_notifications").values()
    assert "your staff got" in line["note"]


def test_a_run_that_was_refused_and_is_sent_back_tries_again(people: People) -> None:
    people.a_run_says(PHONES[0], at_once=True, asked=True, failing=PermanentError("a wrong key"), death=None)
    assert people.unfinished
    people.is_told_again(0, None, None)
    assert people.texts.total() == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("phone", [None, PHONES[0]])
@pytest.mark.parametrize("hour", [0, 8], ids=["by day", "at night"])
def test_a_run_that_dies_at_any_call_notifies_once(
    people: People, hour: int, phone: str | None, after: bool
) -> None:
    people.now = BEGIN + timedelta(hours=hour)
    for at in range(1, 40):
        people.a_run_says(phone, at_once=False, asked=True, failing=None, death=(at, after))
        if not people.unfinished:
            break
        people.is_told_again(at - 1, None, None)
        people.is_told_again(at - 1, None, None)
        people.now += timedelta(hours=24)
        people.all_due_tasks_come(None, None)
    assert at > 4


def test_a_possibly_sent_message_is_counted_and_not_repeated_once_turned_off(people: People) -> None:
    people.happens("a", "info", also=False, failing=OutcomeUnknownError("no answer"), death=None)
    people.a_run_says(None, at_once=True, asked=False, failing=OutcomeUnknownError("no answer"), death=None)
    people.prefers("email", wanted=False)
    people.prefers("sms", wanted=False)
    people.is_told_again(1, None, None)
    people.now += timedelta(hours=1)
    people.the_sweep_comes_by(None, None)
    (alert, run) = people.memory.fields("alert_deliveries").values()
    assert (alert["email"], run["email"]) == ("sent", "sent")
    assert set(alert["texts"].values()) == {"unknown"}


def test_an_email_that_did_not_arrive_before_it_was_turned_off_is_not_sent(people: People) -> None:
    people.happens("a", "info", also=False, failing=BUSY, death=None)
    people.prefers("email", wanted=False)
    people.prefers("sms", wanted=False)
    people.now += timedelta(hours=1)
    people.the_sweep_comes_by(None, None)
    (alert,) = people.memory.fields("alert_deliveries").values()
    assert "email" not in alert
    assert alert["doneAt"] == people.now


def test_a_text_possibly_sent_before_a_crash_is_counted_once_turned_off(people: People) -> None:
    people.prefers("email", wanted=False)
    for at in range(1, 40):
        people.happens("a", "critical", also=False, failing=None, death=(at, True))
        if people.texts:
            break
    people.prefers("sms", wanted=False)
    people.now += timedelta(hours=1)
    people.the_sweep_comes_by(None, None)
    assert "meant" not in str(people.memory.fields("alert_deliveries"))
