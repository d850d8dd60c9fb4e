"""A door answers at the addresses of its row in `functions/routes.py`, and at no other."""

from __future__ import annotations

import importlib
import sys

import pytest

from functions._route import Door, Route
from functions.routes import ROUTES
from shared.api.paths import values_in
from shared.api.principal import Principal
from tests.unit.api.requests import request

OWNER = Principal("user", "org-a", "u1", "owner@shop.example", "Olivia", "owner")
CRON = Principal("cron")
ELSEWHERE = ("/api/elsewhere", "/api", "/", "/api/elsewhere/id/elsewhere", "/api/alerts/a/b/c/read")
METHODS = ("GET", "POST", "PUT", "DELETE")
REFUSED = {401, 404, 405}
HAS_ONE_FIXED_ADDRESS = {"chat", "mcp", "unsubscribe", "mailjetEvents"}
"""Hosting sends these nothing but their address, and they read nothing from it."""

DOORS = [route for route in ROUTES if isinstance(route.trigger, Door) and route.id != "unknownAddress"]


def paths_of(route: Route) -> tuple[str, ...]:
    assert isinstance(route.trigger, Door)
    return route.trigger.paths


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls may do everything; there is no database, so a door that reads anything fails."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
    monkeypatch.setenv("SMS_INBOUND_SECRET", "s" * 32)
    for route in DOORS:
        importlib.import_module(f"functions.{route.entry_point}")
    for name, module in sys.modules.items():
        if name.startswith("functions.") and hasattr(module, "authenticate"):
            caller = CRON if name == "functions.cron" else OWNER
            monkeypatch.setattr(module, "authenticate", lambda _, caller=caller: caller)


@pytest.mark.parametrize("route", DOORS, ids=lambda route: route.id)
def test_a_door_refuses_an_address_outside_its_row(route: Route) -> None:
    if route.id in HAS_ONE_FIXED_ADDRESS:
        (only,) = paths_of(route)
        assert values_in(only, only) == {}
        return
    handler = getattr(importlib.import_module(f"functions.{route.entry_point}"), route.entry_point)
    others = {path for one in DOORS if one is not route for path in paths_of(one)} - set(paths_of(route))
    foreign = [one for one in others if not any(values_in(one, own) is not None for own in paths_of(route))]
    for path in [*ELSEWHERE, *sorted(foreign)]:
        for method in METHODS:
            answer = handler(request(path, method, json={} if method != "GET" else None))
            assert answer.status_code in REFUSED, (
                f"{method} {path} got {answer.status_code}, expected a refusal: look at the path before anything "
                "else (`is_at`, `path_id`); a door that reads nothing from its one address is in "
                "HAS_ONE_FIXED_ADDRESS"
            )
