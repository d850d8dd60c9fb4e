"""Saved files, the org's Drive folder and its Slack webhook, where they really lie."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import httpx
import pytest
from google.cloud.firestore import DELETE_FIELD

from local.demo.seed import DEMO_ORG_ID
from local.stack.running import Stack
from shared.errors import PermanentError
from shared.gcp import blobs
from shared.gcp.clients import firestore, secrets
from shared.messages.channels import drive_folders, slack, slack_command
from shared.messages.channels.drive_folders import OrgFolders
from shared.steps.registry import load_action
from tests.unit.steps.fakes import NOW, RecordingEffects, step_context

FILE = {"name": "stock.csv", "content": [{"name": "=Blue Dream", "quantity": 2}]}


def _save(**params: Any) -> dict[str, Any]:
    action = load_action("save_file")
    output = action.run(action.params.model_validate({**FILE, **params}), step_context())
    return output.model_dump(mode="json", by_alias=True)  # type: ignore[no-any-return]  # an action of any output


def test_a_saved_file_is_an_object_and_a_document_and_saved_twice_it_is_one(on_emulators: Stack) -> None:
    output = _save()
    assert _save() == output
    assert blobs.get(output["uri"]) == b"\xef\xbb\xbfname,quantity\r\n'=Blue Dream,2\r\n"
    (document,) = firestore().collection("tenants/org_1/files").stream()
    assert document.id == output["fileId"]
    assert document.to_dict() == {
        "name": "stock.csv",
        "path": "tenants/org_1/files/run_1/tell/stock.csv",
        "contentType": "text/csv; charset=utf-8",
        "bytes": output["bytes"],
        "createdAt": NOW,
        "source": {"playbookId": "pb_1", "executionId": "run_1", "stepId": "tell"},
    }


def test_a_dry_run_saves_nothing(on_emulators: Stack) -> None:
    action = load_action("save_file")
    params = {**FILE, "name": "only dry.csv"}
    output = action.run(action.params.model_validate(params), step_context(RecordingEffects()))
    assert not blobs.exists(output.uri)
    assert list(firestore().collection("tenants/org_1/files").stream()) == []


def test_the_orgs_folder_is_read_from_its_document(on_emulators: Stack) -> None:
    org = firestore().document("tenants/org_1")
    assert drive_folders.org_folders("org_1") == OrgFolders(None)
    org.set({"driveFolderId": " folder-1 ", "driveFolderIds": ["folder-2"]})
    folders = drive_folders.org_folders("org_1")
    assert folders.default == "folder-1"
    assert [name in folders for name in ("folder-1", "folder-2", "folder-3", None)] == [True, True, False, False]
    org.set({"driveFolderId": 7})
    with pytest.raises(PermanentError, match=r"tenants/org_1\.driveFolderId: found a number"):
        drive_folders.org_folders("org_1")
    org.update({"driveFolderId": DELETE_FIELD, "driveFolderIds": "folder-1"})
    with pytest.raises(PermanentError, match=r"tenants/org_1\.driveFolderIds: found a text of 8 characters"):
        drive_folders.org_folders("org_1")


def test_a_folder_is_the_first_orgs_that_saves_into_it(on_emulators: Stack) -> None:
    first, second = (firestore().document(f"tenants/{name}") for name in ("org_1", "org_2"))
    first.set({"driveFolderIds": ["folder-1"]})
    second.set({"driveFolderId": "folder-1"})
    drive_folders.claim("org_1", "folder-1", NOW)
    drive_folders.claim("org_1", "folder-1", NOW)
    action = load_action("save_to_drive")
    params = action.params.model_validate({"name": "a.txt", "content": "x", "folderId": "folder-1"})
    with pytest.raises(PermanentError, match="another org uses"):
        action.run(params, replace(step_context(), org=replace(step_context().org, id="org_2")))
    first.update({"driveFolderIds": []})
    drive_folders.claim("org_2", "folder-1", NOW)
    with pytest.raises(PermanentError, match="another org uses"):
        drive_folders.claim("org_1", "folder-1", NOW)


def test_the_demo_org_posts_to_the_consoles_slack(on_emulators: Stack) -> None:
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    slack.post(slack.Webhooks().of(DEMO_ORG_ID), "Hello")
    (message,) = httpx.get(f"{on_emulators.console_url}/api/outbox?channel=slack").json()
    assert (message["to"], message["text"]) == ("T0DEMO/B0DEMO", "Hello")


def test_an_org_without_a_webhook_is_told_where_it_belongs(on_emulators: Stack) -> None:
    with pytest.raises(PermanentError, match="expected the webhook of org_1 in the secret slack-webhook-org_1"):
        slack.Webhooks().of("org_1")


def test_the_command_connects_an_org_and_takes_another_address_later(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = f"{on_emulators.console_url}/providers/slack/services/T/B"
    for token in ("one", "two"):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{base}/{token}\n"))
        assert slack_command.main(["org_connected"]) == 0
    assert slack.Webhooks().of("org_connected").url == f"{base}/two"
    assert base not in capsys.readouterr().out
    name = "projects/demo-playbooks/secrets/slack-webhook-org_connected"
    enabled = secrets().list_secret_versions(request={"parent": name, "filter": "state:ENABLED"})
    assert [version.name for version in enabled] == [f"{name}/versions/2"]


def test_the_command_refuses_an_address_that_is_not_slacks(
    on_emulators: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("https://evil.example/services/T/B/x\n"))
    assert slack_command.main(["org_refused"]) == 1
    assert "is invalid" in capsys.readouterr().err
    with pytest.raises(PermanentError, match="not connected"):
        slack.Webhooks().of("org_refused")
