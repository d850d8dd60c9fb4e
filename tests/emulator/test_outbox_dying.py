"""A process that dies at any call while it tells an alert or a digest: told again, nothing is lost or doubled."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from shared.gcp.clients import firestore
from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.policy import Window, window_id
from tests.emulator.alerted_org import EVERYWHERE, NOW, PHONES, AlertedOrg
from tests.emulator.outbox import EVENING, HOUR, MORNING
from tests.emulator.outbox_dying import deaths
from tests.emulator.outbox_dying import stack as stack


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
def test_an_alert_is_reported_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
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
def test_an_alert_of_the_night_is_reported_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
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
def test_a_digest_is_reported_once_wherever_its_teller_died(stack: Stack, after: bool) -> None:
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
