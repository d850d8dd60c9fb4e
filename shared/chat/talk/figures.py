"""Questions about what was found, sent and spent: the newest figures, and no run for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from shared.chat.replies import common
from shared.chat.talk.about import about_one
from shared.chat.talk.turn import Turn
from shared.chat.understood import Question, Reply, Wish
from shared.execution.record import ExecutionStatus
from shared.messages import links
from shared.playbooks.schedule_words import instant_in_words
from shared.retail.periods import Period
from shared.values.text import fitted
from shared.values.words import counted, month_words

MAX_CHARS = 2_000
MAX_LINES = 10
_LEAST_USD = 0.000001


def _lines(found: Sequence[str]) -> list[str]:
    more = [f"… and {len(found) - MAX_LINES} more."] if len(found) > MAX_LINES else []
    return [*(f"• {line}" for line in found[:MAX_LINES]), *more]


def _show_output(turn: Turn, wish: Wish) -> Reply:
    """The newest report that went out, as it was sent."""
    one = about_one(turn, wish)
    if isinstance(one, Question):
        return turn.ask_which(wish, one)
    runs = turn.author.desk.runs(one.id if one else None, statuses=(ExecutionStatus.COMPLETED,))
    whole = turn.author.may_change
    for execution_id, run in runs:
        if text := turn.author.desk.sent(execution_id, whole=whole):
            opening = f"“{run.playbook_name}”, {instant_in_words(run.started_at or run.created_at, turn.zone)}:"
            where = f"The whole run: {links.url(links.run(execution_id))}"
            return turn.of(turn.facts.playbook(run.playbook_id), opening, fitted(text, MAX_CHARS), where)
    return turn.say(turn.words("editors_only" if runs and not whole else "no_output"))


def _spending(turn: Turn, wish: Wish) -> Reply:
    local = turn.now.astimezone(ZoneInfo(turn.zone))
    if wish.period == Period.LAST_30_DAYS:
        local = local.replace(day=1) - timedelta(days=1)
    found = turn.author.desk.costs(turn.zone, f"{local:%Y-%m}")
    month, where = f"in {month_words(found.month)}", f"Details: {links.url(links.USAGE)}"
    one = about_one(turn, wish) if wish.playbook else None
    if one is not None and not isinstance(one, Question):
        mine = next((each for each in found.items if each.playbook_id == one.id), None)
        spent = f"{common.usd(mine.cost_usd)} ({counted(mine.runs, 'run')})" if mine else "nothing"
        cost = common.cost_line(turn.cost(turn.author.desk.read(one.id).data))
        return turn.of(one, f"“{one.name}” cost {spent} {month}.", cost, where)
    others = found.others.cost_usd if found.others else 0
    total = sum(each.cost_usd for each in found.items) + others
    parts = [f"{each.name}: {common.usd(each.cost_usd)} ({counted(each.runs, 'run')})" for each in found.items]
    parts += [f"Deleted and older playbooks: {common.usd(others)}"] if others > _LEAST_USD else []
    opening = f"I spent {common.usd(total)} {month}:" if total else f"Nothing was spent {month}."
    return turn.say(opening, *(_lines(parts) if total else ()), where)


def _sales(turn: Turn, wish: Wish) -> Reply:
    period = wish.period if wish.period in set(Period) else Period.YESTERDAY
    found = turn.author.desk.figures(turn.facts.tenant, "sales_summary", {"period": period, "top": 3})
    return turn.say(fitted(found.text, MAX_CHARS))


def _low(turn: Turn, wish: Wish) -> Reply:
    only_out = wish.question == "figures_out"
    found = turn.author.desk.figures(turn.facts.tenant, "low_stock_report", {"limit": 100}).items
    wanted = [name.casefold() for name in wish.products] or [""]
    items = [
        f"{one.name}: {f'{one.quantity:g} left' if one.quantity > 0 else 'out of stock'}"
        for one in found
        if (one.status == "out" or not only_out)
        and any(name in f"{one.name} {one.category}".casefold() for name in wanted)
    ]
    what = "out of stock" if only_out else "low or out of stock"
    opening = f"{counted(len(items), 'item')} {what}:" if items else f"Nothing is {what} right now."
    return turn.say(opening, *_lines(items))


def _undercut(turn: Turn, wish: Wish) -> Reply:
    found = turn.author.desk.undercuts(turn.facts.competitors)
    where = f"All prices: {links.url(links.COMPETITORS)}"
    if found.as_of is None:
        return turn.say(turn.words("no_menus"), where)
    wanted = [one.words for one in found.items if not wish.competitors or one.competitor in wish.competitors]
    opening = f"{counted(len(wanted), 'price')} undercut:" if wanted else "Nobody undercuts you right now."
    as_of = f"As of {instant_in_words(found.as_of, turn.zone)}, when I last read their menus."
    return turn.say(opening, *_lines(wanted), as_of, where)


def _draft(turn: Turn, _wish: Wish) -> Reply:
    found = turn.author.desk.draft()
    if found is None:
        return turn.say(turn.words("no_draft"))
    draft_id, draft = found
    state = "waits for your approval" if draft.get("status") == "pending" else f"is {draft.get('status')}"
    subject = f"Subject: {draft['subject']}" if draft.get("subject") else ""
    where = f"Review it here: {links.url(links.suggestion('campaign_drafts', draft_id))}"
    body = fitted(str(draft.get("body") or ""), MAX_CHARS)
    return turn.say(f"“{draft.get('name')}” {state}.", subject, body, where)


ANSWERS: dict[str, Callable[[Turn, Wish], Reply]] = {
    "show_output": _show_output,
    "spending": _spending,
    "figures_sales": _sales,
    "figures_low": _low,
    "figures_out": _low,
    "figures_undercut": _undercut,
    "show_draft": _draft,
}
