"""Sends an alert's email and texts to the providers and records the results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.compliance import sms_opt_outs
from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.messages import links, mail
from shared.messages.alert_types import AlertType
from shared.messages.channels import blackleaf, mailjet
from shared.messages.email import Email, compose
from shared.messages.mail import Origin, Posted
from shared.notices.alert import Alert
from shared.notices.delivery import AlertDelivery, EmailState, TextState, phone_key
from shared.notices.policy import TEXTS_AN_HOUR
from shared.notices.preferences import Channel
from shared.tenants.tenant import Tenant
from shared.values.email_address import parse_email_address
from shared.values.words import counted

log = logging.get_logger(__name__)


@dataclass(slots=True)
class Sent:
    """A sender's results. `refused`: permanent failures. `later`: parts that could not be sent now."""

    texts: dict[str, TextState] = field(default_factory=dict)
    email: EmailState | None = None
    message_ids: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    posted: Email | None = None
    notes: list[str] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    refused: list[PermanentError] = field(default_factory=list)
    later: list[TransientError] = field(default_factory=list)
    unsent: int = 0
    """Texts counted toward the hourly limit but certainly not sent."""


def phones_of(org: Tenant, delivery: AlertDelivery) -> tuple[str, ...]:
    """The staff phones to text, except those that replied STOP."""
    if Channel.SMS not in delivery.channels:
        return ()
    named = delivery.wording.phones if delivery.wording else org.staff_phones
    staff = [phone for phone in dict.fromkeys(named) if phone in org.staff_phones]
    left = sms_opt_outs.opted_out_of(staff)
    return tuple(phone for phone in staff if phone not in left)


def unnamed(delivery: AlertDelivery, phones: Iterable[str]) -> list[str]:
    """The phones nobody has started to text yet."""
    return [phone for phone in phones if phone_key(phone) not in delivery.texts]


def withheld_note(withheld: int, refusal: str | None) -> list[str]:
    """The inbox note on phones that got no text."""
    if not withheld:
        return []
    if refusal is not None:
        return [f"Not texted: {refusal}."]
    return [f"Not texted to {counted(withheld, 'phone')}: your staff got {TEXTS_AN_HOUR} in the last hour."]


def send_texts(
    org: Tenant, claimed: AlertDelivery, phones: Sequence[str], known: Mapping[str, TextState], done: Sent
) -> None:
    """Texts the phones this sender recorded; those recorded by an earlier sender may already have been texted."""
    for key, state in known.items():
        if state == "meant":
            done.texts[key] = "unknown"
            done.used["sms_internal"] += 1
    text = staff_text(claimed, org.name)
    for phone in phones:
        if phone_key(phone) not in known and claimed.texts.get(phone_key(phone)) == "meant":
            _send_text(phone, text, done)


def _send_text(phone: str, text: str, done: Sent) -> None:
    key = phone_key(phone)
    try:
        done.message_ids[key] = blackleaf.send(phone, text)
        done.texts[key] = "sent"
    except OutcomeUnknownError as error:
        log.warning("a text may have arrived", extra={"phoneEnding": phone[-4:], "reason": str(error)})
        done.texts[key] = "unknown"
    except TransientError as error:
        del done.texts[key]
        done.unsent += 1
        done.later.append(error)
        return
    except PermanentError as error:
        done.texts[key] = "refused"
        done.unsent += 1
        done.refused.append(error)
        done.notes.append(f"Not texted to …{phone[-4:]}: {error}.")
        return
    except Exception as error:
        log.exception("a text failed unexpectedly")
        done.texts[key] = "unknown"
        done.notes.append(f"May not have been texted to …{phone[-4:]}: {type(error).__name__}.")
    done.used["sms_internal"] += 1


def staff_text(delivery: AlertDelivery, org_name: str) -> str:
    if delivery.wording and delivery.wording.sms is not None:
        return delivery.wording.sms
    return delivery.alert.staff_text(org_name)


def send_email(org: Tenant, claimed: AlertDelivery, refusal: str | None, done: Sent) -> None:
    """Sends the email unless the provider has it; if email was turned off meanwhile, only asks the provider."""
    is_wanted = Channel.EMAIL in claimed.channels
    if claimed.email in ("sent", "refused") or not (is_wanted or claimed.email == "meant"):
        return
    try:
        message, custom_id = composed(org, claimed)
        if is_wanted and refusal is None:
            posted = mail.send_once(message, custom_id, origin(org, claimed), Clock().now())
        elif claimed.email == "meant" and (found := mailjet.find(custom_id)):
            posted = Posted(found)
        elif is_wanted and refusal is not None:
            raise PermanentError(refusal)
        else:
            done.email = None
            return
    except PermanentError as error:
        _refuse(error, str(error), done)
    except TransientError as error:
        done.later.append(error)
    except Exception as error:
        log.exception("an email failed unexpectedly")
        if claimed.by_run:
            done.later.append(OutcomeUnknownError(f"the email may not have been sent: {type(error).__name__}"))
        else:
            _refuse(PermanentError(type(error).__name__), type(error).__name__, done)
    else:
        done.email = "sent"
        done.message_ids["email"] = posted.message_id
        done.posted, done.left_out = posted.message, dict(posted.refused)
        done.used["email"] += len((posted.message or message).to)


def _refuse(error: PermanentError, why: str, done: Sent) -> None:
    done.email = "refused"
    done.refused.append(error)
    done.notes.append(f"Not emailed: {why}.")


def composed(org: Tenant, delivery: AlertDelivery) -> tuple[Email, str]:
    """The composed email and its id at the provider.

    Raises:
        PermanentError: an address is invalid, or the owner has none.
    """
    wording = delivery.wording
    if wording is None:
        return compose(_owner_address(org), delivery.alert.title, content=delivery.alert.message), delivery.id
    to = wording.to or (_owner_address(org),)
    return compose(to, wording.subject, wording.text, wording.html, wording.report), wording.custom_id


def origin(org: Tenant, delivery: AlertDelivery) -> Origin:
    alert = delivery.alert
    return Origin(
        org_id=org.id,
        org_name=org.name,
        alert=alert.type if isinstance(alert.type, AlertType) else None,
        playbook_id=alert.playbook_id,
        execution_id=alert.execution_id,
        links=delivery.wording.links if delivery.wording else _pages(alert),
    )


def _pages(alert: Alert) -> tuple[str, ...]:
    """Links to what it is about, then to the alert itself."""
    cause = alert.link or links.cause(alert.execution_id, alert.playbook_id)
    return (*([cause] if cause else []), links.alert(alert.id))


def _owner_address(org: Tenant) -> str:
    try:
        return parse_email_address(org.owner_email or "")
    except ValueError:
        raise PermanentError(
            "the owner's email address is not valid; expected one like owner@shop.example"
        ) from None
