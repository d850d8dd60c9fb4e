"""The people whom the rules tell apart, and one document in every collection."""

from __future__ import annotations

import pytest

from local.stack.running import Stack
from tests.accounts import Account, sign_up
from tests.rules.rest import RestClient
from tests.rules.world import ORG, OTHER_ORG, seed

People = dict[str, RestClient]


@pytest.fixture(scope="session")
def editor_account(emulators: Stack) -> Account:
    return sign_up(emulators, orgId=ORG, role="editor")


@pytest.fixture(scope="session")
def people(emulators: Stack, editor_account: Account) -> People:
    """A client for each kind of caller, by name."""
    claims: dict[str, dict[str, object]] = {
        "owner": {"orgId": ORG, "role": "owner"},
        "viewer": {"orgId": ORG, "role": "viewer"},
        "stranger": {"orgId": OTHER_ORG, "role": "owner"},
        "orgless": {"role": "owner"},
        "empty org": {"orgId": "", "role": "owner"},
        "roleless": {"orgId": ORG},
        "odd role": {"orgId": ORG, "role": "admin"},
    }
    accounts = {name: sign_up(emulators, **own) for name, own in claims.items()} | {"editor": editor_account}
    signed_in = {name: RestClient(emulators, one.id_token, uid=one.uid) for name, one in accounts.items()}
    return {
        **signed_in,
        "nobody": RestClient(emulators),
        "server": RestClient(emulators, is_server=True),
    }


@pytest.fixture
def server(people: People) -> RestClient:
    """The server, with every collection's documents as they were at first."""
    server = people["server"]
    seed(server)
    return server


@pytest.fixture(scope="module")
def seeded(people: People) -> None:
    """One document in every collection, for tests that only read."""
    seed(people["server"])
