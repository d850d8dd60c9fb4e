"""The setup checklist: what an org still has to add for its playbooks to work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.values.words import counted


@dataclass(frozen=True, slots=True)
class SetupState:
    """What is there. `counts`: documents by collection; `competitors_included` None: as many as one likes."""

    counts: Mapping[str, int]
    has_owner_email: bool
    staff_phones: int
    competitors_included: int | None
    texts_included: bool


@dataclass(frozen=True, slots=True)
class SetupItem:
    """One thing to set up: what there is of it, why it matters, how it is done."""

    key: str
    title: str
    done: bool
    what: str
    why: str
    how: str


def checklist(facts: SetupState) -> list[SetupItem]:
    """The tasks, what the most depends on first. Texts are no task where the tier has none."""
    tasks = [_menu(facts), _competitors(facts), _sales(facts), _customers(facts), _owner(facts)]
    if facts.texts_included:
        tasks.append(_phones(facts))
    return [*tasks, _locations(facts)]


def _menu(facts: SetupState) -> SetupItem:
    count = facts.counts.get("inventory", 0)
    return SetupItem(
        "inventory",
        "Load your menu",
        count > 0,
        _what(count, "item", "on the menu"),
        "Low-stock alerts and price comparisons work with it.",
        "Connect your point of sale or import your products with price, quantity and reorder point.",
    )


def _competitors(facts: SetupState) -> SetupItem:
    count, included = facts.counts.get("competitors", 0), facts.competitors_included
    room = "as many as you like" if included is None else f"{included} with your plan"
    return SetupItem(
        "competitors",
        "Add the competitors to watch",
        count > 0,
        _what(count, "competitor", "watched"),
        "We read their menus for you and tell you about every price below yours.",
        f"Give a name and the address of the menu ({room}).",
    )


def _sales(facts: SetupState) -> SetupItem:
    count = facts.counts.get("orders", 0)
    return SetupItem(
        "orders",
        "Connect your sales",
        count > 0,
        _what(count, "order", "received"),
        "Yesterday's revenue, best sellers and how long your stock lasts come from them.",
        "Have your point of sale send its orders.",
    )


def _customers(facts: SetupState) -> SetupItem:
    count = facts.counts.get("customers", 0)
    return SetupItem(
        "customers",
        "Bring in your customers",
        count > 0,
        _what(count, "customer", "known"),
        "Segments, campaigns and win-backs are made for them.",
        "Import your loyalty list; whoever opted out of mail or texts stays out.",
    )


def _owner(facts: SetupState) -> SetupItem:
    return SetupItem(
        "owner-email",
        "Choose where reports go",
        facts.has_owner_email,
        "email address saved" if facts.has_owner_email else "no email address yet",
        "Reports and alerts are mailed to it.",
        "Enter the owner's email address in the settings.",
    )


def _phones(facts: SetupState) -> SetupItem:
    return SetupItem(
        "staff-phones",
        "Add phone numbers for urgent alerts",
        facts.staff_phones > 0,
        _what(facts.staff_phones, "phone", "on the list"),
        "A text reaches the floor when nobody reads mail.",
        "Enter your shift leads' mobile numbers in the settings.",
    )


def _locations(facts: SetupState) -> SetupItem:
    count = facts.counts.get("locations", 0)
    return SetupItem(
        "locations",
        "Enter your locations and licenses",
        count > 0,
        _what(count, "location", "entered"),
        "You are reminded before a license expires, and see each shop's sales.",
        "Give each location its name, license number and the day the license expires.",
    )


def _what(count: int, one: str, state: str) -> str:
    return f"{counted(count, one)} {state}" if count else f"no {one} {state} yet"
