import time
from typing import Any

import httpx
import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from local.providers.faults import Fault, Faults
from tests.harness.eventually import PATIENCE_SECONDS, eventually

SMS = "/providers/blackleaf/api/messaging/send/"
SMS_QUERY = {"apiKey": "key", "to": "13155550100", "body": "Low stock"}


def fault(**fields: Any) -> Fault:
    return Fault.model_validate({"provider": "blackleaf", "status": 503, **fields})


def order(client: TestClient | httpx.Client, **fields: Any) -> None:
    client.post("/api/faults", json={"provider": "blackleaf", "status": 503, **fields})


def test_a_fault_is_used_up_after_its_times() -> None:
    faults = Faults()
    faults.add(fault(times=2))

    assert [faults.take("blackleaf") is None for _ in range(3)] == [False, False, True]


def test_faults_are_met_in_the_order_in_which_they_were_ordered() -> None:
    faults = Faults()
    faults.add(fault(status=503, times=2))
    faults.add(fault(status=429))

    met = [faults.take("blackleaf") for _ in range(3)]

    assert [one.status for one in met if one] == [503, 503, 429]


def test_a_fault_concerns_its_provider_alone() -> None:
    faults = Faults()
    faults.add(fault(provider="slack"))

    assert faults.take("drive") is None
    assert faults.take("slack") is not None


def test_a_fault_for_one_recipient_waits_for_a_call_that_names_them() -> None:
    faults = Faults()
    faults.add(fault(provider="mailjet", containing="dana@example.com"))

    assert faults.take("mailjet", body=b'{"To": [{"Email": "vic@example.com"}]}') is None
    assert faults.take("mailjet", lookup=True) is None
    assert faults.take("mailjet", body=b'{"To": [{"Email": "dana@example.com"}]}') is not None
    assert faults.pending() == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"provider": "pigeon"}, "provider"),
        ({"status": 302}, "status"),
        ({"status": "503"}, "status"),
        ({"status": 700}, "status"),
        ({"times": 0}, "times"),
        ({"delaySeconds": -1}, "delaySeconds"),
        ({"delaySeconds": float("nan")}, "delaySeconds"),
        ({"retryAfter": -1}, "retryAfter"),
        ({"retryAfter": "soon"}, "retryAfter"),
        ({"status": 0, "retryAfter": 5}, "retryAfter"),
        ({"lookups": True}, "lookups"),
        ({"containing": "dana@example.com"}, "containing"),
        ({"provider": "mailjet", "containing": ""}, "containing"),
        ({"speed": 1}, "speed"),
    ],
)
def test_a_fault_without_meaning_is_refused(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        fault(**fields)


def test_a_refused_call_leaves_no_record(console: TestClient) -> None:
    order(console, status=503)

    refused = console.get(SMS, params=SMS_QUERY)
    accepted = console.get(SMS, params=SMS_QUERY)

    assert (refused.status_code, refused.json()["status"]) == (503, "error")
    assert accepted.json()["status"] == "success"
    assert len(console.get("/api/outbox").json()) == 1


@pytest.mark.parametrize("said", [90, "Mon, 23 Nov 2026 14:02:00 GMT"])
def test_a_refusal_may_say_when_to_come_back(console: TestClient, said: int | str) -> None:
    order(console, status=429, retryAfter=said)
    refused = console.get(SMS, params=SMS_QUERY)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, str(said))


def test_a_delayed_refusal_takes_its_time(console: TestClient) -> None:
    order(console, status=503, delaySeconds=0.1)

    started = time.perf_counter()
    assert console.get(SMS, params=SMS_QUERY).status_code == 503
    assert time.perf_counter() - started >= 0.1


def test_a_slow_success_is_a_success(console: TestClient) -> None:
    order(console, status=200, delaySeconds=0.1)

    started = time.perf_counter()
    assert console.get(SMS, params=SMS_QUERY).json()["status"] == "success"
    assert time.perf_counter() - started >= 0.1
    assert len(console.get("/api/outbox").json()) == 1


def test_a_call_that_timed_out_on_a_slow_success_was_accepted(base_url: str) -> None:
    with httpx.Client(base_url=base_url) as client:
        order(client, status=200, delaySeconds=0.3)

        with pytest.raises(httpx.ReadTimeout):
            client.get(SMS, params=SMS_QUERY, timeout=httpx.Timeout(PATIENCE_SECONDS, read=0.1))

        eventually(lambda: len(client.get("/api/outbox").json()) == 1)


def test_a_dropped_call_is_recorded_and_gets_no_answer(base_url: str) -> None:
    with httpx.Client(base_url=base_url) as client:
        order(client, status=0)

        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            client.get(SMS, params=SMS_QUERY)

        assert [message["text"] for message in client.get("/api/outbox").json()] == ["Low stock"]


def test_a_dropped_call_is_recorded_before_its_delay(base_url: str) -> None:
    with httpx.Client(base_url=base_url) as client:
        order(client, status=0, delaySeconds=0.3)

        with pytest.raises(httpx.ReadTimeout):
            client.get(SMS, params=SMS_QUERY, timeout=httpx.Timeout(PATIENCE_SECONDS, read=0.1))

        eventually(lambda: len(client.get("/api/outbox").json()) == 1)


def test_the_server_goes_on_after_a_dropped_connection(base_url: str) -> None:
    with httpx.Client(base_url=base_url) as client:
        order(client, status=0)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get(SMS, params=SMS_QUERY)

        assert client.get(SMS, params=SMS_QUERY).json()["status"] == "success"


def test_a_drop_without_its_server_configuration_says_what_is_missing(console: TestClient) -> None:
    order(console, status=0)

    with pytest.raises(RuntimeError, match="server_config"):
        console.get(SMS, params=SMS_QUERY)
