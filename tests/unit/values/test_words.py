"""Counts, days and spans as people say them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from shared.values.words import about_days, counted, date_words, day_words, dollars, month_words, plural


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (counted(1, "item"), "1 item"),
        (counted(0, "item"), "0 items"),
        (counted(1_200, "item"), "1,200 items"),
        (counted(2, "fix", "fixes"), "2 fixes"),
        (counted(1, "more price is", "more prices are"), "1 more price is"),
        (plural(1, "has", "have"), "has"),
        (plural(3, "has", "have"), "have"),
        (dollars(Decimal("34.00")), "$34"),
        (dollars(Decimal("234.5")), "$234.50"),
        (dollars(Decimal("1234.5")), "$1,235"),
        (dollars(Decimal("-6")), "-$6"),
        (day_words(date(2026, 11, 21)), "Sat, Nov 21"),
        (day_words(date(2026, 11, 3)), "Tue, Nov 3"),
        (date_words(date(2027, 3, 1)), "Mar 1, 2027"),
        (month_words("2026-11"), "November"),
        (about_days(8.6), "about 9 days"),
        (about_days(0.5), "about 1 day"),
        (about_days(0.4), "less than a day"),
    ],
)
def test_it_reads_as_people_say_it(said: str, words: str) -> None:
    assert said == words
