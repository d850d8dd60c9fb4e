"""Sending one page, each of its customers at most once, whoever dies, comes twice, or comes late.

One process at a time holds the page's lease. What it is about to hand over stands in the page before it does, and
what became of it after; both writes fail where another process has gone on meanwhile. Whoever finds messages that
were about to be handed over asks the provider for them, or counts them as unknown where it cannot be asked.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from shared.campaigns import emailing, settling, tasks, texting
from shared.campaigns.people import Person, read_people
from shared.campaigns.record import (
    FAILED,
    OPEN,
    SENT,
    UNKNOWN,
    Campaign,
    ChangedError,
    Channel,
    EmailWords,
    Intent,
    Page,
    PageLease,
    TextWords,
    due,
    write_page,
)
from shared.compliance.decision import Reason
from shared.errors import NotFoundError, OutcomeUnknownError, PermanentError, TransientError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.messages.channels import mailjet
from shared.tenants import metering, prices
from shared.tenants.tenant import load_reachable

log = logging.get_logger(__name__)

LEASE = timedelta(seconds=120)
WORK_SECONDS = 150.0
"""After which the page goes on in a task of its own."""
TEXTS_AT_ONCE = 40
TRIES = 5
"""Of single messages that are answered with "not now" while others are taken."""
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
EMAILED = "emailed"
REACHED: Mapping[str, str] = {SENT: EMAILED, UNKNOWN: EMAILED, Reason.DUPLICATE: Reason.DUPLICATE.value}
"""Customers who get the mail get no text: what is noted instead, by what became of the mail."""
ITEMS: Mapping[Channel, str] = {"email": "email", "sms": "sms_customer"}

Answer = Literal["done", "asleep", "slowed", "later", "busy", "failed"]
"""`asleep`: some of its customers may be texted in the morning; `slowed`: the provider wants a pause."""


class _PauseError(Exception):
    """The page is put off."""

    def __init__(self, reason: str, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


def send_page(campaign: Campaign, page: Page, clock: Clock) -> tuple[Answer, Campaign]:
    """Go on with the page; the campaign as it is then.

    Raises:
        TransientError: Firestore is busy; the task is to come again.
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
        log.warning("page is sent by somebody else", extra={"page": page.id, "reason": str(error)})
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
                self._send_emails(campaign.email)
            if campaign.sms is not None:
                self._send_texts(campaign.sms)
        except _PauseError as pause:
            return self._put_off(str(pause), pause.seconds)
        except TransientError as error:
            return self._put_off(str(error), error.retry_after_seconds)
        except PermanentError as error:
            page.intent, page.lease = None, None
            write_page(page)
            log.error("campaign is refused as a whole", extra={"campaign": campaign.id, "reason": str(error)})
            return "failed", settling.end(campaign, "failed", str(error), self._clock.now())
        if self._asleep:
            self._rest(min(self._asleep.values()))
            return "asleep", campaign
        return "done", settling.finish_page(campaign, page, self._clock.now())

    def _send_emails(self, words: EmailWords) -> None:
        mailjet.load()
        while places := self._next("email", emailing.A_CALL):
            people = self._read(places)
            now = self._clock.now()
            refused = emailing.examine(self._campaign, self._page, self._org, places, people, now)
            going = self._intend("email", places, people, refused)
            if not going:
                continue
            try:
                ended = emailing.hand_over(self._campaign, self._page, self._org, words, going)
            except OutcomeUnknownError:
                raise
            except TransientError:
                self._page.intent = None
                raise
            except PermanentError:
                emailing.give_back(self._campaign, self._page, self._org, going)
                raise
            refused_by_provider = {place: going[place] for place, said in ended.items() if said == FAILED}
            self._settle("email", ended)
            emailing.give_back(self._campaign, self._page, self._org, refused_by_provider)

    def _send_texts(self, words: TextWords) -> None:
        page = self._page
        if page.email and not self._campaign.together:
            for place in page.left("sms"):
                page.sms[place] = REACHED.get(page.email[place], OPEN)
        while places := self._next("sms", TEXTS_AT_ONCE):
            people = self._read(places)
            found = texting.examine(self._campaign, page, self._org, places, people, self._clock.now())
            self._asleep |= found.until
            kept = {place: person for place, person in zip(places, people, strict=True) if place not in found.until}
            going = self._intend("sms", list(kept), list(kept.values()), found.refused)
            if not going:
                continue
            ended, pause = texting.hand_over(self._campaign, page, self._org, words, going, found.opens)
            self._settle("sms", ended)
            if pause is not None:
                raise pause

    def _next(self, channel: Channel, most: int) -> list[int]:
        left = [place for place in self._page.left(channel) if channel == "email" or place not in self._asleep]
        if left and time.monotonic() >= self._until:
            raise _PauseError("its time is over", 0)
        return left[:most]

    def _read(self, places: list[int]) -> list[Person]:
        return read_people(self._campaign.org_id, [self._page.customers[place] for place in places])

    def _intend(
        self, channel: Channel, places: list[int], people: list[Person], refused: Mapping[int, str]
    ) -> dict[int, Person]:
        """Note who gets nothing and who is about to; the latter."""
        outcomes = self._page.outcomes(channel)
        for place, reason in refused.items():
            outcomes[place] = reason
        going = {place: one for place, one in zip(places, people, strict=True) if place not in refused}
        if going:
            self._page.intent = Intent(channel=channel, places=list(going), at=self._clock.now())
        if going or refused:
            self._commit()
            self._require_lease()
        return going

    def _settle(self, channel: Channel, ended: Mapping[int, str]) -> None:
        """Note what became of the messages, and charge for them, in one commit."""
        page, outcomes = self._page, self._page.outcomes(channel)
        for place, said in ended.items():
            outcomes[place] = said
        page.intent = None
        open_places = [place for place, said in ended.items() if said == OPEN]
        page.tries += bool(open_places)
        if page.tries >= TRIES:
            for place in open_places:
                outcomes[place] = FAILED
        page.slowed = page.slowed if open_places else 0
        used = sum(said in (SENT, UNKNOWN) for said in ended.values())
        self._commit(self._month(ITEMS[channel], used) if used else None)
        if open_places and channel == "email" and page.tries < TRIES:
            raise _PauseError(f"{len(open_places)} mails were not taken just now", 0)

    def _month(self, item: str, used: int) -> tuple[str, dict[str, object]]:
        usd = prices.cost(item, used).usd
        campaign = self._campaign
        return metering.increments(
            campaign.org_id, campaign.timezone, self._clock.now(), self._page.id, usd, {item: used}
        )

    def _resolve(self) -> None:
        """What an earlier process was about to hand over."""
        intent = self._page.intent
        if intent is None:
            return
        log.warning(
            "messages may have been handed over", extra={"page": self._page.id, "count": len(intent.places)}
        )
        if intent.channel == "sms":
            self._settle("sms", dict.fromkeys(intent.places, UNKNOWN))
            return
        answers = emailing.ask(self._campaign, self._page, intent.places)
        found = {place: said for place, said in answers.items() if isinstance(said, str)}
        unasked = {place: error for place, error in answers.items() if isinstance(error, TransientError)}
        outcomes = self._page.outcomes("email")
        for place, said in found.items():
            outcomes[place] = said
        self._page.intent = intent.model_copy(update={"places": list(unasked)}) if unasked else None
        sent = sum(said == SENT for said in found.values())
        self._commit(self._month(ITEMS["email"], sent) if sent else None)
        if unasked:
            raise max(unasked.values(), key=lambda error: error.retry_after_seconds)

    def _commit(self, month: tuple[str, dict[str, object]] | None = None) -> None:
        """Write the page and renew the lease, and beside it what was used."""
        self._held_until = self._clock.now() + LEASE
        self._page.lease = PageLease(owner=self._owner, until=self._held_until)
        write_page(self._page, month)

    def _require_lease(self) -> None:
        """A process that was held up must not make a call that its successor may be making."""
        if self._held_until - self._clock.now() < LEASE / 2:
            raise ChangedError("held up for most of its lease")

    def _put_off(self, reason: str, seconds: float) -> tuple[Answer, Campaign]:
        page, now = self._page, self._clock.now()
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(page.slowed, 10))
        until = now + timedelta(seconds=max(seconds, pause))
        page.slowed += 1
        log.warning("page is put off", extra={"page": page.id, "reason": reason, "until": until.isoformat()})
        self._rest(until)
        settling.put_off(self._campaign, due(until))
        return "slowed", self._campaign

    def _rest(self, until: datetime) -> None:
        page = self._page
        page.lease, page.not_before = None, until
        write_page(page)
        _enqueue_later(self._campaign, page, until, self._clock.now())
