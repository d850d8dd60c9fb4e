"""Alert policies and uptime checks, with instructions for whoever is alerted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from local.deploy.monitoring.metrics import BUDGETS, DEAD_LETTERS, SWEEPS, TICK_LAG, Metric

if TYPE_CHECKING:
    from google.cloud.monitoring_v3 import AlertPolicy, UptimeCheckConfig

LABEL = "playbooks"
"""Everything created here has this label with its own key, so that later deployments find it."""
_MINUTE = timedelta(minutes=1)
_GUIDE = "Where to look, and what to do: docs/operations.md, “What failed, and what to do”."


@dataclass(frozen=True, slots=True)
class Policy:
    """An alert policy. `needs`: the log-based metric it uses."""

    key: str
    title: str
    advice: str
    condition: dict[str, Any]
    severity: str = "ERROR"
    needs: Metric | None = None

    def message(self, channels: Sequence[str]) -> AlertPolicy:
        """As the API takes it."""
        from google.cloud.monitoring_v3 import AlertPolicy

        return AlertPolicy(
            display_name=f"Playbooks: {self.title}",
            documentation={"content": f"{self.advice}\n\n{_GUIDE}", "mime_type": "text/markdown"},
            user_labels={LABEL: self.key},
            conditions=[{"display_name": self.title, **self.condition}],
            combiner="AND",
            severity=self.severity,
            notification_channels=list(channels),
            alert_strategy={"auto_close": timedelta(days=1)},
        )


@dataclass(frozen=True, slots=True)
class Check:
    """An uptime check. `status`: the expected status; 0 means any of 200 to 299."""

    key: str
    title: str
    path: str
    status: int = 0

    def message(self, project: str, host: str) -> UptimeCheckConfig:
        """As the API takes it."""
        from google.cloud.monitoring_v3 import UptimeCheckConfig

        code = {"status_value": self.status} if self.status else {"status_class": "STATUS_CLASS_2XX"}
        return UptimeCheckConfig(
            display_name=f"Playbooks: {self.title}",
            monitored_resource={"type": "uptime_url", "labels": {"project_id": project, "host": host}},
            http_check={
                "path": self.path,
                "port": 443,
                "use_ssl": True,
                "validate_ssl": True,
                "accepted_response_status_codes": [code],
            },
            period=5 * _MINUTE,
            timeout=timedelta(seconds=10),
            user_labels={LABEL: self.key},
        )


def _sum(period: timedelta) -> list[dict[str, Any]]:
    return [
        {
            "alignment_period": period,
            "per_series_aligner": "ALIGN_SUM",
            "cross_series_reducer": "REDUCE_SUM",
        }
    ]


def _series(metric: Metric) -> str:
    return f'metric.type="{metric.type}" AND resource.type="cloud_run_revision"'


def _above(value: float, filter_: str, aggregations: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "condition_threshold": {
            "filter": filter_,
            "aggregations": aggregations,
            "comparison": "COMPARISON_GT",
            "threshold_value": value,
            "duration": timedelta(0),
            **more,
        }
    }


_REQUESTS = 'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision"'
_RATE = [
    {
        "alignment_period": 10 * _MINUTE,
        "per_series_aligner": "ALIGN_SUM",
        "cross_series_reducer": "REDUCE_SUM",
    }
]

POLICIES: tuple[Policy, ...] = (
    Policy(
        "dead-letters",
        "runs have failed permanently",
        "Runs used up their retries. `runs list --status failed --since 1h` names them, `runs show ID` says why, "
        "and `runs replay --since 1h` sends them back once the cause is gone.",
        _above(0, _series(DEAD_LETTERS), _sum(5 * _MINUTE)),
        needs=DEAD_LETTERS,
    ),
    Policy(
        "sweep",
        "the sweep isn't running",
        "Nothing has looked for lost runs and missed ticks for 20 minutes. Look at the scheduler job "
        "platform-sweep, and at the logs of the function sweep.",
        {
            "condition_absent": {
                "filter": _series(SWEEPS),
                "aggregations": _sum(5 * _MINUTE),
                "duration": 20 * _MINUTE,
            }
        },
        "CRITICAL",
        needs=SWEEPS,
    ),
    Policy(
        "error-rate",
        "more than 5% of calls fail",
        "Functions answer with 5xx. Error Reporting has the stack traces.",
        _above(
            0.05,
            f'{_REQUESTS} AND metric.labels.response_code_class="5xx"',
            _RATE,
            denominator_filter=_REQUESTS,
            denominator_aggregations=_RATE,
        ),
    ),
    Policy(
        "tick-lag",
        "schedules are starting more than five minutes late",
        "One in twenty runs starts late. Look at the queues in Cloud Tasks, and at Cloud Scheduler's quota.",
        _above(
            300,
            _series(TICK_LAG),
            [
                {
                    "alignment_period": 10 * _MINUTE,
                    "per_series_aligner": "ALIGN_PERCENTILE_95",
                    "cross_series_reducer": "REDUCE_MAX",
                }
            ],
        ),
        "WARNING",
        needs=TICK_LAG,
    ),
    Policy(
        "budget",
        "an org has used up its month's budget",
        "Its steps that use AI for wording are skipped until next month. It has been told; look whether a playbook "
        "runs in a circle.",
        _above(0, f'{_series(BUDGETS)} AND metric.labels.percent="100"', _sum(5 * _MINUTE)),
        "WARNING",
        needs=BUDGETS,
    ),
    Policy(
        "uptime",
        "the dashboard or the API isn't responding",
        "Checks from several places in the world fail. Look at https://status.cloud.google.com and at the last "
        "deployment.",
        _above(
            1,
            'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url"',
            [
                {
                    "alignment_period": 10 * _MINUTE,
                    "per_series_aligner": "ALIGN_NEXT_OLDER",
                    "cross_series_reducer": "REDUCE_COUNT_FALSE",
                    "group_by_fields": ["metric.label.check_id"],
                }
            ],
        ),
        "CRITICAL",
    ),
)
CHECKS: tuple[Check, ...] = (
    Check("dashboard", "the dashboard", "/"),
    # Without credentials the expected answer is a refusal, which comes from the function itself.
    Check("api", "the API", "/api/playbooks", status=401),
)
