"""What is still missing before a playbook can be made, as questions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.chat.people import Audience, ChatChannel, audience_of
from shared.chat.recipes.book import RECIPES, events_of
from shared.chat.understanding import Intent, Topic, Unclear, Understanding
from shared.tenants.tenant import Tenant

TOPICS_OFFERED = (
    "watch competitors' prices",
    "warn about low stock",
    "sum up sales",
    "find slow movers",
    "plan reorders",
    "check the menu",
    "write to customers on their birthday",
    "remind you of something",
)
ADD_COMPETITOR = "A new one is added under Competitors, with the address of its menu."
SALES_HOW_OFTEN = "I look at sales once a day or once a week: which?"
NOT_CLEAR = Unclear(
    about="intent", question="What shall I do: set up something new, or change, pause, run or delete what you have?"
)
AD_HOC: tuple[ChatChannel, ...] = ("dashboard",)
"""Where the result of a run goes that somebody asked for once."""
_THRESHOLDS_IN_WORDS = {
    "price_gap": "how far a competitor undercuts us",
    "quantity": "how many are left",
    "sales": "sales",
    "sales_change": "how sales change",
    "days_inactive": "how long customers were away",
    "spent": "what was spent",
    "count": "how many there are",
}
_WITH_WRITING_TO_CUSTOMERS = frozenset({Topic.WELCOME, Topic.THANK_YOU})


@dataclass(frozen=True, slots=True)
class Complete:
    """All that a playbook needs from the sentence, resolved against the org."""

    audience: Audience
    competitors: Mapping[str, str]
    """Name by id, of those that were named."""
    questions: tuple[Unclear, ...] = ()


def complete(wish: Understanding, tenant: Tenant, competitors: Mapping[str, str], my_email: str | None) -> Complete:
    """Resolve people and competitors; `questions` says what must be asked first."""
    usual = AD_HOC if wish.intent is Intent.RUN else ("email", "dashboard")
    audience, about_people = audience_of(wish, tenant, my_email, usual)
    found, unknown = named_competitors(wish.competitors, competitors)
    questions = [*wish.unclear, *_about_topic(wish), *_about_time(wish), *about_people]
    if unknown:
        questions.append(_unknown_competitors(unknown, competitors))
    return Complete(audience, found, _one_each(questions))


def named_competitors(names: tuple[str, ...], competitors: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The org's competitors that the names mean (name by id), and the names that mean none."""
    found: dict[str, str] = {}
    unknown: list[str] = []
    for name in names:
        matches = _matches(name, competitors)
        if len(matches) == 1:
            found |= matches
        else:
            unknown.append(name)
    return found, unknown


def _matches(name: str, competitors: Mapping[str, str]) -> dict[str, str]:
    """The whole name, else the one whose name begins with it or holds all its words."""
    wanted = _plain(name)
    exact = {one: known for one, known in competitors.items() if wanted in (_plain(known), _plain(one))}
    if exact:
        return exact
    words = set(wanted.split())
    return {one: known for one, known in competitors.items() if words and words <= set(_plain(known).split())}


def _plain(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.casefold()))


def _unknown_competitors(unknown: list[str], competitors: Mapping[str, str]) -> Unclear:
    known = ", ".join(competitors.values())[:120]
    mine = f"Which of yours do you mean: {known}?" if known else "You have none yet."
    question = f"I don't know {' and '.join(unknown)[:60]}. {mine} {ADD_COMPETITOR}"
    return Unclear(about="competitor", question=question)


def _about_topic(wish: Understanding) -> list[Unclear]:
    if wish.topic is None:
        offered = ", ".join(TOPICS_OFFERED[:-1])
        return [Unclear(about="topic", question=f"What is it about? I can {offered}, or {TOPICS_OFFERED[-1]}.")]
    questions = []
    if wish.topic is Topic.REMINDER and not wish.message:
        questions.append(Unclear(about="message", question="What shall I remind you of?"))
    if wish.topic in _WITH_WRITING_TO_CUSTOMERS and not wish.recipients and not wish.channels:
        questions.append(
            Unclear(about="recipient", question="Shall I write to the customer, or tell you when it happens?")
        )
    threshold = wish.threshold
    if threshold and threshold.subject not in RECIPES[wish.topic].thresholds and not _is_in_filter(wish):
        questions.append(
            Unclear(
                about="threshold",
                question=(
                    f"I cannot compare {_THRESHOLDS_IN_WORDS[threshold.subject]} there. "
                    "When shall I tell you: every time, or when something else happens?"
                ),
            )
        )
    return questions


def _is_in_filter(wish: Understanding) -> bool:
    return any(event.filter for event in events_of(wish))


def _about_time(wish: Understanding) -> list[Unclear]:
    if wish.topic is None or wish.intent is Intent.RUN:
        return []
    recipe = RECIPES[wish.topic]
    if wish.schedules and not recipe.scheduled:
        return [
            Unclear(
                about="event",
                question="That happens when it happens, not at a time of day. Shall I do it each time it happens?",
            )
        ]
    if wish.events and not recipe.scheduled and any(one.event_name not in recipe.own_events for one in wish.events):
        own = " or ".join(recipe.own_events)
        return [Unclear(about="event", question=f"That goes with the event {own} only. Shall I do it then?")]
    if not wish.schedules and not events_of(wish):
        return [Unclear(about="schedule", question=_when(wish))]
    return []


def _when(wish: Understanding) -> str:
    if wish.threshold is not None and wish.threshold.subject in {"sales", "sales_change"}:
        return SALES_HOW_OFTEN
    if wish.threshold is not None and wish.threshold.subject == "quantity":
        return "How often shall I look? For example: every hour, or every morning."
    return "When shall I do it? For example: every morning, or Mondays at 8 am."


def _one_each(questions: list[Unclear]) -> tuple[Unclear, ...]:
    """The first question about each thing: the parser's own come before ours."""
    kept: dict[str, Unclear] = {}
    for question in questions:
        kept.setdefault(question.about, question)
    return tuple(kept.values())
