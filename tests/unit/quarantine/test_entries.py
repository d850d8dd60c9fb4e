"""The counting of failures as a state machine: any sequence of failures and new versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.quarantine.entries import (
    FAILURES,
    KEPT_FOR,
    TRIED_AGAIN_AFTER,
    Entry,
    Item,
    Status,
    after_failure,
    parse_entry,
)

NOW = datetime(2026, 11, 1, tzinfo=UTC)
versions = st.none() | st.integers(1, 3).map(lambda day: NOW - timedelta(days=day))


def fail(known: Entry | None, version: datetime | None, minute: int = 0, org_id: str | None = "o1") -> Entry:
    item = Item("tenants/o1", version, org_id)
    return after_failure(known, item, "w", f"reason {minute}", NOW + timedelta(minutes=minute))


@given(st.lists(versions, min_size=1, max_size=12), st.sampled_from(["o1", None]))
def test_only_failures_in_a_row_with_one_version_count(sequence: list[datetime | None], org_id: str | None) -> None:
    entry: Entry | None = None
    row = 0
    for minute, version in enumerate(sequence):
        row = row + 1 if entry is not None and entry.version == version else 1
        entry = fail(entry, version, minute, org_id)
        assert entry.failures == min(row, FAILURES)
        assert (entry.status is Status.QUARANTINED) == (row >= FAILURES)
        later = NOW + timedelta(hours=1)
        assert entry.passes_over(Item("tenants/o1", version), later) == (row >= FAILURES)
        assert not entry.passes_over(Item("tenants/o1", NOW), later), "another version is tried"
        assert entry.told == (row < FAILURES or org_id is None)
        assert entry.expire_at == entry.last_failed_at + KEPT_FOR
        assert entry == parse_entry("e", entry.document())


def test_a_quarantined_document_is_not_recorded_again() -> None:
    third = fail(fail(fail(None, NOW), NOW), NOW)
    told = third.model_copy(update={"told": True})
    assert fail(told, NOW, 9) is told


def test_it_is_tried_again_after_a_day_and_its_owner_is_notified_once() -> None:
    told = fail(fail(fail(None, NOW), NOW), NOW).model_copy(update={"told": True})
    item = Item("tenants/o1", NOW, "o1")
    assert told.passes_over(item, NOW + TRIED_AGAIN_AFTER - timedelta(seconds=1))
    assert not told.passes_over(item, NOW + TRIED_AGAIN_AFTER), "the fault may have been in another document"
    again = after_failure(told, item, "w", "still", NOW + TRIED_AGAIN_AFTER)
    assert (again.status, again.failures, again.told) == (Status.QUARANTINED, FAILURES + 1, True)
    assert again.passes_over(item, NOW + TRIED_AGAIN_AFTER + timedelta(hours=1))
    assert again.expire_at == told.expire_at + TRIED_AGAIN_AFTER


def test_the_same_document_has_an_entry_for_each_worker() -> None:
    item = Item("tenants/o1")
    assert item.entry_id("a") == Item("tenants/o1", NOW, "o1").entry_id("a") != item.entry_id("b")


@given(st.dictionaries(st.sampled_from(sorted(fail(None, NOW).document())), st.none() | st.integers() | st.text()))
def test_a_malformed_entry_counts_as_none(damage: dict[str, object]) -> None:
    found = parse_entry("e", {**fail(None, NOW).document(), **damage})
    assert found is None or isinstance(found, Entry)
