"""Another system calls a playbook's webhook through Hosting, and the playbook runs with what it sent."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from clients.python.playbooks_client.operations import HookCall
from local.stack.running import Stack
from shared.webhooks.signatures import standard_signature
from tests.accounts import sign_up
from tests.e2e.conftest import client_of, eventually
from tests.e2e.org import Org, set_step
from tests.harness.eventually import PATIENCE_SECONDS
from tests.harness.everything import every_document, every_log


def test_a_signed_call_starts_the_playbook_once_and_a_replay_once_more(org: Org, on_stack: Stack) -> None:
    facts = set_step(total="{{event.total}}", sent="{{event.webhook.id}}", by="{{trigger.type}}")
    org.playbook(facts, triggers=[{"type": "webhook", "signature": "standard", "filter": "{{event.total}} > 100"}])
    token = sign_up(on_stack, orgId=org.id, role="editor").id_token
    with client_of(on_stack, token) as api:
        (hook,) = eventually(lambda: api.list_hooks(playbook_id="pb")["items"], what="the playbook's hook")
        org.until_listening()
        secret = api.set_hook_secret(hook["hookId"])["secret"]

        def send(message_id: str, body: bytes) -> httpx.Response:
            stamp = int(datetime.now(UTC).timestamp())
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": str(stamp),
                "webhook-signature": standard_signature(secret, message_id, stamp, body),
            }
            return httpx.post(hook["url"], content=body, headers=headers, timeout=PATIENCE_SECONDS)

        assert send("small", b'{"total": 20}').status_code == 202
        answers = [send("large", b'{"total": 200}') for _ in range(2)]
        assert [answer.status_code for answer in answers] == [202, 202]
        event_id = answers[0].json()["eventId"]
        run = org.until(org.first_execution(), "completed")
        assert run["trigger"]["eventId"] == event_id
        assert run["stepResults"][0]["output"] == {"total": 200, "sent": "large", "by": "webhook"}

        replayed = api.replay_hook_call(hook["hookId"], event_id)

        def both() -> list[HookCall] | None:
            listed = api.list_hook_calls(hook["hookId"])["items"]
            done = [one for one in listed if one.get("status") == "completed"]
            return listed if len(done) == 2 else None

        listed = eventually(both, what="the run of the replay")
        assert [one.get("replayOf") for one in listed if one["eventId"] == replayed["eventId"]] == [event_id]
        assert len(org.executions()) == 2
        assert httpx.post(hook["url"], json={}, timeout=PATIENCE_SECONDS).status_code == 401
    everything = (*every_document(on_stack), *every_log(on_stack))
    assert [where for where, text in everything if secret.removeprefix("whsec_") in text] == []
