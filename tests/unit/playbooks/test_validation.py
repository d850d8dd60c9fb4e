"""Whether a document can run: one line for each mistake, which names the field."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.playbooks.models import Playbook, name_parts
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model

PRICE_ALERT: dict[str, Any] = {
    "name": "Competitor Price Alert",
    "agent": "money_mike",
    "category": "intelligence",
    "status": "active",
    "orgId": "o1",
    "triggers": [{"type": "schedule", "cron": "0 9 * * *", "timezone": "America/New_York"}],
    "steps": [
        {"action": "scan_competitors", "params": {"competitors": ["one", "two", "three"]}},
        {"action": "analyze_pricing", "agent": "money_mike"},
        {
            "action": "notify",
            "condition": "{{money_mike.price_gap}} > 10",
            "params": {"to": "{{user.email}}", "subject": "Price Alert!"},
        },
    ],
}
EMAIL = {"action": "send_email", "params": {"to": "a@example.com", "subject": "s", "text": "t"}}
SCHEDULE = {"type": "schedule", "cron": "0 9 * * *", "timezone": "Etc/UTC"}


def parse(document: dict[str, Any]) -> Playbook:
    return parse_playbook("o1", document, params_model)


def problems_of(document: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidPlaybookError) as refusal:
        parse(document)
    return refusal.value.problems


def problems_if_any(document: dict[str, Any]) -> list[str]:
    try:
        parse(document)
    except InvalidPlaybookError as error:
        return error.problems
    return []


def changed(path: str, value: Any) -> dict[str, Any]:
    """The example with the field at the dotted path set, or taken away where the value is `...`."""
    document: Any = copy.deepcopy(PRICE_ALERT)
    *above, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    owner = document
    for part in above:
        owner = owner[part]
    if value is ...:
        del owner[last]
    else:
        owner[last] = value
    result: dict[str, Any] = document
    return result


def test_the_readmes_example_is_a_playbook() -> None:
    playbook = parse(PRICE_ALERT)
    assert [step.id for step in playbook.steps] == ["scan_competitors", "analyze_pricing", "notify"]
    assert [trigger.cron for trigger in playbook.schedule_triggers()] == ["0 9 * * *"]


@pytest.mark.parametrize(
    ("path", "value", "field", "words"),
    [
        ("name", ..., "name", "is missing"),
        ("name", "  ", "name", "at least 1 character"),
        ("status", "enabled", "status", "found 'enabled'; expected 'draft', 'active'"),
        ("status", ..., "status", "is missing"),
        ("orgId", "o2", "orgId", "found 'o2'; expected 'o1'"),
        ("agent", "Money Mike", "agent", "found 'Money Mike'"),
        ("version", "new", "version", "found 'new'"),
        ("onFailure", {"sms": True, "fax": True}, "onFailure.fax", "is not a known field"),
        ("retryDelaysSeconds", "5,30", "retryDelaysSeconds", "found '5,30'"),
        ("retryDelaysSeconds", [5, 0], "retryDelaysSeconds[1]", "found 0"),
        ("retryDelaysSeconds", [5, 90_000], "retryDelaysSeconds[1]", "86400"),
        ("retryDelaysSeconds", [5, True], "retryDelaysSeconds[1]", "found True"),
        ("retryDelaysSeconds", [5, 5, 5, 5], "retryDelaysSeconds", "at most 3"),
        ("triggers", ..., "triggers", "is missing"),
        ("triggers", "daily", "triggers", "found 'daily'"),
        ("triggers", [SCHEDULE] * 21, "triggers", "at most 20"),
        ("triggers.0", "daily", "triggers[0]", "found 'daily'"),
        (
            "triggers.0.type",
            "cron",
            "triggers[0].type",
            "found 'cron'; expected 'schedule', 'once', 'event'",
        ),
        ("triggers.0.type", ..., "triggers[0].type", "is missing"),
        (
            "triggers.0.cron",
            "61 9 * * *",
            "triggers[0].cron",
            "the minute field holds '61'; expected a number from 0",
        ),
        ("triggers.0.cron", ..., "triggers[0].cron", "is missing"),
        ("triggers.0.cron", 9, "triggers[0].cron", "found 9"),
        ("triggers.0.timezone", "Eastern", "triggers[0].timezone", "'Eastern' is not an IANA time zone"),
        ("triggers.0.overlap", "queue", "triggers[0].overlap", "found 'queue'; expected 'skip' or 'allow'"),
        ("triggers.0.hourly", "day", "triggers[0].hourly", "is not a known field"),
        ("triggers.0.id", "9 o'clock", "triggers[0].id", 'found "9 o\'clock"'),
        ("triggers.0", {"type": "event"}, "triggers[0].eventName", "is missing"),
        ("triggers.0", {"type": "event", "eventName": "low stock"}, "triggers[0].eventName", "found 'low stock'"),
        (
            "triggers.0",
            {"type": "event", "eventName": "a.b", "filter": "{{event.x}} >"},
            "triggers[0].filter",
            "cannot be read",
        ),
        ("steps", [], "steps", "at least 1"),
        ("steps", [EMAIL] * 101, "steps", "at most 100"),
        ("steps.1", "analyze", "steps[1]", "found 'analyze'"),
        ("steps.1.action", "analyse_pricing", "steps[1].action", "did you mean analyze_pricing"),
        ("steps.1.action", "Analyse Pricing!", "steps[1].action", "is not an action"),
        ("steps.1.action", ..., "steps[1].action", "is missing"),
        ("steps.1.action", None, "steps[1].action", "found None"),
        ("steps.1.retries", 3, "steps[1].retries", "is not a known field"),
        ("steps.1.onError", "ignore", "steps[1].onError", "found 'ignore'; expected 'fail' or 'continue'"),
        ("steps.1.params", "all", "steps[1].params", "found 'all'"),
        ("steps.1.params", {"treshold": 10}, "steps[1].params.treshold", "is not a known field"),
        ("steps.0", {**EMAIL, "params": {"subject": "s", "text": "t"}}, "steps[0].params.to", "is missing"),
        ("steps.0", {**EMAIL, "params": {"to": "a", "subject": "s"}}, "steps[0].params", "text and html are both"),
        ("steps.2.params.channels", ["email", "fax"], "steps[2].params.channels[1]", "found 'fax'"),
        ("steps.2.params.body", "{{ org.name", "steps[2].params", "in body: '{{ org.name' opens {{ and never"),
        ("steps.2.params.body", "{{ exec() }}", "steps[2].params", "in body: 'exec()' calls exec"),
        ("steps.2.params.body", "{{ ezal.rows }}", "steps[2].params.body", "'ezal' does not exist here; expected"),
        (
            "steps.2.params.body",
            "{{ steps.scan.x }}",
            "steps[2].params.body",
            "the id 'scan'; expected one of scan_com",
        ),
        ("steps.2.condition", "{{money_mike.price_gap}} >", "steps[2].condition", "cannot be read"),
        ("steps.2.condition", "{{ezal.price_gap}} > 1", "steps[2].condition", "'ezal' does not exist here"),
        (
            "steps.0.condition",
            "{{steps.notify.x}} > 1",
            "steps[0].condition",
            "the id 'notify'; expected one of none",
        ),
        ("steps.1.id", "notify", "steps", "the id 'notify' stands 2 times"),
        ("steps.1.id", "scan competitors", "steps[1].id", "found 'scan competitors'"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_field(path: str, value: Any, field: str, words: str) -> None:
    document = changed(path, value)
    if path == "steps.1.id" and value == "notify":
        document["steps"][2]["id"] = "notify"
    problems = problems_of(document)
    assert [problem.partition(": ")[0] for problem in problems] == [field]
    assert words in problems[0]


def test_each_of_several_mistakes_has_its_line() -> None:
    document = changed("triggers.0.cron", "61 * * * *") | {"status": "on", "name": ""}
    assert [line.partition(": ")[0] for line in problems_of(document)] == ["name", "status", "triggers[0].cron"]


def test_a_problem_of_the_steps_before_does_not_hide_one_of_a_later_step() -> None:
    document = changed("steps.0.action", "scan")
    document["steps"][2]["params"] = {}
    assert [line.partition(": ")[0] for line in problems_of(document)] == [
        "steps[0].action",
        "steps[2].params.subject",
    ]


def test_a_param_that_is_a_template_gets_its_type_in_the_run() -> None:
    assert parse(changed("steps.0.params", {"maxAgeHours": "{{ event.hours }}"}))


def test_a_param_of_the_wrong_type_is_refused_at_once() -> None:
    document = changed("steps.0.params", {"maxAgeHours": "soon"})
    assert problems_of(document)[0].startswith("steps[0].params.maxAgeHours: found 'soon'")


def test_an_unknown_param_is_refused_though_it_holds_a_template() -> None:
    document = changed("steps.0.params", {"hours": "{{ event.hours }}"})
    assert problems_of(document)[0].startswith("steps[0].params.hours: is not a known field")


def test_a_name_with_a_default_may_be_missing() -> None:
    assert parse(changed("steps.2.params.body", "{{ steps.later.x | default('none') }}"))


def test_fields_that_only_a_dashboard_knows_are_left_alone() -> None:
    assert parse(PRICE_ALERT | {"description": "every morning", "tags": ["prices"]})


def test_a_param_named_like_a_trigger_type_keeps_its_place_in_the_path() -> None:
    document = changed("steps.0", {"action": "set", "params": {"event": 1, "values": {}}})
    assert problems_of(document)[0].startswith("steps[0].params.event: ")


def test_ids_are_given_after_the_action_and_the_place() -> None:
    parts = [{"action": "notify"}, {"action": "set", "id": "notify_2"}, {"action": "notify"}, {"action": "set"}]
    assert [part["id"] for part in name_parts(parts)] == ["notify", "notify_2", "notify_3", "set"]


@given(st.lists(st.fixed_dictionaries({"action": st.sampled_from(["set", "notify", "x!", 7])}), max_size=8))
def test_the_same_document_always_gets_the_same_ids(parts: list[dict[str, Any]]) -> None:
    named = name_parts(parts)
    assert named == name_parts(copy.deepcopy(parts)) == name_parts(named)
    assert len({part["id"] for part in named}) == len(parts)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
json_values = st.recursive(
    scalars | st.sampled_from(["{{ event.x }}", "{{", "active", "schedule", "0 9 * * *"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
any_objects = st.dictionaries(st.text(max_size=8), json_values, max_size=4)


def near(known: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the known fields, each right, replaced or left out, and sometimes a foreign one."""
    fields = {key: st.just(value) | json_values for key, value in known.items()}
    return st.builds(
        lambda chosen, foreign: foreign | chosen,
        st.fixed_dictionaries({}, optional=fields),
        st.dictionaries(st.text(max_size=5), json_values, max_size=1),
    )


documents = near(PRICE_ALERT).flatmap(
    lambda document: st.fixed_dictionaries(
        {},
        optional={
            "triggers": st.lists(
                near(SCHEDULE) | near({"type": "event", "eventName": "a.b", "filter": "x"}), max_size=3
            ),
            "steps": st.lists(
                near({**EMAIL, "id": "a", "condition": "{{ event.x }}", "agent": "ezal"}), max_size=3
            ),
        },
    ).map(lambda parts: document | parts)
)


@given(documents | any_objects)
def test_any_document_is_a_playbook_or_every_line_names_a_field(document: dict[str, Any]) -> None:
    fields = [line.partition(": ")[::2] for line in problems_if_any(document)]
    assert [(field, meaning) for field, meaning in fields if field in {"", "document"} or not meaning] == []


def test_a_document_that_nests_without_end_is_refused() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = {"a": deep}
    assert "deeper than 20 levels" in problems_of(changed("steps.0.params", deep))[0]


HUGE = "x" * 100_000


@pytest.mark.parametrize(
    ("trigger", "step"),
    [
        ({"type": "schedule", "cron": HUGE, "timezone": "UTC"}, {"action": "stop"}),
        ({"type": "schedule", "cron": "0 9 * * *", "timezone": HUGE}, {"action": "stop"}),
        ({"type": "schedule", "cron": "9" * 5_000 + " * * * *", "timezone": "UTC"}, {"action": "stop"}),
        ({"type": "manual"}, {"action": "stop", "params": {HUGE: 1}}),
        ({"type": "manual", HUGE: 1}, {"action": "stop", HUGE: 1}),
        ({"type": HUGE}, {"action": HUGE}),
    ],
)
def test_every_problem_line_can_be_stored(trigger: dict[str, Any], step: dict[str, Any]) -> None:
    with pytest.raises(InvalidPlaybookError) as caught:
        parse_playbook("o1", {**PRICE_ALERT, "triggers": [trigger], "steps": [step]}, params_model)
    assert all(len(line) < 3_500 for line in caught.value.problems)
    assert caught.value.problems[0].startswith(("triggers[0]", "steps[0]"))
