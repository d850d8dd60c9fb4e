"""Sentences that replies share: what will happen, when, and what it costs. Never HTML."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.chat.language.reading import language
from shared.chat.topics.drafts import Draft
from shared.chat.topics.topic import Audience, Spec, limited, stem_of, when_in_words
from shared.chat.understood import Correction, Summary
from shared.playbooks import trigger_words
from shared.playbooks.schedule_words import instant_in_words
from shared.steps.estimate import Estimate
from shared.values.words import listed

_NAMES = {name.casefold(): name for name in (*calendar.day_name, *calendar.month_name)}
SAY_YES = "Say “yes” to go ahead."


def words(table: str) -> dict[str, str]:
    """A table of the lexicon's `replies`."""
    found: dict[str, str] = language().lexicon.data["replies"][table]
    return found


def paragraphs(*parts: str) -> str:
    """The parts that aren't empty, one per line."""
    return "\n".join(part for part in parts if part)


def bullets(lines: Sequence[str], most: int) -> list[str]:
    """The first of them as a list, and how many more there are."""
    more = [f"… and {len(lines) - most} more."] if len(lines) > most else []
    return [*(f"• {line}" for line in lines[:most]), *more]


def what_happens(drafts: Sequence[Draft], now: datetime, zone: str) -> str:
    """`Every day at 9:00 AM EST I scan … and email you if …`."""
    when = _when(drafts[0], now, zone)
    parts = [f"{one.content.does}, {_telling(one)}".strip(", ") for one in drafts]
    return f"{when[0].upper()}{when[1:]} I {'; I '.join(parts)}."


def _when(draft: Draft, now: datetime, zone: str) -> str:
    return trigger_words.when_in_words(draft.triggers, now, zone, names=_names(draft.spec))


def _names(spec: Spec) -> dict[str, str]:
    """Competitors and products by what stands for them in a filter."""
    competitors = dict(zip(spec.competitor_ids, spec.competitor_names, strict=True))
    products = (*spec.products, *limited(spec.request, "except", "product"))
    return competitors | {stem_of(one): one for one in products}


def _telling(draft: Draft) -> str:
    content, spec = draft.content, draft.spec
    file = spec.request.file
    told = [content.to_customers_words.removeprefix("and ")] if content.to_customers else []
    if spec.audience.to_team:
        told.append(f"{delivery_words(spec.audience, file)} {content.when}".rstrip())
    for who, limit in spec.routes:
        told.append(f"{delivery_words(who, file)} {when_in_words(limit) if limit else ''}".rstrip())
    asks = "wait for approval, then " if spec.request.approval else ""
    is_part = content.does and not content.to_customers_words.startswith("at ")
    return f"{'and ' if is_part else ''}{asks}{', and '.join(told)}"


_FILES = {"csv": "save it to Drive as CSV", "sheet": "save it to Drive as a spreadsheet", None: "save it to Drive"}


def delivery_words(audience: Audience, file: str | None = None) -> str:
    """`email you, text your staff and put it on the dashboard`."""
    ways = {
        "email": f"email {audience.email_words if audience.emails else 'the owner'}",
        "sms": f"text {', '.join(audience.phones) or 'your staff'}",
        "dashboard": "put it on the dashboard",
        "slack": "post it to Slack",
        "drive": _FILES[file],
    }
    return listed([ways[one] for one in audience.channels])


def summary(name: str, drafts: Sequence[Draft], now: datetime, zone: str, notes: Sequence[str]) -> Summary:
    """The playbook for a card."""
    return Summary(
        name=name,
        when=_when(drafts[0], now, zone).rstrip(","),
        does=listed([one.content.does for one in drafts if one.content.does]),
        tells=_telling(drafts[0]).removeprefix("and "),
        notes=tuple(notes),
    )


def next_runs_line(runs: Sequence[datetime], zone: str) -> str:
    """The next times, in the org's zone."""
    return f"Next runs: {' · '.join(instant_in_words(run, zone) for run in runs)}." if runs else ""


def cost_line(cost: Estimate) -> str:
    """What a month costs, at most."""
    per_run = usd(float(cost.per_run_usd))
    if not cost.per_run_usd and not cost.monthly_usd:
        return "Cost: free."
    if cost.monthly_usd is None or not cost.runs_per_month:
        return f"Cost: about {per_run} {'each time it runs' if cost.on_events else 'a run'}."
    more = ", plus the same for each event" if cost.on_events else ""
    runs = "1 run" if cost.runs_per_month == 1 else f"{cost.runs_per_month:,} runs"
    return f"Cost: about {usd(float(cost.monthly_usd))} a month ({runs} at {per_run} each{more})."


def usd(value: float) -> str:
    """`$0.05`; an amount below a cent has more digits."""
    if value == 0:
        return "$0.00"
    return f"${value:,.2f}" if value >= 0.01 else f"${value:.5f}".rstrip("0")


def unused_line(unread: Iterable[str], corrections: Iterable[Correction]) -> str:
    """The words that were not used, and those that were read as others."""
    left = [f"“{words}”" for words in unread]
    read = [f"“{one.said}” as {_NAMES.get(one.read, one.read)}" for one in corrections]
    return paragraphs(f"I haven't used {listed(left)}." if left else "", f"I read {listed(read)}." if read else "")


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """`Runs: every day at 9:00 AM EST → every day at 7:00 AM EST`."""
    return [
        f"Also does: {after[name]}"
        if name == "Does" and not before[name]
        else f"{name}: {before[name] or 'nothing'} → {after[name] or 'nothing'}"
        for name in after
        if before[name] != after[name] and (after[name] or name != "Notifies")
    ]
