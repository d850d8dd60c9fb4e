"""Every environment variable the product reads, in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT_RETRY_DELAYS = (5, 30, 300)
DEFAULT_ANTHROPIC_URL = "https://api.anthropic.com"
DEFAULT_SCHEDULER_JOBS = 800
DEFAULT_MODEL_ROUTINE = "claude-haiku-5-5"
DEFAULT_MODEL_ANALYSIS = "claude-sonnet-5-5"
DEFAULT_MODEL_BEST = "claude-opus-5-5"
UNSET = "unset"
"""What a secret holds that had to exist and opens nothing."""


class SettingsError(ValueError):
    """An environment variable holds what it cannot mean; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment, parsed. Build it where it is used: reading costs microseconds and holds no state."""

    project: str
    region: str
    public_base_url: str
    functions_base_url: str
    invoker_service_account: str | None
    runtime_service_account: str | None
    """What the functions run as; known to commands of an operator alone."""
    retry_delays_seconds: tuple[int, ...]
    lease_seconds: int
    scheduler_job_limit: int
    """How many Cloud Scheduler jobs the region may have before further schedules are carried by tasks."""
    email_from: str
    email_from_name: str
    mailjet_api_key: str | None
    mailjet_api_secret: str | None
    mailjet_api_url: str
    mailjet_events_secret: str | None
    unsubscribe_secret: str | None
    sms_inbound_secret: str | None
    blackleaf_api_key: str | None
    blackleaf_api_url: str
    storage_bucket: str
    drive_api_url: str | None
    slack_webhook_base_url: str
    anthropic_api_key: str | None
    anthropic_base_url: str
    model_routine: str
    model_analysis: str
    model_best: str
    apify_token: str | None
    apify_api_url: str
    allow_private_network_fetch: bool
    environment: Mapping[str, str]

    def function_url(self, name: str) -> str:
        """Where the Cloud Function `name` (camelCase id) is called; `FUNCTION_URL_<name>` overrides one of them."""
        return self.environment.get(f"FUNCTION_URL_{name}") or f"{self.functions_base_url}/{name}"


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Parse the environment.

    Raises:
        SettingsError: a variable is missing or malformed.
    """
    env = os.environ if environment is None else environment
    project = env.get("GOOGLE_CLOUD_PROJECT") or env.get("GCLOUD_PROJECT")
    if not project:
        raise SettingsError("GOOGLE_CLOUD_PROJECT is not set; expected the id of the Google Cloud project")
    region = env.get("FUNCTION_REGION", "us-central1")
    return Settings(
        project=project,
        region=region,
        public_base_url=env.get("PUBLIC_BASE_URL", f"https://{project}.web.app").rstrip("/"),
        functions_base_url=env.get("FUNCTIONS_BASE_URL", f"https://{region}-{project}.cloudfunctions.net").rstrip(
            "/"
        ),
        invoker_service_account=env.get("INVOKER_SERVICE_ACCOUNT") or None,
        runtime_service_account=env.get("RUNTIME_SERVICE_ACCOUNT") or None,
        retry_delays_seconds=_retry_delays(env.get("RETRY_DELAYS_SECONDS")),
        lease_seconds=_positive_int(env, "LEASE_SECONDS", 60),
        scheduler_job_limit=_whole_number(env, "SCHEDULER_JOB_LIMIT", DEFAULT_SCHEDULER_JOBS),
        email_from=env.get("EMAIL_FROM", "playbooks@bakedbot.ai"),
        email_from_name=env.get("EMAIL_FROM_NAME", "BakedBot Playbooks"),
        mailjet_api_key=env.get("MAILJET_API_KEY") or None,
        mailjet_api_secret=env.get("MAILJET_API_SECRET") or None,
        mailjet_api_url=env.get("MAILJET_API_URL", "https://api.mailjet.com"),
        mailjet_events_secret=_set_or_none(env, "MAILJET_EVENTS_SECRET"),
        unsubscribe_secret=_set_or_none(env, "UNSUBSCRIBE_SECRET"),
        sms_inbound_secret=_set_or_none(env, "SMS_INBOUND_SECRET"),
        blackleaf_api_key=env.get("BLACKLEAF_API_KEY") or None,
        blackleaf_api_url=env.get("BLACKLEAF_API_URL", "https://api.blackleaf.io").rstrip("/"),
        storage_bucket=env.get("STORAGE_BUCKET") or f"{project}-playbooks",
        drive_api_url=env.get("DRIVE_API_URL", "").rstrip("/") or None,
        slack_webhook_base_url=env.get("SLACK_WEBHOOK_BASE_URL", "https://hooks.slack.com").rstrip("/"),
        anthropic_api_key=_set_or_none(env, "ANTHROPIC_API_KEY"),
        anthropic_base_url=(env.get("ANTHROPIC_BASE_URL") or DEFAULT_ANTHROPIC_URL).rstrip("/"),
        model_routine=_set_or_none(env, "MODEL_ROUTINE") or DEFAULT_MODEL_ROUTINE,
        model_analysis=_set_or_none(env, "MODEL_ANALYSIS") or DEFAULT_MODEL_ANALYSIS,
        model_best=_set_or_none(env, "MODEL_BEST") or DEFAULT_MODEL_BEST,
        apify_token=_set_or_none(env, "APIFY_TOKEN"),
        apify_api_url=env.get("APIFY_API_URL", "https://api.apify.com").rstrip("/"),
        allow_private_network_fetch=env.get("ALLOW_PRIVATE_NETWORK_FETCH", "").lower() in {"1", "true", "yes"},
        environment=env,
    )


def _set_or_none(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name, "").strip()
    return None if value in ("", UNSET) else value


def _retry_delays(raw: str | None) -> tuple[int, ...]:
    if raw is None or not raw.strip():
        return DEFAULT_RETRY_DELAYS
    try:
        delays = tuple(int(part) for part in raw.split(","))
    except ValueError:
        delays = ()
    if len(delays) != len(DEFAULT_RETRY_DELAYS) or any(delay < 0 for delay in delays):
        raise SettingsError(f"RETRY_DELAYS_SECONDS is {raw!r}; expected three numbers of seconds, like 5,30,300")
    return delays


def _positive_int(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name)
    if not raw:
        return default
    if not raw.isdigit() or int(raw) == 0:
        raise SettingsError(f"{name} is {raw!r}; expected a whole number of seconds above zero")
    return int(raw)


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    raw = env.get(name)
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit()):
        raise SettingsError(f"{name} is {raw!r}; expected a whole number, 0 or above")
    return int(raw)
