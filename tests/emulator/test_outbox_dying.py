"""A process that dies at any call while it tells an alert or a digest: told again, nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from local.stack.running import Stack
from shared.gcp import clients
from shared.gcp.clients import firestore, tasks
from shared.messages.alert_types import AlertType
from shared.messages.channels import blackleaf, mailjet
from shared.notices import outbox, sending
from shared.notices.policy import Window, window_id
from tests.emulator.alerted_org import EVERYWHERE, NOW, PHONES, AlertedOrg, queue
from tests.emulator.test_outbox import EVENING, HOUR, MORNING
from tests.harness.killing import FIRESTORE_CALLS, Executioner, Killed

MOST_CALLS = 60


@pytest.fixture
def stack(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    tasks().pause_queue(name=queue())
    # The dead hold no lease: who comes after them need not wait.
    monkeypatch.setattr(sending, "EMAIL_SECONDS", 0)
    monkeypatch.setattr(sending, "TEXT_SECONDS", 0)
    yield on_emulators
    tasks().purge_queue(name=queue())
    tasks().resume_queue(name=queue())


@contextmanager
def killing(executioner: Executioner) -> Iterator[None]:
    """The executioner stands at every call of Firestore, Cloud Tasks, Mailjet and Blackleaf."""
    guarded = [(clients.firestore()._firestore_api, name) for name in FIRESTORE_CALLS]
    others = [(clients.tasks(), "create_task"), (mailjet, "send"), (mailjet, "find"), (blackleaf, "send")]
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in [*guarded, *others]:
            patch.setattr(owner, name, executioner.guard(getattr(owner, name)))
        yield


def deaths(
    act: Callable[[AlertedOrg], None], opened: Callable[[], AlertedOrg], *, after: bool, fewest: int = 8
) -> Iterator[AlertedOrg]:
    """An org for each call at which somebody died in `act`, until one got through."""
    for at in range(1, MOST_CALLS):
        org = opened()
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                act(org)
        except Killed:
            yield org
            continue
        assert at > fewest
        return
    raise AssertionError(f"it makes {MOST_CALLS} calls or more")


def require_once(org: AlertedOrg, *, subjects: list[str], lines: int) -> None:
    """One mail of each subject; at most as many texts, and all counted: those that may have arrived too."""
    assert org.emails() == subjects
    assert len(org.inbox()) == lines
    assert all(count <= len(subjects) for count in org.texts().values())
    used = {"emailsUsed": len(subjects), "smsInternalUsed": len(PHONES) * len(subjects)}
    assert org.used() == used


def _deliver(org: AlertedOrg) -> None:
    org.deliver()


@pytest.mark.parametrize("after", [False, True])
def test_an_alert_is_told_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
    def opened() -> AlertedOrg:
        return AlertedOrg(stack).open().prefer(**EVERYWHERE)

    seen = 0
    for org in deaths(_deliver, opened, after=after):
        for _ in range(2):
            org.deliver(now=NOW + HOUR)
        require_once(org, subjects=["It failed 0"], lines=1)
        states = set(org.record().texts.values())
        seen += org.texts().total()
        assert states <= {"sent", "unknown"}
        assert org.texts().total() == len(PHONES) or "unknown" in states
    assert seen > 0


@pytest.mark.parametrize("after", [False, True])
def test_an_alert_of_the_night_is_told_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
    def opened() -> AlertedOrg:
        return AlertedOrg(stack).open().prefer(**EVERYWHERE).sleep()

    def act(org: AlertedOrg) -> None:
        org.deliver(now=EVENING)
        outbox.send_waiting(org.delivery_id(), MORNING)

    for org in deaths(act, opened, after=after):
        org.deliver(now=EVENING)
        for _ in range(2):
            outbox.send_waiting(org.delivery_id(), MORNING)
        require_once(org, subjects=["It failed 0"], lines=1)


@pytest.mark.parametrize("after", [False, True])
def test_a_digest_is_told_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
    def opened() -> AlertedOrg:
        org = AlertedOrg(stack).open().prefer(**EVERYWHERE)
        for number in range(3):
            org.deliver(number)
        return org

    def act(org: AlertedOrg) -> None:
        window = window_id(org.id, AlertType.COMPETITOR_ALERT, "p1")
        found = firestore().document(f"alert_digests/{window}").get().to_dict() or {}
        started = Window.model_validate(found).started
        outbox.send_digest(window, started, NOW + HOUR)

    for org in deaths(act, opened, after=after):
        for _ in range(2):
            act(org)
        require_once(org, subjects=["It failed 0", "2 more: It failed 2"], lines=3)
