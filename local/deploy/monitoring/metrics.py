"""Log-based metrics, counted from existing log lines, so that runs pay nothing for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from google.cloud.logging_v2.types import LogMetric

_FUNCTIONS = 'resource.type="cloud_run_revision"'
_ENDS = "completed|failed|cancelled|skipped|stopped|waits|queued"
_SCALE = (1, 2, 14)
"""Buckets that double from 1 (a second, an attempt) to 8,192."""


@dataclass(frozen=True, slots=True)
class Metric:
    """A count of log lines that match `filter`, or with `value` the distribution of one of their fields."""

    id: str
    description: str
    filter: str
    labels: Mapping[str, str] = field(default_factory=dict)
    """Extractors by the label's name."""
    value: str = ""
    unit: str = "1"

    @property
    def type(self) -> str:
        """The name of its time series."""
        return f"logging.googleapis.com/user/{self.id}"

    def message(self) -> LogMetric:
        """As the API takes it."""
        from google.api import distribution_pb2, label_pb2, metric_pb2
        from google.cloud.logging_v2.types import LogMetric

        kinds = metric_pb2.MetricDescriptor
        value_type = kinds.DISTRIBUTION if self.value else kinds.INT64
        descriptor = metric_pb2.MetricDescriptor(
            metric_kind=kinds.DELTA,
            value_type=value_type,
            unit=self.unit,
            labels=[label_pb2.LabelDescriptor(key=name) for name in self.labels],
        )
        first, factor, count = _SCALE
        buckets = distribution_pb2.Distribution.BucketOptions(
            exponential_buckets=distribution_pb2.Distribution.BucketOptions.Exponential(
                num_finite_buckets=count, growth_factor=factor, scale=first
            )
        )
        return LogMetric(
            name=self.id,
            description=self.description,
            filter=f"{_FUNCTIONS} AND {self.filter}",
            label_extractors=dict(self.labels),
            value_extractor=self.value,
            metric_descriptor=descriptor,
            bucket_options=buckets if self.value else None,
        )


RUNS = Metric(
    "playbooks-runs",
    "Run outcomes, by status",
    f'jsonPayload.logger=~"^shared\\.execution\\." AND jsonPayload.message=~"^run ({_ENDS})( |$)"',
    {"status": f'REGEXP_EXTRACT(jsonPayload.message, "^run ({_ENDS})")'},
)
DEAD_LETTERS = Metric(
    "playbooks-dead-letters",
    "Runs that failed permanently, by org",
    'jsonPayload.message="dead letter"',
    {"org": "EXTRACT(jsonPayload.orgId)"},
)
LADDER = Metric(
    "playbooks-attempts",
    "Attempts per finished run",
    'jsonPayload.message=~"^run (completed|failed)$" AND jsonPayload.attempt>0',
    value="EXTRACT(jsonPayload.attempt)",
)
PROVIDER_ERRORS = Metric(
    "playbooks-step-errors",
    "Failed attempts, by action and error",
    'jsonPayload.message=~"^(attempt failed; retrying|run failed)$" AND jsonPayload.action:*',
    {"action": "EXTRACT(jsonPayload.action)", "error": "EXTRACT(jsonPayload.errorType)"},
)
SLOWED = Metric(
    "playbooks-providers-slow-down",
    "Providers that asked us to slow down, by account",
    'jsonPayload.message="provider asked us to slow down"',
    {"account": "EXTRACT(jsonPayload.account)"},
)
TICK_LAG = Metric(
    "playbooks-tick-lag",
    "Seconds from a schedule's slot to its run",
    'jsonPayload.message="run queued" AND jsonPayload.lagSeconds>=0',
    value="EXTRACT(jsonPayload.lagSeconds)",
    unit="s",
)
SWEEPS = Metric("playbooks-sweeps", "Completed sweeps", 'jsonPayload.message="swept overdue runs"')
BUDGETS = Metric(
    "playbooks-budgets",
    "Orgs that used 80 or 100 percent of their monthly budget",
    'jsonPayload.message="budget threshold crossed"',
    {"percent": "EXTRACT(jsonPayload.percent)"},
)
METRICS: Sequence[Metric] = (RUNS, DEAD_LETTERS, LADDER, PROVIDER_ERRORS, SLOWED, TICK_LAG, SWEEPS, BUDGETS)
