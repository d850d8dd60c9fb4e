"""The manifest keeps its promises: limits that fit together, retries on, secrets only where they are needed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.deploy.plan import bound_secrets
from local.deploy.resources import OPTIONAL_SECRETS
from shared.gcp.settings import UNSET

ROOT = Path(__file__).parents[2]
ENDPOINTS: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "functions.yaml").read_text())["endpoints"]
FIREBASE: dict[str, Any] = json.loads((ROOT / "firebase.json").read_text())
PROVIDER_KEYS = {"MAILJET_API_KEY", "MAILJET_API_SECRET", "BLACKLEAF_API_KEY"}
INVITATION_KEYS = {"MAILJET_API_KEY", "MAILJET_API_SECRET"}
LINK_KEY = {"UNSUBSCRIBE_SECRET"}
EVENTS_KEY = {"MAILJET_EVENTS_SECRET"}
REPLIES_KEY = {"SMS_INBOUND_SECRET"}
REPLY_KEYS = {"BLACKLEAF_API_KEY"}
WITH_PROVIDER_KEYS = {
    *(
        "runExecution",
        "runEvent",
        "runCatalog",
        "retryExecution",
        "onDeadLetter",
        "checkOrg",
        "deliverLater",
        "rollUpUsage",
        "sendWebhook",
    ),
    "sendCampaignPage",
}
PUBLIC = {
    "alerts",
    "approvals",
    "chat",
    "competitors",
    "cron",
    "execute",
    "executions",
    "mailjetEvents",
    "mcp",
    "people",
    "playbooks",
    "secrets",
    "settings",
    "hooks",
    "smsInbound",
    "suggestions",
    "unknownAddress",
    "unsubscribe",
    "usage",
    "webhookDeliveries",
    "webhooks",
}
MODEL_KEY = {"ANTHROPIC_API_KEY"}
SCAN_KEY = {"APIFY_TOKEN"}
RUNS = {"runExecution", "runEvent", "runCatalog", "retryExecution"}
SCANS = RUNS
ASKS_A_MODEL = {"chat", "mcp", *RUNS}

each_function = pytest.mark.parametrize("function_id", ENDPOINTS)


@each_function
def test_the_entry_point_is_the_id_in_snake_case(function_id: str) -> None:
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in function_id)
    assert ENDPOINTS[function_id]["entryPoint"] == snake


@each_function
def test_what_changes_accounts_and_what_writes_secrets_run_as_accounts_of_their_own(function_id: str) -> None:
    writers = dict.fromkeys(("secrets", "webhooks", "deleteSecrets"), "playbooks-secrets@")
    own = {"people": "playbooks-accounts@", **writers}
    assert ENDPOINTS[function_id]["serviceAccountEmail"] == own.get(function_id, "playbooks-runtime@")


@each_function
def test_threads_match_the_concurrency(function_id: str) -> None:
    endpoint = ENDPOINTS[function_id]
    assert endpoint["environmentVariables"]["THREADS"] == str(endpoint["concurrency"])


@each_function
def test_memory_cpu_and_instances_are_bounded(function_id: str) -> None:
    endpoint = ENDPOINTS[function_id]
    assert endpoint["availableMemoryMb"] in {256, 512}
    assert endpoint["cpu"] == 1
    assert endpoint["minInstances"] == 0
    assert 1 <= endpoint["maxInstances"] <= 20


@each_function
def test_every_event_is_delivered_again_when_its_handler_raises(function_id: str) -> None:
    trigger = ENDPOINTS[function_id].get("eventTrigger")
    assert trigger is None or trigger["retry"] is True


@each_function
def test_provider_keys_are_bound_only_where_a_provider_is_called(function_id: str) -> None:
    bound = {secret["key"] for secret in ENDPOINTS[function_id].get("secretEnvironmentVariables", [])}
    other = MODEL_KEY | SCAN_KEY | LINK_KEY | EVENTS_KEY | REPLIES_KEY
    expected = {"people": INVITATION_KEYS, "smsInbound": REPLY_KEYS}.get(function_id, set())
    assert bound - other == (PROVIDER_KEYS if function_id in WITH_PROVIDER_KEYS else expected)


@each_function
def test_links_are_signed_where_mail_is_sent_and_read_at_the_door(function_id: str) -> None:
    bound = {secret["key"] for secret in ENDPOINTS[function_id].get("secretEnvironmentVariables", [])}
    assert (bound >= LINK_KEY) == (function_id in {*WITH_PROVIDER_KEYS, "unsubscribe"})
    assert (bound >= EVENTS_KEY) == (function_id == "mailjetEvents")
    assert (bound >= REPLIES_KEY) == (function_id == "smsInbound")


@each_function
def test_the_keys_that_may_be_unset_are_bound_where_they_are_used(function_id: str) -> None:
    bound = {secret["key"] for secret in ENDPOINTS[function_id].get("secretEnvironmentVariables", [])}
    assert bound & MODEL_KEY == (MODEL_KEY if function_id in ASKS_A_MODEL else set())
    assert bound & SCAN_KEY == (SCAN_KEY if function_id in SCANS else set())


def test_every_bound_secret_has_a_local_stand_in_and_the_optional_ones_are_unset() -> None:
    lines = [line for line in (ROOT / ".secret.local").read_text().splitlines() if not line.startswith("#")]
    local = dict(line.split("=", 1) for line in lines)
    assert local.keys() == set(bound_secrets(ENDPOINTS))
    assert {name for name, value in local.items() if value == UNSET} == OPTIONAL_SECRETS


@each_function
def test_only_the_doors_that_authenticate_by_themselves_are_public(function_id: str) -> None:
    endpoint = ENDPOINTS[function_id]
    trigger = endpoint.get("httpsTrigger") or endpoint.get("taskQueueTrigger")
    if trigger is not None:
        expected = ["public"] if function_id in PUBLIC else ["playbooks-invoker@"]
        assert trigger["invoker"] == expected, "a function that strangers may call is in PUBLIC above, and no other"


@pytest.mark.parametrize("function_id", [name for name in ENDPOINTS if "taskQueueTrigger" in ENDPOINTS[name]])
def test_a_queue_sends_no_more_at_once_than_its_instances_take(function_id: str) -> None:
    endpoint = ENDPOINTS[function_id]
    limit = endpoint["taskQueueTrigger"]["rateLimits"]["maxConcurrentDispatches"]
    assert limit == endpoint["maxInstances"] * endpoint["concurrency"]


def test_every_hosting_rewrite_leads_to_a_public_function() -> None:
    *others, page = FIREBASE["hosting"]["rewrites"]
    to_functions = [rewrite for rewrite in others if "function" in rewrite]
    assert page == {"source": "!/@(api|__|assets)/**", "destination": "/index.html"}
    targets = {rewrite["function"]["functionId"] for rewrite in to_functions}
    assert targets == PUBLIC, "a door with addresses for everybody is in PUBLIC above, and no other"
    sources = [
        rewrite["source"] for rewrite in to_functions if rewrite["function"]["functionId"] == "unknownAddress"
    ]
    assert sources == [to_functions[-1]["source"]] == ["/api/**"], "the first rewrite that fits wins"


def test_the_merge_key_which_the_cli_cannot_read_is_not_used() -> None:
    assert "<<:" not in (ROOT / "functions.yaml").read_text()
