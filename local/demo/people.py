"""The demo shop's customers: forty fictional people with typical buying habits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Habit:
    """A buying habit: relative frequency, and from when to when (days ago)."""

    name: str
    weight: int
    oldest: int
    newest: int
    earlier_orders: int
    """Orders from before the demo's sixty days."""
    customer_for_days: int
    tier: str | None


VIP = Habit("vip", 9, 60, 0, 22, 600, "Gold")
LOYAL = Habit("loyal", 5, 60, 0, 6, 400, "Silver")
ACTIVE = Habit("active", 1, 40, 0, 0, 200, None)
NEW = Habit("new", 1, 14, 0, 0, 16, None)
AT_RISK = Habit("at risk", 2, 60, 38, 3, 300, "Silver")
VIP_AWAY = Habit("vip away", 4, 60, 46, 20, 500, "Gold")
LAPSED = Habit("lapsed", 0, 0, 0, 4, 500, None)

LAPSED_SINCE_DAYS = 130

_KINDS = (
    (VIP, "Maya Ortiz, Daniel Brooks, Priya Raman"),
    (VIP_AWAY, "Walter Nowak"),
    (LOYAL, "Aisha Bell, Tom Kowalski, Grace Lin, Hector Ruiz, Nina Petrova, Sam Okafor, Lucy Harmon, Ben Cho"),
    (ACTIVE, "Carla Mendes, Joe Tanner, Ivy Walsh, Omar Haddad, Kate Doyle, Luis Vega, Fern Abbott, Raj Mehta"),
    (ACTIVE, "Zoe Martin, Alan Frost, Bea Novak, Colin Reyes"),
    (NEW, "Dana White, Eli Stone, Faye Romero, Gus Keller, Hana Sato"),
    (AT_RISK, "Ian Burke, Jill Santos, Kurt Weber, Lena Fox, Milo Grant"),
    (LAPSED, "Nora Lane, Otis Reed, Pam Silva, Quinn Ash, Rosa Diaz, Theo Marsh"),
)


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """`number` counts from 1."""

    number: int
    name: str
    habit: Habit

    @property
    def id(self) -> str:
        return f"customer-{self.number:02d}"


CUSTOMERS = tuple(
    DemoCustomer(number, name, habit)
    for number, (name, habit) in enumerate(
        ((name, habit) for habit, names in _KINDS for name in names.split(", ")), start=1
    )
)


def birthday_of(customer: DemoCustomer, today: date) -> str:
    """`YYYY-MM-DD`; includes one today, some within the week, and one on February 29."""
    year = 1958 + customer.number
    if customer.number == 7:
        return "1992-02-29"
    days_away = {2: 0, 9: 0, 14: 1, 20: 3, 31: 6}.get(customer.number, 11 + customer.number * 8)
    kept_on = today + timedelta(days=days_away)
    return f"{year}-{kept_on:%m-%d}" if (kept_on.month, kept_on.day) != (2, 29) else f"{year}-02-28"


def customer_fields(
    customer: DemoCustomer, now: datetime, today: date, orders: int, spent: float, last_order_at: datetime | None
) -> dict[str, Any]:
    """The document, with totals of the sixty days' orders and earlier ones."""
    habit = customer.habit
    earlier = habit.earlier_orders
    if last_order_at is None and earlier:
        last_order_at = now - timedelta(days=LAPSED_SINCE_DAYS + customer.number)
    total = round(spent + earlier * (48 + customer.number), 2)
    handle = customer.name.lower().replace(" ", ".")
    fields: dict[str, Any] = {
        "name": customer.name,
        "email": f"{handle}@customers.example",
        "phone": f"+1315555{100 + customer.number + 40:04d}",
        "birthday": birthday_of(customer, today),
        "createdAt": now - timedelta(days=habit.customer_for_days - customer.number % 7),
        "orderCount": orders + earlier,
        "totalSpent": total,
        "loyaltyPoints": int(total) if habit.tier else 0,
        "emailOptOut": customer.number % 11 == 0,
        "smsOptOut": customer.number % 4 == 0,
    }
    if customer.number % 7 != 3:
        fields["smsConsent"] = {"at": fields["createdAt"], "source": "loyalty sign-up"}
    if habit.tier:
        fields["loyaltyTier"] = habit.tier
    if last_order_at:
        fields["lastOrderAt"] = last_order_at
    return fields
