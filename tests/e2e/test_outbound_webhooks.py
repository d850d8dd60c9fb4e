"""A receiver on this machine is told how runs end, through the whole stack, and checks who told it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import Headers

from local.stack.running import Stack
from shared.webhooks.signatures import verify
from tests.accounts import sign_up
from tests.e2e.conftest import client_of, eventually
from tests.e2e.org import Org, set_step
from tests.harness.everything import every_document, every_log
from tests.unit.local.cloud.receiver import Received, receiving


def test_a_receiver_gets_what_happened_after_a_try_that_failed(org: Org, on_stack: Stack) -> None:
    token = sign_up(on_stack, orgId=org.id, role="owner").id_token
    org.playbook(set_step(), name="good")
    org.playbook(
        {"id": "no", "action": "stop", "params": {"status": "failed", "reason": "Closed today"}}, name="bad"
    )
    with receiving() as receiver, client_of(on_stack, token) as api:
        refused: list[Received] = []

        def answer(received: Received) -> int:
            if b"run.failed" in received.body and not refused:
                refused.append(received)
                return 500
            return 204

        receiver.answer = answer
        webhook = api.add_webhook({"url": receiver.url, "events": ["run.completed", "run.failed"]})
        for name, status in (("good", "completed"), ("bad", "failed")):
            org.until(org.start(name), status)
        received = receiver.wait_for(3)
        contents: list[dict[str, Any]] = []
        for one in received:
            headers = Headers(list(one.headers.items()))
            # The stack's clock may be ahead of ours.
            sent_at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            assert verify("standard", headers, one.body, [webhook["secret"]], sent_at) == "standard"
            contents.append(json.loads(one.body))
        told = [(one["type"], one["data"]["playbookName"]) for one in contents]
        assert sorted(set(told)) == [("run.completed", "Playbook good"), ("run.failed", "Playbook bad")]
        assert len({Headers(list(one.headers.items()))["webhook-id"] for one in received}) == 2

        def all_delivered() -> bool:
            listed = api.list_webhook_deliveries(webhook["id"])["items"]
            return [one["status"] for one in listed] == ["delivered"] * 2

        eventually(all_delivered, what="both messages delivered")
    everything = (*every_document(on_stack), *every_log(on_stack))
    assert [where for where, text in everything if webhook["secret"].removeprefix("whsec_") in text] == []
