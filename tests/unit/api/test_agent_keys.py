from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from shared.api.agent_keys import create_agent_key, main, revoke_agent_key, verify
from shared.api.principal import Principal
from shared.errors import NotFoundError, PermanentError, TransientError
from shared.gcp import clients
from shared.gcp.clock import Clock
from tests.unit.api.fakes import FakeFirestore

CLOCK = Clock()


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeFirestore:
    store = FakeFirestore()
    monkeypatch.setattr(clients, "firestore", lambda: store)
    return store


def id_of(key: str) -> str:
    return key.split("_")[1]


def test_a_key_authenticates_its_agent(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal", ["chat"])
    assert verify(key, CLOCK) == Principal(
        kind="agent", org_id="org_a", agent="ezal", scopes=frozenset({"chat"}), key_id=id_of(key)
    )


def test_the_key_itself_is_not_stored(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    assert key.split("_", 2)[2] not in repr(store.documents)


def test_two_keys_are_never_the_same(store: FakeFirestore) -> None:
    assert len({create_agent_key("org_a", "ezal") for _ in range(50)}) == 50


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_no_other_text_is_a_key(store: FakeFirestore, presented: str) -> None:
    assert verify(presented, CLOCK) is None


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(r"\A[A-Za-z0-9_\-]{43}\Z"))
def test_a_known_key_with_another_secret_is_refused(store: FakeFirestore, secret: str) -> None:
    key = create_agent_key("org_a", "ezal")
    assert verify(f"pbk_{id_of(key)}_{secret}", CLOCK) is None


def test_an_unknown_key_is_refused(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    store.documents.clear()
    assert verify(key, CLOCK) is None


def test_a_revoked_key_is_refused(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    revoke_agent_key(id_of(key))
    assert verify(key, CLOCK) is None


def test_a_key_in_use_is_refused_as_soon_as_it_is_revoked(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    assert verify(key, CLOCK) is not None
    revoke_agent_key(id_of(key))
    assert verify(key, CLOCK) is None


def test_a_wrong_secret_does_not_count_as_a_use_of_the_key(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    assert verify(f"pbk_{id_of(key)}_{'x' * 43}", CLOCK) is None
    assert "lastUsedAt" not in store.documents[f"agent_keys/{id_of(key)}"]


def test_a_malformed_document_is_refused_and_logged(store: FakeFirestore, caplog: pytest.LogCaptureFixture) -> None:
    key = create_agent_key("org_a", "ezal")
    store.documents[f"agent_keys/{id_of(key)}"].pop("orgId")
    assert verify(key, CLOCK) is None
    assert "orgId" in caplog.text


def test_a_firestore_that_is_down_is_transient(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    store.down = True
    with pytest.raises(TransientError):
        verify(key, CLOCK)


def test_a_use_is_noted(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    verify(key, CLOCK)
    assert store.documents[f"agent_keys/{id_of(key)}"]["lastUsedAt"] > datetime.now(UTC) - timedelta(minutes=1)


def test_a_use_is_noted_once_an_hour(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    document = store.documents[f"agent_keys/{id_of(key)}"]
    document["lastUsedAt"] = noted = datetime.now(UTC) - timedelta(minutes=59)
    verify(key, CLOCK)
    assert document["lastUsedAt"] == noted


def test_a_use_that_cannot_be_noted_does_not_refuse_the_key(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    store.read_only = True
    assert verify(key, CLOCK) is not None


@pytest.mark.parametrize(
    ("org", "agent", "scope"),
    [
        ("", "ezal", "chat"),
        ("a/b", "ezal", "chat"),
        ("o", "Ezal", "chat"),
        ("o", "e", "chat"),
        ("o", "ezal", "Chat!"),
    ],
)
def test_a_key_for_impossible_values_is_refused(store: FakeFirestore, org: str, agent: str, scope: str) -> None:
    with pytest.raises(PermanentError):
        create_agent_key(org, agent, [scope])
    assert store.documents == {}


def test_an_unknown_key_cannot_be_revoked(store: FakeFirestore) -> None:
    with pytest.raises(NotFoundError):
        revoke_agent_key("0" * 16)


def test_the_command_prints_a_key_that_works(store: FakeFirestore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["org_a", "ezal", "--scopes", "chat,playbooks:run"]) == 0
    agent = verify(capsys.readouterr().out.strip(), CLOCK)
    assert agent is not None
    assert agent.scopes == {"chat", "playbooks:run"}


def test_the_command_revokes(store: FakeFirestore) -> None:
    key = create_agent_key("org_a", "ezal")
    assert main(["--revoke", id_of(key)]) == 0
    assert verify(key, CLOCK) is None


def test_the_command_says_what_is_wrong(store: FakeFirestore, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["org_a", "Ezal!"]) == 1
    assert "agent is 'Ezal!'" in capsys.readouterr().err


def test_the_command_wants_an_org_and_an_agent(store: FakeFirestore) -> None:
    with pytest.raises(SystemExit):
        main(["org_a"])
