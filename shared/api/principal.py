"""Who is calling, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from shared.api.errors import ForbiddenError, not_found

Kind = Literal["cron", "user", "agent"]
Role = Literal["viewer", "editor", "owner"]

ANYBODY: tuple[Kind, ...] = ("cron", "user", "agent")
EVERY_SCOPE = "*"

_RANKS: dict[Role, int] = {"viewer": 0, "editor": 1, "owner": 2}
_KINDS: dict[Kind, str] = {"cron": "the cron secret", "user": "a signed-in user", "agent": "an agent key"}


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller that a credential stands for."""

    kind: Kind
    org_id: str | None = None
    """The org that a user or an agent belongs to; None for cron, which acts for every org."""
    uid: str | None = None
    email: str | None = None
    """A user's confirmed address; None if it isn't confirmed."""
    name: str | None = None
    """What a user calls themselves."""
    role: Role | None = None
    agent: str | None = None
    scopes: frozenset[str] = frozenset()
    key_id: str | None = None
    acts_for: frozenset[str] = frozenset()
    """The users that the org lets an agent's runs act for, by uid."""

    @property
    def id(self) -> str | None:
        """What documents call this caller: a user's uid, `agent:<name>`, or None for cron, which is nobody."""
        return self.uid or (f"agent:{self.agent}" if self.agent else None)

    @property
    def called(self) -> str | None:
        """What colleagues call a user: the name, else the confirmed address."""
        return self.name or self.email

    def require(
        self,
        *,
        org_id: str | None = None,
        kinds: Collection[Kind] = ANYBODY,
        role: Role = "editor",
        scope: str | None = None,
        resource: str = "this address",
    ) -> None:
        """Pass when this caller may act on `resource` (as `not_found` names it) of the org `org_id`.

        A user needs at least `role`; an agent needs `scope` (without one the door is shut to narrower keys than
        `*`); cron may act on any org. Without an `org_id` the door belongs to the platform: only cron passes.

        Raises:
            NotFoundError: the org is another one (said first, and in the words of a missing resource).
            ForbiddenError: the kind of caller, its role or its scopes do not allow it.
        """
        if org_id is not None and self.kind != "cron" and self.org_id != org_id:
            raise not_found(resource)
        if self.kind not in kinds or (org_id is None and self.kind != "cron"):
            expected = " or ".join(_KINDS[kind] for kind in kinds) if org_id is not None else _KINDS["cron"]
            raise ForbiddenError(f"found {_KINDS[self.kind]}; expected {expected}")
        if self.kind == "user":
            self._require_role(role)
        elif self.kind == "agent":
            self._require_scope(scope)

    def org_for(
        self,
        named: str | None,
        *,
        kinds: Collection[Kind],
        role: Role,
        scope: str | None = None,
        resource: str,
    ) -> str:
        """The caller's org, in which they may act on `resource`. `named`: the org that the request names, if any.

        Raises:
            NotFoundError: the caller belongs to no org, or the request names another one.
            ForbiddenError: the kind of caller, its role or its scopes do not allow it.
        """
        org_id = named or self.org_id
        if self.kind == "cron" or org_id is None:
            raise not_found(resource)
        self.require(org_id=org_id, kinds=kinds, role=role, scope=scope, resource=resource)
        return org_id

    @property
    def person(self) -> str:
        """The uid of the person who calls.

        Raises:
            ForbiddenError: the credential belongs to no person.
        """
        if self.uid is None:
            raise ForbiddenError("this credential names nobody; expected a person's ID token")
        return self.uid

    def _require_role(self, role: Role) -> None:
        if self.role is None or _RANKS[self.role] < _RANKS[role]:
            enough = " or ".join(each for each, rank in _RANKS.items() if rank >= _RANKS[role])
            raise ForbiddenError(f"your role is {self.role}; expected {enough}")

    def _require_scope(self, scope: str | None) -> None:
        if EVERY_SCOPE not in self.scopes and scope not in self.scopes:
            raise ForbiddenError(f"this agent key lacks the scope {scope or EVERY_SCOPE}")
