"""Whoever dies or is held up while a page of a campaign is sent: nobody is missed, nobody gets it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.campaigns import planning
from shared.campaigns.people import Examined, examine
from shared.errors import PlaybookError, TransientError
from shared.messages.channels import mailjet
from shared.messages.email import Email
from shared.runs.campaign_pages import sweep_campaigns
from tests.emulator.campaign_shop import (
    Sending,
    addresses,
    clear,
    open_shop,
    quiet_campaigns,
    quiet_pages,
)
from tests.emulator.executions import clock_in
from tests.harness.killing import Executioner, Killed, killing


@pytest.fixture(autouse=True)
def shop(quiet_queues: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr(planning, "PAGE_CUSTOMERS", 4)
    with quiet_campaigns():
        yield quiet_queues


def fault(stack: Stack, **fields: object) -> None:
    httpx.post(f"{stack.console_url}/api/faults", json={"provider": "mailjet", **fields}).raise_for_status()


@pytest.mark.parametrize("after", [False, True])
def test_whoever_dies_at_any_call_of_a_page_is_followed_without_loss_or_doubling(shop: Stack, after: bool) -> None:
    at = 0
    while True:
        at += 1
        quiet_pages()
        clear("usage_shards")
        httpx.delete(f"{shop.console_url}/api/outbox")
        open_shop(4)
        sending = Sending(shop).begin()
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                sending.page()
            is_past = executioner.calls < at
        except Killed:
            is_past = False
        if not is_past:
            sending.page()
            sending.page(later=125)
            sweep_campaigns(clock_in(1200))
            sending.page(later=1300)
        assert sending.mails() == addresses(4), at
        assert (sending.output(later=1400)["sent"], sending.metered()) == (4, 4), at
        assert sending.campaign().totals.sent == 4
        if is_past:
            break
    assert at > 8


@pytest.mark.parametrize("taken", [False, True])
def test_whoever_dies_as_mails_are_handed_over_is_followed_without_loss_or_doubling(
    shop: Stack, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    open_shop(4)
    sending = Sending(shop).begin()
    send = mailjet.send_batch

    def die(batch: Sequence[tuple[Email, str]]) -> list[str | PlaybookError]:
        if taken:
            send(batch)
        raise Killed

    monkeypatch.setattr(mailjet, "send_batch", die)
    with pytest.raises(Killed):
        sending.page()
    monkeypatch.setattr(mailjet, "send_batch", send)
    assert sending.page() == "busy"
    assert sending.page(later=125) == "done"
    assert sending.mails() == addresses(4)
    assert (sending.output(later=125)["sent"], sending.metered()) == (4, 4)


def test_a_process_that_was_held_up_hands_nothing_over(shop: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    open_shop(4)
    sending = Sending(shop).begin()
    twin = examine

    def held_up(*args: Any) -> Examined:
        monkeypatch.setattr("shared.campaigns.page.examine", twin)
        assert sending.page(later=125) == "done"
        return twin(*args)

    monkeypatch.setattr("shared.campaigns.page.examine", held_up)
    assert sending.page() == "busy"
    assert sending.mails() == addresses(4)
    assert (sending.output(later=125)["sent"], sending.metered()) == (4, 4)


@pytest.mark.parametrize("status", [500, 504])
def test_an_answer_that_is_lost_is_asked_for(shop: Stack, status: int) -> None:
    open_shop(4)
    sending = Sending(shop).begin()
    fault(shop, status=status, times=1)
    assert sending.page() == "slowed"
    assert sending.page(later=20) == "done"
    assert sending.mails() == addresses(4)
    assert sending.metered() == 4


def test_of_mails_that_are_asked_for_one_failing_question_loses_no_answer(
    shop: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_shop(4)
    sending = Sending(shop).begin()
    fault(shop, status=504, times=1)
    assert sending.page() == "slowed"
    asked: Counter[str] = Counter()
    find, first = mailjet.find, f"{sending.id}:0:0"

    def refuse_the_first_question(custom_id: str) -> str | None:
        asked[custom_id] += 1
        if custom_id == first and asked[first] == 1:
            raise TransientError("slow down")
        return find(custom_id)

    monkeypatch.setattr(mailjet, "find", refuse_the_first_question)
    assert [sending.page(later=later) for later in (20, 60)] == ["slowed", "done"]
    assert (asked.pop(first), set(asked.values())) == (2, {1})
    assert (sending.mails(), sending.metered()) == (addresses(4), 4)
