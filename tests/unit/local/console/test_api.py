from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from local.console.app import create_app
from tests.unit.local.fakes import START, FakeCloud, make_app

STORE = {"name": "Green Leaf", "products": [{"name": "Blue Dream", "category": "Flower", "price": 34}]}


def text_to(console: TestClient, number: str) -> None:
    query = {"apiKey": "key", "to": number, "body": "Low stock"}
    console.get("/providers/blackleaf/api/messaging/send/", params=query)


def problem(answer: Any, status: int = 400) -> str:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["title"]
    detail: str = body["detail"]
    return detail


def test_a_whole_stack_is_healthy(console: TestClient) -> None:
    assert console.get("/healthz").status_code == 200


def test_a_starting_stack_says_what_is_missing() -> None:
    console = TestClient(make_app(ready={"functions": False, "firestore": True, "auth": False}))

    answer = console.get("/healthz")

    assert problem(answer, 503) == "not ready yet: functions, auth"
    assert answer.json()["missing"] == ["functions", "auth"]


def test_a_stack_that_names_no_part_is_not_ready() -> None:
    assert TestClient(make_app(ready={})).get("/healthz").status_code == 503


def test_the_outbox_lists_all_channels_oldest_first(console: TestClient) -> None:
    text_to(console, "13155550100")
    console.post("/providers/slack/services/T1/B1/x", json={"text": "Low stock"})

    assert [message["channel"] for message in console.get("/api/outbox").json()] == ["sms", "slack"]


def test_the_outbox_can_be_narrowed_to_a_channel(console: TestClient) -> None:
    text_to(console, "13155550100")

    assert len(console.get("/api/outbox?channel=sms").json()) == 1
    assert console.get("/api/outbox?channel=email").json() == []


def test_an_unknown_channel_is_refused(console: TestClient) -> None:
    detail = problem(console.get("/api/outbox?channel=fax"))

    assert detail.startswith("channel: ")
    assert "'email', 'sms', 'slack' or 'drive'" in detail
    assert "'fax'" in detail


def test_the_outbox_can_be_emptied(console: TestClient) -> None:
    text_to(console, "13155550100")

    assert console.delete("/api/outbox").json() == {"deleted": 1}
    assert console.get("/api/outbox").json() == []


def test_the_clock_tells_the_stacks_time(console: TestClient) -> None:
    assert console.get("/api/clock").json() == {"now": "2026-11-23T14:00:00Z"}


def test_advancing_answers_what_fired(console: TestClient, cloud: FakeCloud) -> None:
    fired = {"service": "scheduler", "name": "jobs/a", "scheduleTime": "2026-11-23T14:00:30Z", "status": 202}
    cloud.fires.append(fired)

    answer = console.post("/api/clock/advance", json={"seconds": 60}).json()

    assert answer == {"now": "2026-11-23T14:01:00Z", "fired": [fired]}


def test_what_fired_may_be_the_clouds_own_objects(console: TestClient, cloud: FakeCloud) -> None:
    @dataclass
    class Fired:
        service: str
        name: str
        schedule_time: datetime
        status: int

    cloud.fires.append(Fired("tasks", "tasks/a", START, 200))  # type: ignore[arg-type]

    (fired,) = console.post("/api/clock/advance", json={"seconds": 0}).json()["fired"]

    assert fired == {
        "service": "tasks",
        "name": "tasks/a",
        "scheduleTime": "2026-11-23T14:00:00Z",
        "status": 200,
    }


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ('{"seconds": -1}', "seconds: "),
        ('{"seconds": "60"}', "seconds: "),
        ('{"seconds": 1e400}', "seconds: "),
        ('{"seconds": 1e12}', "seconds: "),
        ("{}", "seconds: this field is required"),
        ('{"seconds": 1, "minutes": 1}', "minutes: unknown field, expected only seconds"),
        ("[]", "body: "),
        ("", "body: Invalid JSON"),
    ],
)
def test_a_bad_advance_is_refused_and_moves_nothing(
    console: TestClient, cloud: FakeCloud, body: str, named: str
) -> None:
    assert problem(console.post("/api/clock/advance", content=body)).startswith(named)
    assert cloud.clock.now() == START


def test_faults_can_be_ordered_listed_and_cleared(console: TestClient) -> None:
    fault = {"provider": "mailjet", "status": 503, "times": 2, "delaySeconds": 1.5, "retryAfter": 90}
    defaults = {"lookups": False, "containing": None}

    ordered = console.post("/api/faults", json=fault).json()

    assert ordered == console.get("/api/faults").json() == {"faults": [{**fault, **defaults}]}
    assert console.delete("/api/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"provider": "pigeon"}, "provider: "),
        ({"status": 302}, "status: expected 0, 200 or 400 to 599, found 302"),
        (
            {"delay": 1},
            "delay: unknown field, expected only provider, status, times, delaySeconds, retryAfter, containing, "
            "lookups",
        ),
    ],
)
def test_a_bad_fault_is_refused(console: TestClient, changes: dict[str, Any], detail: str) -> None:
    body = {"provider": "mailjet", "status": 503, **changes}

    assert problem(console.post("/api/faults", json=body)).startswith(detail)
    assert console.get("/api/faults").json() == {"faults": []}


def test_a_store_is_opened_at_its_address(console: TestClient) -> None:
    answer = console.put("/api/stores/green-leaf", json=STORE).json()

    assert answer == {"slug": "green-leaf", "url": "http://127.0.0.1:8025/stores/green-leaf"}
    assert console.get("/stores/green-leaf").status_code == 200


@pytest.mark.parametrize(
    ("slug", "menu", "named"),
    [
        ("Green_Leaf", STORE, "slug: "),
        ("green-leaf", {"name": "", "products": []}, "name: "),
        ("green-leaf", {"name": "Green Leaf"}, "products: "),
        (
            "green-leaf",
            {"name": "A", "products": [{"name": "B", "category": "C", "price": -1}]},
            "products.0.price: ",
        ),
        (
            "green-leaf",
            {"name": "A", "products": [{"name": "B", "category": "C", "price": "1.999"}]},
            "products.0.price: ",
        ),
        (
            "green-leaf",
            {"name": "A", "products": [{"name": "B", "category": "C", "price": 1, "sku": 1}]},
            "products.0.sku: unknown field",
        ),
    ],
)
def test_a_bad_menu_is_refused(console: TestClient, slug: str, menu: dict[str, Any], named: str) -> None:
    assert problem(console.put(f"/api/stores/{slug}", json=menu)).startswith(named)
    assert console.get(f"/stores/{slug}").status_code == 404


def test_an_unknown_address_is_a_problem(console: TestClient) -> None:
    assert "/api/inbox" in problem(console.get("/api/inbox"), 404)


def test_a_wrong_method_is_a_problem_that_says_which_are_allowed(console: TestClient) -> None:
    answer = console.get("/api/clock/advance")

    problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_what_the_scheduler_takes_can_be_set(console: TestClient, cloud: FakeCloud) -> None:
    answer = console.put("/api/scheduler/limits", json={"jobs": 3, "unknownZones": ["Asia/Tokyo"]})
    assert answer.json() == {"jobs": 3, "unknownZones": ["Asia/Tokyo"]}
    assert cloud.limits == (3, ["Asia/Tokyo"])


def test_a_quota_below_none_is_refused(console: TestClient) -> None:
    assert "jobs" in problem(console.put("/api/scheduler/limits", json={"jobs": -1}))


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("{}", "role: this field is required"),
        ('{"role": "admin"}', "role: Input should be 'viewer', 'editor' or 'owner', found 'admin'"),
        ('{"role": null}', "role: Input should be 'viewer', 'editor' or 'owner', found None"),
        ('{"role": "owner", "orgId": ""}', "orgId: "),
        ('{"role": "owner", "orgId": "a/b"}', "orgId: "),
        ('{"role": "owner", "orgId": 7}', "orgId: "),
        ('{"role": "owner", "org": "a"}', "org: unknown field, expected only role, orgId"),
        ('["owner"]', "body: "),
        ("owner", "body: Invalid JSON"),
        ("", "body: Invalid JSON"),
    ],
)
def test_a_bad_sign_in_is_refused(console: TestClient, body: str, named: str) -> None:
    assert problem(console.post("/api/sign-in", content=body)).startswith(named)


def test_a_stack_without_an_auth_emulator_signs_nobody_in() -> None:
    console = TestClient(create_app(FakeCloud(), dict, auth_url="http://127.0.0.1:1"))
    detail = problem(console.post("/api/sign-in", json={"role": "owner"}), 503)
    assert detail.startswith("the Auth emulator can't create the account")
