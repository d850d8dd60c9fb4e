"""What chat makes of each topic's examples runs on the demo org: every step of it completes in a dry run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from local.demo.seed import DEMO_ORG_ID
from local.stack.running import Stack
from shared.chat.language.names import Names
from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.talk.answers import answered
from shared.chat.talk.questions import next_question
from shared.chat.topics.drafts import draft
from shared.chat.topics.resolving import Org, spec_of
from shared.chat.topics.topic import TOPICS
from shared.competitors.store import load_competitors, load_our_products
from shared.gcp.clock import Clock
from shared.runs.dry_run import dry_run
from shared.tenants.tenant import load_tenant
from tests.emulator.demo_runs import Demo, demo_org

EXAMPLES = [
    *(said for topic in TOPICS.values() for said in topic.examples),
    "email customers who haven't been in for 60 days, every tuesday at 10am, but not VIPs",
    "email me the slow movers every friday at 4pm as a csv",
    "email me the sales every monday at 8am and ask me before you send it",
]
EVENT = {
    "name": "Blue Dream 3.5g",
    "category": "Flower",
    "quantity": 2,
    "reorderPoint": 10,
    "price": 30.0,
    "before": {"price": 35.0},
    "email": "ada@mail.example",
    "phone": "+13155550142",
    "customerId": "c1",
    "competitor": "Higher Level",
    "competitorId": "higher-level-syracuse",
    "product": "Blue Dream 3.5g",
    "oldPrice": 35.0,
    "newPrice": 30.0,
    "percent": 14,
    "total": 512.5,
    "direction": "down",
    "text": "Come by on Friday.",
}
"""What the events of all topics speak of."""


@pytest.fixture(scope="module")
def demo(stack: Stack) -> Iterator[Demo]:
    with demo_org(stack) as found:
        yield found


def steps_of(said: str) -> list[dict[str, Any]]:
    """What is made of the sentence, each question answered with its first option."""
    competitors = {one.id: one.name for one in load_competitors(DEMO_ORG_ID)}
    products = tuple(dict.fromkeys(one.name for one in load_our_products(DEMO_ORG_ID)))
    # The examples speak of another shop's rival.
    known = {**competitors, next(iter(competitors)): "Green Leaf"}
    names = Names(tuple(known.values()), (*products, "Edibles", "Blue Dream"), ())
    org = Org(load_tenant(DEMO_ORG_ID), datetime.now(UTC), names, known, "me@shop.example")
    [request] = requests_of(read(said, names))
    while question := next_question(request, org):
        after = answered(request, question, "1", org)
        assert after is not None, question
        request = after
    return [dict(step) for step in draft(spec_of(request, org), org.tenant.timezone).steps]


@pytest.mark.parametrize("said", EXAMPLES)
def test_a_dry_run_completes_every_step(said: str, demo: Demo) -> None:
    steps = steps_of(said)
    demo.put_playbook("topic", steps)
    answer = dry_run(demo.request("topic", EVENT), Clock())
    assert "error" not in answer, answer["error"]
    assert {step["status"] for step in answer["steps"]} <= {"completed", "skipped"}
