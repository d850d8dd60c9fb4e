"""Which alerts an org wants, where, and when not."""

from __future__ import annotations

import flask
from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from functions._member import member_of, member_of_query
from shared.api.http import Body, json_response, parse_body
from shared.api.principal import Principal
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices import preferences
from shared.values.local_time import LocalTime

log = logging.get_logger(__name__)

_STRICT = ConfigDict(extra="forbid", strict=True)


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
