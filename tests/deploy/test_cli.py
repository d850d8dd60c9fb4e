"""A fresh project, deployed by the real Firebase CLI: what it asks of Google is right and stays here."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

import pytest

from local.deploy.accounts import ACCOUNTS_ROLES, RUNTIME_ROLES, SECRETS_ROLES, TRACES_ROLE
from local.deploy.plan import read_endpoints
from local.setup.paths import ROOT
from local.stack.platform import PLATFORM_JOBS
from tests.deploy.conftest import World
from tests.deploy.state import COMPUTE_ACCOUNT, LOCATION, NUMBER, PROJECT, REGION, Json, State, service_of

# The Firebase CLI starts a dozen times, on a machine that does other things as well.
pytestmark = pytest.mark.timeout(1_200)
ENDPOINTS = read_endpoints()
FIREBASE: Json = json.loads((ROOT / "firebase.json").read_text())
INDEXES: Json = json.loads((ROOT / "firestore.indexes.json").read_text())
DOMAIN = f"{PROJECT}.iam.gserviceaccount.com"
RUNTIME, INVOKER, ACCOUNTS, SECRETS = (
    f"playbooks-{name}@{DOMAIN}" for name in ("runtime", "invoker", "accounts", "secrets")
)
PUBLIC = "allUsers"
EVENTS = [name for name, endpoint in ENDPOINTS.items() if "eventTrigger" in endpoint]
QUEUES = [name for name, endpoint in ENDPOINTS.items() if "taskQueueTrigger" in endpoint]


@pytest.fixture(scope="module")
def deployed(fresh: World) -> World:
    assert fresh.deployed == 0
    return fresh


@pytest.fixture(scope="module")
def state(deployed: World) -> State:
    return deployed.google.state


def _function(state: State, name: str) -> Json:
    return state.functions[f"{LOCATION}/functions/{name}"]


def test_every_request_was_understood_and_none_left_the_machine(deployed: World) -> None:
    assert deployed.google.unanswered == []
    here = {
        address for address in deployed.recorder.connections() if address.endswith(f":{deployed.recorder.port}")
    }
    # The one address that the CLI has no variable for; it only warns when nobody answers there.
    assert deployed.recorder.connections() - here == {"iam.googleapis.com:443"}
    assert len(here) > 10


def test_every_api_that_the_cli_calls_is_enabled_before(deployed: World) -> None:
    """With default credentials its calls count against the project, which must have the API then."""
    called = {one.host for one in deployed.google.requests} - {
        "www.googleapis.com",
        "upload-firebasehosting.googleapis.com",
    }
    enabled = {one for line in deployed.gcloud.asked if line[:2] == ("services", "enable") for one in line[2:]}
    assert called <= enabled
    assert not [one for one in deployed.google.requests if one.path.endswith(":enable")]


def test_the_requests_are_listed(deployed: World, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [f"{one.method} https://{one.host}{one.path}" for one in deployed.google.requests]
    path = deployed.folder / "requests.txt"
    path.write_text("\n".join(lines) + "\n")
    table = Counter((one.host, one.method) for one in deployed.google.requests)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(ENDPOINTS)} functions deployed by {len(lines)} requests, listed in {path}\n")
        for (host, method), count in sorted(table.items()):
            sys.stdout.write(f"  {host:40}{method:8}{count:4}\n")
    assert path.read_text().count("cloudfunctions.googleapis.com") >= len(ENDPOINTS)


def test_what_google_did_not_know_of_yet_was_asked_for_again_and_nothing_else(deployed: World) -> None:
    created = Counter(one.query["functionId"] for one in deployed.google.requests if "functionId" in one.query)
    assert created == {**dict.fromkeys(ENDPOINTS, 1), "onDomainEvent": 2}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_function_is_what_the_manifest_says(state: State, name: str) -> None:
    wanted, function = ENDPOINTS[name], _function(state, name)
    service = function["serviceConfig"]
    assert function["buildConfig"]["entryPoint"] == wanted["entryPoint"]
    assert function["buildConfig"]["runtime"] == FIREBASE["functions"][0]["runtime"]
    assert service["serviceAccountEmail"] == f"{wanted['serviceAccountEmail']}{DOMAIN}"
    assert service["availableMemory"] == f"{wanted['availableMemoryMb']}Mi"
    assert service["availableCpu"] == str(wanted["cpu"])
    assert service["timeoutSeconds"] == wanted["timeoutSeconds"]
    assert service["maxInstanceRequestConcurrency"] == wanted["concurrency"]
    assert (service["minInstanceCount"], service["maxInstanceCount"]) == (0, wanted["maxInstances"])
    bound = {one["key"]: one["secret"] for one in service.get("secretEnvironmentVariables", [])}
    assert bound == {one["key"]: one["key"] for one in wanted.get("secretEnvironmentVariables", [])}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_function_knows_its_settings_and_has_threads_for_what_it_is_sent(state: State, name: str) -> None:
    environment = _function(state, name)["serviceConfig"]["environmentVariables"]
    assert environment["PUBLIC_BASE_URL"] == f"https://{PROJECT}.web.app"
    assert environment["INVOKER_SERVICE_ACCOUNT"] == INVOKER
    assert environment["FUNCTION_REGION"] == REGION
    assert int(environment["THREADS"]) >= ENDPOINTS[name]["concurrency"]


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_is_reported_again_until_it_is_handled_and_may_arrive(state: State, name: str) -> None:
    wanted, trigger = ENDPOINTS[name]["eventTrigger"], _function(state, name)["eventTrigger"]
    assert trigger["eventType"] == wanted["eventType"]
    assert trigger["retryPolicy"] == "RETRY_POLICY_RETRY"
    filters = {one["attribute"]: one["value"] for one in trigger["eventFilters"]}
    expected = {**wanted["eventFilters"], **wanted.get("eventFilterPathPatterns", {})}
    if "topic" in expected:
        assert trigger["pubsubTopic"] == f"projects/{PROJECT}/topics/{expected.pop('topic')}"
    else:
        # A trigger has to be where its database is.
        assert state.database is not None
        assert trigger["triggerRegion"] == state.database["locationId"] == REGION
    assert filters == expected
    deliverer = trigger["serviceAccountEmail"]
    assert state.may(deliverer, "roles/eventarc.eventReceiver")
    assert state.may(deliverer, "roles/run.invoker", service_of(f"{LOCATION}/functions/{name}"))


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_function_is_called_by_those_alone_who_may(state: State, name: str) -> None:
    endpoint = ENDPOINTS[name]
    policy = state.policy(service_of(f"{LOCATION}/functions/{name}"))
    trigger: dict[str, Any] = endpoint.get("httpsTrigger") or endpoint.get("taskQueueTrigger") or {}
    if name in EVENTS:
        expected = f"serviceAccount:{RUNTIME}"
    elif trigger["invoker"] == ["public"]:
        expected = PUBLIC
    else:
        expected = f"serviceAccount:{INVOKER}"
    assert policy == {"roles/run.invoker": {expected}}
    assert f"serviceAccount:{RUNTIME}" not in state.policy().get("roles/run.invoker", set())


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_is_what_the_manifest_says(state: State, name: str) -> None:
    wanted, queue = ENDPOINTS[name]["taskQueueTrigger"], state.queues[f"{LOCATION}/queues/{name}"]
    assert queue["rateLimits"] == wanted["rateLimits"]
    retry = wanted["retryConfig"]
    assert queue["retryConfig"] == {
        "maxAttempts": retry["maxAttempts"],
        "maxDoublings": retry["maxDoublings"],
        "minBackoff": f"{retry['minBackoffSeconds']}s",
        "maxBackoff": f"{retry['maxBackoffSeconds']}s",
    }


def test_only_the_manifests_functions_and_queues_are_there(state: State) -> None:
    assert {name.rpartition("/")[2] for name in state.functions} == set(ENDPOINTS)
    assert {name.rpartition("/")[2] for name in state.queues} == set(QUEUES)


def test_the_functions_accounts_may_read_each_secret_that_is_bound(state: State) -> None:
    bound: dict[str, set[str]] = {}
    for endpoint in ENDPOINTS.values():
        for one in endpoint.get("secretEnvironmentVariables", []):
            bound.setdefault(one["key"], set()).add(f"serviceAccount:{endpoint['serviceAccountEmail']}{DOMAIN}")
    readers = {name: state.policy(f"secrets/{name}")["roles/secretmanager.secretAccessor"] for name in bound}
    assert state.policy("secrets/CRON_SECRET").keys() == {
        "roles/secretmanager.secretAccessor",
        "roles/secretmanager.viewer",
    }
    assert readers == bound
    assert all(len(state.secrets[name]) == 1 for name in {*bound, "CRON_SECRET"})


def test_every_rewrite_leads_to_a_service_that_is_there(state: State) -> None:
    assert state.live is not None
    config = state.versions[state.live]["config"]
    *to_functions, to_the_page = config["rewrites"]
    *wanted_rewrites, _ = FIREBASE["hosting"]["rewrites"]
    assert to_the_page == {"glob": "!/@(api|__|assets)/**", "path": "/index.html"}
    assert [one["glob"] for one in to_functions] == [one["source"] for one in wanted_rewrites]
    for found, wanted in zip(to_functions, wanted_rewrites, strict=True):
        if "destination" in wanted:
            assert found["path"] == wanted["destination"]
            assert found["path"] in state.versions[state.live]["files"]
            continue
        service = service_of(f"{LOCATION}/functions/{wanted['function']['functionId']}")
        assert found["run"] == {"serviceId": service.rpartition("/")[2], "region": REGION}
        assert service in {one["serviceConfig"]["service"] for one in state.functions.values()}
    assert {"/index.html", "/favicon.svg"} <= set(state.versions[state.live]["files"])
    for found, wanted in zip(config["headers"], FIREBASE["hosting"]["headers"], strict=True):
        assert found["glob"] == wanted["source"]
        assert found["headers"] == {one["key"]: one["value"] for one in wanted["headers"]}


def test_the_dashboard_is_a_web_app_of_the_project_once(state: State) -> None:
    assert [one["displayName"] for one in state.web_apps] == ["Playbooks"]


def test_rules_indexes_exemptions_and_expiry_are_what_the_files_say(state: State) -> None:
    (release,) = state.releases.items()
    assert release[0].endswith("/releases/cloud.firestore")
    (file,) = state.rulesets[release[1]]["source"]["files"]
    assert file["content"] == (ROOT / "firestore.rules").read_text()
    made = [
        (group, [(one["fieldPath"], one.get("order"), one.get("arrayConfig")) for one in index["fields"]])
        for group, indexes in state.indexes.items()
        for index in indexes
    ]
    wanted = [
        (one["collectionGroup"], [(f["fieldPath"], f.get("order"), f.get("arrayConfig")) for f in one["fields"]])
        for one in INDEXES["indexes"]
    ]
    assert sorted(map(repr, made)) == sorted(map(repr, wanted))
    overrides = {f"{one['collectionGroup']}.{one['fieldPath']}": one for one in INDEXES["fieldOverrides"]}
    assert state.fields.keys() == overrides.keys()
    for name, override in overrides.items():
        assert ("ttlConfig" in state.fields[name]) == override.get("ttl", False), name
        assert len(state.fields[name]["indexConfig"]["indexes"]) == len(override["indexes"]), name


def test_the_database_is_in_one_region_and_can_be_read_as_of_an_earlier_minute(state: State) -> None:
    assert state.database is not None
    assert state.database["locationId"] == REGION
    assert state.database["pointInTimeRecoveryEnablement"] == "POINT_IN_TIME_RECOVERY_ENABLED"
    assert state.database["deleteProtectionState"] == "DELETE_PROTECTION_ENABLED"


@pytest.mark.parametrize(
    ("account", "roles"), [(RUNTIME, RUNTIME_ROLES), (ACCOUNTS, ACCOUNTS_ROLES), (SECRETS, SECRETS_ROLES)]
)
def test_an_account_of_functions_has_the_roles_that_it_needs(
    state: State, account: str, roles: tuple[str, ...]
) -> None:
    given = {role for role, members in state.policy().items() if f"serviceAccount:{account}" in members}
    assert given == {*roles, TRACES_ROLE}


def test_the_other_accounts_have_the_roles_that_they_need(state: State) -> None:
    member = f"serviceAccount:{RUNTIME}"
    assert state.may(COMPUTE_ACCOUNT, "roles/cloudbuild.builds.builder")
    assert state.policy(f"serviceAccounts/{INVOKER}") == {"roles/iam.serviceAccountUser": {member}}
    assert state.policy("topics/playbook-dlq") == {"roles/pubsub.publisher": {member}}


def test_runs_read_the_secrets_of_orgs_and_the_function_that_writes_them_reads_none(state: State) -> None:
    orgs = f'resource.name.startsWith("projects/{NUMBER}/secrets/org-")'
    assert {(role, member, expression) for role, member, _, expression in state.conditional} == {
        ("roles/secretmanager.secretAccessor", f"serviceAccount:{RUNTIME}", orgs),
        (
            f"projects/{PROJECT}/roles/playbooksSecretWriter",
            f"serviceAccount:{SECRETS}",
            f'{orgs} || resource.type == "cloudresourcemanager.googleapis.com/Project"',
        ),
    }
    assert not [one for one in state.roles["playbooksSecretWriter"] if "access" in one or "iam" in one.lower()]


def test_old_images_go(state: State) -> None:
    repository = state.repositories[f"{LOCATION}/repositories/gcf-artifacts"]
    assert repository["cleanupPolicies"]["firebase-functions-cleanup"]["condition"] == {
        "tagState": "any",
        "olderThan": "1d",
    }
    assert repository["cleanupPolicyDryRun"] is False


@pytest.mark.parametrize("job", PLATFORM_JOBS, ids=lambda job: job.name)
def test_a_job_waits_as_long_as_its_function_works_and_asks_again(state: State, job: Any) -> None:
    found = state.jobs[job.name]
    assert float(found["attempt-deadline"].removesuffix("s")) > ENDPOINTS[job.function]["timeoutSeconds"]
    assert int(found["max-retry-attempts"]) > 0
    assert found["uri"] == found["oidc-token-audience"]
    caller = found["oidc-service-account-email"]
    assert state.may(caller, "roles/run.invoker", service_of(f"{LOCATION}/functions/{job.function}"))


def test_the_force_that_the_cli_asks_for_was_given_for_named_functions_alone(deployed: World) -> None:
    forced = [line for line in deployed.cli if "--force" in line]
    assert len(forced) == 2
    assert forced[0] == forced[1]
    (only,) = [part for part in forced[0] if part.startswith("--only=")]
    assert sorted(only.removeprefix("--only=").split(",")) == sorted(f"functions:{name}" for name in EVENTS)
