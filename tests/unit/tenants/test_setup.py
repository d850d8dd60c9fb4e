"""What an org is told to set up."""

from __future__ import annotations

from typing import Any

from shared.tenants.setup import SetupState, checklist

EMPTY: dict[str, Any] = {
    "counts": {},
    "has_owner_email": False,
    "staff_phones": 0,
    "competitors_included": 1,
    "texts_included": True,
}


def test_an_empty_org_has_all_of_it_to_do_the_menu_first() -> None:
    tasks = checklist(SetupState(**EMPTY))
    assert [task.key for task in tasks] == [
        "inventory",
        "competitors",
        "orders",
        "customers",
        "owner-email",
        "staff-phones",
        "locations",
    ]
    assert not any(task.done for task in tasks)
    assert all(task.why and task.how for task in tasks)


def test_existing_setup_is_counted() -> None:
    counts = {"inventory": 1, "competitors": 4, "orders": 1200, "customers": 2, "locations": 1}
    tasks = {task.key: task for task in checklist(SetupState(**{**EMPTY, "counts": counts}))}
    assert tasks["inventory"].what == "1 item on the menu"
    assert tasks["orders"].what == "1,200 orders received"
    assert tasks["competitors"].done
    assert not tasks["staff-phones"].done


def test_a_tier_without_texts_is_not_asked_for_phones() -> None:
    keys = [task.key for task in checklist(SetupState(**{**EMPTY, "texts_included": False}))]
    assert "staff-phones" not in keys


def test_the_plan_says_how_many_competitors_there_is_room_for() -> None:
    def how(included: int | None) -> str:
        tasks = checklist(SetupState(**{**EMPTY, "competitors_included": included}))
        return next(task.how for task in tasks if task.key == "competitors")

    assert "(3 with your plan)" in how(3)
    assert "as many as you like" in how(None)
