from __future__ import annotations

import pytest

from shared.api.errors import ForbiddenError
from shared.api.principal import Kind, Principal, Role
from shared.errors import NotFoundError

CRON = Principal(kind="cron")
ORG = "org_a"
CRON_ONLY: tuple[Kind, ...] = ("cron",)


def user(role: Role, org_id: str = ORG) -> Principal:
    return Principal(kind="user", org_id=org_id, uid="u1", role=role)


def agent(*scopes: str, org_id: str = ORG) -> Principal:
    return Principal(kind="agent", org_id=org_id, agent="ezal", scopes=frozenset(scopes), key_id="k1")


def test_cron_may_act_on_any_org() -> None:
    CRON.require(org_id=ORG, role="owner", scope="playbooks:run")


@pytest.mark.parametrize("role", ["viewer", "editor", "owner"])
@pytest.mark.parametrize("needed", ["viewer", "editor", "owner"])
def test_roles_are_ordered(role: Role, needed: Role) -> None:
    ranks = ["viewer", "editor", "owner"]
    if ranks.index(role) >= ranks.index(needed):
        user(role).require(org_id=ORG, role=needed)
    else:
        with pytest.raises(ForbiddenError, match=f"your role is {role}; expected {needed}"):
            user(role).require(org_id=ORG, role=needed)


def test_a_viewer_may_not_edit_by_default() -> None:
    with pytest.raises(ForbiddenError):
        user("viewer").require(org_id=ORG)


@pytest.mark.parametrize("caller", [user("owner", "org_b"), agent("*", org_id="org_b"), user("viewer", "org_b")])
def test_another_orgs_resource_does_not_exist(caller: Principal) -> None:
    with pytest.raises(NotFoundError, match=r"^playbook 'p' does not exist$"):
        caller.require(org_id=ORG, kinds=CRON_ONLY, resource="playbook 'p'")


@pytest.mark.parametrize("scopes", [("playbooks:run",), ("chat", "playbooks:run"), ("*",)])
def test_an_agent_with_the_scope_passes(scopes: tuple[str, ...]) -> None:
    agent(*scopes).require(org_id=ORG, scope="playbooks:run")


@pytest.mark.parametrize("scopes", [(), ("chat",), ("playbooks",), ("playbooks:*",)])
def test_an_agent_without_the_scope_is_forbidden(scopes: tuple[str, ...]) -> None:
    with pytest.raises(ForbiddenError, match="lacks the scope playbooks:run"):
        agent(*scopes).require(org_id=ORG, scope="playbooks:run")


def test_a_door_without_a_scope_is_shut_to_narrow_keys() -> None:
    with pytest.raises(ForbiddenError):
        agent("chat").require(org_id=ORG)


def test_a_kind_that_is_not_listed_is_forbidden() -> None:
    with pytest.raises(ForbiddenError, match="found the cron secret; expected a signed-in user or an agent key"):
        CRON.require(org_id=ORG, kinds=("user", "agent"))


@pytest.mark.parametrize("caller", [user("owner"), agent("*")])
def test_a_platform_door_is_for_cron_only(caller: Principal) -> None:
    with pytest.raises(ForbiddenError, match="expected the cron secret"):
        caller.require()


def test_cron_passes_a_platform_door() -> None:
    CRON.require(kinds=CRON_ONLY)
