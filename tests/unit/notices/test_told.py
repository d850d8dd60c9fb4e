"""Which finding is the same, whether people know it, and the sentence that says who told it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from shared.catalog.files.load import catalog
from shared.competitors.price_facts import price_fact
from shared.messages.alert_types import AlertType
from shared.notices.dedup.fact import (
    A_MORNING,
    COVERED_BY,
    Audience,
    Fact,
    Notification,
    NotifiedFact,
    PriceKind,
    Role,
    ShopKind,
    claimed,
    decide,
    strongest,
)
from shared.notices.dedup.specialists import Specialist, already_reported, left_to

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = timedelta(days=90)
OURS = Decimal(40)
audiences = st.sampled_from(tuple(COVERED_BY))
prices = st.integers(1, 39).map(Decimal)


def undercut(price: Decimal | str = "34", since: datetime | None = None, product: str = "Blue Dream 3.5g") -> Fact:
    their = Decimal(price)
    return price_fact("undercut", "Higher Level", product, their, (OURS - their) * 100 / OURS, since)


def move(price: Decimal | str) -> Fact:
    return price_fact("price_change", "Higher Level", "Blue Dream 3.5g", Decimal(price))


def tell(
    told: NotifiedFact | None, fact: Fact, audience: Audience, run: str, now: datetime = NOW
) -> NotifiedFact | None:
    """What is kept after the run has met the fact."""
    verdict = decide(told, fact, audience, run, now)
    if verdict.reason is None:
        return told
    telling = Notification(
        by=run,
        execution_id=run,
        at=now,
        value=fact.value,
        level=fact.level,
        reason=verdict.reason,
    )
    return claimed(told, fact, audience, telling, now, KEEP)


def test_one_finding_has_one_id_however_its_product_is_written() -> None:
    spellings = (
        "Blue Dream 3.5g",
        "BLUE  DREAM 3.5 g",
        "Blue Dream 1/8 oz",
        "3.5g Blue Dream",
        "blue-dream, eighth",
    )
    assert len({undercut(product=one).id for one in spellings}) == 1
    others = ("Blue Dream 7g", "Blue Dream", "Blue Dream Live Resin 3.5g", "Blue Dream 3.5g 2pk")
    assert len({undercut(product=one).id for one in (*spellings[:1], *others)}) == 5


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_has_an_id_that_firestore_takes(competitor: str, product: str) -> None:
    one = price_fact("undercut", competitor, product, Decimal(1))
    assert len(one.id) == 32
    assert one.id == price_fact("price_change", f" {competitor} ", product, Decimal(2)).id


def test_a_price_change_and_an_undercut_to_the_same_price_are_one_finding() -> None:
    told = tell(None, undercut(), "email", "a")
    assert decide(told, move("34"), "email", "b", NOW).reason is None
    assert decide(told, move("39"), "email", "b", NOW).reason == "new"


def test_a_price_change_not_known_to_undercut_leaves_the_undercut_to_report() -> None:
    told = tell(None, move("34"), "email", "a")
    assert decide(told, undercut(), "email", "b", NOW).reason == "new"


def test_a_run_that_reports_both_keeps_our_price() -> None:
    told = tell(tell(None, undercut(), "email", "a"), move("34"), "email", "a")
    assert decide(told, undercut(), "email", "b", NOW).reason is None


def test_a_mail_is_known_in_the_inbox_and_a_line_there_is_no_mail() -> None:
    mailed, noted = tell(None, undercut(), "email", "a"), tell(None, undercut(), "dashboard", "a")
    assert decide(mailed, undercut(), "dashboard", "b", NOW).reason is None
    assert decide(noted, undercut(), "email", "b", NOW).reason == "new"
    assert decide(mailed, undercut(), "sms", "b", NOW).reason == "new"


def test_a_finding_one_point_worse_is_reported_again() -> None:
    told = tell(None, undercut("34"), "email", "a")
    assert decide(told, undercut("33.61"), "email", "b", NOW).reason is None
    assert decide(told, undercut("33.60"), "email", "b", NOW).reason == "deeper"
    assert decide(told, undercut("36"), "email", "b", NOW).reason is None


def test_a_finding_that_was_gone_is_reported_to_everybody_again() -> None:
    told = tell(tell(None, undercut(), "email", "a"), undercut(), "sms", "a")
    later = NOW + 3 * DAY
    back = undercut(since=later - timedelta(hours=1))
    assert decide(told, undercut(since=NOW - DAY), "email", "b", later).reason is None, "their menu never changed"
    assert decide(told, back, "email", "b", NOW + DAY).reason is None, "it was there a day ago"
    assert decide(told, back, "email", "b", later).reason == "returned"
    after = tell(told, back, "email", "b", later)
    assert decide(after, back, "email", "c", later).reason is None
    assert decide(after, back, "sms", "c", later).reason == "new"
    texted = tell(after, back, "sms", "c", later)
    assert tell(texted, back, "email", "b", later) == texted, "an attempt made again takes nothing back"


@given(st.lists(st.tuples(prices, audiences, st.sampled_from("abc")), max_size=12))
def test_nobody_is_notified_of_known_findings_in_any_order_of_runs(
    met: list[tuple[Decimal, Audience, str]],
) -> None:
    told: NotifiedFact | None = None
    for number, (price, audience, playbook) in enumerate(met):
        run, fact = f"{playbook}{number}", undercut(price)
        first = decide(told, fact, audience, run, NOW)
        told = tell(told, fact, audience, run)
        assert decide(told, fact, audience, run, NOW).should_notify is first.should_notify, (
            "another attempt decides the same"
        )
        assert not decide(told, fact, audience, "another run", NOW).should_notify, "and nobody else tells it"
        deepest = [one.level or 0 for one in (told.tellings if told else {}).values()]
        assert deepest, "somebody has told it"


@given(st.lists(prices, min_size=1, max_size=8), audiences)
def test_the_worst_finding_is_always_reported(found: list[Decimal], audience: Audience) -> None:
    told: NotifiedFact | None = None
    for number, price in enumerate(found):
        told = tell(told, undercut(price), audience, str(number))
    assert told is not None
    assert told.tellings[audience].value == min(found)


def test_a_message_counts_as_a_mail_where_it_is_mailed() -> None:
    assert strongest(["dashboard", "sms", "email"]) == "email"
    assert strongest(["sms"]) == "sms"
    assert strongest([]) is None


def test_the_sentence_names_each_reporter_once_in_the_orgs_time() -> None:
    def by(name: str, at: datetime) -> Notification:
        return Notification(by=name, execution_id=name, at=at, value=Decimal(34))

    zone = "America/New_York"
    assert already_reported([], NOW, zone) == ""
    assert (
        already_reported([by("Daily Intel", NOW)] * 2, NOW, zone) == "Already reported by 'Daily Intel' at 9:02 AM."
    )
    both = [by("Daily Intel", NOW - 4 * DAY), by("Price Intelligence", NOW)]
    assert already_reported(both, NOW, zone) == (
        "Already reported by 'Price Intelligence' at 9:02 AM and 'Daily Intel' at 9:02 AM on Thu, Nov 19."
    )
    many = already_reported([by(letter * 300, NOW) for letter in "abcdef"], NOW, zone)
    assert many.endswith(" and 3 more.")
    assert len(many) < 300


def low(level: int = 1) -> Fact:
    return Fact("low_stock", ("i1",), "Blue Dream", Decimal(level))


def said(fact: Fact, role: Role, ago: timedelta = timedelta(hours=1), audience: Audience = "email") -> NotifiedFact:
    at = NOW - ago
    telling = Notification(
        by="a", execution_id="a", at=at, level=fact.level, value=fact.value, role=role, settled=True
    )
    return NotifiedFact(label=fact.label, tellings={audience: telling}, seen_at=at, expires_at=at + KEEP)


def test_a_shops_finding_is_known_for_a_morning_and_reported_again_if_worse() -> None:
    told = said(low(), "report")
    assert not decide(told, low(), "email", "b", NOW, "report").should_notify
    assert decide(told, low(2), "email", "b", NOW, "report").reason == "deeper"
    assert decide(said(low(), "report", A_MORNING), low(), "email", "b", NOW, "report").reason == "new"
    assert not decide(said(low(2), "report"), low(), "email", "b", NOW, "report").should_notify


@given(st.sampled_from(get_args(Role)), st.sampled_from(get_args(Role)))
def test_a_report_suppresses_no_alert_and_everything_else_is_reported_once(first: Role, second: Role) -> None:
    outranks = first == "report" and second == "alert"
    for fact in (low(), undercut()):
        assert decide(said(fact, first), fact, "email", "b", NOW, second).should_notify is outranks


def test_facts_of_different_kinds_are_different_facts() -> None:
    assert low().id != Fact("slow_stock", ("i1",), "Blue Dream").id
    assert low(1).id == low(2).id


def test_a_specialized_playbook_reports_facts_above_its_level() -> None:
    alert = Specialist("Competitive Price Alert", "undercut", Decimal(10))
    assert alert.tells(undercut("34"))
    assert not alert.tells(undercut("38"))
    assert not alert.tells(move("34")), "nobody knows how far it is below ours"
    assert not alert.tells(low(2))
    assert left_to([]) == ""
    assert left_to([("Competitive Price Alert", "Blue Dream 3.5g"), ("Competitive Price Alert", "Runtz")]) == (
        "'Competitive Price Alert' tells you about Blue Dream 3.5g and Runtz."
    )


def test_every_kind_the_catalog_alerts_on_is_reported_by_a_check() -> None:
    found = {one.id: one.tells for one in catalog().values() if one.tells}
    assert set(found) == {"competitive-price-alert", "usage-alert"}
    assert {one.kind for one in found.values()} <= {*get_args(PriceKind), *get_args(ShopKind), "usage"}
    assert {AlertType(one.type) for one in found.values()} == {AlertType.COMPETITOR_ALERT, AlertType.USAGE_ALERT}
