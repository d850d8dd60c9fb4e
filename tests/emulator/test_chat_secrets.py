"""What chat shows of a playbook that calls another service: never that service's key."""

from __future__ import annotations

import pytest

from local.demo.seed import DEMO_ORG_ID, demo_documents, write_documents
from local.stack.running import Stack
from shared.gcp import clients
from tests.emulator.talks import Talk, the_playbook

KEY = "Bearer sk_live_51"


@pytest.mark.parametrize(
    "message", ["show me the till sync", "make the till sync every day at 9 am", "rename the till sync to Tills"]
)
def test_the_key_of_another_service_stays_unsaid(on_emulators: Stack, message: str) -> None:
    write_documents(demo_documents(on_emulators.console_url))
    clients.firestore().document(f"tenants/{DEMO_ORG_ID}/playbooks/tills").set(
        {
            "name": "Till sync",
            "status": "active",
            "ownerId": "u1",
            "triggers": [
                {"type": "schedule", "cron": "0 8 * * *", "timezone": "America/New_York", "id": "morning"}
            ],
            "steps": [
                {
                    "action": "http_request",
                    "params": {
                        "method": "POST",
                        "url": "https://tills.example/sync?key=in-the-query",
                        "headers": {"Authorization": KEY},
                    },
                }
            ],
        }
    )
    talk = Talk()
    talk.say(message)
    answer = talk.answers[-1]
    if shown := answer.playbook:
        assert shown["steps"][0]["action"] == "http_request"
    said = answer.model_dump_json()
    assert KEY not in said
    assert "in-the-query" not in said
    assert the_playbook()["steps"][0]["params"]["headers"] == {"Authorization": KEY}
