"""Sends one page, at most one message per customer, despite crashes, repeats and late tasks.

One process at a time holds the page's lease. It records what it is about to send before sending and the outcomes
afterward; both writes fail if another process took over. Whoever finds messages that were about to be sent asks
the provider about them, or counts them as unknown if the provider can't be asked.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from shared.billing import metering, prices
from shared.campaigns import emailing, settling, tasks, texting
from shared.campaigns.people import Examined, Person, examine, read_people
from shared.campaigns.record import (
    FAILED,
    OPEN,
    SENT,
    UNKNOWN,
    Campaign,
    ChangedError,
    Intent,
    Page,
    PageLease,
    due,
    write_page,
)
from shared.compliance import examining
from shared.compliance.decision import Reason
from shared.compliance.frequency import Channel
from shared.errors import NotFoundError, OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.messages.channels import mailjet
from shared.tenants.tenant import load_reachable

log = logging.get_logger(__name__)

LEASE = timedelta(seconds=120)
WORK_SECONDS = 150.0
"""After this, the page continues in a new task."""
AT_ONCE: Mapping[Channel, int] = {"email": emailing.A_CALL, "sms": 40}
TRIES = 5
"""For messages answered with "not now" while others are accepted."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
EMAILED = "emailed"
REACHED: Mapping[str, str] = {SENT: EMAILED, UNKNOWN: EMAILED, Reason.DUPLICATE: Reason.DUPLICATE.value}
"""Customers who get the email get no text; maps the email's outcome to what is recorded instead."""
ITEMS: Mapping[Channel, str] = {"email": "email", "sms": "sms_customer"}

Answer = Literal["done", "asleep", "slowed", "later", "busy", "failed"]
"""`asleep`: some customers can only be texted in the morning; `slowed`: the provider asked for a pause."""


class _PauseError(Exception):
    """The page is postponed."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def send_page(campaign: Campaign, page: Page, clock: Clock) -> tuple[Answer, Campaign]:
    """Continues the page; returns the updated campaign.

    Raises:
        TransientError: Firestore is busy; retry the task.
    """
    now = clock.now()
    if page.status == "done":
        return "done", campaign
    if page.not_before is not None and now < page.not_before:
        _enqueue_later(campaign, page, page.not_before, now)
        return "later", campaign
    if page.lease is not None and now < page.lease.until:
        _enqueue_later(campaign, page, page.lease.until, now)
        return "busy", campaign
    try:
        return _PageRun(campaign, page, clock).send()
    except NotFoundError as error:
        return "failed", settling.end(campaign, "failed", str(error), now)
    except ChangedError as error:
        log.warning("another process is sending the page", extra={"page": page.id, "reason": str(error)})
        _enqueue_later(campaign, page, now + LEASE, now)
        return "busy", campaign


def _enqueue_later(campaign: Campaign, page: Page, at: datetime, now: datetime) -> None:
    tasks.enqueue_page(campaign, page.id, now, at=at, suffix=f"at-{int(at.timestamp())}")


class _PageRun:
    """One process's work on a page."""

    def __init__(self, campaign: Campaign, page: Page, clock: Clock) -> None:
        self._campaign, self._page, self._clock = campaign, page, clock
        self._owner = uuid.uuid4().hex
        self._org = load_reachable(campaign.org_id)
        self._until = time.monotonic() + WORK_SECONDS
        self._asleep: dict[int, datetime] = {}

    def send(self) -> tuple[Answer, Campaign]:
        campaign, page = self._campaign, self._page
        self._commit()
        try:
            self._resolve()
            if campaign.email is not None:
                mailjet.load()
                self._send("email")
            if campaign.sms is not None:
                self._leave_out_the_mailed()
                self._send("sms")
        except _PauseError as pause:
            return self._put_off(str(pause), pause.seconds)
        except TransientError as error:
            return self._put_off(str(error), error.retry_after_seconds)
        except PermanentError as error:
            page.intent, page.lease = None, None
            write_page(page)
            log.error("campaign rejected", extra={"campaign": campaign.id, "reason": str(error)})
            return "failed", settling.end(campaign, "failed", str(error), self._clock.now())
        if self._asleep:
            self._rest(min(self._asleep.values()))
            return "asleep", campaign
        return "done", settling.finish_page(campaign, page, self._clock.now())

    def _leave_out_the_mailed(self) -> None:
        page = self._page
        if page.email and not self._campaign.together:
            for place in page.left("sms"):
                page.sms[place] = REACHED.get(page.email[place], OPEN)

    def _send(self, channel: Channel) -> None:
        campaign, page = self._campaign, self._page
        while places := self._next(channel):
            read = read_people(campaign.org_id, [page.customers[place] for place in places])
            people = dict(zip(places, read, strict=True))
            found = examine(campaign, self._org, channel, people, self._clock.now())
            self._asleep |= found.until
            self._intend(channel, found)
            if found.going:
                self._hand_over(channel, found)

    def _hand_over(self, channel: Channel, found: Examined) -> None:
        try:
            ended, pause = self._handed_over(channel, found)
        except OutcomeUnknownError:
            raise
        except TransientError:
            self._page.intent = None
            raise
        except PermanentError:
            self._give_back(channel, found.going.values())
            raise
        has_left = self._settle(channel, ended, pause)
        self._give_back(channel, (found.going[place] for place, outcome in ended.items() if outcome == FAILED))
        if pause is not None:
            raise pause
        if has_left:
            raise _PauseError("some messages were not accepted yet", 0)

    def _handed_over(self, channel: Channel, found: Examined) -> tuple[dict[int, str], TransientError | None]:
        campaign = self._campaign
        if channel == "email" and campaign.email is not None:
            return emailing.hand_over(campaign, self._page, self._org, campaign.email, found.going), None
        if campaign.sms is None:
            raise PermanentError(f"campaign {campaign.id} has no words for {channel}")
        return texting.hand_over(self._org, campaign.sms, found.going, found.opens)

    def _give_back(self, channel: Channel, people: Iterable[Person]) -> None:
        for person in people:
            examining.give_back(self._org, [person.to[channel]], self._campaign.effect_of(channel, person.id))

    def _next(self, channel: Channel) -> list[int]:
        left = [place for place in self._page.left(channel) if place not in self._asleep]
        if left and time.monotonic() >= self._until:
            raise _PauseError("the task's time is up", 0)
        return left[: AT_ONCE[channel]]

    def _intend(self, channel: Channel, found: Examined) -> None:
        """Records who gets nothing and whose message is about to be sent."""
        outcomes = self._page.outcomes(channel)
        for place, reason in found.refused.items():
            outcomes[place] = reason
        if found.going:
            self._page.intent = Intent(channel=channel, places=list(found.going), at=self._clock.now())
        if found.going or found.refused:
            self._commit()
            self._require_lease()

    def _settle(self, channel: Channel, ended: Mapping[int, str], pause: TransientError | None = None) -> bool:
        """Records outcomes and charges for them in one commit; returns whether some are to be tried again."""
        page, outcomes = self._page, self._page.outcomes(channel)
        page.intent = None
        left = [place for place, outcome in ended.items() if outcome == OPEN]
        asks_to_slow_down = pause is not None and pause.retry_after_seconds > 0
        if left and not asks_to_slow_down and (len(left) < len(ended) or len(ended) == 1):
            page.tries += 1
        given_up = dict.fromkeys(left, FAILED) if page.tries >= TRIES else {}
        for place, outcome in {**ended, **given_up}.items():
            outcomes[place] = outcome
        page.slowed = page.slowed if left else 0
        used = sum(outcome in (SENT, UNKNOWN) for outcome in ended.values())
        self._commit(self._month(ITEMS[channel], used) if used else None)
        return bool(left) and not given_up

    def _month(self, item: str, used: int) -> tuple[str, dict[str, object]]:
        usd = prices.cost(item, used).usd
        campaign = self._campaign
        return metering.increments(
            campaign.org_id, campaign.timezone, self._clock.now(), self._page.id, usd, {item: used}
        )

    def _resolve(self) -> None:
        """Settles what an earlier process was about to send."""
        intent = self._page.intent
        if intent is None:
            return
        log.warning("messages may have been sent", extra={"page": self._page.id, "count": len(intent.places)})
        if intent.channel == "sms":
            self._settle("sms", dict.fromkeys(intent.places, UNKNOWN))
            return
        answers = emailing.ask(self._campaign, self._page, intent.places)
        found = {place: outcome for place, outcome in answers.items() if isinstance(outcome, str)}
        unasked = {place: error for place, error in answers.items() if isinstance(error, TransientError)}
        outcomes = self._page.outcomes("email")
        for place, outcome in found.items():
            outcomes[place] = outcome
        self._page.intent = intent.model_copy(update={"places": list(unasked)}) if unasked else None
        sent = sum(outcome == SENT for outcome in found.values())
        self._commit(self._month(ITEMS["email"], sent) if sent else None)
        if unasked:
            raise max(unasked.values(), key=lambda error: error.retry_after_seconds)

    def _commit(self, month: tuple[str, dict[str, object]] | None = None) -> None:
        """Writes the page, renews the lease and records usage."""
        self._held_until = self._clock.now() + LEASE
        self._page.lease = PageLease(owner=self._owner, until=self._held_until)
        write_page(self._page, month)

    def _require_lease(self) -> None:
        """After a delay, another process may be making the same call."""
        if self._held_until - self._clock.now() < LEASE / 2:
            raise ChangedError("held up for most of its lease")

    def _put_off(self, reason: str, seconds: float) -> tuple[Answer, Campaign]:
        page, now = self._page, self._clock.now()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(page.slowed, 10))
        until = now + timedelta(seconds=max(seconds, pause))
        page.slowed += 1
        log.warning("page postponed", extra={"page": page.id, "reason": reason, "until": until.isoformat()})
        self._rest(until)
        settling.put_off(self._campaign, due(until))
        return "slowed", self._campaign

    def _rest(self, until: datetime) -> None:
        page = self._page
        page.lease, page.not_before = None, until
        write_page(page)
        _enqueue_later(self._campaign, page, until, self._clock.now())
