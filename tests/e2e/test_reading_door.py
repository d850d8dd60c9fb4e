"""Lists and documents through Hosting: the rewrites lead to the functions that answer."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from local.stack.running import Stack
from tests.accounts import sign_up
from tests.e2e.conftest import eventually
from tests.e2e.org import Org, set_step
from tests.harness.eventually import PATIENCE_SECONDS


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_an_org_reads_its_playbooks_and_runs(org: Org, on_stack: Stack, role: str) -> None:
    org.playbook(set_step(total=5))
    execution_id = org.start()
    org.until(execution_id, "completed")
    token = sign_up(on_stack, orgId=org.id, role=role).id_token
    with httpx.Client(
        base_url=f"{on_stack.public_url}/api",
        headers={"Authorization": f"Bearer {token}"},
        timeout=PATIENCE_SECONDS,
    ) as api:

        def listed_playbook() -> dict[str, Any] | None:
            items = api.get("/playbooks", params={"limit": 100}).json()["items"]
            return next((item for item in items if item["playbookId"] == "pb"), None)

        listed = eventually(listed_playbook, what="the playbook's summary")
        assert api.get("/playbooks/pb").json()["name"] == listed["name"]
        (run,) = api.get("/executions", params={"status": "completed", "limit": 1}).json()["items"]
        assert run["executionId"] == execution_id
        shown = api.get(f"/executions/{execution_id}").json()
        assert shown["status"] == "completed"
        assert ("stepResults" in shown) is (role == "editor")
        assert api.get("/executions/none").status_code == 404
