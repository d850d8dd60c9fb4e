"""Lists and documents through Hosting: the rewrites lead to the functions that answer."""

from __future__ import annotations

import pytest

from clients.python.playbooks_client import ApiError
from clients.python.playbooks_client.operations import ShownPlaybook
from local.stack.running import Stack
from tests.accounts import sign_up
from tests.e2e.conftest import client_of, eventually
from tests.e2e.org import Org, set_step


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_an_org_reads_its_playbooks_and_runs(org: Org, on_stack: Stack, role: str) -> None:
    org.playbook(set_step(total=5))
    execution_id = org.start()
    org.until(execution_id, "completed")
    token = sign_up(on_stack, orgId=org.id, role=role).id_token
    with client_of(on_stack, token) as api:

        def listed_playbook() -> ShownPlaybook | None:
            items = api.list_playbooks(limit=100)["items"]
            return next((item for item in items if item["playbookId"] == "pb"), None)

        listed = eventually(listed_playbook, what="the playbook's summary")
        assert api.get_playbook("pb")["name"] == listed["name"]
        (run,) = api.list_runs(status="completed", limit=1)["items"]
        assert run["executionId"] == execution_id
        shown = api.get_run(execution_id)
        assert shown["status"] == "completed"
        assert ("stepResults" in shown) is (role == "editor")
        with pytest.raises(ApiError) as caught:
            api.get_run("none")
        assert (caught.value.status, caught.value.code) == (404, "not_found")
