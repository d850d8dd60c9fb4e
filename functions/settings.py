"""`/api/settings/notifications`, `/api/settings/organization` and `/api/keys`: an org's settings."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Literal

import flask
from pydantic import ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from functions._member import OrgBody, member_of, member_of_query
from shared.api import agent_key_list, paths
from shared.api.agent_keys import DEFAULT_SCOPES, AgentName, Uid
from shared.api.auth import authenticate
from shared.api.http import Body, door, json_response, not_found, parse_body, path_id
from shared.api.members import require_member
from shared.api.paths import is_at
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices import preferences
from shared.tenants.profile import Address, Budget, OrgName, Phones, TimezoneName, change_profile, load_profile
from shared.tenants.tenant import DigestSetting, LogoUrl, Messaging
from shared.values.camel_model import CamelModel
from shared.values.email_address import EmailAddress
from shared.values.local_time import LocalTime

MOST_MEMBERS = 20

KnownScope = Literal["*", "playbooks:run", "chat", "executions:read", "executions:write", "webhooks:write"]
_DEFAULTS = TypeAdapter(list[KnownScope]).validate_python(DEFAULT_SCOPES)
_STRICT = ConfigDict(extra="forbid", strict=True)
log = logging.get_logger(__name__)


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


class ChannelChange(TypedDict, total=False):
    """The channels of one alert type; those that are not named stay as they are."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]  # pydantic's own name for a typed dict's settings
    email: bool
    dashboard: bool
    sms: bool


class QuietHoursChange(TypedDict, total=False):
    """When texts and emails that are not critical wait, on the org's clock; what is not named stays as it is."""

    __pydantic_config__ = _STRICT  # type: ignore[misc]
    start: LocalTime
    end: LocalTime
    enabled: bool


class NotificationSettings(Body):
    """The alert types that are to change, and the quiet hours. What counts without them: `preferences.DEFAULTS`."""

    # The names are those of the document: alert types are not in camelCase.
    model_config = ConfigDict(alias_generator=None)

    playbook_failure: ChannelChange = Field(default_factory=ChannelChange)
    usage_alert: ChannelChange = Field(default_factory=ChannelChange)
    competitor_alert: ChannelChange = Field(default_factory=ChannelChange)
    compliance_flag: ChannelChange = Field(default_factory=ChannelChange)
    billing_alert: ChannelChange = Field(default_factory=ChannelChange)
    weekly_report: ChannelChange = Field(default_factory=ChannelChange)
    quiet_hours: QuietHoursChange = Field(default_factory=QuietHoursChange, alias="quietHours")
    org_id: str | None = Field(default=None, alias="orgId", min_length=1, max_length=128)


def notifications(request: flask.Request, principal: Principal) -> flask.Response:
    """200 with `{alertType: {email, dashboard, sms}}` of all six types; `quietHours` where the org has set them.

    It is what is in force: what the document holds that cannot be used has its default.

    Every member may look; the owner changes, by naming only what is to change.
    """
    if request.method == "GET":
        return json_response(preferences.load(member_of_query(request, principal, "viewer")).as_document())
    # Who may not write learns nothing about what could be written.
    member_of_query(request, principal, "owner")
    body = parse_body(request, NotificationSettings)
    org_id = member_of(principal, body.org_id, "owner")
    named = body.model_dump(exclude_unset=True, by_alias=True, exclude={"org_id"})
    with logging.bind(orgId=org_id):
        changed = preferences.change(org_id, named, principal.uid or "", Clock().now())
        log.info("notification preferences changed", extra={"named": sorted(named)})
    return json_response(changed.as_document())


class ProfileChange(OrgBody):
    """What to change; null removes an optional field."""

    name: OrgName = ""
    timezone: TimezoneName = ""
    postal_address: Address | None = None
    owner_email: EmailAddress | None = None
    staff_phones: Phones = Field(default_factory=list)
    monthly_budget_usd: Budget | None = None
    logo_url: LogoUrl | None = None
    messaging: Messaging | None = None
    digest: DigestSetting | None = None


def organization(request: flask.Request, principal: Principal) -> flask.Response:
    """200 with the profile, also after a change. Every member may look; the owner changes."""
    if request.method == "GET":
        return json_response(load_profile(member_of_query(request, principal, "viewer")))
    member_of_query(request, principal, "owner")
    body = parse_body(request, ProfileChange)
    org_id = member_of(principal, body.org_id, "owner")
    named = body.model_dump(exclude_unset=True, by_alias=True, exclude={"org_id"})
    changed = change_profile(org_id, named)
    log.info("the org's profile was changed", extra={"orgId": org_id, "named": sorted(named), "by": principal.uid})
    return json_response(changed)


def _methods(path: str) -> tuple[str, ...]:
    return ("POST",) if is_at(path, paths.KEY_REVOKE) else ("GET", "POST")


@door(methods=_methods)
def settings(request: flask.Request) -> flask.Response:
    """The answer of the part that the path leads to."""
    if is_at(request.path, paths.NOTIFICATIONS):
        return notifications(request, authenticate(request))
    if is_at(request.path, paths.ORGANIZATION):
        return organization(request, authenticate(request))
    if is_at(request.path, paths.KEYS):
        return keys(request, authenticate(request))
    if is_at(request.path, paths.KEY_REVOKE):
        return key_revoked(request, authenticate(request))
    raise not_found("this address")
