"""ID tokens of the Auth emulator and the cron secret of the local Secret Manager, at the door."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from local.stack.running import Stack
from shared.api.auth import Authenticator
from shared.api.cron_secret import CronSecret, newest_secret, read_enabled_versions
from shared.api.errors import AuthError
from shared.api.principal import Principal
from shared.gcp import clients
from tests.accounts import change_account, sign_up
from tests.unit.api.fakes import Ticker
from tests.unit.api.requests import request

PARENT = "projects/demo-playbooks/secrets/CRON_SECRET"


def bearer(credential: str, authenticator: Authenticator | None = None) -> Principal:
    headers = {"Authorization": f"Bearer {credential}"}
    return (authenticator or Authenticator()).authenticate(request(headers=headers))


def add_secret(value: str) -> str:
    return str(
        clients.secrets().add_secret_version(request={"parent": PARENT, "payload": {"data": value.encode()}}).name
    )


def test_an_id_token_is_its_user(on_emulators: Stack) -> None:
    account = sign_up(on_emulators, orgId="org_people", role="editor")
    assert bearer(account.id_token) == Principal(
        kind="user", org_id="org_people", uid=account.uid, email=account.email, role="editor"
    )


@pytest.mark.parametrize("claims", [{}, {"orgId": "org_people"}, {"role": "owner"}, {"orgId": "", "role": "owner"}])
def test_a_token_without_the_claims_is_refused(on_emulators: Stack, claims: dict[str, str]) -> None:
    with pytest.raises(AuthError):
        bearer(sign_up(on_emulators, **claims).id_token)


def test_a_disabled_user_is_refused(on_emulators: Stack) -> None:
    account = sign_up(on_emulators, orgId="org_people", role="owner")
    change_account(on_emulators, account.uid, disableUser=True)
    with pytest.raises(AuthError):
        bearer(account.id_token)


def test_a_revoked_token_is_refused(on_emulators: Stack) -> None:
    account = sign_up(on_emulators, orgId="org_people", role="owner")
    later = datetime.now(UTC) + timedelta(seconds=2)
    change_account(on_emulators, account.uid, validSince=str(int(later.timestamp())))
    with pytest.raises(AuthError):
        bearer(account.id_token)


def test_a_deleted_users_token_is_refused(on_emulators: Stack) -> None:
    account = sign_up(on_emulators, orgId="org_people", role="owner")
    on_emulators.clear_auth()
    with pytest.raises(AuthError):
        bearer(account.id_token)


def test_the_stacks_cron_secret_is_cron(on_emulators: Stack) -> None:
    assert bearer(newest_secret()).kind == "cron"


def test_a_new_version_and_the_old_one_are_both_accepted(on_emulators: Stack) -> None:
    before = newest_secret()
    version = add_secret("a-new-version-of-the-secret")
    try:
        assert newest_secret() == "a-new-version-of-the-secret"
        assert bearer(before).kind == "cron"
        assert bearer("a-new-version-of-the-secret").kind == "cron"
    finally:
        clients.secrets().disable_secret_version(request={"name": version})


def test_a_disabled_version_is_refused_once_the_cache_is_old(on_emulators: Stack) -> None:
    version = add_secret("a-version-to-be-disabled")
    ticker = Ticker()
    warm = Authenticator(CronSecret(monotonic=ticker))
    assert bearer("a-version-to-be-disabled", warm).kind == "cron"
    clients.secrets().disable_secret_version(request={"name": version})
    assert "a-version-to-be-disabled" not in read_enabled_versions()
    ticker.seconds += 61
    with pytest.raises(AuthError):
        bearer("a-version-to-be-disabled", warm)
