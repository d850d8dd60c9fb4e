"""The org's budget and what runs cost: warned of once, and then words are computed and runs still end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from shared.billing.prices import UNIT_PRICES
from shared.gcp import clients
from shared.runs.outputs import value_of
from tests.emulator import executions
from tests.emulator.costly_runs import (
    costly_org,
    model_calls,
    month,
    plain_run,
    require_balanced,
    source,
)
from tests.emulator.executions import (
    documents,
    execution,
    put_org,
    run,
    start,
)

MAIL, TEXT = float(UNIT_PRICES["email"]), float(UNIT_PRICES["sms_internal"])


@pytest.fixture(autouse=True)
def console(quiet_queues: Stack) -> Iterator[httpx.Client]:
    with costly_org(quiet_queues) as console:
        yield console


def test_the_budget_warns_once_and_then_words_are_computed(quiet_queues: Stack, console: httpx.Client) -> None:
    cost = plain_run("run-1").cost_usd
    # 80 % are passed by the third run, 100 % by the fourth. A mail about that would cost, too.
    put_org(monthlyBudgetUsd=round(cost * 3.5, 6))
    unmailed = {"billing_alert": {"email": False, "dashboard": True, "sms": False}}
    clients.firestore().document(f"notification_preferences/{executions.ORG}").set(unmailed)
    told = []
    nearing, end = "You've", "Your"
    for number in range(2, 7):
        calls = model_calls(console)
        start("costs", f"run-{number}")
        assert run(f"run-{number}") == "completed"
        told.append(sorted(one["title"].partition(" ")[0] for one in _warnings()))
        # The fourth run passes the budget with its own mail, and knows it.
        assert source(f"run-{number}", "write") == ("model" if number <= 4 else "computed")
        assert source(f"run-{number}", "sum") == ("model" if number <= 3 else "computed")
        assert model_calls(console) - calls == {2: 2, 3: 2, 4: 1}.get(number, 0)
    assert told == [[], [nearing], [nearing, end], [nearing, end], [nearing, end]]
    assert _warning_mails(quiet_queues) == []
    last = execution("run-6")
    assert last.cost_usd == float(UNIT_PRICES["email"])
    result = last.result_of("sum")
    assert result is not None
    assert "budget" in value_of(result)["note"]
    require_balanced()


def test_runs_that_end_at_once_add_up_and_warn_once(quiet_queues: Stack) -> None:
    cost = plain_run("first").cost_usd
    put_org(monthlyBudgetUsd=round(cost * 9, 6), staffPhones=["+13155550123"])
    preferred = {"billing_alert": {"email": True, "dashboard": True, "sms": True}}
    clients.firestore().document(f"notification_preferences/{executions.ORG}").set(preferred)
    names = [f"at-once-{number}" for number in range(7)]
    for name in names:
        start("costs", name)
    with ThreadPoolExecutor(7) as pool:
        ended = [pool.submit(copy_context().run, run, name) for name in names for _ in range(2)]
    assert {future.result() for future in ended} <= {"completed", "look again", "ignored", "taken over"}
    assert {execution(name).status.value for name in names} == {"completed"}
    assert month() == pytest.approx(cost * 8 + MAIL + TEXT)
    assert len(_warnings()) == 1
    assert len(_warning_mails(quiet_queues)) == 1
    texts = httpx.get(f"{quiet_queues.console_url}/api/outbox", params={"channel": "sms"}).json()
    assert len(texts) == 1
    require_balanced(alerts_usd=MAIL + TEXT)


def _warnings() -> list[dict[str, Any]]:
    return [one for one in documents("inbox_notifications") if one["type"] == "billing_alert"]


def _warning_mails(stack: Stack) -> list[dict[str, Any]]:
    outbox = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json()
    return [message for message in outbox if " budget for " in message["subject"]]
