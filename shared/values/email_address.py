"""An email address: how it is written to, and when two spellings are the same mailbox."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from shared.redaction import shape_of

MAX_ADDRESS_CHARS = 254


def parse_email_address(raw: str) -> str:
    """The one plain address (`owner@shop.example`, no display name) that `raw` is, as mail programs write it.

    Its domain is in lower case and ASCII (`xn--…`) without a dot at its end; the local part is as it was given, but
    without quotes that it does not need.

    Raises:
        ValueError: saying what was expected, and of what was found the shape alone.
    """
    address = _read(raw)
    if address is None:
        raise ValueError(f"found {shape_of(raw)}; expected one email address, like owner@shop.example")
    return address


def mailbox_key(raw: str) -> str:
    """What all spellings of one mailbox have in common: compare and keep by this, write to what was given.

    Case, blanks around it, quotes without need, a dot at the domain's end and the two forms of an international
    domain make no difference. Dots and `+tags` in the local part do: only some providers pass them over.
    """
    return (_read(raw) or raw.strip()).lower()


def same_mailbox(one: str, other: str) -> bool:
    """Whether both are spellings of one mailbox."""
    return mailbox_key(one) == mailbox_key(other)


def email_address_or_none(raw: Any) -> str | None:
    """A document's value as an address; None if it isn't one."""
    return _read(raw) if isinstance(raw, str) else None


def masked(address: str) -> str:
    """What output shows of an address that was left out: `j…@shop.example`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…{at}{domain}"


@lru_cache(maxsize=512)
def _read(raw: str) -> str | None:
    # Kept, since each mail asks for its address again and again, and reading one takes a seventh of a millisecond.
    text = raw.strip()
    local, _, domain = text.rpartition("@")
    domain = domain.removesuffix(".")
    if not local or len(text) > MAX_ADDRESS_CHARS + 2 or not _is_public(domain):
        return None
    # Here, since loading the library takes longer than most functions need.
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(
            f"{local}@{domain}",
            allow_smtputf8=False,
            allow_quoted_local=True,
            check_deliverability=False,
            globally_deliverable=False,
            strict=True,
        )
    except EmailNotValidError:
        return None
    address = found.ascii_email
    return address if address and len(address) <= MAX_ADDRESS_CHARS else None


def _is_public(domain: str) -> bool:
    """Whether the domain has a name's form: several labels, and no IP address."""
    labels = domain.replace("。", ".").split(".")
    return len(labels) > 1 and any(sign.isalpha() for sign in labels[-1])


EmailAddress = Annotated[str, Field(json_schema_extra={"format": "email"}), AfterValidator(parse_email_address)]
