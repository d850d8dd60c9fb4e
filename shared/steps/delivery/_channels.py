"""A step's email to the people it names, and its inbox notification; a retry never repeats what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.billing.prices import cost
from shared.compliance import examining
from shared.compliance.decision import Reason, Refusal
from shared.errors import OutcomeUnknownError, PlaybookError
from shared.messages import mail
from shared.messages.alert_types import Severity
from shared.messages.channels import mailjet
from shared.messages.email import Email
from shared.messages.template.models import Message
from shared.notices import outbox
from shared.notices.alert import Alert
from shared.notices.preferences import Channel
from shared.steps.base import StepContext
from shared.steps.delivery._recipients import (
    NobodyReachedError,
    SendOutcome,
    SkippedRecipient,
    in_receipt,
    of_receipt,
    skipped,
)
from shared.steps.within_tier import require_within_tier
from shared.tenants.tenant import Tenant, load_reachable
from shared.values.email_address import same_mailbox

DRY_RUN_ID = "dry-run"
UNKNOWN_OUTCOME_NOTE = "it may or may not have been delivered; it was not sent again"


def document_id(context: StepContext, part: str) -> str:
    """The id of a document that the step writes: the effect's own, without the slashes of a path to a block."""
    return context.effect_key(part).replace("/", "~")


def step_alert(
    context: StepContext,
    part: str,
    channel: Channel,
    kind: str,
    message: Message,
    subject: str = "",
    *,
    asked_for: bool = True,
    **more: Any,
) -> Alert:
    """What the step tells the org's people over the one channel, whatever they prefer where it is `asked_for`.

    `subject`: of several things that the step tells of, the one that this is about.
    """
    only = frozenset({channel})
    return Alert(
        id=document_id(context, part),
        type=kind,
        key=":".join(filter(None, (context.playbook_id, context.step_id, subject)))[:500],
        message=message,
        playbook_id=context.playbook_id,
        execution_id=context.execution_id,
        also=only if asked_for else frozenset(),
        at_most=only,
        **more,
    )


def send_email_once(
    context: StepContext,
    message: Email,
    written: Sequence[str] = (),
    links: tuple[str, ...] = (),
) -> SendOutcome:
    """Send the step's one email to those of its addresses that may get it.

    `written`: its addresses as the step was given them. `links`: see `mail.Origin`.

    Customers get it each by themselves, since none of them is to see another's address.
    """
    mailing = _Mailing(context, message, written, links)
    try:
        receipt = context.effects.once(
            "email",
            {"channel": "email", "to": ", ".join(message.to), "subject": message.subject},
            mailing.call,
            find=mailing.find,
            sample={"messageId": DRY_RUN_ID},
            costs=[cost("email", len(message.to))],
            prepare=mailing.prepare,
            message=mailing.sent,
        )
    except NobodyReachedError as nobody:
        return SendOutcome("skipped", skipped=nobody.skipped)
    to = tuple(receipt.get("to") or message.to)
    # Not told where an earlier process has sent it.
    outside = receipt.get("outside", sum(not _is_own(context, one) for one in to))
    return SendOutcome("sent", to, receipt["messageId"], of_receipt(receipt), outside=outside)


def _is_own(context: StepContext, address: str) -> bool:
    return any(same_mailbox(known, address) for known in (context.org.owner_email, context.user.email) if known)


class _Mailing:
    """One call of `send_email_once`."""

    def __init__(
        self, context: StepContext, message: Email, written: Sequence[str], links: tuple[str, ...]
    ) -> None:
        self._context, self._message, self._written = context, message, written
        self._custom_id = context.effect_key()
        self._origin = mail.Origin(
            org_id=context.org.id,
            org_name=context.org.name,
            playbook_id=context.playbook_id,
            execution_id=context.execution_id,
            links=links,
        )
        self._org: Tenant | None = None
        self._own: frozenset[str] | None = None
        self._ready: list[Email] = []
        self._skipped: list[SkippedRecipient] = []

    def prepare(self) -> None:
        context, message = self._context, self._message
        require_within_tier(context, "email", len(message.to))
        self._ready, self._skipped = [], []
        mailjet.load()
        org = self._org = load_reachable(context.org.id)
        verdict = examining.examine_mail(
            org,
            message.to,
            self._custom_id,
            context.now,
            user_email=context.user.email,
            written=self._written,
        )
        self._skipped = [skipped(address, refusal) for address, refusal in verdict.refused.items()]
        if not verdict.allowed:
            raise NobodyReachedError(self._skipped)
        self._own = verdict.own
        to_own = self._own.issuperset(verdict.allowed)
        origin = self._origin if to_own else self._origin.model_copy(update={"sender": mail.sender_of(org)})
        apart = bool(verdict.customers) and len(verdict.allowed) > 1
        groups = [(address,) for address in verdict.allowed] if apart else [verdict.allowed]
        self._ready = [mail.branded(message.model_copy(update={"to": group}), origin) for group in groups]

    def call(self) -> dict[str, Any]:
        try:
            outcomes = mail.post_each(self._ready, self._custom_id)
        except OutcomeUnknownError:
            raise
        except PlaybookError:
            self._give_back([address for one in self._ready for address in one.to])
            raise
        sent = [
            (one, outcome) for one, outcome in zip(self._ready, outcomes, strict=True) if isinstance(outcome, str)
        ]
        failed = [
            (one, outcome)
            for one, outcome in zip(self._ready, outcomes, strict=True)
            if not isinstance(outcome, str)
        ]
        self._give_back([address for one, _ in failed for address in one.to])
        left_out = [skipped(one.to[0], Refusal(Reason.PROVIDER_REFUSED, str(outcome))) for one, outcome in failed]
        to = [address for one, _ in sent for address in one.to]
        receipt: dict[str, Any] = {"messageId": sent[0][1], "to": to}
        if self._own is not None:
            receipt["outside"] = sum(address not in self._own for address in to)
        not_reached = in_receipt([*self._skipped, *left_out])
        return {**receipt, **({"skipped": not_reached} if not_reached else {})}

    def find(self) -> dict[str, Any] | None:
        message_id = mailjet.find(self._custom_id)
        return {"messageId": message_id} if message_id else None

    def sent(self) -> dict[str, Any]:
        # Where an earlier process has sent it, the same words make the same mail.
        going = self._ready[0] if self._ready else mail.branded(self._message, self._origin)
        to = [address for one in self._ready or [going] for address in one.to]
        return {"channel": "email", "to": to, "subject": going.subject, "text": going.text_part, "html": going.html}

    def _give_back(self, addresses: Sequence[str]) -> None:
        if self._org is not None and addresses:
            examining.give_back(self._org, addresses, self._custom_id)


def put_into_inbox(
    context: StepContext, alert_type: str, message: Message, severity: Severity, link: str | None, text: str = ""
) -> str:
    """Add the step's notification to the org's inbox, whatever the org's preferences, and return its id. `text`:
    the body, in place of the message's own.
    """
    alert = step_alert(
        context,
        "inbox",
        Channel.DASHBOARD,
        alert_type,
        message,
        severity=severity,
        link=link,
        members_body=text or None,
    )

    def write_notification() -> str:
        outbox.notify(context.org.id, alert, context.now, context.org.webhook_events)
        return alert.id

    summary = {"channel": "dashboard", "title": alert.title, "severity": severity}
    return context.effects.write("inbox", summary, write_notification, sample=alert.id)
