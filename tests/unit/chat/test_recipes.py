"""Every topic's recipe is a playbook of the catalog, whatever it is told by, to whom, and when."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.chat.gaps import complete
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import RECIPES, Draft, cook, is_by_event
from shared.chat.understanding import EventWish, Intent, ScheduleWish, Threshold, Topic, Understanding
from shared.competitors.comparing.pricing import analyse
from shared.competitors.models import CompetitorMenu, Product
from shared.playbooks.models import Playbook
from shared.playbooks.templates import render_text
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model
from tests.unit.chat.wishes import COMPETITORS, EVERY_MORNING, MONDAYS, ZONE, event, mission, tenant, wish

FIRST_MONDAY = ScheduleWish(cron="0 9 * * 1", occurrence="first")


def drafted(said: Understanding) -> Draft:
    whole = complete(said, tenant(), COMPETITORS, "me@shop.example")
    assert whole.questions == ()
    order = Order(
        said, whole.audience, tuple(whole.competitors), tuple(whole.competitors.values()), is_by_event(said)
    )
    return cook(order, ZONE)


def playbook(draft: Draft) -> Playbook:
    document = {
        "name": draft.name,
        "status": "active",
        "triggers": list(draft.triggers),
        "steps": list(draft.steps),
    }
    return parse_playbook("org_1", {**document, "agent": draft.recipe.agent}, params_model)


def said_of(topic: Topic, **fields: Any) -> Understanding:
    words = {"message": "water the plants"} if topic is Topic.REMINDER else {}
    return wish(topic, **{"recipients": ("me",), **words, **fields})


def test_the_missions_sentence() -> None:
    draft = drafted(mission())
    assert draft.name == "Competitor Price Alert"
    assert (draft.recipe.agent, draft.recipe.category) == ("money_mike", "competitive")
    assert draft.triggers == ({"type": "schedule", "cron": "0 9 * * *", "timezone": ZONE},)
    scan, analysis, notify = draft.steps
    assert scan == {"action": "scan_competitors", "params": {"top": 3}, "agent": "ezal"}
    assert (analysis["action"], analysis["agent"]) == ("analyze_pricing", "money_mike")
    assert notify["action"] == "notify"
    assert notify["condition"] == "{{money_mike.price_gap}} > 10"
    assert notify["params"]["to"] == "{{user.email}}"
    assert notify["params"]["channels"] == ["email"]
    assert notify["params"]["subject"].startswith("🚨")
    assert all(name in notify["params"]["body"] for name in ("competitor", "product", "ourPrice", "theirPrice"))
    playbook(draft)


def test_a_price_alert_names_both_sizes_and_the_menus_that_it_could_not_read() -> None:
    ours = Product(name="OG Kush 7g", price=Decimal(75), size="7g")
    theirs = Product(name="OG Kush 3.5g", price=Decimal(30), size="3.5g")
    found = analyse([ours], [CompetitorMenu(competitor_id="c", name="Salt City", products=(theirs,))])
    output = {
        "undercutCount": len(found.undercut),
        "undercut": [cut.model_dump(mode="json", by_alias=True) for cut in found.undercut],
        "notes": ["Higher Level couldn't be read.", "Using Finger Lakes' menu from Nov 29."],
    }
    params = drafted(mission()).steps[-1]["params"]
    assert render_text(params["body"], {"money_mike": output}) == (
        "Salt City sells OG Kush 3.5g for $8.57/g; our price for OG Kush 7g is $10.71/g, "
        "so they are 20% cheaper.\n\n"
        "1 price is below ours in all.\n\n"
        "Higher Level couldn't be read.\nUsing Finger Lakes' menu from Nov 29."
    )


def test_every_topic_has_a_recipe_of_its_own() -> None:
    assert set(RECIPES) == set(Topic)
    assert all(recipe.topic is topic for topic, recipe in RECIPES.items())


@pytest.mark.parametrize("topic", [topic for topic, recipe in RECIPES.items() if recipe.scheduled])
@pytest.mark.parametrize("schedule", [EVERY_MORNING, MONDAYS, FIRST_MONDAY])
def test_a_scheduled_recipe_is_a_playbook(topic: Topic, schedule: ScheduleWish) -> None:
    made = playbook(drafted(said_of(topic, schedules=(schedule,))))
    assert [trigger.type for trigger in made.triggers] == ["schedule"]
    assert "event." not in str(made.steps)


@pytest.mark.parametrize(
    ("topic", "name"), [(topic, name) for topic, recipe in RECIPES.items() for name in recipe.own_events]
)
def test_a_recipe_by_its_own_event_is_a_playbook(topic: Topic, name: str) -> None:
    made = playbook(drafted(said_of(topic, events=(event(name),))))
    assert made.event_triggers()[0].event_name == name


@pytest.mark.parametrize("topic", list(Topic))
def test_a_recipe_may_be_started_by_any_event(topic: Topic) -> None:
    if RECIPES[topic].scheduled:
        made = playbook(drafted(said_of(topic, events=(event("shop.opened"),))))
        assert "event." not in str(made.steps)


@pytest.mark.parametrize("topic", list(Topic))
def test_a_recipe_can_be_run_at_once(topic: Topic) -> None:
    if RECIPES[topic].scheduled:
        made = playbook(drafted(said_of(topic, intent=Intent.RUN)))
        assert [trigger.type for trigger in made.triggers] in (["manual"], ["event"])


@pytest.mark.parametrize("channel", ["email", "sms", "dashboard", "slack", "drive"])
@pytest.mark.parametrize("topic", list(Topic))
def test_a_recipe_tells_by_every_channel(topic: Topic, channel: str) -> None:
    own = RECIPES[topic].event
    when: dict[str, Any] = {"events": (event(own),)} if own else {"schedules": (EVERY_MORNING,)}
    actions = [step.action for step in playbook(drafted(said_of(topic, channels=(channel,), **when))).steps]
    assert {"slack": "slack_post", "drive": "save_to_drive"}.get(channel, "notify") in actions


@pytest.mark.parametrize(
    ("topic", "subject"), [(topic, subject) for topic, recipe in RECIPES.items() for subject in recipe.thresholds]
)
def test_every_threshold_of_a_recipe_shows_in_its_steps(topic: Topic, subject: Any) -> None:
    threshold = Threshold(subject=subject, op=">=", value=37)
    made = playbook(drafted(said_of(topic, schedules=(EVERY_MORNING,), threshold=threshold)))
    assert "37" in str([step.model_dump() for step in made.steps])


@pytest.mark.parametrize("topic", [Topic.WELCOME, Topic.THANK_YOU])
@pytest.mark.parametrize(("channel", "sends"), [((), "send_email"), (("sms",), "send_sms")])
def test_a_customer_is_written_to_at_the_address_of_the_event(topic: Topic, channel: Any, sends: str) -> None:
    (step,) = playbook(drafted(wish(topic, recipients=("customer",), channels=channel))).steps
    assert step.action == sends
    assert step.params["to"].startswith("{{event.")


@pytest.mark.parametrize("topic", [Topic.BIRTHDAYS, Topic.WIN_BACK])
@pytest.mark.parametrize("channels", [(), ("email",), ("sms",), ("email", "sms")])
def test_each_customer_of_a_cohort_is_written_to(topic: Topic, channels: Any) -> None:
    said = wish(topic, recipients=("customer",), channels=channels, schedules=(EVERY_MORNING,))
    cohort, loop = playbook(drafted(said)).steps
    assert loop.action == "for_each"
    assert cohort.params.get("reachableBy") == (None if len(channels) == 2 else (channels or ("email",))[0])
    assert len(loop.params["steps"]) == max(len(channels), 1)


def test_no_birthday_falls_between_two_weekly_runs() -> None:
    step = drafted(wish(Topic.BIRTHDAYS, recipients=("me",), schedules=(MONDAYS,))).steps[0]
    assert step["params"]["daysAhead"] == 6


@pytest.mark.parametrize(
    ("schedule", "period"), [(EVERY_MORNING, "yesterday"), (MONDAYS, "last_7_days"), (FIRST_MONDAY, "last_30_days")]
)
def test_a_sales_summary_is_about_the_time_since_the_last_one(schedule: ScheduleWish, period: str) -> None:
    step = drafted(wish(Topic.SALES_SUMMARY, schedules=(schedule,))).steps[0]
    assert step["params"]["period"] == period


def test_named_competitors_are_scanned_by_their_ids() -> None:
    draft = drafted(mission(competitors=("Salt City",), top=None))
    assert draft.steps[0]["params"] == {"competitorIds": ["salt-city"]}
    assert "Salt City Greens" in draft.dish.does


def test_what_is_typed_is_never_read_as_a_template() -> None:
    said = wish(Topic.REMINDER, schedules=(EVERY_MORNING,), message="say {{org.ownerEmail}} aloud")
    (step,) = playbook(drafted(said)).steps
    from shared.playbooks.templates import render

    assert render(step.params["body"], {}) == "say {{org.ownerEmail}} aloud"


def test_a_small_stock_by_number_is_looked_up_at_the_times_that_are_named() -> None:
    fewer = Threshold(subject="quantity", op="<", value=5, unit="units")
    hourly = ScheduleWish(cron="0 * * * *")
    made = playbook(drafted(wish(Topic.LOW_STOCK, threshold=fewer, schedules=(hourly,))))
    assert [step.action for step in made.steps] == ["fetch_inventory", "filter", "sort", "notify"]
    assert made.steps[1].params["where"] == "item.quantity < 5"
    assert made.steps[3].condition == "{{steps.filter.count}} > 0"


def test_no_stock_event_fires_at_just_any_number_so_the_time_is_asked() -> None:
    fewer = Threshold(subject="quantity", op="<", value=5, unit="units")
    whole = complete(wish(Topic.LOW_STOCK, threshold=fewer), tenant(), COMPETITORS, None)
    assert [gap.about for gap in whole.questions] == ["schedule"]


def test_a_schedule_beside_an_event_speaks_of_neither() -> None:
    said = wish(Topic.LOW_STOCK, schedules=(EVERY_MORNING,), events=(EventWish(event_name="inventory.low_stock"),))
    made = playbook(drafted(said))
    assert made.steps[0].action == "low_stock_report"
    assert len(made.triggers) == 2


def test_an_event_of_named_competitors_is_theirs_alone() -> None:
    said = wish(Topic.COMPETITOR_CHANGES, events=(event("competitor.price_change"),), competitors=("Salt City",))
    (trigger,) = playbook(drafted(said)).event_triggers()
    assert trigger.filter == 'event.competitorId in ["salt-city"]'


@pytest.mark.parametrize("topic", [topic for topic, recipe in RECIPES.items() if not recipe.scheduled])
def test_a_topic_that_speaks_of_its_event_starts_by_no_other(topic: Topic) -> None:
    said = wish(topic, recipients=("me",), events=(event("shop.opened"),))
    assert [gap.about for gap in complete(said, tenant(), COMPETITORS, None).questions] == ["event"]


def test_a_long_reminder_with_braces_is_still_a_template() -> None:
    said = wish(Topic.REMINDER, schedules=(EVERY_MORNING,), message="x " * 38 + "{{a}} " * 30)
    playbook(drafted(said))
