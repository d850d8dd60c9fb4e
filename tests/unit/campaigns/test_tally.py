"""What became of a page's customers, counted: each once, whatever became of them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from shared.campaigns.record import FAILED, SENT, UNKNOWN, Page

OUTCOMES = st.sampled_from(["", SENT, FAILED, UNKNOWN, "opted_out", "no_email"])
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def page(email: list[str], sms: list[str]) -> Page:
    count = max(len(email), len(sms))
    customers = [f"c{number}" for number in range(count)]
    return Page(
        id="p-0", org_id="o", run_id="r", number=0, customers=customers, email=email, sms=sms, expire_at=NOW
    )


@given(st.lists(OUTCOMES, max_size=20))
def test_every_processed_customer_counts_once(outcomes: list[str]) -> None:
    for one in (page(outcomes, []), page([], outcomes)):
        found = one.tally(together=False)
        dealt = found.sent + found.failed + found.unknown + sum(found.skipped.values())
        assert dealt == sum(said != "" for said in outcomes)
        assert found.sent == found.emails + found.texts


@given(st.lists(st.tuples(OUTCOMES, OUTCOMES), max_size=20))
def test_a_text_instead_of_a_mail_counts_instead_of_it(pairs: list[tuple[str, str]]) -> None:
    both = page([mail for mail, _ in pairs], [text for _, text in pairs])
    apart, together = both.tally(together=False), both.tally(together=True)
    assert apart.sent + apart.failed + apart.unknown + sum(apart.skipped.values()) <= len(pairs)
    assert apart.emails == together.emails == sum(mail == SENT for mail, _ in pairs)
    assert apart.texts == sum(text == SENT and mail not in (SENT, UNKNOWN) for mail, text in pairs)
