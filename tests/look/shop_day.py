"""The mails of a week of real shops: what every catalog playbook and every kind of alert sends its people."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from local.demo.seed import DEMO_ORG_ID
from local.stack.ports import free_offset
from local.stack.running import WITHOUT_FUNCTIONS, running_stack
from shared.billing.roll_up import Crossing
from shared.billing.tiers import Metric
from shared.catalog.files.load import included
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.messages.alert_types import AlertType
from shared.notices import outbox
from shared.notices.alert import Alert, worded
from shared.notices.daily import sending
from shared.notices.preferences import Channel
from shared.notices.usage_alert import usage_alert
from shared.tenants.tenant import TierId, load_tenant
from tests.emulator.catalog_shop import OWNER, open_full, say
from tests.emulator.daily_digest import daily_digests
from tests.emulator.demo_runs import Demo, demo_org
from tests.emulator.morning import DAILY, Shop
from tests.look.shops import SHOPS


def mails_of_a_day() -> dict[str, dict[str, Any]]:
    """By name, as the provider's stand-in got them: `{to, subject, text, html, …}`."""
    offset = free_offset()
    os.environ["PORT_OFFSET"] = str(offset)
    with running_stack(offset, only=WITHOUT_FUNCTIONS) as stack:
        os.environ.update(stack.env)
        with demo_org(stack) as demo:
            mails = {name: mail for tier in TierId for name, mail in _mails_of(demo, tier)}
            mails |= {name: mail for kind in SHOPS for name, mail in _mails_of(demo, TierId.ENTERPRISE, kind)}
            return mails | _alerts(demo) | {"daily-digest": _digest(demo)}


def _digest(demo: Demo) -> dict[str, Any]:
    """The morning's reports of an org that wants one mail a day."""
    shop = Shop(demo)
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"settings.digest": {"at": "10:00"}})
    demo.forget_outbox()
    for playbook_id in DAILY:
        shop.run(playbook_id)
    (digest,) = daily_digests()
    sending.send(digest["id"], digest["sendAt"])
    return next(mail for mail in demo.outbox() if mail["channel"] == "email" and mail["to"] == OWNER)


def _mails_of(demo: Demo, tier: TierId, kind: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Of the demo shop in that tier, or of a shop of that kind, whose every playbook runs once."""
    SHOPS.get(kind, open_full)(demo)
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}").update({"tierId": tier.value})
    for playbook_id in included(tier):
        for mail in say(demo, playbook_id).mails:
            yield f"{kind or tier.value}-{playbook_id}{'' if mail['to'] == OWNER else '-customer'}", dict(mail)


USED = Crossing(Metric.EMAILS, 40_100, 50_000, 80.2)


def _alerts(demo: Demo) -> dict[str, dict[str, Any]]:
    org, now = load_tenant(DEMO_ORG_ID), Clock().now()
    failed = Alert(
        id="failed-1",
        key="p1",
        type=AlertType.PLAYBOOK_FAILURE,
        message=worded(
            "Daily Intel failed: 4 competitors' menus couldn't be read",
            "It was tried 4 times over 6 minutes. You can retry it on the run's page.",
        ),
        severity="critical",
        playbook_id="daily-intel",
        execution_id="run-1",
        also=frozenset({Channel.EMAIL}),
    )
    found: dict[str, dict[str, Any]] = {}
    for name, alert in {
        "alert-failure": failed,
        "alert-usage": usage_alert(org, f"{now:%Y-%m}", USED),
    }.items():
        demo.forget_outbox()
        outbox.notify(org.id, alert, now)
        found[name] = next(mail for mail in demo.outbox() if mail["channel"] == "email")
    return found
