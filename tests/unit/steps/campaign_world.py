"""Campaigns of one page for tests without an emulator: the page's own code, and a store that minds versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.campaigns import page as sending
from shared.campaigns import settling, tasks
from shared.campaigns.people import Person, person_of
from shared.campaigns.record import Campaign, ChangedError, EmailWords, Page, TextWords
from shared.gcp.clock import Clock
from tests.unit.steps.conftest import Outside

TOKEN = "xq0"


class At(Clock):
    """A clock that stands."""

    def __init__(self, now: datetime) -> None:
        super().__init__()
        self._now = now

    def now(self) -> datetime:
        """The same each time."""
        return self._now


@dataclass
class StoredCampaigns:
    """What Firestore would hold of them. `people`: the customers' documents by id, all of whom are in each page."""

    world: Outside
    people: Mapping[str, dict[str, Any]]
    campaigns: dict[str, Campaign] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Put it where the page's code reads and writes."""
        patch.setattr(sending, "write_page", self.write)
        patch.setattr(sending, "read_people", self.read_people)
        patch.setattr(settling, "finish_page", self.finish)
        patch.setattr(settling, "put_off", lambda _campaign, _until: None)
        patch.setattr(settling, "end", lambda campaign, _status, _reason, _now: campaign)
        patch.setattr(tasks, "enqueue_page", lambda *_given, **_named: None)

    def begin(self, name: str, *, email: bool, sms: bool, together: bool, now: datetime) -> None:
        """One that is about to be sent."""
        self.campaigns[name] = Campaign(
            id=name,
            org_id="org_1",
            timezone="America/New_York",
            playbook_id="p",
            execution_id="e",
            step_id="s",
            campaign_id="c",
            status="sending",
            email=EmailWords(subject="New", text="Flower. 1 Main St", html="Flower", token=TOKEN)
            if email
            else None,
            sms=TextWords(body="Flower.", token=TOKEN) if sms else None,
            together=together,
            total=len(self.people),
            pages=1,
            created_at=now,
            expire_at=now + timedelta(days=90),
        )
        ids, open_ones = list(self.people), [""] * len(self.people)
        self.pages[name] = Page(
            id=name,
            version=0,
            org_id="org_1",
            run_id=name,
            number=0,
            customers=ids,
            email=open_ones if email else [],
            sms=open_ones if sms else [],
            expire_at=now + timedelta(days=90),
        )

    def deliver(self, name: str, now: datetime) -> str:
        """Send its page, as its task would."""
        page = self.pages[name].model_copy(deep=True)
        return sending.send_page(self.campaigns[name], page, At(now))[0]

    def read_people(self, org_id: str, customers: Sequence[str]) -> list[Person]:
        return [person_of(org_id, one, self.people.get(one)) for one in customers]

    def write(self, page: Page, beside: Any = None) -> None:
        if self.pages[page.id].version != page.version:
            raise ChangedError("somebody was faster")
        page.version += 1
        self.pages[page.id] = page.model_copy(deep=True)

    def finish(self, campaign: Campaign, page: Page, now: datetime) -> Campaign:
        self.write(page.model_copy(update={"status": "done", "lease": None}))
        return campaign
