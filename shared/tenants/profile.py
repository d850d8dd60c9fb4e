"""An org's profile as its owner reads and changes it: fields of `tenants/{orgId}`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic.alias_generators import to_camel

from shared.api.errors import not_found
from shared.documents.org import org_path
from shared.gcp.clients import firestore
from shared.gcp.transactions import in_transaction
from shared.playbooks.cron import check_timezone
from shared.playbooks.problems import problem_line
from shared.tenants import tenant
from shared.tenants.tenant import DEFAULT_TIMEZONE, DigestSetting, LogoUrl, Messaging, stored_digest
from shared.values.camel_model import CamelModel
from shared.values.email_address import EmailAddress
from shared.values.phone_number import PhoneNumber

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

MOST_PHONES = 20
MAX_BUDGET_USD = 1_000_000
MAX_ADDRESS_CHARS = 500
_MAX_FOUND = 500


def _once_each(phones: list[str]) -> list[str]:
    return list(dict.fromkeys(phones))


def _in_cents(amount: float) -> float:
    return round(amount, 2)


def _as_number(value: Any) -> Any:
    # Stored by others as a text ("250"), which the rest of the product reads as well.
    return float(value) if isinstance(value, str) and value.strip().replace(".", "", 1).isdecimal() else value


OrgName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"\S")]
TimezoneName = Annotated[str, Field(json_schema_extra={"format": "timezone"}), AfterValidator(check_timezone)]
Address = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_ADDRESS_CHARS, pattern=r"\S")
]
Phones = Annotated[list[PhoneNumber], Field(max_length=MOST_PHONES), AfterValidator(_once_each)]
Budget = Annotated[float, Field(ge=0, le=MAX_BUDGET_USD, allow_inf_nan=False), AfterValidator(_in_cents)]


class ProfileProblem(BaseModel):
    """A stored value that cannot be used: its field, the value as it stands there, and what is wrong with it."""

    field: str
    found: str
    problem: str


class Profile(CamelModel):
    """What the owner can say of the org. A field that is malformed is left out and stands in `problems`."""

    name: OrgName
    timezone: TimezoneName = DEFAULT_TIMEZONE
    postal_address: Address | None = None
    owner_email: EmailAddress | None = None
    """Where reports and alerts for the org's people are mailed."""
    staff_phones: Phones = Field(default_factory=list)
    """E.164; who gets texts."""
    monthly_budget_usd: Annotated[Budget, BeforeValidator(_as_number)] | None = None
    """What runs may cost in a month; none: no limit."""
    logo_url: LogoUrl | None = None
    """Stands at the head of mail to customers; https."""
    messaging: Messaging | None = None
    """How often a customer may hear from the shop; none: every 16 hours by mail, every 24 by text."""
    digest: DigestSetting | None = None
    """When reports go out in one mail a day, at that time on the org's clock; none: each by itself."""
    problems: list[ProfileProblem] = Field(default_factory=list)


_FIELDS = tuple(name for name in Profile.model_fields if name != "problems")
_STORED_AS = {"digest": tenant.FIELD}
"""Of fields that stand elsewhere in the org's document: where."""


def load_profile(org_id: str) -> Profile:
    """What the org's document says, in one read.

    Raises:
        NotFoundError: there is no such org.
    """
    stored = firestore().document(org_path(org_id)).get()
    if not stored.exists:
        raise not_found(f"org {org_id}")
    return profile_of(org_id, stored.to_dict() or {})


def profile_of(org_id: str, fields: Mapping[str, Any]) -> Profile:
    """The profile in an org's document, each field by itself: one that is malformed hides no other."""
    usable: dict[str, Any] = {"name": org_id}
    problems: list[ProfileProblem] = []
    for name in _FIELDS:
        alias = to_camel(name)
        value = stored_digest(fields) if name == "digest" else fields.get(alias)
        if value is None:
            continue
        try:
            one = Profile.model_validate({"name": org_id, alias: value})
        except ValidationError as error:
            lines = [problem_line(detail).partition(": ")[2] for detail in error.errors(include_url=False)]
            problems.append(
                ProfileProblem(field=alias, found=_shown(value), problem="; ".join(dict.fromkeys(lines)))
            )
        else:
            usable[name] = getattr(one, name)
    return Profile(**usable, problems=problems)


def change_profile(org_id: str, named: Mapping[str, Any]) -> Profile:
    """Change what is named (by camelCase name; None takes it away); the profile as it is then.

    Playbooks keep the time zones that their schedules name: each schedule has its own.

    Raises:
        NotFoundError: there is no such org.
        TransientError: too many wrote at this moment.
    """
    reference = firestore().document(org_path(org_id))

    def write(transaction: Transaction) -> Profile:
        stored = reference.get(transaction=transaction)
        if not stored.exists:
            raise not_found(f"org {org_id}")
        fields = stored.to_dict() or {}
        if named:
            transaction.update(reference, {_STORED_AS.get(name, name): value for name, value in named.items()})
        settings = {"settings": {"digest": named["digest"]}} if "digest" in named else {}
        return profile_of(org_id, {**fields, **named, **settings})

    return in_transaction(write, org_path(org_id))


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= _MAX_FOUND else f"{text[:_MAX_FOUND]}…"
