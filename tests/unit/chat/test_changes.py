"""A change changes what was named and nothing else, shows the difference, and leaves a playbook that runs."""

from __future__ import annotations

from typing import Any

import pytest

from shared.chat.changes import edited
from shared.chat.edit import Edit
from shared.chat.gaps import complete
from shared.chat.people import Audience, audience_of
from shared.chat.recipes.base import Order
from shared.chat.recipes.book import cook, is_by_event
from shared.chat.understanding import Intent, ScheduleWish, Threshold, Topic, Understanding
from shared.playbooks.validation import parse_playbook
from shared.steps.registry import params_model
from tests.unit.chat.wishes import COMPETITORS, EVERY_MORNING, OVER_TEN, ZONE, mission, tenant, wish

ME = "me@shop.example"
AT_EIGHT = ScheduleWish(cron="0 8 * * *", words="8", only_time=True)


def document(said: Understanding, **fields: Any) -> dict[str, Any]:
    whole = complete(said, tenant(), COMPETITORS, ME)
    draft = cook(Order(said, whole.audience, tuple(whole.competitors), by_event=is_by_event(said)), ZONE)
    made = {"name": draft.name, "status": "active", "triggers": list(draft.triggers), "steps": list(draft.steps)}
    return {**made, **fields}


ALERT = document(mission())


def change(before: dict[str, Any] = ALERT, message: str = "change it", **fields: Any) -> Edit:
    said = wish(intent=Intent.CHANGE, **fields)
    audience, _ = audience_of(said, tenant(), ME)
    edit = edited(before, said, audience, {}, ZONE, message)
    parse_playbook("org_1", {**before, **edit.fields}, params_model)
    return edit


def notify(edit: Edit) -> dict[str, Any]:
    (step,) = [step for step in edit.steps if step["action"] == "notify"]
    return step


def test_another_time_keeps_the_rest() -> None:
    edit = change(message="make it 8 instead", schedules=(AT_EIGHT,))
    assert edit.fields == {"triggers": [{"type": "schedule", "cron": "0 8 * * *", "timezone": ZONE}]}
    assert "09:00" in edit.differences[0]
    assert edit.differences[0].index("09:00") < edit.differences[0].index("→") < edit.differences[0].index("08:00")


def test_another_time_keeps_the_days_the_zone_and_the_id() -> None:
    trigger = {"type": "schedule", "id": "mine", "cron": "0 9 * * 1-5", "timezone": "America/Chicago"}
    edit = change({**ALERT, "triggers": [trigger]}, "make it 8 instead", schedules=(AT_EIGHT,))
    assert edit.triggers == [{**trigger, "cron": "0 8 * * 1-5"}]


def test_other_days_keep_the_time() -> None:
    before = {**ALERT, "triggers": [{"type": "schedule", "cron": "30 7 * * *", "timezone": ZONE}]}
    weekdays = ScheduleWish(cron="0 9 * * 1-5", words="weekdays", assumed_time=True)
    assert change(before, "only on weekdays", schedules=(weekdays,)).triggers[0]["cron"] == "30 7 * * 1-5"


def test_which_of_several_times_must_be_said() -> None:
    two = [{"type": "schedule", "cron": f"0 {hour} * * *", "timezone": ZONE} for hour in (9, 17)]
    edit = change({**ALERT, "triggers": two}, schedules=(AT_EIGHT,))
    assert (edit.fields, len(edit.refusals)) == ({}, 1)


def test_every_day_means_every_day() -> None:
    before = {**ALERT, "triggers": [{"type": "schedule", "cron": "0 9 * * 1", "timezone": ZONE}]}
    daily = ScheduleWish(cron="0 8 * * *", words="every day at 8 am")
    assert change(before, "make it every day at 8 am", schedules=(daily,)).triggers[0]["cron"] == "0 8 * * *"


def test_also_text_me() -> None:
    edit = change(message="also text me", channels=("sms",), recipients=("me",))
    assert notify(edit)["params"]["channels"] == ["email", "sms"]
    assert notify(edit)["params"]["to"] == "{{user.email}}"
    assert edit.differences == ["Tells by: email → email, text"]


def test_stop_texting_me() -> None:
    both = document(mission(channels=("email", "sms")))
    assert notify(change(both, dropped_channels=("sms",)))["params"]["channels"] == ["email"]


def test_the_last_channel_stays() -> None:
    edit = change(dropped_channels=("email",))
    assert edit.fields == {}
    assert "nobody" in edit.refusals[0]


def test_text_me_instead_of_email() -> None:
    edit = change(channels=("sms",), dropped_channels=("email",))
    assert notify(edit)["params"]["channels"] == ["sms"]


@pytest.mark.parametrize(("channel", "action"), [("slack", "slack_post"), ("drive", "save_to_drive")])
def test_another_road_is_a_step_of_its_own_that_can_go_again(channel: Any, action: str) -> None:
    edit = change(channels=(channel,))
    step = edit.steps[-1]
    assert (step["action"], step["condition"]) == (action, "{{money_mike.price_gap}} > 10")
    back = change({**ALERT, **edit.fields}, dropped_channels=(channel,))
    assert back.steps == ALERT["steps"]


def test_a_mail_of_its_own_gets_a_text_beside_it() -> None:
    mail = {"action": "send_email", "params": {"to": ME, "subject": "Hi", "text": "There"}}
    steps = change({**ALERT, "steps": [mail]}, channels=("sms",)).steps
    assert steps[0] == mail
    assert steps[1]["action"] == "notify"
    assert steps[1]["params"] == {"subject": "Hi", "body": "There", "channels": ["sms"]}


@pytest.mark.parametrize(
    ("threshold", "condition"),
    [
        (OVER_TEN.model_copy(update={"value": 15}), "{{money_mike.price_gap}} > 15"),
        (OVER_TEN.model_copy(update={"value": 5, "op": "<"}), "{{money_mike.price_gap}} < 5"),
        (Threshold(subject="count", op="<", value=15, only_value=True), "{{money_mike.price_gap}} > 15"),
    ],
)
def test_another_limit(threshold: Threshold, condition: str) -> None:
    edit = change(threshold=threshold)
    assert notify(edit)["condition"] == condition
    assert edit.differences[0].startswith("Limit: > 10 → ")


def test_a_limit_keeps_what_kind_it_was() -> None:
    before = document(mission(threshold=OVER_TEN.model_copy(update={"op": ">="})))
    edit = change(before, threshold=OVER_TEN.model_copy(update={"value": 15}))
    assert notify(edit)["condition"] == "{{money_mike.price_gap}} >= 15"


def test_a_limit_below_zero() -> None:
    fall = Threshold(subject="sales_change", op="<", value=-20, unit="percent")
    before = document(wish(Topic.SALES_SUMMARY, schedules=(EVERY_MORNING,), threshold=fall))
    edit = change(before, threshold=fall.model_copy(update={"value": -30}))
    assert notify(edit)["condition"].endswith("< -30")


def test_the_limit_of_an_event() -> None:
    trigger = {"type": "event", "eventName": "inventory.low_stock", "filter": "event.quantity < 5"}
    before = {**document(wish(Topic.LOW_STOCK, recipients=("me",))), "triggers": [trigger]}
    edit = change(before, threshold=Threshold(subject="quantity", op="<", value=3))
    assert edit.triggers[0]["filter"] == "event.quantity < 3"


def test_a_watch_that_always_told_gets_a_limit() -> None:
    edit = change(document(mission(threshold=None)), threshold=OVER_TEN)
    assert notify(edit)["condition"] == "{{money_mike.price_gap}} > 10"


def test_a_limit_of_nothing_is_refused() -> None:
    reminder = document(wish(Topic.REMINDER, schedules=(EVERY_MORNING,), message="water the plants"))
    edit = change(reminder, threshold=OVER_TEN)
    assert (edit.fields, len(edit.refusals)) == ({}, 1)


def test_another_person_takes_the_place_of_the_first() -> None:
    edit = change(message="send it to bob@shop.example", recipients=("bob@shop.example",))
    assert notify(edit)["params"]["to"] == "bob@shop.example"


def test_also_another_person() -> None:
    edit = change(message="also send it to bob@shop.example", recipients=("bob@shop.example",))
    assert notify(edit)["params"]["to"] == ["{{user.email}}", "bob@shop.example"]


def test_other_competitors() -> None:
    said = wish(intent=Intent.CHANGE, competitors=("Salt City",))
    edit = edited(ALERT, said, Audience(), {"salt-city": "Salt City"}, ZONE, "only Salt City")
    assert edit.steps[0]["params"] == {"competitorIds": ["salt-city"]}
    assert change(top=5).steps[0]["params"] == {"top": 5}


def test_another_name() -> None:
    assert change(name="Gap watch").fields == {"name": "Gap watch"}


def test_what_is_so_already_is_no_change() -> None:
    assert change(channels=("email",)).differences == []
    assert change(schedules=(EVERY_MORNING,)).differences == []


def test_the_document_that_it_came_from_is_not_touched() -> None:
    before = document(mission())
    change(before, threshold=Threshold(subject="price_gap", op=">", value=33), channels=("sms",), top=9)
    assert before == document(mission())
