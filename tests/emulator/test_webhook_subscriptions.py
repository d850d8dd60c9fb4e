"""Owners subscribe addresses to what happens; the secret is shown once, and the org's document lists the events."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

import pytest

from local.stack.running import Stack
from shared.api.agent_keys import create_agent_key
from shared.errors import TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.gcp.secret_manager import MissingSecretError, read_secret
from shared.subscriptions import subscriptions
from shared.webhooks import hook_secrets
from tests.accounts import Account
from tests.emulator.desk import ORG, OTHER, call, get, open_org, person, post

URL = "https://93.184.215.14/hook"
RUNS = ["run.completed", "run.failed"]


@pytest.fixture
def owner(on_emulators: Stack) -> Account:
    """Of an org without webhooks."""
    for org in (ORG, OTHER):
        open_org(org)
    return person(on_emulators, "owner")


def added(owner: Account, **fields: Any) -> dict[str, Any]:
    return post("webhooks", owner, {"url": URL, "events": RUNS, **fields}, 201)


def told_of() -> list[str]:
    """What the org's document says that its systems are told of."""
    events: list[str] = (clients.firestore().document(f"tenants/{ORG}").get().to_dict() or {})["webhookEvents"]
    return events


def refs_of(webhook_id: str) -> tuple[hook_secrets.SecretRef, ...]:
    known = subscriptions.read(ORG, webhook_id)
    assert known is not None
    return known.secrets


def test_an_address_is_subscribed_and_its_secret_is_shown_once(
    owner: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    made = added(owner, events=["run.failed", "run.completed", "run.failed"])
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["status"]) == (URL, RUNS, "active")
    listed = get("webhooks", owner)
    assert listed == {"items": [{name: made[name] for name in made if name != "secret"}], "limit": 10}
    (ref,) = refs_of(made["id"])
    assert read_secret(ref.id) == made["secret"]
    stored = subscriptions.reference(ORG, made["id"]).get().to_dict()
    assert made["secret"] not in json.dumps([listed, stored], default=str) + caplog.text


def test_the_org_lists_what_its_active_webhooks_ask_for(owner: Account) -> None:
    first = added(owner)
    added(owner, url=f"{URL}/2", events=["decision.needed", "run.completed"])
    assert told_of() == ["run.completed", "run.failed", "decision.needed"]
    post(f"webhooks/{first['id']}", owner, {"status": "disabled"})
    assert told_of() == ["run.completed", "decision.needed"]
    post(f"webhooks/{first['id']}", owner, {"status": "active", "events": ["alert.created"]})
    assert told_of() == ["run.completed", "alert.created", "decision.needed"]
    call(f"webhooks/{first['id']}", owner, method="DELETE")
    assert told_of() == ["run.completed", "decision.needed"]


def test_a_change_changes_what_it_names_and_enabling_forgets_failures(owner: Account) -> None:
    made = added(owner)
    changed = post(f"webhooks/{made['id']}", owner, {"url": f"{URL}/new"})
    assert (changed["url"], changed["events"]) == (f"{URL}/new", RUNS)
    off = post(f"webhooks/{made['id']}", owner, {"status": "disabled"})
    assert (off["status"], off["disabledBecause"]) == ("disabled", "owner")
    assert post(f"webhooks/{made['id']}", owner, {"status": "disabled"})["disabledAt"] == off["disabledAt"]
    subscriptions.reference(ORG, made["id"]).update({"disabledBecause": "failing", "deadInARow": 5})
    on = post(f"webhooks/{made['id']}", owner, {"status": "active"})
    assert (on["status"], on["deadInARow"], on.get("disabledBecause")) == ("active", 0, None)


def test_a_rotated_secret_counts_beside_the_one_before_for_a_day(owner: Account) -> None:
    made = added(owner)
    first = refs_of(made["id"])[0]
    second = post(f"webhooks/{made['id']}/secret", owner)["secret"]
    now = Clock().now()
    assert hook_secrets.accepted(refs_of(made["id"]), now) == [second, made["secret"]]
    assert hook_secrets.accepted(refs_of(made["id"]), now + timedelta(hours=25)) == [second]
    third = post(f"webhooks/{made['id']}/secret", owner, {"previousValidHours": 0})["secret"]
    assert hook_secrets.accepted(refs_of(made["id"]), now) == [third]
    with pytest.raises(MissingSecretError):
        read_secret(first.id)


def test_a_deleted_webhook_is_gone_with_its_secret(owner: Account) -> None:
    made = added(owner)
    (ref,) = refs_of(made["id"])
    assert call(f"webhooks/{made['id']}", owner, method="DELETE").get_json() == {"id": made["id"]}
    with pytest.raises(MissingSecretError):
        read_secret(ref.id)
    assert get("webhooks", owner)["items"] == []
    for path, method in ((made["id"], "DELETE"), (made["id"], "POST"), (f"{made['id']}/secret", "POST")):
        assert call(f"webhooks/{path}", owner, method=method).status_code == 404


def test_whoever_dies_after_the_secret_was_deleted_is_followed_by_a_delete_that_works(
    owner: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = added(owner)
    with monkeypatch.context() as patched:
        patched.setattr(subscriptions, "in_transaction", _dies)
        assert call(f"webhooks/{made['id']}", owner, method="DELETE").status_code == 503
    assert call(f"webhooks/{made['id']}", owner, method="DELETE").status_code == 200
    assert get("webhooks", owner)["items"] == []


def _dies(*_given: object) -> None:
    raise TransientError("died")


def test_an_org_has_ten_at_most_and_one_for_an_address(owner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = hook_secrets.write, []

    def noted(org_id: str, owner_id: str, value: str) -> hook_secrets.SecretRef:
        written.append(owner_id)
        return write(org_id, owner_id, value)

    monkeypatch.setattr(hook_secrets, "write", noted)
    made = [added(owner, url=f"{URL}/{number}") for number in range(10)]
    assert "deleted first" in post("webhooks", owner, {"url": URL, "events": RUNS}, 409)["detail"]
    assert "has this url" in post(f"webhooks/{made[0]['id']}", owner, {"url": f"{URL}/1"}, 409)["detail"]
    call(f"webhooks/{made[9]['id']}", owner, method="DELETE")
    assert "has this url" in post("webhooks", owner, {"url": f"{URL}/1", "events": RUNS}, 409)["detail"]
    assert len(written) == 10


def test_who_is_beaten_to_the_last_place_leaves_no_secret(owner: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(9):
        added(owner, url=f"{URL}/{number}")
    write, refs = hook_secrets.write, []

    def beaten(org_id: str, owner_id: str, value: str) -> hook_secrets.SecretRef:
        ref = write(org_id, owner_id, value)
        refs.append(ref)
        if len(refs) == 1:
            added(owner, url=f"{URL}/faster")
        return ref

    monkeypatch.setattr(hook_secrets, "write", beaten)
    assert call("webhooks", owner, {"url": f"{URL}/slower", "events": RUNS}).status_code == 409
    with pytest.raises(MissingSecretError):
        read_secret(refs[0].id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "http://93.184.215.14/hook", "events": RUNS}, "url"),
        ({"url": "https://10.0.0.8/hook", "events": RUNS}, "url"),
        ({"url": "https://[::1]/hook", "events": RUNS}, "url"),
        ({"url": "https://localhost/hook", "events": RUNS}, "url"),
        ({"url": "https://me:secret@93.184.215.14/", "events": RUNS}, "url"),
        ({"url": "ftp://93.184.215.14/", "events": RUNS}, "url"),
        ({"url": f"{URL}/{'x' * 2_000}", "events": RUNS}, "url"),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["run.started"]}, "events[0]"),
        ({"url": URL}, "events"),
    ],
)
def test_what_cannot_be_reported_is_refused_by_its_field(
    owner: Account, body: dict[str, Any], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLOW_PRIVATE_NETWORK_FETCH", raising=False)
    refused = post("webhooks", owner, body, 422)
    assert [one["field"] for one in refused["errors"]] == [field]
    assert get("webhooks", owner)["items"] == []


def test_editors_strangers_and_agents_without_the_scope_reach_none(owner: Account, on_emulators: Stack) -> None:
    made = added(owner)
    one = f"webhooks/{made['id']}"
    for by, status in (
        (person(on_emulators, "editor"), 403),
        (person(on_emulators, "viewer"), 403),
        ({"X-Api-Key": create_agent_key(ORG, "ezal", ("executions:write",))}, 403),
    ):
        assert call("webhooks", by, method="GET").status_code == status
        assert call("webhooks", by, {"url": URL, "events": RUNS}).status_code == status
        assert call(one, by, {"status": "disabled"}).status_code == status
        assert call(f"{one}/secret", by).status_code == status
        assert call(one, by, method="DELETE").status_code == status
    stranger = person(on_emulators, "owner", OTHER)
    assert get("webhooks", stranger)["items"] == []
    assert call(f"webhooks?orgId={ORG}", stranger, method="GET").status_code == 404
    assert call(one, stranger, {"status": "disabled"}).status_code == 404
    assert call(f"{one}/secret", stranger).status_code == 404
    assert call(one, stranger, method="DELETE").status_code == 404
    agent = {"X-Api-Key": create_agent_key(ORG, "ezal", ("webhooks:write",))}
    assert call(one, agent, {"events": ["alert.created"]}).status_code == 200


def test_a_malformed_subscription_is_skipped_and_can_be_deleted(owner: Account) -> None:
    made = added(owner)
    broken = subscriptions.reference(ORG, "0" * 32)
    broken.set({"url": 7})
    assert [one["id"] for one in get("webhooks", owner)["items"]] == [made["id"]]
    post(f"webhooks/{made['id']}", owner, {"events": ["alert.created"]})
    assert told_of() == ["alert.created"]
    assert call(f"webhooks/{broken.id}", owner, method="DELETE").status_code == 200
