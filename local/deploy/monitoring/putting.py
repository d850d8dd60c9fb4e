"""Creates what is missing and updates the rest; people's additions stay."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from google.api_core.exceptions import InvalidArgument, NotFound
from google.cloud import monitoring_dashboard_v1, monitoring_v3
from google.cloud.logging_v2.services.metrics_service_v2 import MetricsServiceV2Client
from google.protobuf.field_mask_pb2 import FieldMask

from local.deploy.monitoring.dashboard import dashboard
from local.deploy.monitoring.metrics import METRICS, Metric
from local.deploy.monitoring.policies import CHECKS, LABEL, POLICIES, Check, Policy

NEW_METRIC_WAITS_SECONDS = (15, 30, 60, 60, 120, 120, 180)
"""Cloud Monitoring may take ten minutes to see a new metric."""
_CHANNEL = "email"

Sleep = Callable[[float], None]
M = TypeVar("M")


@dataclass(frozen=True, slots=True)
class Watching:
    """The project, its public host, and the alert address; an empty `email` means no emails."""

    project: str
    host: str
    email: str

    @property
    def name(self) -> str:
        return f"projects/{self.project}"


@dataclass(frozen=True, slots=True)
class Clients:
    metrics: MetricsServiceV2Client
    policies: monitoring_v3.AlertPolicyServiceClient
    channels: monitoring_v3.NotificationChannelServiceClient
    checks: monitoring_v3.UptimeCheckServiceClient
    dashboards: monitoring_dashboard_v1.DashboardsServiceClient

    @classmethod
    def make(cls) -> Self:
        """Uses the caller's default credentials."""
        return cls(
            MetricsServiceV2Client(),
            monitoring_v3.AlertPolicyServiceClient(),
            monitoring_v3.NotificationChannelServiceClient(),
            monitoring_v3.UptimeCheckServiceClient(),
            monitoring_dashboard_v1.DashboardsServiceClient(),
        )


def put_all(watching: Watching, clients: Clients, sleep: Sleep = time.sleep) -> None:
    """Creates or updates everything; leaves whatever is already correct.

    Raises:
        GoogleAPICallError: Google refused something.
    """
    for metric in METRICS:
        _told(f"log-based metric {metric.id}", _put_metric(watching, metric, clients))
    channels = [_put_channel(watching, clients)] if watching.email else []
    if not channels:
        print("note      nobody is mailed about alerts: set ALERT_EMAIL in the project's settings file", flush=True)
    for policy in POLICIES:
        _told(f"alert policy: {policy.title}", _put_policy(watching, policy, channels, clients, sleep))
    for check in CHECKS:
        _told(f"uptime check: {check.title}", _put_check(watching, check, clients))
    _told("dashboard Playbooks", _put_dashboard(watching, clients))


def _told(what: str, done: str) -> None:
    print(f"{done:<9} {what}", flush=True)


def _put_metric(watching: Watching, metric: Metric, clients: Clients) -> str:
    wanted = metric.message()
    name = f"{watching.name}/metrics/{metric.id}"
    try:
        there = clients.metrics.get_log_metric(metric_name=name)
    except NotFound:
        clients.metrics.create_log_metric(parent=watching.name, metric=wanted)
        return "made"
    if _differs(wanted, there, ("filter", "description", "label_extractors", "value_extractor", "bucket_options")):
        clients.metrics.update_log_metric(metric_name=name, metric=wanted)
        return "changed"
    return "there"


def _put_channel(watching: Watching, clients: Clients) -> str:
    wanted = monitoring_v3.NotificationChannel(
        type_=_CHANNEL,
        display_name="Playbooks: alerts",
        labels={"email_address": watching.email},
        user_labels={LABEL: "alerts"},
    )
    there = _labeled(clients.channels.list_notification_channels(name=watching.name), "alerts")
    if there is None:
        _told(f"notification channel {watching.email}", "made")
        return str(
            clients.channels.create_notification_channel(name=watching.name, notification_channel=wanted).name
        )
    if dict(there.labels) != dict(wanted.labels):
        wanted.name = there.name
        clients.channels.update_notification_channel(
            notification_channel=wanted, update_mask=FieldMask(paths=["labels"])
        )
        _told(f"notification channel {watching.email}", "changed")
    return str(there.name)


def _put_policy(watching: Watching, policy: Policy, channels: list[str], clients: Clients, sleep: Sleep) -> str:
    wanted = policy.message(channels)
    there = _labeled(clients.policies.list_alert_policies(name=watching.name), policy.key)
    if there is None:
        _once_known(lambda: clients.policies.create_alert_policy(name=watching.name, alert_policy=wanted), sleep)
        return "made"
    wanted.name = there.name
    # People's channels stay, and so does the enabled state they chose.
    wanted.notification_channels = list(dict.fromkeys([*there.notification_channels, *channels]))
    fields = ("display_name", "documentation", "combiner", "severity", "notification_channels", "alert_strategy")
    if not _differs(wanted, there, fields) and not _differ_in_conditions(wanted, there):
        return "there"
    wanted.conditions[0].name = there.conditions[0].name if there.conditions else ""
    mask = FieldMask(paths=[*fields, "conditions"])
    _once_known(lambda: clients.policies.update_alert_policy(alert_policy=wanted, update_mask=mask), sleep)
    return "changed"


def _put_check(watching: Watching, check: Check, clients: Clients) -> str:
    wanted = check.message(watching.project, watching.host)
    there = _labeled(clients.checks.list_uptime_check_configs(parent=watching.name), check.key)
    if there is not None and _differs(wanted, there, ("monitored_resource",)):
        # A check's target can't be changed: another address needs another check.
        clients.checks.delete_uptime_check_config(name=there.name)
        there = None
    if there is None:
        clients.checks.create_uptime_check_config(parent=watching.name, uptime_check_config=wanted)
        return "made"
    fields = ("display_name", "http_check", "period", "timeout")
    if not _differs(wanted, there, fields):
        return "there"
    wanted.name = there.name
    clients.checks.update_uptime_check_config(
        request={"uptime_check_config": wanted, "update_mask": FieldMask(paths=list(fields))}
    )
    return "changed"


def _put_dashboard(watching: Watching, clients: Clients) -> str:
    wanted = dashboard(watching.project)
    try:
        there = clients.dashboards.get_dashboard(request={"name": wanted.name})
    except NotFound:
        clients.dashboards.create_dashboard(request={"parent": watching.name, "dashboard": wanted})
        return "made"
    if not _differs(wanted, there, ("display_name", "mosaic_layout")):
        return "there"
    wanted.etag = there.etag
    clients.dashboards.update_dashboard(request={"dashboard": wanted})
    return "changed"


def _labeled(found: Iterable[Any], key: str) -> Any:
    return next((one for one in found if dict(one.user_labels).get(LABEL) == key), None)


def _differs(wanted: Any, there: Any, fields: Iterable[str]) -> bool:
    """Whether the wanted values differ; Google's own additions are ignored."""
    return any(not _within(_plain(wanted).get(name), _plain(there).get(name)) for name in fields)


def _differ_in_conditions(wanted: Any, there: Any) -> bool:
    """Zeros count here, because a threshold of 0 is intended."""
    ours, theirs = (_plain(one, zeros=True).get("conditions", []) for one in (wanted, there))
    named = [{**one, "name": ""} for one in ours]
    return len(ours) != len(theirs) or not all(map(_within, named, ({**one, "name": ""} for one in theirs)))


def _plain(message: Any, *, zeros: bool = False) -> dict[str, Any]:
    fields: dict[str, Any] = type(message).to_dict(message, always_print_fields_with_no_presence=zeros)
    return fields


def _within(wanted: Any, there: Any) -> bool:
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(_within(value, there.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list) and isinstance(there, list):
        return len(wanted) == len(there) and all(map(_within, wanted, there))
    return bool(wanted == there) or (not wanted and not there)


def _once_known(call: Callable[[], Any], sleep: Sleep) -> None:
    for wait in (*NEW_METRIC_WAITS_SECONDS, None):
        try:
            call()
            return
        except (NotFound, InvalidArgument) as error:
            if wait is None or "cannot find metric" not in str(error).lower():
                raise
            print(f"waiting   {wait} s, until Cloud Monitoring knows of the metric", flush=True)
            sleep(wait)
