"""An org's document, `tenants/{orgId}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from shared.documents.org import org_path
from shared.error_codes import ErrorCode
from shared.errors import NotFoundError, PermanentError
from shared.gcp import logging, read_lately
from shared.playbooks.cron import check_timezone
from shared.playbooks.problems import problem_lines, without_malformed
from shared.values.camel_model import CamelModel
from shared.values.local_time import LocalTime
from shared.values.phone_number import PhoneNumberOrRaw
from shared.values.text import clean

log = logging.get_logger(__name__)

DEFAULT_TIMEZONE = "America/New_York"
MOST_HOURS = 24 * 31

_LOGO = re.compile(r"https://[^\s\"'<>]+")
FIELD = "settings.digest"


class TierId(StrEnum):
    """What an org pays for, lowest first."""

    STARTER = "starter"
    GROWTH = "growth"
    PRO = "pro"
    ENTERPRISE = "enterprise"


class Messaging(CamelModel, extra="forbid", frozen=True):
    """How often a customer may hear from the shop, over all playbooks: at most once in so many hours."""

    email_every_hours: int = Field(default=16, ge=1, le=MOST_HOURS)
    text_every_hours: int = Field(default=24, ge=1, le=MOST_HOURS)


def _https_or_none(value: Any) -> Any:
    # A logo that cannot be shown keeps no mail from going.
    return value if isinstance(value, str) and _LOGO.fullmatch(value.strip()) else None


def _visible(text: str) -> str:
    # An address of invisible signs is none.
    return clean(text).strip()


def _instant_or_none(value: Any) -> Any:
    return value if isinstance(value, datetime) else None


def _texts_or_none(value: Any) -> Any:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list | tuple) else ()


LogoUrl = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000, pattern=_LOGO)]


class Tenant(CamelModel, frozen=True):
    """An org. Fields that this product does not know are other systems' business and are let be.

    Addresses and numbers are checked where something is sent to them: one mistyped phone must not keep an org's
    playbooks from running.
    """

    id: str
    name: str
    tier_id: TierId = TierId.STARTER
    timezone: Annotated[str, AfterValidator(check_timezone)] = DEFAULT_TIMEZONE
    status: str = "active"
    owner_email: Annotated[str, StringConstraints(strip_whitespace=True)] | None = None
    staff_phones: tuple[PhoneNumberOrRaw, ...] = Field(default=())
    monthly_budget_usd: Decimal | None = Field(default=None, ge=0, allow_inf_nan=False)
    """What the org's runs may cost in a month; None: no limit."""
    postal_address: Annotated[str, AfterValidator(_visible)] | None = None
    """What marketing email must carry."""
    logo_url: Annotated[LogoUrl | None, BeforeValidator(_https_or_none)] = None
    messaging: Messaging = Field(default_factory=Messaging)
    max_concurrent_runs: int | None = Field(default=None, ge=1, le=1_000)
    """In place of its tier's."""
    max_runs_per_minute: int | None = Field(default=None, ge=1, le=100_000)
    runs_held_since: Annotated[datetime | None, BeforeValidator(_instant_or_none)] = None
    """Set by the product while runs wait for their org's turn, so that a new one knows without a look-up."""
    webhook_events: Annotated[tuple[str, ...], BeforeValidator(_texts_or_none)] = ()
    """Set by the product: what any of the org's webhooks is told of, for the same reason."""


def parse_tenant(org_id: str, data: Mapping[str, Any]) -> Tenant:
    """The org `org_id` from its document's fields; a field that is null counts as left out.

    Raises:
        PermanentError: naming each wrong field, what was found and what was expected.
    """
    given = {name: value for name, value in data.items() if value is not None}
    try:
        return Tenant.model_validate({"name": org_id, **given, "id": org_id})
    except ValidationError as error:
        problems = "; ".join(problem_lines(error))
        raise PermanentError(
            f"{org_path(org_id)} cannot be used: {problems}", code=ErrorCode.INVALID_DOCUMENT
        ) from None


def load_tenant(org_id: str) -> Tenant:
    """The org `org_id`, in one read.

    Raises:
        NotFoundError: there is no such org.
        PermanentError: its document is malformed.
    """
    fields = read_lately.fields(org_path(org_id))
    if fields is None:
        raise NotFoundError(f"there is no org {org_id!r}: tenants/{org_id} does not exist")
    return parse_tenant(org_id, fields)


def load_reachable(org_id: str) -> Tenant:
    """`load_tenant` for those who must reach the org's people: a malformed field is logged and has its default.

    Raises:
        NotFoundError: there is no such org.
    """
    found = find_reachable(org_id)
    if found is None:
        raise NotFoundError(f"there is no org {org_id!r}: tenants/{org_id} does not exist")
    return found


def find_reachable(org_id: str) -> Tenant | None:
    """The same; None if there is no such org."""
    fields = read_lately.fields(org_path(org_id))
    return reachable(org_id, fields) if fields is not None else None


def zone_of(org_id: str) -> str:
    """The org's time zone; the default where it has none, or a malformed one."""
    org = find_reachable(org_id)
    return org.timezone if org else DEFAULT_TIMEZONE


def reachable(org_id: str, data: Mapping[str, Any]) -> Tenant:
    """The org from its document's fields; those that are malformed have their defaults."""
    given = {name: value for name, value in data.items() if value is not None}
    tenant, problems = without_malformed(Tenant, {**given, "id": org_id}, {"name": org_id})
    if problems:
        log.error(
            "fields of the org cannot be used; their defaults count",
            extra={"orgId": org_id, "path": org_path(org_id), "reason": "; ".join(problems)},
        )
    return tenant


class DigestSetting(BaseModel):
    """One mail a day at that time on the org's clock; an org without it gets each report by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: LocalTime


def stored_digest(fields: Mapping[str, Any]) -> Any:
    """What an org's document says of it, whatever that is; None where it says nothing."""
    settings = fields.get("settings")
    return settings.get("digest") if isinstance(settings, Mapping) else settings
