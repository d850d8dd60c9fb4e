"""Phrases that say several schedules at once: the first one, and `more`. Pure."""

from __future__ import annotations

from shared.chat.language.when import EVERY_DAY, Clock, Day, When


def once_each(days: tuple[Day, ...]) -> When:
    """ "Today and tomorrow": once on each of them."""
    return When(once=days[0], more=tuple(When(once=day) for day in days[1:]))


def once_and_often(day: Day, then: When) -> When | None:
    """ "Today and every Monday"."""
    is_often = 0 < len(then.weekdays) < len(EVERY_DAY) and not (then.single or then.more)
    return then.changed(more=(When(once=day, apart=True),)) if day.kind == "offset" and is_often else None


def until_then(last: Day, then: When) -> When:
    """ "Through February 14, then at 8 again": from the day after on, `then`."""
    after = last.model_copy(update={"earlier": last.earlier - 1})
    return When(ends=last, more=(then.changed(starts=after, apart=True),))


def on_days_instead(days: tuple[int, ...], then: When | tuple[Clock, ...]) -> When:
    """ "Except on Sundays at 10"."""
    then = then if isinstance(then, When) else When(times=then)
    return When(but_weekdays=days, more=(then.changed(weekdays=days, apart=True),))


def in_months_instead(months: tuple[int, ...], then: When | tuple[Clock, ...]) -> When | None:
    """ "But in December on Thursdays instead", "but at 9 in April"."""
    then = then if isinstance(then, When) else When(times=then)
    plain = then.set_fields.keys() <= {"weekdays", "times", "parts", "single"}
    return When(but_months=months, more=(then.changed(months=months, single=False, apart=True),)) if plain else None


def another_in_months(times: tuple[Clock, ...], then: tuple[Clock, ...], months: tuple[int, ...]) -> When | None:
    """ "At 8, at 9 in April"."""
    other = in_months_instead(months, then)
    return other.changed(times=times) if other else None


def overnight(first: int, start: Clock, last: int, end: Clock) -> When | None:
    """ "Saturday 8 PM to Sunday 2 AM" is one window that ends on the day after."""
    is_next = (last - first) % 7 == 1
    return When(weekdays=(first,), window=(start, end)) if is_next else None
