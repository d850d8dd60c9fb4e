"""What was understood, as the answer tells it. Pure."""

from __future__ import annotations

from shared.chat.answer import Understood, UnderstoodSchedule
from shared.chat.recipes.book import events_of
from shared.chat.understanding import Intent, Understanding


def understood(wish: Understanding, timezone: str) -> Understood:
    """The wish in the answer's words; a schedule that names no zone is in `timezone`, the org's."""
    events = events_of(wish) if wish.intent is Intent.CREATE else wish.events
    return Understood(
        intent=wish.intent,
        topic=wish.topic,
        schedules=tuple(
            UnderstoodSchedule(timezone=one.timezone or timezone, cron=one.cron, occurrence=one.occurrence)
            for one in wish.schedules
        ),
        events=tuple(one.event_name for one in events),
        conditions=tuple(one.filter for one in events if one.filter),
        threshold=wish.threshold,
        channels=wish.channels,
        recipients=wish.recipients,
        competitors=wish.competitors,
        products=(wish.product,) if wish.product else (),
        segment=wish.segment,
    )
