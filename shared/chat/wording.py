"""Replies in plain words: what will happen, when first, what it costs, and how to stop it. Never HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.agents.personas import Persona
from shared.chat.answer import Summary
from shared.chat.facts import KnownPlaybook
from shared.chat.people import Audience
from shared.chat.recipes.book import Draft
from shared.chat.understanding import Unclear
from shared.playbooks.schedule_words import instant_in_words, next_runs
from shared.playbooks.trigger_words import readable, when_in_words
from shared.steps.estimate import Estimate

MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class Made:
    """A playbook that was understood: made just now, there already, or only proposed by a preview."""

    name: str
    draft: Draft
    how: Literal["new", "there", "proposed"]


SAY_YES = "Say “yes” to go ahead."

_STATUS = {
    "active": "on",
    "paused": "paused",
    "draft": "a draft",
    "archived": "archived",
    "error": "stopped by an error",
}


def created(persona: Persona, made: Made, runs: Sequence[datetime], cost: Estimate, zone: str) -> str:
    """The confirmation of a playbook that was made, was there already, or is to be made."""
    name, category = made.name, made.draft.recipe.category.capitalize()
    if made.how == "proposed":
        opening, ending = f"I'll create “{name}”.", "Say “create it”, or tell me what to change."
    else:
        ending = f"You can see or pause it under Playbooks → {category}, or tell me “pause it”."
        opening = (
            f"{persona.voice.confirming} I've set up “{name}”."
            if made.how == "new"
            else f"You have that already: “{name}” does exactly this, so I have not made a second one."
        )
    happens = what_happens(made.draft, runs[0] if runs else None)
    return paragraphs(opening, happens, next_runs_line(runs, zone), cost_line(cost), ending)


def summary(made: Made, notes: tuple[str, ...], now: datetime | None) -> Summary:
    """The playbook for a card."""
    dish = made.draft.dish
    return Summary(
        name=made.name,
        when=when_in_words(made.draft.triggers, now).rstrip(","),
        does=dish.does,
        tells=_telling(made.draft).removeprefix("and "),
        notes=notes,
    )


def what_happens(draft: Draft, now: datetime | None) -> str:
    """`Every day at 9:00 AM EST I scan … and email you if …`."""
    when = when_in_words(draft.triggers, now)
    return (
        f"{when[0].upper()}{when[1:]} I {', '.join(part for part in (draft.dish.does, _telling(draft)) if part)}."
    )


def _telling(draft: Draft) -> str:
    """`and email you if they undercut us …`."""
    if draft.dish.message is None:
        return draft.dish.delivery_words
    link = "and " if draft.dish.does else ""
    when = f" {draft.dish.when}" if draft.dish.when else ""
    return f"{link}{delivery_in_words(draft.order.audience)}{when}"


def delivery_in_words(audience: Audience) -> str:
    """`email you, text your staff and put it on the dashboard`."""
    parts = []
    for channel in audience.channels:
        match channel:
            case "email":
                parts.append(f"email {audience.email_words if audience.emails else 'the owner'}")
            case "sms":
                parts.append(f"text {', '.join(audience.phones) or 'your staff phones'}")
            case "dashboard":
                parts.append("put it on the dashboard")
            case "slack":
                parts.append("post it to Slack")
            case "drive":
                parts.append("save it to Drive")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def next_runs_line(runs: Sequence[datetime], zone: str) -> str:
    """The next times, in the org's zone."""
    return f"Next runs: {' · '.join(instant_in_words(run, zone) for run in runs)}." if runs else ""


def cost_line(cost: Estimate) -> str:
    """What a month costs, at most."""
    per_run = usd(float(cost.per_run_usd))
    if cost.monthly_usd is None:
        often = "each time it runs" if cost.on_events else "a run"
        return f"Cost: about {per_run} {often}."
    more = ", and as much for each event" if cost.on_events else ""
    runs = "1 run" if cost.runs_per_month == 1 else f"{cost.runs_per_month:,} runs"
    return f"Cost: about {usd(float(cost.monthly_usd))} a month ({runs} at {per_run} each{more})."


def usd(value: float) -> str:
    """`$0.05`; below a cent with as many digits as it needs."""
    if value == 0:
        return "$0.00"
    return f"${value:,.2f}" if value >= 0.01 else f"${value:.5f}".rstrip("0")


def asking(persona: Persona, questions: Sequence[Unclear], *, again: bool = False) -> str:
    """The questions; asked `again`, with a way out."""
    way_out = "Or say “never mind”, and I drop it." if again else ""
    if len(questions) == 1:
        return paragraphs(f"{persona.voice.asking} {questions[0].question}", way_out)
    lines = "\n".join(f"{index}. {question.question}" for index, question in enumerate(questions, start=1))
    return paragraphs(f"{persona.voice.asking}\n{lines}", way_out)


def listed(persona: Persona, playbooks: Sequence[KnownPlaybook], now: datetime, zone: str) -> str:
    """What the org has, with the next run of each."""
    if not playbooks:
        return paragraphs(persona.voice.greeting, "You have no playbooks yet. Tell me what to watch, and when.")
    ordered = sorted(playbooks, key=lambda one: (one.status != "active", one.name.casefold()))
    lines = [f"• {_line(one, now, zone)}" for one in ordered[:MAX_LISTED]]
    if len(ordered) > MAX_LISTED:
        lines.append(f"… and {len(ordered) - MAX_LISTED} more under Playbooks.")
    count = "1 playbook" if len(ordered) == 1 else f"{len(ordered)} playbooks"
    return paragraphs(f"{persona.voice.greeting} You have {count}:", "\n".join(lines))


def _line(playbook: KnownPlaybook, now: datetime, zone: str) -> str:
    when = when_in_words(readable(playbook.triggers), now, zone)
    line = f"{playbook.name} ({_STATUS.get(playbook.status, playbook.status)}): {when}"
    if playbook.status == "active" and (runs := next_runs(readable(playbook.triggers), now, 1)):
        line += f"; next {instant_in_words(runs[0], zone)}"
    return line


def shown(
    persona: Persona,
    playbook: KnownPlaybook,
    steps: Sequence[str],
    now: datetime,
    zone: str,
    cost: Estimate | None,
    people: str = "",
) -> str:
    """One playbook: what it does, when, whom it tells, and what it costs."""
    triggers = readable(playbook.triggers)
    reason = f"It stopped: {playbook.status_reason}" if playbook.status_reason else ""
    runs = next_runs(triggers, now) if playbook.status == "active" else []
    return paragraphs(
        f"{persona.voice.greeting} “{playbook.name}” is {_STATUS.get(playbook.status, playbook.status)}.",
        f"It runs {when_in_words(triggers, now, zone)}. Its steps: {', '.join(steps)}.",
        people,
        reason,
        next_runs_line(runs, zone),
        cost_line(cost) if cost else "",
    )


def changed(
    persona: Persona,
    name: str,
    differences: Sequence[str],
    refusals: Sequence[str],
    runs: Sequence[datetime],
    zone: str,
    *,
    is_proposed: bool = False,
) -> str:
    """A change, with the difference; where it `is_proposed`, one that nobody has made yet."""
    if not differences and not refusals:
        return f"“{name}” is like that already, so nothing has changed."
    if not differences:
        reasons = "; ".join(refusals)
        return f"{persona.voice.declining} “{name}” stays as it is: {reasons}."
    lines = "\n".join(f"• {difference}" for difference in differences)
    rest = f"Not changed: {'; '.join(refusals)}." if refusals else ""
    opening = f"I'll change “{name}”:" if is_proposed else f"{persona.voice.confirming} “{name}” has changed:"
    return paragraphs(opening, lines, rest, next_runs_line(runs, zone), SAY_YES if is_proposed else "")


def paragraphs(*parts: str) -> str:
    """The parts that say something, one below the other."""
    return "\n".join(part for part in parts if part)
