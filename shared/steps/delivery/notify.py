"""`notify`: sends a message to an org's people over the channels they chose."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from shared.errors import PermanentError, TransientError
from shared.gcp.logging import get_logger
from shared.messages import email, links
from shared.messages.alert_types import AlertType, Severity
from shared.messages.sms_text import one_segment
from shared.messages.template.as_text import message_sms
from shared.messages.template.models import Message
from shared.notices import preferences
from shared.notices.preferences import Channel
from shared.steps.base import Action, Effect, Params, StepContext
from shared.steps.delivery._channels import put_into_inbox, send_email_once
from shared.steps.delivery._decisions import decision_page
from shared.steps.delivery._digest import digest_note, note_of, put_into_digest
from shared.steps.delivery._new_facts import settle_report
from shared.steps.delivery._notify_output import NotifyOutput, Sent, Skipped
from shared.steps.delivery._notify_words import alert_type, body_of, by_kind, severity
from shared.steps.delivery._own_people import About, mail_owner
from shared.steps.delivery._recipients import (
    QuietHoursError,
    SendOutcome,
    SkippedRecipient,
    reach_of,
    wait_for_morning,
)
from shared.steps.delivery._repeats import is_repeated_text
from shared.steps.delivery._reports import inbox_text, report_of
from shared.steps.delivery._texting import send_sms_once
from shared.tenants.tenant import load_tenant
from shared.values.email_address import same_mailbox
from shared.values.phone_number import masked

REPEATED_NOTE = "the staff were texted about the same within the hour; one text at its end tells of the repeats"

_log = get_logger(__name__)


class NotifyParams(Params):
    """What to say, and who gets it.

    `to`: email addresses and phone numbers, one or a list; without an address emails go to the org's owner,
    without a number texts go to its staff phones. `channels`: without them the org's preferences for `type`
    decide, and a phone number in `to` adds `sms`. `type`: `competitor_alert` after a competitive step, else
    `weekly_report`. `html`: the email's other form of the body: a report's own, or an author's (see `send_email`).
    `body`, where left out or empty: what `html` says,
    else the report or the analysis of an earlier step. `inboxBody`: what the inbox, which every member of the org
    reads, says instead: without what names customers. Where events about one thing (an item, a competitor's
    product) start run after run, the staff get one text an hour, and one more at its end that tells of the rest.
    `severity`: as the inbox shows it; what is `critical` goes out in the org's quiet hours too. Other emails to the
    owner and texts to the staff go out when these end, but for what somebody asked for just then: a run that they
    started, or that they set for this time of a day. The staff get at most 20 texts an hour.
    """

    to: str | list[str] | None = None
    subject: email.SubjectLine
    body: str | None = None
    html: str | None = None
    inbox_body: str | None = None
    channels: list[Channel] | None = None
    type: AlertType | None = None
    severity: Severity | None = None

    @classmethod
    def markup(cls, written: Mapping[str, Any]) -> frozenset[str]:
        return frozenset({"html"})


class Notify(Action[NotifyParams, NotifyOutput]):
    """Sends over every channel that works, and then fails if one did not: each channel is an effect of its own."""

    effect: ClassVar[Effect] = Effect.ONCE
    example: ClassVar[Mapping[str, Any]] = {
        "subject": "Good morning",
        "body": "All shelves are full.",
        "channels": ["email", "dashboard", "sms"],
    }

    def run(self, params: NotifyParams, context: StepContext) -> NotifyOutput:
        return _Delivery(params, context).run()

    def typical_use(self, params: Mapping[str, Any]) -> Mapping[str, int]:
        """Of the channels that are named, else the default ones: each address and number, at least one."""
        to = params.get("to")
        entries = [str(entry) for entry in (to if isinstance(to, list) else [to] if to else [])]
        phones = sum("@" not in entry and "{{" not in entry for entry in entries)
        channels = params.get("channels")
        chosen = {str(each) for each in channels} if isinstance(channels, list) else {Channel.EMAIL.value}
        use: dict[str, int] = {}
        if Channel.EMAIL in chosen:
            use["email"] = max(1, len(entries) - phones)
        if Channel.SMS in chosen or (phones and channels is None):
            use["sms_customer" if phones else "sms_internal"] = max(1, phones)
        return use


class _Delivery:
    """One run of `notify`."""

    def __init__(self, params: NotifyParams, context: StepContext) -> None:
        self.params = params
        self.context = context
        self.body = body_of(params.body, params.html, context)
        self.report = report_of(context, text=self.body, html=params.html)
        self.addresses, self.phones = by_kind(params.to)
        self.alert_type = params.type or alert_type(context)
        self.severity = params.severity or severity(self.alert_type)
        self.sent: list[Sent] = []
        self.skipped: list[Skipped] = []
        self.failures: dict[str, PermanentError | TransientError] = {}
        self.reached = 0
        self.left_out: list[SkippedRecipient] = []
        self.waits_until: datetime | None = None

    def run(self) -> NotifyOutput:
        ways: dict[Channel, Callable[[], None]] = {
            Channel.DASHBOARD: self._put_into_inbox,
            Channel.EMAIL: self._send_email,
            Channel.SMS: self._send_texts,
        }
        chosen = self._channels()
        for channel, send in ways.items():
            if channel in chosen:
                self._attempt(channel, send)
        settle_report(self.context, self.params.html or self.params.body, {one.channel for one in self.sent})
        self._raise_failures(final=self.waits_until is None)
        if self.waits_until is not None:
            wait_for_morning(self.context, self.waits_until)
        output = NotifyOutput(sent=self.sent, skipped=self.skipped)
        output._reach = reach_of(self.reached, self.left_out)
        return output

    def _channels(self) -> frozenset[Channel]:
        if self.params.channels is not None:
            return frozenset(self.params.channels)
        wanted = self.context.effects.read(lambda: preferences.load(self.context.org.id))
        named = frozenset({Channel.SMS}) if self.phones else frozenset[Channel]()
        return wanted.channels(self.alert_type) | named

    def _attempt(self, what: str, call: Callable[[], None]) -> None:
        try:
            call()
        except (PermanentError, TransientError) as error:
            # The other channels go first; `_raise_failures` raises it again.
            _log.warning("notify: %s failed: %s", what, error)
            self.failures[what] = error

    def _raise_failures(self, *, final: bool) -> None:
        """A passing failure before a final one: the retry finds what was done as done, and the final one again.

        A final one waits for what is still to be sent in the morning.
        """
        for error in self.failures.values():
            if isinstance(error, TransientError):
                raise error
        if self.failures and final:
            done = ", ".join(each.channel for each in self.sent) or "nothing"
            reasons = "; ".join(f"{what}: {error}" for what, error in self.failures.items())
            raise PermanentError(f"{reasons} (sent: {done})")

    def _put_into_inbox(self) -> None:
        text = self.params.inbox_body or inbox_text(self.body, self.report)
        message = Message(title=self.params.subject)
        notification_id = put_into_inbox(
            self.context, self.alert_type, message, self.severity, decision_page(self.context), text
        )
        self.sent.append(Sent(channel=Channel.DASHBOARD, to=self.context.org.id, notification_id=notification_id))

    def _send_email(self) -> None:
        to = self.addresses or [self._owner_email()]
        message = email.compose(to, self.params.subject, self.body, self.params.html, self.report)
        owner = self.context.org.owner_email
        own_people = owner is not None and all(same_mailbox(owner, address) for address in to)
        if own_people and self._put_into_digest(to[0]):
            return
        outcome = self._mail_owner(message.to) if own_people else send_email_once(self.context, message, to)
        self._note(Channel.EMAIL, outcome)

    def _mail_owner(self, to: tuple[str, ...]) -> SendOutcome:
        decision = decision_page(self.context)
        run_id, step_id = self.context.execution_id, self.context.step_id
        # A report without a page of its own is found again in its run.
        found_at = (links.report(run_id, step_id),) if self.report else ()
        pages = (decision, links.run(run_id)) if decision else found_at
        content = {"text": self.body, "html": self.params.html, "report": self.report, "links": pages}
        return mail_owner(self.context, self._about(), content, to, named=to if self.addresses else ())

    def _about(self) -> About:
        asked_for = self.params.channels is not None or bool(self.phones)
        return About(self.params.subject, self.alert_type, self.severity, asked_for)

    def _put_into_digest(self, to: str) -> bool:
        """Whether it goes out with the org's daily digest instead."""
        at = put_into_digest(self.context, self.params.subject, self.body, self.report, self.alert_type)
        if at is None:
            return False
        note = digest_note(at, self.context)
        self.sent.append(Sent(channel=Channel.EMAIL, to=to, outcome="digest", note=note, at=at))
        return True

    def _note(self, channel: Channel, outcome: SendOutcome) -> None:
        self.skipped += [
            Skipped(channel=channel, reason=one.reason.value, to=one.to, detail=one.detail, until=one.until)
            for one in outcome.skipped
        ]
        if not outcome.to_own:
            self.reached += len(outcome.to)
            self.left_out += outcome.skipped
        if outcome.outcome != "skipped":
            sent = Sent(
                channel=channel, to=", ".join(outcome.to), message_id=outcome.message_id, outcome=outcome.outcome
            )
            noted = {"note": note_of(outcome, self.context), "at": outcome.until}
            self.sent.append(sent.model_copy(update=noted))

    def _owner_email(self) -> str:
        org = self.context.org
        if not org.owner_email:
            raise PermanentError(
                f"nobody to email: `to` holds no address and tenants/{org.id}.ownerEmail is missing; "
                "expected one of the two"
            )
        return org.owner_email

    def _send_texts(self) -> None:
        for phone in self.phones or self._staff_phones():
            self._attempt(f"sms to {masked(phone)}", functools.partial(self._send_text, phone))

    def _staff_phones(self) -> list[str]:
        org_id = self.context.org.id
        tenant = self.context.effects.read(lambda: load_tenant(org_id))
        if tenant.staff_phones:
            if is_repeated_text(self.context, tenant, self.alert_type, self.params.subject, self.body):
                self.skipped.append(Skipped(channel=Channel.SMS, reason=REPEATED_NOTE))
                return []
            return list(dict.fromkeys(tenant.staff_phones))
        reason = f"nobody to text: `to` holds no phone number and tenants/{org_id}.staffPhones is empty"
        if self.params.channels is not None:
            raise PermanentError(f"{reason}; expected one of the two")
        self.skipped.append(Skipped(channel=Channel.SMS, reason=reason))
        return []

    def _send_text(self, phone: str) -> None:
        try:
            self._note(Channel.SMS, send_sms_once(self.context, phone, self._text(), self._about()))
        except QuietHoursError as quiet:
            self.waits_until = min(self.waits_until or quiet.until, quiet.until)

    def _text(self) -> str:
        subject, report = self.params.subject, self.report
        if report and subject == report.title:
            return message_sms(report)
        return one_segment(f"{subject}: {report.lead if report and report.lead else self.body}")
