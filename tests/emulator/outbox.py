"""Helpers of the tests of outbox, shared with other tests."""

from __future__ import annotations

from datetime import timedelta

from tests.emulator.alerted_org import on_the_clock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


EVENING, MORNING = on_the_clock(22), on_the_clock(8, days=1)
