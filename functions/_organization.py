"""An org's profile: name, time zone, address, contacts, and its budget for runs."""

from __future__ import annotations

import flask
from pydantic import Field

from functions._member import OrgBody, member_of, member_of_query
from shared.api.http import json_response, parse_body
from shared.api.principal import Principal
from shared.gcp import logging
from shared.tenants.profile import Address, Budget, OrgName, Phones, TimezoneName, change_profile, load_profile
from shared.tenants.tenant import DigestSetting, LogoUrl, Messaging
from shared.values.email_address import EmailAddress

log = logging.get_logger(__name__)


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
