"""Claims on findings against real Firestore: at once, twice, killed at any call, after a run that told nothing."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from local.stack.running import Stack
from shared.competitors.price_facts import price_fact
from shared.gcp.clients import firestore
from shared.notices.dedup import claims
from shared.notices.dedup.claims import Sender
from shared.notices.dedup.fact import Audience, Fact
from shared.notices.dedup.ledger import COLLECTION, PARTS
from tests.emulator.competitive_market import ORG, at_once
from tests.harness.killing import Executioner, Killed, killing
from tests.harness.told import told_things
from tests.unit.steps.surroundings import NOW

FACTS = [price_fact("undercut", "Green", f"Strain {letter} 3.5g", Decimal(30), Decimal(25)) for letter in "abc"]
IDS = [one.id for one in FACTS]


@pytest.fixture(autouse=True)
def _firestore(on_emulators: Stack) -> None:
    """Empty."""


def put_run(execution_id: str, status: str = "running") -> None:
    firestore().document(f"playbook_executions/{execution_id}").set({"status": status})


def tells(run: str, facts: Sequence[Fact] = FACTS, audience: Audience = "email", now: Any = NOW) -> list[bool]:
    """Which of the facts the run tells."""
    verdicts = claims.claim(ORG, facts, audience, Sender(run, run), now)
    return [verdicts[one.id].should_notify for one in facts]


def settle(run: str, audience: Audience = "email") -> int:
    return claims.settle(ORG, IDS, audience, Sender(run, run), NOW)


def test_the_first_tells_it_in_every_attempt_and_the_second_never() -> None:
    put_run("first")
    assert tells("first") == [True] * 3
    assert tells("second") == [False] * 3
    assert tells("first") == [True] * 3
    assert (settle("first"), settle("first"), settle("second")) == (3, 3, 0)
    put_run("first", "failed")
    assert tells("second") == [False] * 3


@pytest.mark.parametrize("status", ["failed", "cancelled", "completed", None])
def test_a_run_that_ended_and_settled_nothing_has_lost_its_claims(status: str | None) -> None:
    put_run("first")
    tells("first")
    firestore().document("playbook_executions/first").delete()
    if status is not None:
        put_run("first", status)
    put_run("second")
    assert tells("second") == [True] * 3
    assert tells("third") == [False] * 3
    assert settle("first") == 0


def test_of_two_at_once_each_finding_is_reported_by_one() -> None:
    for run in ("first", "second"):
        put_run(run)
    for number in range(5):
        some = [price_fact("undercut", f"Shop {number}", one.label, Decimal(30), Decimal(25)) for one in FACTS]
        both = at_once(partial(tells, "first", some), partial(tells, "second", some))
        assert [one != other for one, other in zip(*both, strict=True)] == [True] * 3


def test_mails_and_texts_at_once_keep_both() -> None:
    put_run("first")
    at_once(lambda: tells("first"), lambda: tells("first", audience="sms"))
    assert all(set(one.tellings) == {"email", "sms"} for one in told_things(ORG).values())


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_call_nothing_is_reported_twice_or_lost(after: bool) -> None:
    for at in range(1, 20):
        run, facts = f"run{at}", [price_fact("undercut", f"Shop {at}", "Runtz 3.5g", Decimal(30), Decimal(25))]
        put_run(run)
        executioner = Executioner(at, after=after)
        try:
            with killing(executioner):
                tells(run, facts)
                claims.settle(ORG, [facts[0].id], "email", Sender(run, run), NOW)
        except Killed:
            assert tells(run, facts) == [True]
            assert claims.settle(ORG, [facts[0].id], "email", Sender(run, run), NOW) == 1
            assert tells("another", facts) == [False]
            continue
        assert at > 4
        return
    raise AssertionError("it never got to its end")


@pytest.mark.parametrize("packed", ["?", b"?", zlib.compress(json.dumps({IDS[0]: {"tellings": "?"}}).encode())])
def test_a_malformed_document_counts_as_none_and_is_rewritten(packed: object) -> None:
    for number in range(PARTS):
        firestore().document(f"tenants/{ORG}/{COLLECTION}/part-{number}").set({"packed": packed})
    put_run("first")
    assert tells("first") == [True] * 3
    assert tells("second") == [False] * 3


def test_of_several_at_one_key_the_deepest_counts() -> None:
    put_run("first")
    prices = [
        price_fact("undercut", "Green", "Runtz 3.5g", Decimal(price), Decimal(40 - price)) for price in (35, 20, 30)
    ]
    assert tells("first", prices) == [True] * 3
    (kept,) = told_things(ORG).values()
    assert kept.tellings["email"].value == 20


def test_what_stands_is_kept_and_read_once() -> None:
    put_run("first")
    tells("first")
    settle("first")
    counted = Executioner(10_000, after=False)
    with killing(counted):
        assert tells("second", now=NOW + timedelta(hours=1)) == [False] * 3
    assert counted.calls == 2, "the read, and the end of its transaction"
    assert tells("second", now=NOW + timedelta(days=1)) == [False] * 3
    assert all(one.seen_at == NOW + timedelta(days=1) for one in told_things(ORG).values())


def test_a_hundred_findings_are_four_documents_and_what_is_over_is_left_out() -> None:
    put_run("first")
    many = [
        price_fact("undercut", f"Shop {number}", "Runtz 3.5g", Decimal(30), Decimal(25)) for number in range(100)
    ]
    assert tells("first", many) == [True] * 100
    parts = firestore().collection(f"tenants/{ORG}/{COLLECTION}").stream()
    assert len(list(parts)) == PARTS
    put_run("second")
    assert tells("second", many[:50]) == [False] * 50
    later = NOW + timedelta(days=91)
    assert tells("second", [*FACTS, *many[:50]], now=later) == [True] * 53
    assert len(told_things(ORG)) == 53
