import logging

import pytest

from local.providers.outbox import Outbox
from tests.unit.local.fakes import START, FakeClock


def test_messages_come_oldest_first() -> None:
    outbox = Outbox(FakeClock().now)
    for text in ("first", "second", "third"):
        outbox.record("sms", to="13155550100", text=text)

    assert [message.text for message in outbox.messages()] == ["first", "second", "third"]


def test_a_channel_narrows_the_list() -> None:
    outbox = Outbox(FakeClock().now)
    outbox.record("sms", to="13155550100")
    outbox.record("slack", to="T1/B1")

    assert [message.to for message in outbox.messages("slack")] == ["T1/B1"]


def test_a_message_carries_the_stacks_time() -> None:
    assert Outbox(FakeClock().now).record("sms", to="13155550100").received_at == START


def test_clearing_empties_it_and_never_reuses_an_id() -> None:
    outbox = Outbox(FakeClock().now)
    before = outbox.record("sms", to="13155550100").id

    assert outbox.clear() == 1
    assert outbox.messages() == []
    assert outbox.record("sms", to="13155550100").id != before


def test_a_full_outbox_drops_the_oldest_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    outbox = Outbox(FakeClock().now, capacity=2)
    with caplog.at_level(logging.WARNING):
        for text in ("first", "second", "third"):
            outbox.record("sms", to="13155550100", text=text)

    assert [message.text for message in outbox.messages()] == ["second", "third"]
    assert "dropped msg-1" in caplog.text
