"""Cloud Logging's metrics and Cloud Monitoring as one gRPC server, with the message types of Google's own clients.

What it is sent was written by the official clients, and it refuses what the real services refuse: metrics whose
labels have no extractors, policies on metrics that nobody has made, two things of one name, fields that cannot be
changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import grpc
from google.cloud import monitoring_dashboard_v1 as boards
from google.cloud import monitoring_v3 as api
from google.cloud.logging_v2.services.metrics_service_v2 import MetricsServiceV2Client
from google.cloud.logging_v2.services.metrics_service_v2.transports import MetricsServiceV2GrpcTransport
from google.cloud.logging_v2.types import logging_metrics as logs
from google.cloud.monitoring_dashboard_v1.services.dashboards_service.transports import (
    DashboardsServiceGrpcTransport,
)
from google.cloud.monitoring_v3.services.alert_policy_service.transports import AlertPolicyServiceGrpcTransport
from google.cloud.monitoring_v3.services.notification_channel_service.transports import (
    NotificationChannelServiceGrpcTransport,
)
from google.cloud.monitoring_v3.services.uptime_check_service.transports import UptimeCheckServiceGrpcTransport

from local.deploy.monitoring.putting import Clients

T = TypeVar("T")

_USER_METRIC = re.compile(r'metric\.type="logging\.googleapis\.com/user/([^"]+)"')
_LABEL = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_UPTIME = "monitoring.googleapis.com/uptime_check/check_passed"


class RefusedCallError(Exception):
    """What the service answers instead."""

    def __init__(self, code: grpc.StatusCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise RefusedCallError(grpc.StatusCode.INVALID_ARGUMENT, message)


def _found(things: Mapping[str, T], name: str) -> T:
    if name not in things:
        raise RefusedCallError(grpc.StatusCode.NOT_FOUND, f"{name} does not exist")
    return things[name]


@dataclass
class Watched:
    """The project's state, and the names of the calls that changed it."""

    metrics: dict[str, logs.LogMetric] = field(default_factory=dict)
    policies: dict[str, api.AlertPolicy] = field(default_factory=dict)
    channels: dict[str, api.NotificationChannel] = field(default_factory=dict)
    checks: dict[str, api.UptimeCheckConfig] = field(default_factory=dict)
    dashboards: dict[str, boards.Dashboard] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)
    unknown_for: int = 0
    """How many policies are still refused because their metric is young."""
    dies_at: int | None = None
    _number: int = 0

    def get_log_metric(self, request: logs.GetLogMetricRequest) -> logs.LogMetric:
        return _found(self.metrics, request.metric_name)

    def create_log_metric(self, request: logs.CreateLogMetricRequest) -> logs.LogMetric:
        name = f"{request.parent}/metrics/{request.metric.name}"
        if name in self.metrics:
            raise RefusedCallError(grpc.StatusCode.ALREADY_EXISTS, name)
        return self._put_metric(name, request.metric)

    def update_log_metric(self, request: logs.UpdateLogMetricRequest) -> logs.LogMetric:
        return self._put_metric(request.metric_name, request.metric)

    def _put_metric(self, name: str, metric: logs.LogMetric) -> logs.LogMetric:
        _require(bool(metric.filter) and len(metric.filter) <= 20_000, "filter")
        kinds = type(metric.metric_descriptor)
        labels = {label.key for label in metric.metric_descriptor.labels}
        _require(
            labels == set(metric.label_extractors), "each label needs an extractor, and each extractor a label"
        )
        is_distribution = metric.metric_descriptor.value_type == kinds.DISTRIBUTION
        _require(is_distribution == bool(metric.value_extractor), "a distribution needs a value, a count has none")
        extractors = [*metric.label_extractors.values(), *filter(None, [metric.value_extractor])]
        _require(all(re.fullmatch(r"(REGEXP_)?EXTRACT\(.+\)", one) for one in extractors), "extractor")
        self.metrics[name] = metric
        return metric

    def list_alert_policies(self, request: api.ListAlertPoliciesRequest) -> api.ListAlertPoliciesResponse:
        return api.ListAlertPoliciesResponse(alert_policies=list(self.policies.values()))

    def create_alert_policy(self, request: api.CreateAlertPolicyRequest) -> api.AlertPolicy:
        policy = request.alert_policy
        policy.name = self._name(f"{request.name}/alertPolicies")
        return self._put_policy(policy)

    def update_alert_policy(self, request: api.UpdateAlertPolicyRequest) -> api.AlertPolicy:
        there = _found(self.policies, request.alert_policy.name)
        for path in request.update_mask.paths:
            setattr(there, path, getattr(request.alert_policy, path))
        return self._put_policy(there)

    def _put_policy(self, policy: api.AlertPolicy) -> api.AlertPolicy:
        _require(1 <= len(policy.conditions) <= 6 and bool(policy.combiner), "conditions and their combiner")
        _require(all(map(_LABEL.fullmatch, [*policy.user_labels, *policy.user_labels.values()])), "user_labels")
        for channel in policy.notification_channels:
            _found(self.channels, channel)
        for condition in policy.conditions:
            self._require_condition(condition)
            condition.name = condition.name or f"{policy.name}/conditions/{self._next()}"
        self.policies[policy.name] = policy
        return policy

    def _require_condition(self, condition: Any) -> None:
        asked = condition.condition_threshold if "condition_threshold" in condition else condition.condition_absent
        _require(
            "resource.type" in asked.filter and "metric.type" in asked.filter, "filter: a metric and a resource"
        )
        _require(asked.duration.total_seconds() % 60 == 0, "duration: whole minutes")
        _require(all(one.alignment_period.total_seconds() >= 60 for one in asked.aggregations), "alignment_period")
        if "condition_absent" in condition:
            _require(120 <= asked.duration.total_seconds() <= 23.5 * 3_600, "duration: two minutes or more")
        for metric in _USER_METRIC.findall(asked.filter):
            is_known = any(name.endswith(f"/metrics/{metric}") for name in self.metrics)
            if not is_known or self.unknown_for > 0:
                self.unknown_for -= 1
                raise RefusedCallError(
                    grpc.StatusCode.NOT_FOUND,
                    f"Cannot find metric that matches type = {metric}. If a metric was created recently, it could "
                    "take up to 10 minutes to become available.",
                )

    def list_notification_channels(
        self, request: api.ListNotificationChannelsRequest
    ) -> api.ListNotificationChannelsResponse:
        return api.ListNotificationChannelsResponse(notification_channels=list(self.channels.values()))

    def create_notification_channel(self, request: api.CreateNotificationChannelRequest) -> api.NotificationChannel:
        channel = request.notification_channel
        _require(
            channel.type_ == "email" and set(channel.labels) == {"email_address"}, "labels of an email channel"
        )
        channel.name = self._name(f"{request.name}/notificationChannels")
        self.channels[channel.name] = channel
        return channel

    def update_notification_channel(self, request: api.UpdateNotificationChannelRequest) -> api.NotificationChannel:
        there = _found(self.channels, request.notification_channel.name)
        there.labels = dict(request.notification_channel.labels)
        return there

    def list_uptime_check_configs(
        self, request: api.ListUptimeCheckConfigsRequest
    ) -> api.ListUptimeCheckConfigsResponse:
        return api.ListUptimeCheckConfigsResponse(uptime_check_configs=list(self.checks.values()))

    def create_uptime_check_config(self, request: api.CreateUptimeCheckConfigRequest) -> api.UptimeCheckConfig:
        check = request.uptime_check_config
        _require(check.period.total_seconds() in (60, 300, 600, 900), "period")
        _require(1 <= check.timeout.total_seconds() <= 60, "timeout")
        _require(set(check.monitored_resource.labels) == {"project_id", "host"}, "labels of uptime_url")
        check.name = self._name(f"{request.parent}/uptimeCheckConfigs")
        # Google fills in what was left out.
        check.http_check.request_method = 1  # type: ignore[assignment]
        self.checks[check.name] = check
        return check

    def update_uptime_check_config(self, request: api.UpdateUptimeCheckConfigRequest) -> api.UptimeCheckConfig:
        there = _found(self.checks, request.uptime_check_config.name)
        _require("monitored_resource" not in request.update_mask.paths, "monitored_resource cannot be changed")
        for path in request.update_mask.paths:
            setattr(there, path, getattr(request.uptime_check_config, path))
        return there

    def delete_uptime_check_config(self, request: api.DeleteUptimeCheckConfigRequest) -> None:
        _found(self.checks, request.name)
        del self.checks[request.name]

    def get_dashboard(self, request: boards.GetDashboardRequest) -> boards.Dashboard:
        return _found(self.dashboards, request.name)

    def create_dashboard(self, request: boards.CreateDashboardRequest) -> boards.Dashboard:
        return self._put_dashboard(request.dashboard)

    def update_dashboard(self, request: boards.UpdateDashboardRequest) -> boards.Dashboard:
        there = _found(self.dashboards, request.dashboard.name)
        _require(request.dashboard.etag == there.etag, "etag: somebody else has changed the dashboard")
        return self._put_dashboard(request.dashboard)

    def _put_dashboard(self, dashboard: boards.Dashboard) -> boards.Dashboard:
        for tile in dashboard.mosaic_layout.tiles:
            _require(tile.x_pos + tile.width <= dashboard.mosaic_layout.columns, "a tile stands out of the layout")
        dashboard.etag = str(self._next())
        self.dashboards[dashboard.name] = dashboard
        return dashboard

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _name(self, parent: str) -> str:
        return f"{parent}/{self._next()}"


_SERVICES = {
    "google.logging.v2.MetricsServiceV2": ("get_log_metric", "create_log_metric", "update_log_metric"),
    "google.monitoring.v3.AlertPolicyService": (
        "list_alert_policies",
        "create_alert_policy",
        "update_alert_policy",
    ),
    "google.monitoring.v3.NotificationChannelService": (
        "list_notification_channels",
        "create_notification_channel",
        "update_notification_channel",
    ),
    "google.monitoring.v3.UptimeCheckService": (
        "list_uptime_check_configs",
        "create_uptime_check_config",
        "update_uptime_check_config",
        "delete_uptime_check_config",
    ),
    "google.monitoring.dashboard.v1.DashboardsService": ("get_dashboard", "create_dashboard", "update_dashboard"),
}


@contextmanager
def serving(watched: Watched) -> Iterator[Clients]:
    """The official clients, of a server that holds the state."""
    server = grpc.server(ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers([_handler(watched, name, methods) for name, methods in _SERVICES.items()])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    try:
        yield Clients(
            MetricsServiceV2Client(transport=MetricsServiceV2GrpcTransport(channel=channel)),
            api.AlertPolicyServiceClient(transport=AlertPolicyServiceGrpcTransport(channel=channel)),
            api.NotificationChannelServiceClient(
                transport=NotificationChannelServiceGrpcTransport(channel=channel)
            ),
            api.UptimeCheckServiceClient(transport=UptimeCheckServiceGrpcTransport(channel=channel)),
            boards.DashboardsServiceClient(transport=DashboardsServiceGrpcTransport(channel=channel)),
        )
    finally:
        channel.close()
        server.stop(None)


def _handler(watched: Watched, service: str, methods: tuple[str, ...]) -> grpc.GenericRpcHandler:
    handlers = {}
    for method in methods:
        annotations = getattr(Watched, method).__annotations__
        request, answer = (_type(annotations[name]) for name in ("request", "return"))
        handlers["".join(part.capitalize() for part in method.split("_"))] = grpc.unary_unary_rpc_method_handler(
            _answering(watched, method),
            request_deserializer=request.deserialize,
            response_serializer=answer.serialize if answer is not None else lambda _: b"",
        )
    return grpc.method_handlers_generic_handler(service, handlers)


def _type(annotation: str) -> Any:
    return eval(annotation, globals())


def _answering(watched: Watched, method: str) -> Any:
    def answer(request: Any, context: Any) -> Any:
        changes = not method.startswith(("get_", "list_"))
        try:
            done = getattr(watched, method)(request)
        except RefusedCallError as refused:
            context.abort(refused.code, str(refused))
        if changes:
            watched.changes.append(method)
            if watched.dies_at == len(watched.changes):
                context.abort(grpc.StatusCode.DATA_LOSS, "the deployment died here")
        return done

    return answer
