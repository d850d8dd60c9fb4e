"""`GET` and `POST /api/settings/notifications`: which alerts an org wants, where, and when not."""

from __future__ import annotations

import flask
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from shared.delivery import preferences
from shared.delivery.quiet_hours import LocalTime
from shared.doors.auth import authenticate
from shared.doors.body import parse_query
from shared.doors.http import Body, door, json_response, not_found, parse_body
from shared.doors.principal import Kind, Principal, Role
from shared.gcp import logging
from shared.gcp.clock import Clock

log = logging.get_logger(__name__)

PEOPLE: tuple[Kind, ...] = ("user",)
_STRICT = ConfigDict(extra="forbid", strict=True)


class OrgQuery(Body):
    """For callers that always name their org; it must be their own."""

    org_id: str | None = Field(default=None, min_length=1, max_length=128)


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


@door(methods=("GET", "POST"))
def settings(request: flask.Request) -> flask.Response:
    """200 with `{alertType: {email, dashboard, sms}}` of all six types; `quietHours` where the org has set them.

    It is what is in force: what the document holds that cannot be used has its default.

    Every member may look; the owner changes, by naming only what is to change.
    """
    if not request.path.rstrip("/").endswith("/settings/notifications"):
        raise not_found("this address")
    principal = authenticate(request)
    if request.method == "GET":
        org_id = _member_of(principal, parse_query(request, OrgQuery).org_id, "viewer")
        return json_response(preferences.load(org_id).as_document())
    # Who may not write learns nothing about what could be written.
    _member_of(principal, parse_query(request, OrgQuery).org_id, "owner")
    body = parse_body(request, NotificationSettings)
    org_id = _member_of(principal, body.org_id, "owner")
    named = body.model_dump(exclude_unset=True, by_alias=True, exclude={"org_id"})
    with logging.bind(orgId=org_id):
        changed = preferences.change(org_id, named, principal.uid or "", Clock().now())
        log.info("notification preferences changed", extra={"named": sorted(named)})
    return json_response(changed.as_document())


def _member_of(principal: Principal, named: str | None, role: Role) -> str:
    """The caller's org; one that is named and not the caller's looks like none."""
    org_id = named or principal.org_id
    principal.require(org_id=org_id, kinds=PEOPLE, role=role, resource=f"org {org_id}")
    return org_id or ""
