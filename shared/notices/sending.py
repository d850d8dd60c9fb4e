"""Sends an alert's email and texts, each once, despite repeats and crashes."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from shared.billing import limits, metering
from shared.billing.prices import cost
from shared.billing.tiers import Metric
from shared.errors import TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.gcp.clock import Clock
from shared.gcp.transactions import Committed, committed, in_transaction
from shared.messages.email import Email
from shared.notices import delivery as deliveries
from shared.notices import handing_over, inbox, policy
from shared.notices.delivery import AlertDelivery, TextState, phone_key
from shared.notices.handing_over import Sent
from shared.notices.policy import RATES, TextRate
from shared.notices.preferences import Channel, Preferences
from shared.quarantine.failures import describe
from shared.tenants.tenant import Tenant

if TYPE_CHECKING:
    from google.cloud.firestore import Transaction

log = logging.get_logger(__name__)

EMAIL_SECONDS = 45
TEXT_SECONDS = 20
"""The longest time a sender takes, including timeouts; its lease lasts this long."""


@dataclass(frozen=True, slots=True)
class Sending:
    """The delivery after sending; `posted`: the email, if sent just now."""

    delivery: AlertDelivery
    posted: Email | None = None


@dataclass(frozen=True, slots=True)
class _Claimed:
    """`before`: the previous state. `delivery`: the claimed one; None if there is nothing to do."""

    before: AlertDelivery
    delivery: AlertDelivery | None = None
    hour: datetime | None = None
    """The hour that the texts count toward."""
    stored: AlertDelivery | None = None
    """The claimed delivery as stored."""
    version: Any = None
    """Version of the stored document."""


def send(org: Tenant, given: AlertDelivery, chosen: Preferences, now: datetime) -> Sending:
    """Sends the remaining parts on the channels that the org still wants.

    Raises:
        TransientError: somebody else is sending it, or a part could not be sent now; retry.
        PermanentError: it belongs to a run and a part was refused.
    """
    wanted = policy.wanted(given.alert, chosen)
    going = given.model_copy(update={"channels": tuple(one for one in given.channels if one in wanted)})
    phones = handing_over.phones_of(org, going)
    # Runs check the tier themselves, because they know their own usage.
    refusals = {} if given.by_run else _tier_refusals(org, going, phones, now)
    owner = uuid.uuid4().hex
    claim = _claim(org, going, owner, phones, refusals, now)
    claimed, known = claim.delivery, claim.before.texts
    if claimed is None:
        return Sending(claim.before)
    done = Sent(dict(claimed.texts), claimed.email, dict(claimed.message_ids), notes=list(claimed.notes))
    handing_over.send_texts(org, claimed, phones, known, done)
    handing_over.send_email(org, claimed, refusals.get(Channel.EMAIL), done)
    if not claimed.by_run:
        _notify_inbox(claimed, done)
    after = _conclude(org, claimed, owner, done, claim, now)
    if done.later:
        raise max(done.later, key=lambda error: error.retry_after_seconds)
    if claimed.by_run and done.refused:
        raise done.refused[0]
    return Sending(after, done.posted)


def _tier_refusals(
    org: Tenant, delivery: AlertDelivery, phones: Sequence[str], now: datetime
) -> dict[Channel, str]:
    """Why the org's tier allows no more messages, by channel."""
    found: dict[Channel, str] = {}
    mails = max(1, len(delivery.wording.to)) if delivery.wording else 1
    for channel, metric, wanted in (
        (Channel.EMAIL, Metric.EMAILS, mails),
        (Channel.SMS, Metric.SMS_INTERNAL, len(phones)),
    ):
        if channel in delivery.channels:
            try:
                limits.require(org.id, org.tier_id, org.timezone, metric, wanted, now)
            except limits.TierLimitError as error:
                found[channel] = str(error)
            except TransientError:
                raise
            except Exception as error:  # noqa: BLE001 - unreadable usage must not block alerts
                log.error("could not read usage; sending anyway", extra={"reason": describe(error)})
    return found


def _claim(
    org: Tenant,
    going: AlertDelivery,
    owner: str,
    phones: Sequence[str],
    refusals: dict[Channel, str],
    now: datetime,
) -> _Claimed:
    """Takes the lease and records the phones to text."""
    from google.api_core.exceptions import AlreadyExists

    reference = deliveries.reference(going.id)
    rate_reference = firestore().collection(RATES).document(org.id)

    def claim(transaction: Transaction, *, is_new: bool) -> _Claimed:
        before = going if is_new else deliveries.read(going.id, transaction) or going
        is_handed_over = going.by_run and not before.by_run
        if before.done_at is not None or is_handed_over:
            return _Claimed(before)
        # Leases use the machine's clock, whatever time the caller uses.
        real = Clock().now()
        if before.leased_until is not None and before.leased_until > real:
            raise TransientError(f"alert {before.alert.id} is being sent at this moment")
        to_text = handing_over.unnamed(before, phones)
        texted = rate_reference.get(transaction=transaction).to_dict() if to_text else None
        rate = TextRate.from_document(texted, now)
        rate, granted = rate.take(0 if Channel.SMS in refusals else len(to_text))
        named: dict[str, TextState] = {phone_key(phone): "meant" for phone in to_text[:granted]}
        withheld: dict[str, TextState] = {phone_key(phone): "limited" for phone in to_text[granted:]}
        note = handing_over.withheld_note(len(withheld), refusals.get(Channel.SMS))
        seconds = EMAIL_SECONDS + TEXT_SECONDS * granted
        mails = before.email is None and Channel.EMAIL in going.channels and Channel.EMAIL not in refusals
        after = before.model_copy(
            update={
                "email": "meant" if mails else before.email,
                "texts": {**before.texts, **named, **withheld},
                "notes": (*before.notes, *note),
                "leased_to": owner,
                "leased_until": real + timedelta(seconds=seconds),
            }
        )
        (transaction.create if is_new else transaction.set)(reference, after.document())
        if granted:
            transaction.set(rate_reference, rate.document(org.id))
        # The document doesn't contain a run's own content.
        fields = {"wording": going.wording, "alert": going.alert, "channels": going.channels}
        return _Claimed(before, after.model_copy(update=fields), rate.started_at, stored=after)

    if going.by_run:
        # A run's first try is nearly always the only one; if not, the commit says so.
        with contextlib.suppress(AlreadyExists):
            return _versioned(committed(partial(claim, is_new=True), going.path))
    return _versioned(committed(partial(claim, is_new=False), going.path))


def _versioned(claim: Committed[_Claimed]) -> _Claimed:
    return replace(claim.found, version=claim.versions[0]) if claim.versions else claim.found


def _notify_inbox(claimed: AlertDelivery, done: Sent) -> None:
    """Adds notes on what wasn't sent to the inbox, even if the org doesn't want the alert there."""
    if not done.notes:
        return
    log.warning("alert not fully sent", extra={"alertId": claimed.alert.id, "notes": done.notes})
    try:
        inbox.annotate(claimed.alert.id, claimed.notification(), " ".join(done.notes))
    except Exception:
        # The outcome must be stored even without the note; the delivery has it too.
        log.exception("could not annotate the inbox", extra={"alertId": claimed.alert.id})


def _conclude(
    org: Tenant, claimed: AlertDelivery, owner: str, done: Sent, claim: _Claimed, now: datetime
) -> AlertDelivery:
    """Stores the outcome and counts usage, in one commit."""
    hour = claim.hour
    reference = deliveries.reference(claimed.id)
    rate_reference = firestore().collection(RATES).document(org.id)
    # A run that is retried later should send it after all.
    refused_by_run = claimed.by_run and done.refused
    texts = {key: state for key, state in done.texts.items() if not (claimed.by_run and state == "refused")}
    is_done = not done.later and not refused_by_run
    used = None
    if done.used:
        usd = sum((cost(item, count).usd for item, count in done.used.items()), Decimal(0))
        used = metering.increments(org.id, org.timezone, now, claimed.id, usd, done.used)

    def concluded(current: AlertDelivery) -> AlertDelivery:
        return current.model_copy(
            update={
                "texts": texts,
                "email": None if refused_by_run and done.email == "refused" else done.email,
                "message_ids": done.message_ids,
                "left_out": {**current.left_out, **done.left_out},
                "notes": () if refused_by_run else tuple(done.notes),
                "leased_to": None,
                "leased_until": None,
                "done_at": now if is_done else None,
                "due_at": None if is_done and not current.owes_inbox else current.due_at,
            }
        )

    def conclude(transaction: Transaction) -> AlertDelivery:
        current = deliveries.read(claimed.id, transaction)
        if current is None or current.leased_to != owner:
            # The new lease holder asks the provider about the email and leaves the texts alone.
            raise TransientError(f"alert {claimed.alert.id} took too long and was taken over by another sender")
        if done.unsent and hour is not None:
            rate = TextRate.from_document(rate_reference.get(transaction=transaction).to_dict(), now)
            transaction.set(rate_reference, rate.without(hour, done.unsent).document(org.id))
        after = concluded(current)
        transaction.set(reference, after.document())
        if used is not None:
            transaction.set(firestore().document(used[0]), used[1], merge=True)
        return after

    if not done.unsent and claim.stored is not None and claim.version is not None:
        after = concluded(claim.stored)
        if _replaced(after, claim.version, used):
            return after
    return in_transaction(conclude, claimed.path)


def _replaced(after: AlertDelivery, version: Any, used: tuple[str, dict[str, Any]] | None) -> bool:
    """Writes the outcome if the document still has that version; returns whether it did."""
    from google.api_core.exceptions import Aborted, FailedPrecondition, NotFound

    from shared.gcp import plain_firestore

    commit = plain_firestore.Commit()
    commit.replace(after.path, after.document(), version)
    if used is not None:
        commit.merge(*used)
    try:
        commit.send()
    except (Aborted, FailedPrecondition, NotFound):
        return False
    return True
