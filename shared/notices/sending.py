"""Sends an alert's email and texts, each once: whoever asks, how often, and wherever one of them died."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from shared.compliance import sms_opt_outs
from shared.errors import OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.gcp.transactions import in_transaction
from shared.messages import links, mail
from shared.messages.alert_types import AlertType
from shared.messages.channels import blackleaf
from shared.messages.email import compose
from shared.messages.mail import Origin
from shared.messages.sms_text import one_segment
from shared.notices import delivery as deliveries
from shared.notices import inbox
from shared.notices.alert import Alert
from shared.notices.delivery import Delivery, EmailState, TextState, phone_key
from shared.notices.policy import RATES, TEXTS_AN_HOUR, TextRate
from shared.notices.preferences import Channel
from shared.quarantine.failures import describe
from shared.tenants import limits, metering
from shared.tenants.prices import cost
from shared.tenants.tenant import Tenant
from shared.tenants.tiers import Metric
from shared.values.email_address import parse_email_address
from shared.values.words import counted

log = logging.get_logger(__name__)

EMAIL_SECONDS = 45
TEXT_SECONDS = 20
"""How long a sender may take at most: of its time-outs, and a little more. So long is its lease."""


@dataclass(slots=True)
class _Sent:
    """What one sender did."""

    texts: dict[str, TextState] = field(default_factory=dict)
    email: EmailState | None = None
    notes: list[str] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    later: list[TransientError] = field(default_factory=list)


def send(org: Tenant, delivery_id: str, now: datetime) -> Delivery | None:
    """Send what is still to be sent of it; the delivery after it, None where there is none.

    Raises:
        TransientError: somebody else is sending it, or a part could not be sent just now: ask again.
    """
    delivery = deliveries.read(delivery_id)
    if delivery is None or delivery.done_at is not None:
        return delivery
    phones = _phones(org) if Channel.SMS in delivery.channels else ()
    refusals = _tier_refusals(org, delivery, phones, now)
    owner = uuid.uuid4().hex
    claimed, before = _claim(org, delivery_id, owner, phones, refusals, now)
    if claimed is None:
        return before
    done = _Sent(texts=dict(claimed.texts), notes=list(claimed.notes))
    known = before.texts if before is not None else {}
    _send_texts(org, claimed, phones, known, done)
    _send_email(org, claimed, refusals, done)
    _tell_inbox(claimed, done)
    after = _conclude(org, claimed, owner, done, now)
    if done.later:
        raise max(done.later, key=lambda error: error.retry_after_seconds)
    return after


def _phones(org: Tenant) -> tuple[str, ...]:
    """The staff's, but for those that replied STOP."""
    return tuple(phone for phone in dict.fromkeys(org.staff_phones) if not sms_opt_outs.has_opted_out(phone))


def _tier_refusals(org: Tenant, delivery: Delivery, phones: Sequence[str], now: datetime) -> dict[Channel, str]:
    """Why the org's tier allows no more of a channel, by channel."""
    found: dict[Channel, str] = {}
    for channel, metric, wanted in (
        (Channel.EMAIL, Metric.EMAILS, 1),
        (Channel.SMS, Metric.SMS_INTERNAL, len(phones)),
    ):
        if channel in delivery.channels:
            try:
                limits.require(org.id, org.tier_id, org.timezone, metric, wanted, now)
            except limits.TierLimitError as error:
                found[channel] = str(error)
            except TransientError:
                raise
            except Exception as error:  # noqa: BLE001 - what cannot be counted keeps nobody from being told
                log.error("the org's usage cannot be read; the alert goes out", extra={"reason": describe(error)})
    return found


def _claim(
    org: Tenant,
    delivery_id: str,
    owner: str,
    phones: Sequence[str],
    refusals: dict[Channel, str],
    now: datetime,
) -> tuple[Delivery | None, Delivery | None]:
    """Take the lease and name the phones to text; the delivery after and before it, None where all is done."""
    from google.cloud.firestore import Transaction

    reference = deliveries.reference(delivery_id)
    rate_reference = firestore().collection(RATES).document(org.id)

    def claim(transaction: Transaction) -> tuple[Delivery | None, Delivery | None]:
        before = deliveries.read(delivery_id, transaction)
        if before is None or before.done_at is not None:
            return None, before
        # A lease is about processes, so it goes by the machine's own clock, whatever time the caller lives in.
        real = Clock().now()
        if before.leased_until is not None and before.leased_until > real:
            raise TransientError(f"alert {before.alert.id} is being sent at this moment")
        to_text = _unnamed(before, phones)
        rate = TextRate.from_document(rate_reference.get(transaction=transaction).to_dict(), now)
        allowed = 0 if Channel.SMS in refusals else len(to_text)
        rate, granted = rate.take(allowed)
        named: dict[str, TextState] = {phone_key(phone): "meant" for phone in to_text[:granted]}
        withheld: dict[str, TextState] = {phone_key(phone): "limited" for phone in to_text[granted:]}
        seconds = EMAIL_SECONDS + TEXT_SECONDS * granted
        after = before.model_copy(
            update={
                "texts": {**before.texts, **named, **withheld},
                "notes": (*before.notes, *_withheld_note(len(to_text) - granted, refusals)),
                "leased_to": owner,
                "leased_until": real + timedelta(seconds=seconds),
            }
        )
        if granted:
            transaction.set(rate_reference, rate.document(org.id))
        transaction.set(reference, after.document())
        return after, before

    return in_transaction(claim, f"{deliveries.COLLECTION}/{delivery_id}")


def _unnamed(delivery: Delivery, phones: Sequence[str]) -> list[str]:
    if Channel.SMS not in delivery.channels:
        return []
    return [phone for phone in phones if phone_key(phone) not in delivery.texts]


def _withheld_note(withheld: int, refusals: dict[Channel, str]) -> list[str]:
    if not withheld:
        return []
    if Channel.SMS in refusals:
        return [f"Not texted: {refusals[Channel.SMS]}."]
    return [f"Not texted to {counted(withheld, 'phone')}: your staff got {TEXTS_AN_HOUR} in the last hour."]


def _send_texts(
    org: Tenant, claimed: Delivery, phones: Sequence[str], known: dict[str, TextState], done: _Sent
) -> None:
    """Text the phones that this sender named; those that a sender before it named may have been texted."""
    text = _staff_text(claimed, org.name)
    for key, state in known.items():
        if state == "meant":
            done.texts[key] = "unknown"
            done.used["sms_internal"] += 1
    for phone in phones:
        key = phone_key(phone)
        if key in known or claimed.texts.get(key) != "meant":
            continue
        try:
            blackleaf.send(phone, text)
            done.texts[key] = "sent"
        except OutcomeUnknownError as error:
            log.warning("a text may have arrived", extra={"phoneEnding": phone[-4:], "reason": str(error)})
            done.texts[key] = "unknown"
        except TransientError as error:
            del done.texts[key]
            done.later.append(error)
            continue
        except PermanentError as error:
            done.texts[key] = "refused"
            done.notes.append(f"Not texted to …{phone[-4:]}: {error}.")
            continue
        except Exception as error:
            log.exception("a text failed in a way nobody foresaw")
            done.texts[key] = "unknown"
            done.notes.append(f"Maybe not texted to …{phone[-4:]}: {type(error).__name__}.")
        done.used["sms_internal"] += 1


def _staff_text(claimed: Delivery, org_name: str) -> str:
    try:
        return claimed.alert.staff_text(org_name)
    except Exception:
        log.exception("an alert's text cannot be worded; its title is sent", extra={"alertId": claimed.alert.id})
        return one_segment(f"{org_name}: {claimed.alert.title}")


def _send_email(org: Tenant, claimed: Delivery, refusals: dict[Channel, str], done: _Sent) -> None:
    if Channel.EMAIL not in claimed.channels or claimed.email is not None:
        return
    try:
        if Channel.EMAIL in refusals:
            raise PermanentError(refusals[Channel.EMAIL])
        alert = claimed.alert
        origin = Origin(
            org_id=org.id,
            org_name=org.name,
            alert=alert.type if isinstance(alert.type, AlertType) else None,
            playbook_id=alert.playbook_id,
            execution_id=alert.execution_id,
            links=_pages(alert),
        )
        message = compose(_owner_address(org), alert.title, content=alert.message)
        mail.send_once(message, claimed.id, origin, Clock().now())
    except PermanentError as error:
        done.email = "refused"
        done.notes.append(f"Not emailed: {error}.")
    except TransientError as error:
        done.later.append(error)
    except Exception as error:
        log.exception("an email failed in a way nobody foresaw")
        done.email = "refused"
        done.notes.append(f"Not emailed: {type(error).__name__}.")
    else:
        done.email = "sent"
        done.used["email"] += 1


def _pages(alert: Alert) -> tuple[str, ...]:
    """What it is about, then the alert itself."""
    cause = alert.link or links.cause(alert.execution_id, alert.playbook_id)
    return (*([cause] if cause else []), links.alert(alert.id))


def _owner_address(org: Tenant) -> str:
    try:
        return parse_email_address(org.owner_email or "")
    except ValueError:
        raise PermanentError(
            "the owner's email address is not valid; expected one like owner@shop.example"
        ) from None


def _tell_inbox(claimed: Delivery, done: _Sent) -> None:
    """What did not go out is in the inbox, with the reason, also where the org wants none of it there."""
    if not done.notes:
        return
    log.warning("an alert did not go out as wanted", extra={"alertId": claimed.alert.id, "notes": done.notes})
    try:
        inbox.annotate(claimed.alert.id, claimed.notification(), " ".join(done.notes))
    except Exception:
        # What was sent must be stored whatever becomes of the note; the delivery's document has it too.
        log.exception("the inbox could not be told", extra={"alertId": claimed.alert.id})


def _conclude(org: Tenant, claimed: Delivery, owner: str, done: _Sent, now: datetime) -> Delivery:
    """Store what was done and count what was used, in one commit."""
    from google.cloud.firestore import Transaction

    reference = deliveries.reference(claimed.id)

    def conclude(transaction: Transaction) -> Delivery:
        current = deliveries.read(claimed.id, transaction)
        if current is None or current.leased_to != owner:
            # Whoever has it now asks the provider about the email and leaves the texts alone.
            raise TransientError(f"alert {claimed.alert.id} took too long, and is another sender's now")
        after = current.model_copy(
            update={
                "texts": done.texts,
                "email": done.email or current.email,
                "notes": tuple(done.notes),
                "leased_to": None,
                "leased_until": None,
                "done_at": None if done.later else now,
                "due_at": current.due_at if done.later or current.owes_inbox else None,
            }
        )
        transaction.set(reference, after.document())
        if done.used:
            usd = sum((cost(item, count).usd for item, count in done.used.items()), Decimal(0))
            path, fields = metering.increments(org.id, org.timezone, now, claimed.id, usd, done.used)
            transaction.set(firestore().document(path), fields, merge=True)
        return after

    return in_transaction(conclude, claimed.path)
