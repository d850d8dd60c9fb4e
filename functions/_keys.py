"""An org's agent keys, managed by its owner: listed, created and shown once, revoked."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal

import flask
from pydantic import Field, TypeAdapter

from functions._member import OrgBody, member_of, member_of_query
from shared.api import agent_key_list, paths
from shared.api.agent_keys import DEFAULT_SCOPES, AgentName, Uid
from shared.api.http import json_response, parse_body, path_id
from shared.api.members import require_member
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.values.camel_model import CamelModel

log = logging.get_logger(__name__)

MOST_MEMBERS = 20

KnownScope = Literal["*", "playbooks:run", "chat", "executions:read", "executions:write", "webhooks:write"]
_DEFAULTS = TypeAdapter(list[KnownScope]).validate_python(DEFAULT_SCOPES)


class NewKey(OrgBody):
    """Which agent the key is for, and its scopes. `acts_for`: uids of members on whose behalf it may start runs."""

    agent: AgentName
    scopes: list[KnownScope] = Field(default=_DEFAULTS, min_length=1, max_length=10)
    acts_for: list[Uid] = Field(default_factory=list, max_length=MOST_MEMBERS)


class RevokedKey(CamelModel):
    """A revoked key, and when it was revoked."""

    key_id: str
    revoked_at: datetime


def keys(request: flask.Request, principal: Principal) -> flask.Response:
    """List: 200 `{items, unreadable}`. Make: 201 `{keyId, key, …}`, the only answer that ever holds the key."""
    org_id = member_of_query(request, principal, "owner")
    if request.method == "GET":
        return json_response(agent_key_list.list_agent_keys(org_id))
    body = parse_body(request, NewKey)
    member_of(principal, body.org_id, "owner")
    for uid in body.acts_for:
        require_member(org_id, uid)
    made = agent_key_list.make_agent_key(org_id, body.agent, body.scopes, body.acts_for, Clock())
    _note("an agent key was made", org_id, made.key_id, principal)
    return json_response(made, HTTPStatus.CREATED)


def key_revoked(request: flask.Request, principal: Principal) -> flask.Response:
    """200 `{keyId, revokedAt}`; again, the same."""
    key_id = path_id(request, paths.KEY_REVOKE)
    org_id = member_of_query(request, principal, "owner")
    member_of(principal, parse_body(request, OrgBody).org_id, "owner")
    revoked_at = agent_key_list.revoke_key_of(org_id, key_id, Clock())
    _note("an agent key was revoked", org_id, key_id, principal)
    return json_response(RevokedKey(key_id=key_id, revoked_at=revoked_at))


def _note(what: str, org_id: str, key_id: str, principal: Principal) -> None:
    log.info(what, extra={"orgId": org_id, "keyId": key_id, "by": principal.uid})
