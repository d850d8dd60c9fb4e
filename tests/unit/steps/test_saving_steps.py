"""`save_file`, `save_to_drive` and `slack_post` as steps of a run, against the local servers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from shared.errors import PermanentError, TransientError
from shared.gcp.secret_manager import SecretCache
from shared.messages.channels import drive, drive_folders, files, slack
from shared.messages.channels.drive_folders import OrgFolders
from shared.messages.channels.file_content import FileContent
from shared.steps.base import StepContext
from shared.steps.registry import load_action
from tests.unit.local.fakes import FakeCloud, make_app, served
from tests.unit.steps.fakes import RecordingEffects, step_context

ROWS = [{"name": "Blue Dream", "quantity": 2}]
POST = {"text": "Low stock: <Blue Dream>"}
FILE = {"name": "stock.csv", "content": ROWS, "folderId": "folder-1"}


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    with served(make_app(FakeCloud())) as url, httpx.Client(base_url=url) as client:
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo-playbooks")
        monkeypatch.setenv("DRIVE_API_URL", f"{url}/providers/drive")
        monkeypatch.setenv("SLACK_WEBHOOK_BASE_URL", f"{url}/providers/slack")
        address = f"{url}/providers/slack/services/T01/B02/t0ken"
        monkeypatch.setattr(drive_folders, "org_folders", {"org_1": OrgFolders(None, ("folder-1",))}.__getitem__)
        monkeypatch.setattr(drive_folders, "claim", lambda *_: None)
        monkeypatch.setattr(slack, "webhooks", slack.Webhooks(SecretCache(lambda _secret_id: address)))
        yield client


def run(name: str, params: dict[str, Any], context: StepContext | None = None) -> dict[str, Any]:
    action = load_action(name)
    output = action.run(action.params.model_validate(params), context or step_context())
    dumped: dict[str, Any] = output.model_dump(mode="json", by_alias=True)
    return dumped


def fault(console: httpx.Client, provider: str, **order: Any) -> None:
    console.post("/api/faults", json={"provider": provider, **order}).raise_for_status()


def outbox(console: httpx.Client, channel: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = console.get(f"/api/outbox?channel={channel}").json()
    return messages


def test_a_file_lands_in_drive_with_its_run_and_step(console: httpx.Client) -> None:
    output = run("save_to_drive", FILE)
    assert output["link"].endswith(f"{output['fileId']}/view")
    (message,) = outbox(console, "drive")
    assert (message["subject"], message["to"]) == ("stock.csv", "folder-1")
    assert (message["executionId"], message["stepId"]) == ("run_1", "tell")
    assert message["text"] == "\ufeffname,quantity\r\nBlue Dream,2\r\n"


@pytest.mark.parametrize("status", [0, 503])
def test_a_file_that_drive_did_not_answer_for_is_there_once_after_the_retry(
    console: httpx.Client, status: int
) -> None:
    context = step_context()
    fault(console, "drive", status=status)
    with pytest.raises(TransientError):
        run("save_to_drive", FILE, context)
    first = run("save_to_drive", FILE, context)
    assert run("save_to_drive", FILE, context) == first
    assert len(outbox(console, "drive")) == 1


def test_two_steps_of_a_run_save_two_files(console: httpx.Client) -> None:
    first = run("save_to_drive", FILE)
    second = run("save_to_drive", FILE, dataclasses.replace(step_context(), step_id="each/1/save"))
    assert first["fileId"] != second["fileId"]


def test_a_folder_that_drive_does_not_know_is_permanent(console: httpx.Client) -> None:
    fault(console, "drive", status=404)
    with pytest.raises(PermanentError, match="folder-1"):
        run("save_to_drive", FILE)


def test_without_a_folder_of_its_own_a_step_takes_the_orgs(
    console: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive_folders, "org_folders", {"org_1": OrgFolders("folder-of-org")}.__getitem__)
    run("save_to_drive", {"name": "a", "content": "x"})
    assert outbox(console, "drive")[0]["to"] == "folder-of-org"


def test_without_any_folder_nothing_is_saved(console: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drive_folders, "org_folders", lambda _org_id: OrgFolders(None))
    with pytest.raises(PermanentError, match=r"tenants/org_1\.driveFolderId is not set"):
        run("save_to_drive", {"name": "a", "content": "x"})
    assert outbox(console, "drive") == []


def test_another_orgs_folder_is_not_saved_into(console: httpx.Client) -> None:
    with pytest.raises(PermanentError, match=r"folderId: found a folder that is not the org's"):
        run("save_to_drive", {**FILE, "folderId": "folder-of-others"})
    assert outbox(console, "drive") == []


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({**FILE, "content": "x" * (drive.MAX_BYTES + 1), "format": "txt"}, "expected at most 5,242,880"),
        ({**FILE, "name": "a.json", "convert": True}, "convert: found the format json"),
        ({**FILE, "content": 7}, "expected a list of objects"),
    ],
)
def test_what_drive_cannot_take_is_refused_before_the_call(
    console: httpx.Client, params: dict[str, Any], named: str
) -> None:
    with pytest.raises(PermanentError, match=named):
        run("save_to_drive", params)
    assert outbox(console, "drive") == []


def test_a_folder_is_an_id_and_no_query() -> None:
    with pytest.raises(ValidationError, match="folderId"):
        load_action("save_to_drive").params.model_validate({**FILE, "folderId": "x' or '1'='1"})


def test_a_dry_run_saves_and_posts_nothing_and_says_what_it_would(console: httpx.Client) -> None:
    effects = RecordingEffects()
    context = step_context(effects)
    assert run("save_to_drive", FILE, context)["fileId"] == "dry-run"
    assert run("slack_post", POST, context) == {"posted": True, "outcome": "posted", "note": None}
    saved = run("save_file", {"name": "stock.csv", "content": ROWS}, context)
    assert saved["uri"] == "gs://demo-playbooks-playbooks/tenants/org_1/files/run_1/tell/stock.csv"
    assert effects.summaries == [
        {"channel": "drive", "name": "stock.csv", "folderId": "folder-1", "bytes": 32},
        {"channel": "slack", "text": POST["text"], "mentionChannel": False},
        {
            "path": "tenants/org_1/files/run_1/tell/stock.csv",
            "contentType": "text/csv; charset=utf-8",
            "bytes": 32,
        },
    ]
    assert "t0ken" not in str(effects.recorded)
    assert console.get("/api/outbox").json() == []


def test_a_post_arrives_escaped(console: httpx.Client) -> None:
    assert run("slack_post", POST) == {"posted": True, "outcome": "posted", "note": None}
    assert outbox(console, "slack")[0]["text"] == "Low stock: &lt;Blue Dream&gt;"


def test_everybody_is_mentioned_where_the_playbook_says_so(console: httpx.Client) -> None:
    run("slack_post", {"text": "<!here>", "mentionChannel": True})
    assert outbox(console, "slack")[0]["text"] == "<!channel> &lt;!here&gt;"


def test_a_post_that_slack_refused_for_now_is_made_by_the_retry(console: httpx.Client) -> None:
    context = step_context()
    fault(console, "slack", status=503)
    with pytest.raises(TransientError):
        run("slack_post", POST, context)
    assert run("slack_post", POST, context)["posted"] is True
    assert len(outbox(console, "slack")) == 1


def test_a_post_without_an_answer_is_not_repeated_and_says_so(console: httpx.Client) -> None:
    context = step_context()
    fault(console, "slack", status=0)
    unknown = {
        "posted": False,
        "outcome": "unknown",
        "note": "it may or may not have been delivered; it was not sent again",
    }
    assert run("slack_post", POST, context) == unknown
    assert run("slack_post", POST, context) == unknown
    assert len(outbox(console, "slack")) == 1


def test_a_post_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="text"):
        load_action("slack_post").params.model_validate({"text": " \n"})


def test_a_file_is_saved_under_its_org_run_and_step(monkeypatch: pytest.MonkeyPatch, console: httpx.Client) -> None:
    saved: list[tuple[str, str, FileContent]] = []

    def save(org_id: str, file_id: str, file: FileContent, source: Any, _now: Any) -> dict[str, Any]:
        saved.append((org_id, file_id, file))
        return {"uri": f"gs://b/{files.object_path(org_id, source, file.name)}"}

    monkeypatch.setattr(files, "save", save)
    context = dataclasses.replace(step_context(), step_id="each/0/keep")
    output = run("save_file", {"name": "../stock.csv", "content": ROWS}, context)
    assert output == {
        "uri": "gs://b/tenants/org_1/files/run_1/each/0/keep/stock.csv",
        "bytes": 32,
        "contentType": "text/csv; charset=utf-8",
        "fileId": "run_1:each~0~keep:file",
        "name": "stock.csv",
    }
    run("save_file", {"name": "../stock.csv", "content": ROWS}, context)
    assert saved[0] == saved[1]
