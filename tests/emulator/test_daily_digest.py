"""The daily digest: a day's reports in one mail, once, whoever dies, comes twice, late or in another order."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import flask
import pytest

from functions.deliver_later import deliver_later
from local.stack.running import Stack
from shared.errors import TransientError
from shared.gcp.clients import firestore, tasks
from shared.messages import links
from shared.notices import outbox
from shared.notices import sending as mailing
from shared.notices.daily import adding
from shared.tenants.tenant import DigestSetting
from tests.emulator.alerted_org import NOW, AlertedOrg, queue, waiting_tasks
from tests.emulator.competitive_market import at_once
from tests.emulator.daily_digest import add, digests, mails, send
from tests.emulator.daily_digest import org as org
from tests.harness.killing import Executioner, Killed, killing


def require_each_once(org: AlertedOrg, count: int) -> None:
    """Over all of its mails."""
    told = "\n".join(mails(org))
    assert [told.count(f"Fact {number}.") for number in range(count)] == [1] * count, told


def test_reports_of_a_day_go_out_in_one_mail_once(org: AlertedOrg) -> None:
    times = {add(org, number) for number in (0, 1, 0, 2, 1)}
    assert len(times) == 1
    (task,) = waiting_tasks()
    assert task
    assert send(org)
    assert not send(org)
    (mailed,) = mails(org)
    assert mailed.startswith("Report 0, and 2 more reports\n3 reports for you today.")
    assert mailed.count("/runs/run") == 3
    require_each_once(org, 3)
    assert org.used() == {"emailsUsed": 1}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_in_whatever_order_they_came_the_mail_is_the_same(org: AlertedOrg, order: tuple[int, ...]) -> None:
    for number in order:
        add(org, number, NOW + timedelta(minutes=number))
    send(org)
    (mailed,) = mails(org)
    assert [mailed.index(f"Fact {number}.") for number in range(3)] == sorted(
        mailed.index(f"Fact {number}.") for number in range(3)
    )


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_while_it_is_put_in_it_is_in_it_once(org: AlertedOrg, after: bool) -> None:
    for at in range(1, 30):
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                add(org, 0)
        except Killed:
            add(org, 0)
            continue
        break
    else:
        raise AssertionError("it never got to its end")
    assert at > 2
    send(org)
    require_each_once(org, 1)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_while_it_is_sent_it_goes_out_once(
    on_emulators: Stack, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "EMAIL_SECONDS", 0)
    for at in range(1, 60):
        org = AlertedOrg(on_emulators).open()
        add(org)
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                send(org)
        except Killed:
            send(org)
            outbox.sweep(digests(org)[0]["sendAt"] + timedelta(minutes=10))
        require_each_once(org, 1)
        assert org.used() == {"emailsUsed": 1}
        if executioner.calls < at:
            assert at > 4
            return
    raise AssertionError("it never got to its end")


def test_of_two_at_once_one_sends(org: AlertedOrg) -> None:
    add(org)

    def attempt() -> str:
        try:
            return str(send(org))
        except TransientError:
            return "busy"

    outcomes = at_once(attempt, attempt)
    # Each may have kept the other from it; its task then comes again.
    assert "True" in outcomes or send(org)
    require_each_once(org, 1)


def test_a_report_that_comes_too_late_is_in_tomorrow_s(org: AlertedOrg) -> None:
    add(org, 0)
    send(org)
    # Its clock is behind: by it, today's has not gone.
    add(org, 1)
    assert len(digests(org)) == 2
    assert digests(org)[1]["sendAt"] - digests(org)[0]["sendAt"] >= timedelta(hours=23)
    send(org, 1)
    require_each_once(org, 2)


def test_another_time_of_day_makes_no_second_digest_today(org: AlertedOrg) -> None:
    add(org, 0)
    send(org)
    add(org, 1, setting=DigestSetting(at="20:00"))
    first, second = digests(org)
    assert second["sendAt"] - first["sendAt"] >= timedelta(hours=25)


def test_it_waits_for_its_time(org: AlertedOrg) -> None:
    add(org)
    with pytest.raises(TransientError, match="waits until"):
        send(org, late=-timedelta(minutes=1))
    assert mails(org) == []


def test_what_the_provider_puts_off_comes_again_and_goes_out_once(org: AlertedOrg) -> None:
    add(org)
    org.fail("mailjet", 503, 1)
    assert send(org)
    assert mails(org) == []
    (delivery,) = deliveries(org)
    # Taken, and the line cut before the answer.
    org.fail("mailjet", 0, 1)
    later = delivery["sendAt"] + timedelta(minutes=1)
    with pytest.raises(TransientError):
        outbox.send_waiting(delivery["id"], later)
    assert outbox.send_waiting(delivery["id"], later)
    require_each_once(org, 1)


def deliveries(org: AlertedOrg) -> list[dict[str, Any]]:
    """What the outbox has of it."""
    found = firestore().collection("alert_deliveries").stream()
    return [{**fields, "id": one.id} for one in found if (fields := one.to_dict() or {})["orgId"] == org.id]


def test_one_that_is_refused_is_reported_in_the_inbox_with_all_its_reports(org: AlertedOrg) -> None:
    for number in range(2):
        add(org, number)
    org.fail("mailjet", 400, 1)
    assert send(org)
    assert not send(org)
    (line,) = org.inbox()
    assert line["note"].startswith("Not emailed: ")
    assert all(f"• Report {number}" in line["body"] for number in range(2))
    assert org.used() == {}


def test_an_org_whose_address_is_none_is_reported_in_the_inbox(org: AlertedOrg) -> None:
    org.open(ownerEmail="nobody")
    add(org)
    send(org)
    assert "owner's email address" in org.inbox()[0]["note"]


@pytest.mark.parametrize("removed", [None, ""])
def test_an_org_whose_address_was_removed_is_reported_in_the_inbox(org: AlertedOrg, removed: str | None) -> None:
    for number in range(2):
        add(org, number)
    org.open(ownerEmail=removed)
    assert send(org)
    assert not send(org)
    (line,) = org.inbox()
    assert line["title"] == "Your daily digest wasn't emailed"
    assert line["link"] == links.ORGANIZATION
    assert all(f"Report {number}" in line["body"] for number in range(2))
    assert mails(org) == []


def test_an_org_that_is_gone_gets_nothing_and_is_not_asked_for_again(org: AlertedOrg) -> None:
    add(org)
    firestore().document(f"tenants/{org.id}").delete()
    send(org)
    assert digests(org)[0]["dueAt"] is None
    assert mails(org) == []


def test_the_sweep_has_one_sent_whose_task_was_lost(org: AlertedOrg) -> None:
    add(org)
    tasks().purge_queue(name=queue())
    due = digests(org)[0]["sendAt"]
    for minutes, expected in ((1, 0), (6, 1), (7, 1)):
        outbox.sweep(due + timedelta(minutes=minutes))
        assert len([one for one in waiting_tasks() if digests(org)[0]["id"] in str(one)]) == expected
    (body,) = (
        one.http_request.body
        for one in tasks().list_tasks(request={"parent": queue(), "response_view": "FULL"})
        if digests(org)[0]["id"].encode() in one.http_request.body
    )
    headers = {
        "X-CloudTasks-QueueName": "deliverLater",
        "X-CloudTasks-TaskName": "t",
        "X-CloudTasks-TaskETA": str((due + timedelta(minutes=6)).timestamp()),
    }
    with flask.Flask("d").test_request_context("/", method="POST", data=body, headers=headers) as context:
        assert deliver_later(context.request).get_json() == {"delivered": True}
    require_each_once(org, 1)
    outbox.sweep(due + timedelta(hours=2))
    assert len([one for one in waiting_tasks() if digests(org)[0]["id"] in str(one)]) == 1


@pytest.mark.parametrize("stored", [{"at": "8 o'clock"}, "08:00", {"hour": 8}])
def test_a_setting_that_cannot_be_used_means_no_digest_and_one_line_that_says_so(
    org: AlertedOrg, stored: object
) -> None:
    org.open(settings={"digest": stored})
    assert [adding.load_setting(org.id) for _ in range(2)] == [None, None]
    (line,) = org.inbox()
    assert line["title"] == "Your daily digest setting can't be used"
    assert "settings.digest" in line["body"]


def test_no_setting_is_no_digest_and_says_nothing(org: AlertedOrg) -> None:
    assert adding.load_setting(org.id) is None
    org.open(settings={"theme": "dark"})
    assert adding.load_setting(org.id) is None
    assert org.inbox() == []
