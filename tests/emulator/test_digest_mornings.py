"""A shop that wants one mail a day: its mornings' reports and alerts in one mail, charts and all."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from local.demo.seed import DEMO_ORG_ID
from shared.gcp import clients
from shared.gcp.clients import tasks
from shared.notices import outbox
from shared.notices.daily import sending
from tests.emulator.alerted_org import ZONE, queue, waiting_tasks
from tests.emulator.catalog_shop import OWNER, open_full
from tests.emulator.charts import pictures
from tests.emulator.daily_digest import daily_digests
from tests.emulator.demo_runs import Demo
from tests.emulator.executions import documents, execution
from tests.emulator.morning import ALERT, INTEL, PRICES, Shop
from tests.harness.killing import Killed

DAYS = itertools.count()


@pytest.fixture
def shop(demo: Demo) -> Shop:
    """The demo shop on enterprise, which wants one mail an hour from now."""
    tasks().pause_queue(name=queue())
    tasks().purge_queue(name=queue())
    open_full(demo)
    # Each on a day of its own: the provider and the queues remember the mails of the others.
    opened = Shop(demo, days=next(DAYS))
    at = (opened.now + timedelta(hours=1)).astimezone(ZoneInfo(ZONE)).strftime("%H:%M")
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"settings": {"digest": {"at": at}}})
    demo.forget_outbox()
    return opened


def owners_mails(shop: Shop) -> list[dict[str, Any]]:
    return [one for one in shop.demo.outbox() if one["channel"] == "email" and one["to"] == OWNER]


MORNING = (INTEL, ALERT, "executive-daily-digest")


@pytest.mark.parametrize("order", list(itertools.permutations(MORNING)), ids="-".join)
def test_a_morning_of_runs_in_every_order_is_one_mail(shop: Shop, order: tuple[str, ...]) -> None:
    runs = {one: shop.run(one) for one in (*order, PRICES)}
    assert owners_mails(shop) == []
    for one in order:
        reason = str(execution(runs[one]).status_reason)
        assert reason.startswith("Goes out with "), reason
        assert "'s digest at " in reason
    texts = [one for one in shop.demo.outbox() if one["channel"] == "sms"]
    assert len(texts) == 1, "the alert's text does not wait"
    (digest,) = daily_digests()
    entries = documents("digest_entries")
    assert sending.send(digest["id"], digest["sendAt"])
    (mailed,) = owners_mails(shop)
    # A competitor's price before the day's sales.
    assert mailed["subject"].startswith("Higher Level Syracuse sells Blue Dream 3.5g for $34, $6 below you, and ")
    assert mailed["html"].count('class="p"') >= len(entries)
    assert mailed["text"].count("Revenue yesterday: ") == 1
    assert len(re.findall(r"\n- Blue Dream 3\.5g: .*\$34", mailed["text"])) == 1


def test_a_run_that_is_delivered_again_is_in_it_once(shop: Shop) -> None:
    execution_id = shop.start(INTEL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "call_at", _die)
        with pytest.raises(Killed):
            shop.deliver(execution_id)
    assert len(documents("digest_entries")) == 1
    shop.days += 90 / 86_400
    assert shop.deliver(execution_id) == "completed"
    assert len(documents("digest_entries")) == 1
    assert [one for one in waiting_tasks() if daily_digests()[0]["id"] in str(one)]


def _die(*_: Any, **__: Any) -> None:
    raise Killed


def test_who_asks_for_a_report_gets_it_at_once(shop: Shop) -> None:
    shop.run(INTEL, "manual")
    assert len(owners_mails(shop)) == 1
    assert documents("digest_entries") == []


def test_what_people_made_themselves_is_mailed_at_once(shop: Shop) -> None:
    tell = {"id": "tell", "action": "notify", "params": {"subject": "Mine", "body": "B", "channels": ["email"]}}
    shop.demo.put_playbook("mine", [tell])
    daily = {"type": "schedule", "id": "daily", "cron": "0 9 * * *", "timezone": ZONE}
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/mine").update({"triggers": [daily]})
    shop.run("mine")
    assert [one["subject"] for one in owners_mails(shop)] == ["Mine"]


def test_the_charts_of_its_reports_go_along_with_it(shop: Shop) -> None:
    for one in ("weekly-summary", "executive-daily-digest"):
        shop.run(one)
    (digest,) = daily_digests()
    assert sending.send(digest["id"], digest["sendAt"])
    (mailed,) = owners_mails(shop)
    drawn = pictures(mailed)
    assert len(drawn) == 2, "one for light and one for dark screens"
    assert all(png.startswith(b"\x89PNG") for png in drawn.values())
    told = re.search(r"Revenue by week: \$[^\n]+ in the week of [^\n]+", mailed["text"])
    assert told
    assert told[0] in mailed["html"]
