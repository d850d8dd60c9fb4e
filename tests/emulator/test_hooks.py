"""A webhook trigger gets an address and a secret; whoever has both starts the playbook, each call once."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import flask
import pytest
from google.cloud.tasks_v2 import Task

from functions.delete_secrets import delete_secrets
from functions.hooks import hooks as door
from functions.on_domain_event import on_domain_event
from local.stack.running import Stack
from shared.api.request_rate import RequestRate
from shared.gcp import clients
from shared.gcp.secret_manager import MissingSecretError, read_secret
from shared.webhooks import hook_secrets, hooks, receiving
from shared.webhooks.hooks import Hook
from shared.webhooks.signatures import standard_signature
from tests.accounts import Account
from tests.emulator.desk import call, get, person, post
from tests.emulator.firestore_events import document_event
from tests.emulator.scheduled_playbook import ScheduledPlaybook, document, on_event

WEBHOOK = {"type": "webhook"}
JSON = "application/json"
TASK = {"X-CloudTasks-QueueName": hook_secrets.QUEUE, "X-CloudTasks-TaskName": "t"}


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """No calls of an earlier test."""
    monkeypatch.setattr(receiving, "_rate", RequestRate(a_minute=receiving.CALLS_A_MINUTE))


@pytest.fixture
def playbook(on_emulators: Stack) -> ScheduledPlaybook:
    """With a webhook trigger, and an org that can run it."""
    playbook = ScheduledPlaybook()
    clients.firestore().document(f"tenants/{playbook.org_id}").set(
        {"name": "Shop", "tierId": "pro", "status": "active"}
    )
    playbook.write(document(WEBHOOK))
    playbook.reconcile()
    return playbook


@pytest.fixture
def editor(on_emulators: Stack, playbook: ScheduledPlaybook) -> Account:
    return person(on_emulators, "editor", playbook.org_id)


def hook_of(playbook: ScheduledPlaybook) -> Hook:
    (hook,) = hooks.of_playbook(playbook.org_id, playbook.playbook_id)
    return hook


def made_secret(hook: Hook, editor: Account, **body: Any) -> str:
    secret: str = post(f"hooks/{hook.hook_id}/secret", editor, body)["secret"]
    return secret


def send(
    hook_id: str,
    body: bytes,
    headers: dict[str, str] | None = None,
    *,
    kind: str = JSON,
    secret: str | None = None,
) -> flask.Response:
    """Call the hook, with GitHub's signature where there is a secret."""
    signed = {}
    if secret is not None:
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        signed = {"X-Hub-Signature-256": f"sha256={digest}"}
    with flask.Flask(__name__).test_request_context(
        f"/api/hooks/{hook_id}", method="POST", data=body, content_type=kind, headers={**signed, **(headers or {})}
    ):
        return door(flask.request)


def events_of(playbook: ScheduledPlaybook) -> dict[str, dict[str, Any]]:
    found = clients.firestore().collection(f"tenants/{playbook.org_id}/events").stream()
    return {one.id: one.to_dict() or {} for one in found}


def runs_of(playbook: ScheduledPlaybook) -> list[dict[str, Any]]:
    found = clients.firestore().collection("playbook_executions").stream()
    return [one for each in found if (one := each.to_dict() or {})["orgId"] == playbook.org_id]


def tell(playbook: ScheduledPlaybook, event_id: str) -> None:
    """As Firestore tells of the event's creation."""
    stored = events_of(playbook)[event_id]
    fields = {"name": stored["name"], "data": stored["data"]}
    on_domain_event(document_event(f"tenants/{playbook.org_id}/events/{event_id}", None, fields))


def deletion_of(hook: Hook) -> bytes:
    """What the task holds that is to delete the hook's secrets."""
    parent = clients.tasks().queue_path("demo-playbooks", "us-central1", hook_secrets.QUEUE)
    listed = clients.tasks().list_tasks(request={"parent": parent, "response_view": Task.View.FULL})
    (body,) = [task.http_request.body for task in listed if hook.hook_id in task.name]
    return bytes(body)


def test_a_webhook_trigger_has_an_address_that_nobody_can_guess_and_listens_to_it(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    assert len(hook.hook_id) == 32
    assert playbook.listening() == {"webhook": f"webhook.h{hook.hook_id}"}
    assert playbook.reconcile() is False
    (listed,) = get(f"hooks?playbookId={playbook.playbook_id}", editor)["items"]
    assert listed["url"].endswith(f"/api/hooks/{hook.hook_id}")
    assert listed["status"] == "active"
    assert "secretSetAt" not in listed


def test_a_signed_call_becomes_an_event_and_one_run_however_often_it_is_sent_and_delivered(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    secret, body = made_secret(hook, editor), b'{"total": 12.5, "lines": [{"sku": "a"}]}'
    sent = [send(hook.hook_id, body, {"X-GitHub-Delivery": "d-1"}, secret=secret) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [202, 202]
    event_id = sent[0].get_json()["eventId"]
    assert sent[1].get_json() == {"eventId": event_id}
    assert events_of(playbook).keys() == {event_id}
    # The process died after the event was written, and its news comes twice.
    tell(playbook, event_id)
    tell(playbook, event_id)
    (run,) = runs_of(playbook)
    assert run["trigger"] == {"type": "webhook", "id": "webhook", "eventId": event_id}
    data = events_of(playbook)[event_id]["data"]
    assert data == {"total": 12.5, "lines": [{"sku": "a"}], "webhook": {"id": "d-1"}}
    (listed,) = get(f"hooks/{hook.hook_id}/calls", editor)["items"]
    assert (listed["eventId"], listed["senderId"], listed["status"]) == (event_id, "d-1", "queued")
    assert listed["data"] == data


def test_the_secret_is_shown_when_it_is_made_and_is_in_no_document(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    secret = made_secret(hook, editor)
    assert secret.startswith("whsec_")
    shown = json.dumps(get(f"hooks?playbookId={playbook.playbook_id}", editor))
    stored = [one.to_dict() for one in clients.firestore().collection(hooks.COLLECTION).stream()]
    assert secret not in shown + json.dumps(stored, default=str)
    assert secret.removeprefix("whsec_") not in shown + json.dumps(stored, default=str)


def test_after_a_change_the_secret_before_counts_for_as_long_as_was_asked(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    first = made_secret(hook, editor)
    second = made_secret(hook, editor, secret="one-that-the-sender-made")
    assert second == "one-that-the-sender-made"
    assert [send(hook.hook_id, b"{}", secret=one).status_code for one in (first, second)] == [202, 202]
    third = made_secret(hook, editor, previousValidHours=0)
    assert [send(hook.hook_id, b"{}", secret=one).status_code for one in (second, third)] == [401, 202]


def test_anything_other_than_a_call_of_the_hook_is_refused_for_its_reason(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    assert send(hook.hook_id, b"{}", secret="none yet").status_code == 401
    secret = made_secret(hook, editor)
    assert send("0" * 32, b"{}", secret=secret).status_code == 404
    assert send(hook.hook_id, b"{}").status_code == 401
    assert send(hook.hook_id, b"{}", secret="another one").status_code == 401
    assert send(hook.hook_id, b"{", secret=secret).status_code == 400
    assert send(hook.hook_id, b"<a/>", secret=secret, kind="text/xml").status_code == 415
    assert send(hook.hook_id, b'{"a": [[1]]}', secret=secret).status_code == 422
    too_large = send(hook.hook_id, json.dumps({"a": "x" * 100_001}).encode(), secret=secret)
    assert too_large.status_code == 413
    assert "100,000 bytes" in too_large.get_json()["detail"]
    assert events_of(playbook) == {}


@pytest.mark.parametrize(
    ("kind", "body", "data"),
    [
        (JSON, b"[1, 2]", {"body": [1, 2]}),
        (JSON, b"", {}),
        ("application/cloudevents+json; charset=utf-8", '{"a": "ä"}'.encode(), {"a": "ä"}),
        ("application/x-www-form-urlencoded", b"from=%2B1315&tag=a&tag=b", {"from": "+1315", "tag": ["a", "b"]}),
        ("application/x-www-form-urlencoded", b"payload=%7B%22ref%22%3A1%7D", {"ref": 1}),
    ],
)
def test_json_and_forms_become_the_event(
    playbook: ScheduledPlaybook, editor: Account, kind: str, body: bytes, data: dict[str, Any]
) -> None:
    hook = hook_of(playbook)
    answer = send(hook.hook_id, body, secret=made_secret(hook, editor), kind=kind)
    assert answer.status_code == 202, answer.get_json()
    (event,) = events_of(playbook).values()
    assert event["data"] == data


def test_the_same_body_without_an_id_is_the_same_call_within_five_minutes(
    playbook: ScheduledPlaybook, editor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_of(playbook)
    secret = made_secret(hook, editor)
    ids = []
    for at in (299, 301, 598, 700):
        now = datetime.fromtimestamp(1_800_000_000 + at, UTC)
        monkeypatch.setattr("shared.gcp.clock.Clock.now", lambda _self, now=now: now)
        ids.append(send(hook.hook_id, b'{"a": 1}', secret=secret).get_json()["eventId"])
    assert ids[0] == ids[1] == ids[2] != ids[3]


def test_standard_webhooks_and_stripe_are_known_by_their_own_ids(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    secret, stamp = made_secret(hook, editor), int(datetime.now(UTC).timestamp())
    bodies = (b'{"n": 1}', b'{"n": 2}')
    standard = [
        send(
            hook.hook_id,
            body,
            {
                "webhook-id": "msg_1",
                "webhook-timestamp": str(stamp),
                "webhook-signature": standard_signature(secret, "msg_1", stamp, body),
            },
        )
        for body in bodies
    ]
    assert standard[0].get_json() == standard[1].get_json()
    stripe = b'{"id": "evt_1"}'
    signed = hmac.new(secret.encode(), f"{stamp}.".encode() + stripe, hashlib.sha256).hexdigest()
    answer = send(hook.hook_id, stripe, {"Stripe-Signature": f"t={stamp},v1={signed}"})
    assert events_of(playbook)[answer.get_json()["eventId"]]["data"]["webhook"] == {"id": "evt_1"}


def test_too_many_calls_are_told_when_to_come_again(
    playbook: ScheduledPlaybook, editor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hook_of(playbook)
    secret = made_secret(hook, editor)
    monkeypatch.setattr(receiving, "_rate", RequestRate(a_minute=1, now=lambda: 0.0))
    assert send(hook.hook_id, b"{}", secret=secret).status_code == 202
    refused = send(hook.hook_id, b"{}", secret=secret)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")


def test_a_paused_playbook_keeps_its_hook_and_refuses_calls_until_it_is_on_again(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    secret = made_secret(hook, editor)
    without_steps: dict[str, Any] = {**document(WEBHOOK), "steps": []}
    for resting in (document(WEBHOOK, status="paused"), without_steps):
        playbook.write(resting)
        playbook.reconcile()
        assert send(hook.hook_id, b"{}", secret=secret).status_code == 409
        assert send(hook.hook_id, b"{}", secret="wrong").status_code == 401
        assert playbook.listening() == {}
    playbook.write(document(WEBHOOK))
    playbook.reconcile()
    assert hook_of(playbook).hook_id == hook.hook_id
    assert send(hook.hook_id, b"{}", secret=secret).status_code == 202


@pytest.mark.parametrize("is_deleted", [True, False])
def test_a_hook_goes_with_its_trigger_and_takes_its_secret_along(
    playbook: ScheduledPlaybook, editor: Account, is_deleted: bool
) -> None:
    hook = hook_of(playbook)
    secret = made_secret(hook, editor)
    (kept,) = hook_of(playbook).secrets
    playbook.write(None if is_deleted else document(on_event()))
    playbook.reconcile()
    assert hooks.of_playbook(playbook.org_id, playbook.playbook_id) == []
    body = deletion_of(hook)
    for deleted in (1, 0):
        with flask.Flask(__name__).test_request_context("/", method="POST", data=body, headers=TASK):
            assert delete_secrets(flask.request).get_json() == {"deleted": deleted}
    with pytest.raises(MissingSecretError):
        read_secret(kept.id)
    assert send(hook.hook_id, b"{}", secret=secret).status_code == 404
    playbook.write(document(WEBHOOK))
    playbook.reconcile()
    assert hook_of(playbook).hook_id != hook.hook_id


def test_a_replayed_call_runs_once_more_and_the_same_click_twice_does_not(
    playbook: ScheduledPlaybook, editor: Account
) -> None:
    hook = hook_of(playbook)
    first = send(hook.hook_id, b'{"n": 1}', secret=made_secret(hook, editor)).get_json()["eventId"]
    headers = {"Authorization": f"Bearer {editor.id_token}", "Idempotency-Key": "click-1"}
    path = f"hooks/{hook.hook_id}/calls/{first}/replay"
    again = [call(path, headers) for _ in range(2)]
    assert [answer.status_code for answer in again] == [202, 202]
    second = again[0].get_json()["eventId"]
    assert again[1].get_json() == {"eventId": second}
    assert events_of(playbook)[second]["data"] == {"n": 1}
    for each in (first, second):
        tell(playbook, each)
    assert {run["trigger"]["eventId"] for run in runs_of(playbook)} == {first, second}
    listed = get(f"hooks/{hook.hook_id}/calls", editor)["items"]
    assert {one["eventId"]: one.get("replayOf") for one in listed} == {first: None, second: first}


def test_viewers_agents_and_other_orgs_neither_see_a_hook_nor_change_it(
    on_emulators: Stack, playbook: ScheduledPlaybook
) -> None:
    hook = hook_of(playbook)
    viewer = person(on_emulators, "viewer", playbook.org_id)
    stranger = person(on_emulators, "owner", "org_elsewhere")
    listing = f"hooks?playbookId={playbook.playbook_id}"
    paths = {f"hooks/{hook.hook_id}/calls": "GET", f"hooks/{hook.hook_id}/secret": "POST"}
    paths[f"hooks/{hook.hook_id}/calls/{'0' * 32}/replay"] = "POST"
    assert call(listing, viewer, method="GET").status_code == 403
    assert get(listing, stranger) == {"items": []}
    for path, method in paths.items():
        assert call(path, viewer, method=method).status_code == 403, path
        assert call(path, stranger, method=method).status_code == 404, path
    assert hook_of(playbook).secret_set_at is None


def test_other_methods_and_addresses_are_refused(playbook: ScheduledPlaybook, editor: Account) -> None:
    hook = hook_of(playbook)
    assert call(f"hooks/{hook.hook_id}", editor, method="GET").status_code == 405
    assert call("hooks", editor).status_code == 405
    assert call("hooks/short", editor).status_code == 404
