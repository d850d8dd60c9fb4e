"""A key that is written into a playbook is refused on every way; one that stood there before goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from functions.on_playbook_updated import on_playbook_updated
from local.stack.running import Stack
from shared.api.cloud_events import DocumentChange
from shared.chat.talk import authoring
from shared.chat.talk.authoring import Author
from shared.gcp import clients
from shared.gcp.clock import Clock
from shared.playbooks.validation import InvalidPlaybookError
from shared.triggers.checking import check_playbook
from shared.triggers.new_credentials import refuse_new_credentials
from shared.triggers.reconcile import PlaybookKey, reconcile
from tests.emulator.executions import ORG
from tests.emulator.firestore_events import document_event
from tests.emulator.talks import OWNER

pytestmark = pytest.mark.usefixtures("on_emulators")

KEY = "hush-of-the-crm"
PATH = f"tenants/{ORG}/playbooks/p"
FIELD = "steps[0].params.headers.Authorization"


def document(key: str | None = KEY, **fields: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key or '{{secrets.CRM}}'}"}
    step = {"id": "call", "action": "http_request", "params": {"url": "https://crm.example/", "headers": headers}}
    return {"name": "Calls", "status": "active", "triggers": [{"type": "manual"}], "steps": [step], **fields}


def stored() -> dict[str, Any]:
    return clients.firestore().document(PATH).get().to_dict() or {}


def write(after: dict[str, Any]) -> DocumentChange:
    """Write the document as an agent does, and what the event will say of it."""
    before = clients.firestore().document(PATH).get().to_dict()
    clients.firestore().document(PATH).set(after)
    return DocumentChange(before, after, "2026-11-29T09:00:00Z")


def handle(*changes: DocumentChange) -> list[bool]:
    """What the playbook's triggers do with each."""
    done = [refuse_new_credentials(ORG, "p", one, Clock()) for one in changes]
    reconcile(PlaybookKey(ORG, "p"), Clock())
    return done


@pytest.fixture(autouse=True)
def _org(on_emulators: Stack) -> None:
    clients.firestore().document(f"tenants/{ORG}").set({"name": "Thrive", "tierId": "pro", "status": "active"})
    clients.firestore().document(PATH).delete()


@pytest.mark.parametrize("status", ["active", "draft", "paused"])
def test_a_new_document_with_a_key_is_sent_back_and_says_where_it_belongs(status: str) -> None:
    change = write(document(status=status))
    assert handle(change) == [True]
    found = stored()
    assert found["status"] == "error"
    assert found["statusReason"].startswith(f"{FIELD}: found what looks like a literal Authorization header")
    assert "Settings → Secrets" in found["statusReason"]
    assert KEY not in found["statusReason"]
    told = [one.to_dict() for one in clients.firestore().collection("inbox_notifications").stream()]
    assert told
    assert KEY not in str(told)


def test_no_version_keeps_the_key_and_the_fixed_one_is_kept() -> None:
    for after in (document(), document(None)):
        change = write(after)
        on_playbook_updated(document_event(PATH, change.before, change.after))
    kept = [one.to_dict() or {} for one in clients.firestore().collection(f"{PATH}/versions").stream()]
    assert [one["content"]["name"] for one in kept] == ["Calls"]
    assert KEY not in str(kept)


def test_the_same_event_again_changes_nothing_and_late_ones_judge_what_is_there_now() -> None:
    change = write(document())
    handle(change)
    first = clients.firestore().document(PATH).get().update_time
    assert handle(change) == [True]
    assert clients.firestore().document(PATH).get().update_time == first
    write(document(None))
    assert handle(change) == [False]
    assert stored()["status"] == "active"


def test_one_that_is_switched_on_again_with_its_key_is_sent_back_again() -> None:
    handle(write(document()))
    assert handle(write({**stored(), "status": "active"})) == [True]
    assert stored()["status"] == "error"


def test_a_fixed_one_runs() -> None:
    handle(write(document()))
    assert handle(write({**document(None), "refusedBy": "credential", "statusReason": "x"})) == [False]
    found = stored()
    assert (found["status"], "statusReason" in found, "refusedBy" in found) == ("active", False, False)


def test_a_key_from_before_stays_with_edits_of_something_else_and_another_one_does_not() -> None:
    clients.firestore().document(PATH).set(document())
    assert handle(write(document(name="Renamed"))) == [False]
    assert stored()["status"] == "active"
    assert handle(write(document("another-key-of-it"))) == [True]
    assert stored()["status"] == "error"


def test_the_check_before_saving_says_the_same_of_a_new_one_and_lets_an_old_one_be() -> None:
    data = json.loads(json.dumps(document()))
    (problem,) = check_playbook(ORG, None, data, Clock().now()).problems
    assert (problem.field, problem.expected) == (
        FIELD,
        "{{secrets.NAME}}. Put it under Settings → Secrets and write {{secrets.NAME}} here",
    )
    assert problem.remedy == "Put it under Settings → Secrets and write {{secrets.NAME}} instead."
    clients.firestore().document(PATH).set(document())
    assert check_playbook(ORG, "p", data, Clock().now()).problems == []
    assert check_playbook(ORG, "p", document("another-key-of-it"), Clock().now()).problems != []


def test_chat_writes_no_key_and_changes_what_is_next_to_an_old_one() -> None:
    author = Author(ORG, OWNER, Clock(), None, None)
    with pytest.raises(InvalidPlaybookError, match=FIELD.replace("[", "\\[")):
        authoring.put(author, "p", document())
    clients.firestore().document(PATH).set(document())
    changed = authoring.change(author, author.store.read("p"), {"name": "Renamed"})
    assert changed.data["name"] == stored()["name"] == "Renamed"


def test_a_secret_that_is_not_set_yet_is_a_warning_before_saving() -> None:
    (warning,) = check_playbook(ORG, None, document(None), Clock().now()).warnings
    assert warning.message.startswith("the secret CRM is not set yet; expected an owner to add it")
    assert warning.remedy == "Have an owner add it under Settings → Secrets."
    clients.firestore().document(f"tenants/{ORG}/secrets/CRM").set({"updatedAt": Clock().now(), "updatedBy": "u1"})
    assert check_playbook(ORG, None, document(None), Clock().now()).warnings == []
    clients.firestore().document(f"tenants/{ORG}/secrets/CRM").delete()
