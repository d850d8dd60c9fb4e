"""Charts from the records to the provider: each goes along with its mail, and the mail shows it by its id."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.stack.running import Stack
from shared.gcp.clients import firestore
from shared.messages.template.timeline import Timeline
from tests.emulator.catalog_shop import open_full, say
from tests.emulator.charts import pictures
from tests.emulator.competitive_market import CHEAPER, MENU, ORG, SCAN, Market, opened_market
from tests.emulator.demo_runs import Demo, demo_org
from tests.unit.steps.surroundings import NOW


@pytest.fixture
def demo(stack: Stack) -> Iterator[Demo]:
    with demo_org(stack) as demo:
        yield demo


@pytest.fixture
def market(on_emulators: Stack, monkeypatch: pytest.MonkeyPatch) -> Market:
    return opened_market(on_emulators, monkeypatch)


def test_the_week_s_report_carries_the_revenue_of_eight_weeks(demo: Demo) -> None:
    open_full(demo)
    (mail,) = say(demo, "weekly-summary").mails
    drawn = pictures(mail)
    assert len(drawn) == 2, "one for light and one for dark screens"
    assert all(png.startswith(b"\x89PNG") for png in drawn.values())
    told = re.search(r"Revenue by week: \$[^\n]+ in the week of [^\n]+", mail["text"])
    assert told
    assert told[0] in mail["html"]


def test_a_competitor_s_price_history_is_a_chart_from_the_second_day_on(market: Market) -> None:
    market.store("higher-level", *MENU[:1] + MENU[1:])
    market.run(SCAN, "exec0", NOW - timedelta(days=3))
    market.store("higher-level", *CHEAPER)
    market.run(SCAN, "exec1", NOW)
    found = market.run("analyze_pricing")
    output = market.run("price_history", undercut=found["undercut"])
    assert output["product"] == "Blue Dream 3.5g"
    assert output["text"].startswith("Blue Dream 3.5g at Higher-Level: $40 on ")
    assert output["text"].endswith("$30 now; yours $40 now.")
    assert [one.name for one in Timeline.model_validate(output["chart"]).series] == [
        "Your price now",
        "Higher-Level",
    ]
    report = market.run("generate_competitor_report", narrate=False)
    assert "Blue Dream 3.5g, last 30 days" in report["text"]
    assert output["text"] in report["text"]


def test_without_a_second_day_there_is_no_chart_and_the_report_stands(market: Market) -> None:
    market.store("higher-level", *CHEAPER)
    market.run(SCAN)
    undercut = market.run("analyze_pricing")["undercut"]
    assert market.run("price_history", undercut=undercut)["chart"] is None
    assert "last 30 days" not in market.run("generate_competitor_report", narrate=False)["text"]
    firestore().document(f"tenants/{ORG}/competitors/higher-level").delete()
