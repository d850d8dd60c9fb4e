"""Environment variables for functions, emulators and outside clients."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from local.setup.paths import EMULATORS, VENV
from local.setup.programs import java_home_bin
from local.stack.emulator_repairs import STACK_PREFIX
from local.stack.ports import PROJECT, REGION, Ports

# Two cores handle four concurrent functions well; the emulator's default of fifty starves them.
_PARALLEL_FUNCTIONS = "4"
# The emulators run for minutes: optimizing compilation costs more CPU than it saves (18 ms a run
# versus 9, on two cores), and so do a parallel collector's threads.
_JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# `.secret.local` overrides the caller's environment for these, unless they have the prefix.
_CALLERS_SECRETS = ("ANTHROPIC_API_KEY",)


def function_environment(ports: Ports) -> dict[str, str]:
    """The content of `.env.local`, read by the Functions emulator."""
    console = ports.url("console")
    return {
        "PUBLIC_BASE_URL": ports.url("hosting"),
        "FUNCTIONS_BASE_URL": ports.functions_base_url,
        f"{STACK_PREFIX}CLOUD_TASKS_EMULATOR_HOST": ports.address("cloud_tasks"),
        "CLOUD_SCHEDULER_EMULATOR_HOST": ports.address("cloud_scheduler"),
        "SECRET_MANAGER_EMULATOR_HOST": ports.address("secret_manager"),
        "MAILJET_API_URL": f"{console}/providers/mailjet",
        "BLACKLEAF_API_URL": f"{console}/providers/blackleaf",
        "DRIVE_API_URL": f"{console}/providers/drive",
        "SLACK_WEBHOOK_BASE_URL": f"{console}/providers/slack",
        "STORAGE_EMULATOR_HOST": f"{console}/cloud/storage",
        "ALLOW_PRIVATE_NETWORK_FETCH": "true",
        "EMAIL_FROM": "playbooks@example.com",
        **_traces(console),
    }


def _traces(console: str) -> dict[str, str]:
    """Exports all traces to the console quickly; only functions do."""
    return {
        "TRACE_SAMPLE_RATIO": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": console,
        "OTEL_BSP_SCHEDULE_DELAY": "500",
    }


def client_environment(ports: Ports) -> dict[str, str]:
    """Variables for outside processes to reach the stack with official clients and the product's code."""
    functions_alone = _traces(ports.url("console")).keys()
    return {
        **{
            name: value
            for name, value in function_environment(ports).items()
            if not name.startswith(STACK_PREFIX) and name not in functions_alone
        },
        "CLOUD_TASKS_EMULATOR_HOST": ports.address("cloud_tasks"),
        "FIRESTORE_EMULATOR_HOST": ports.address("firestore"),
        "PUBSUB_EMULATOR_HOST": ports.address("pubsub"),
        "FIREBASE_AUTH_EMULATOR_HOST": ports.address("auth"),
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "GCLOUD_PROJECT": PROJECT,
        "FUNCTION_REGION": REGION,
        "MAILJET_API_KEY": "demo-mailjet-key",
        "MAILJET_API_SECRET": "demo-mailjet-secret",
        "MAILJET_EVENTS_SECRET": "demo-mailjet-events-secret",
        "UNSUBSCRIBE_SECRET": "demo-unsubscribe-secret",
        "SMS_INBOUND_SECRET": "demo-sms-inbound-secret",
        "BLACKLEAF_API_KEY": "demo-blackleaf-key",
    }


def emulator_environment(overrides: Mapping[str, str]) -> dict[str, str]:
    """The Firebase CLI's environment. Functions inherit it, including `overrides`.

    Raises:
        SetupError: Java is missing.
    """
    environment = {**os.environ, **overrides}
    for name in _CALLERS_SECRETS:
        if environment.get(name):
            environment[STACK_PREFIX + name] = environment[name]
    java = java_home_bin()
    path = [str(java)] if java else []
    path += [str(VENV / "bin"), environment.get("PATH", os.defpath)]
    environment.update(
        PATH=os.pathsep.join(path),
        FIREBASE_EMULATORS_PATH=str(EMULATORS),
        FUNCTIONS_EMULATOR_PARALLEL=environment.get("FUNCTIONS_EMULATOR_PARALLEL", _PARALLEL_FUNCTIONS),
        JAVA_TOOL_OPTIONS=environment.get("JAVA_TOOL_OPTIONS", _JAVA_OPTIONS),
        GOOGLE_CLOUD_PROJECT=PROJECT,
        NO_UPDATE_NOTIFIER="1",
    )
    return environment


def write_env_file(path: Path, values: Mapping[str, str]) -> None:
    """Writes `values` as a dotenv file for the emulator."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{name}={value}\n" for name, value in values.items()))
