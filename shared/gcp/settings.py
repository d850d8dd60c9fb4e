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
"""The value of a secret that must exist but isn't used."""


class SettingsError(ValueError):
    """An environment variable has an invalid value; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment. Build it where it's used: it holds no state, and reads a variable only when asked for it.

    Every run builds several.
    """

    environment: Mapping[str, str]
    project: str

    @property
    def region(self) -> str:
        return self.environment.get("FUNCTION_REGION", "us-central1")

    @property
    def retry_delays_seconds(self) -> tuple[int, ...]:
        """Raises SettingsError if it isn't three numbers of seconds."""
        return _retry_delays(self.environment.get("RETRY_DELAYS_SECONDS"))

    @property
    def lease_seconds(self) -> int:
        """Raises SettingsError if it isn't a whole number above zero."""
        return _whole_number(self.environment, "LEASE_SECONDS", 60, at_least=1)

    @property
    def scheduler_job_limit(self) -> int:
        """How many Cloud Scheduler jobs the region may have before further schedules are carried by tasks.

        Raises:
            SettingsError: it isn't a whole number.
        """
        return _whole_number(self.environment, "SCHEDULER_JOB_LIMIT", DEFAULT_SCHEDULER_JOBS, at_least=0)

    def function_url(self, name: str) -> str:
        """Where the Cloud Function `name` (camelCase id) is called; `FUNCTION_URL_<name>` overrides one of them."""
        return self.environment.get(f"FUNCTION_URL_{name}") or f"{self.functions_base_url}/{name}"

    @property
    def public_base_url(self) -> str:
        return self.environment.get("PUBLIC_BASE_URL", f"https://{self.project}.web.app").rstrip("/")

    @property
    def functions_base_url(self) -> str:
        default = f"https://{self.region}-{self.project}.cloudfunctions.net"
        return self.environment.get("FUNCTIONS_BASE_URL", default).rstrip("/")

    @property
    def invoker_service_account(self) -> str | None:
        return self.environment.get("INVOKER_SERVICE_ACCOUNT") or None

    @property
    def runtime_service_account(self) -> str | None:
        """What the functions run as; known to commands of an operator alone."""
        return self.environment.get("RUNTIME_SERVICE_ACCOUNT") or None

    @property
    def email_from(self) -> str:
        return self.environment.get("EMAIL_FROM", "playbooks@bakedbot.ai")

    @property
    def email_from_name(self) -> str:
        return self.environment.get("EMAIL_FROM_NAME", "BakedBot Playbooks")

    @property
    def mailjet_api_key(self) -> str | None:
        return self.environment.get("MAILJET_API_KEY") or None

    @property
    def mailjet_api_secret(self) -> str | None:
        return self.environment.get("MAILJET_API_SECRET") or None

    @property
    def mailjet_api_url(self) -> str:
        return self.environment.get("MAILJET_API_URL", "https://api.mailjet.com")

    @property
    def mailjet_events_secret(self) -> str | None:
        return _set_or_none(self.environment, "MAILJET_EVENTS_SECRET")

    @property
    def unsubscribe_secret(self) -> str | None:
        return _set_or_none(self.environment, "UNSUBSCRIBE_SECRET")

    @property
    def sms_inbound_secret(self) -> str | None:
        return _set_or_none(self.environment, "SMS_INBOUND_SECRET")

    @property
    def blackleaf_api_key(self) -> str | None:
        return self.environment.get("BLACKLEAF_API_KEY") or None

    @property
    def blackleaf_api_url(self) -> str:
        return self.environment.get("BLACKLEAF_API_URL", "https://api.blackleaf.io").rstrip("/")

    @property
    def storage_bucket(self) -> str:
        return self.environment.get("STORAGE_BUCKET") or f"{self.project}-playbooks"

    @property
    def drive_api_url(self) -> str | None:
        return self.environment.get("DRIVE_API_URL", "").rstrip("/") or None

    @property
    def slack_webhook_base_url(self) -> str:
        return self.environment.get("SLACK_WEBHOOK_BASE_URL", "https://hooks.slack.com").rstrip("/")

    @property
    def anthropic_api_key(self) -> str | None:
        return _set_or_none(self.environment, "ANTHROPIC_API_KEY")

    @property
    def anthropic_base_url(self) -> str:
        return (self.environment.get("ANTHROPIC_BASE_URL") or DEFAULT_ANTHROPIC_URL).rstrip("/")

    @property
    def model_routine(self) -> str:
        return _set_or_none(self.environment, "MODEL_ROUTINE") or DEFAULT_MODEL_ROUTINE

    @property
    def model_analysis(self) -> str:
        return _set_or_none(self.environment, "MODEL_ANALYSIS") or DEFAULT_MODEL_ANALYSIS

    @property
    def model_best(self) -> str:
        return _set_or_none(self.environment, "MODEL_BEST") or DEFAULT_MODEL_BEST

    @property
    def apify_token(self) -> str | None:
        return _set_or_none(self.environment, "APIFY_TOKEN")

    @property
    def apify_api_url(self) -> str:
        return self.environment.get("APIFY_API_URL", "https://api.apify.com").rstrip("/")

    @property
    def trace_sample_ratio(self) -> float:
        """Of how many traces all spans are exported, 0 (there are no spans) to 1.

        Raises:
            SettingsError: it is no such number.
        """
        raw = self.environment.get("TRACE_SAMPLE_RATIO") or "0"
        try:
            ratio = float(raw)
        except ValueError:
            ratio = -1.0
        if not 0 <= ratio <= 1:
            raise SettingsError(f"TRACE_SAMPLE_RATIO is {raw!r}; expected a number from 0 to 1, like 0.1")
        return ratio

    @property
    def trace_endpoint(self) -> str | None:
        """Where spans go by OTLP over HTTP; None: to the project's Cloud Trace."""
        return self.environment.get("OTEL_EXPORTER_OTLP_ENDPOINT", "").rstrip("/") or None

    @property
    def allow_private_network_fetch(self) -> bool:
        return self.environment.get("ALLOW_PRIVATE_NETWORK_FETCH", "").lower() in {"1", "true", "yes"}


def settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process, or those of `environment`.

    Raises:
        SettingsError: the project is not set. Other malformed variables raise it when they are read.
    """
    env = os.environ if environment is None else environment
    project = env.get("GOOGLE_CLOUD_PROJECT") or env.get("GCLOUD_PROJECT")
    if not project:
        raise SettingsError("GOOGLE_CLOUD_PROJECT is not set; expected the id of the Google Cloud project")
    return Settings(env, project)


def require_valid_numbers(environment: Mapping[str, str] | None = None) -> None:
    """Refuse to start with a malformed number, which would otherwise fail each run that reads it.

    Raises:
        SettingsError: naming the variable, what it is and what was expected.
    """
    known = Settings(os.environ if environment is None else environment, project="")
    _ = known.retry_delays_seconds, known.lease_seconds, known.scheduler_job_limit


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


def _whole_number(env: Mapping[str, str], name: str, default: int, *, at_least: int) -> int:
    raw = env.get(name)
    if not raw:
        return default
    if not (raw.isascii() and raw.isdigit() and int(raw) >= at_least):
        raise SettingsError(f"{name} is {raw!r}; expected a whole number, {at_least} or above")
    return int(raw)
