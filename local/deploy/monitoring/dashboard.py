"""The dashboard in Cloud Monitoring."""

from __future__ import annotations

from typing import Any

from google.cloud import monitoring_dashboard_v1 as api

from local.deploy.monitoring.metrics import (
    DEAD_LETTERS,
    LADDER,
    PROVIDER_ERRORS,
    RUNS,
    SLOWED,
    SWEEPS,
    TICK_LAG,
    Metric,
)

ID = "playbooks"
_COLUMNS, _WIDTH, _HEIGHT = 48, 24, 16
_Aligner = api.Aggregation.Aligner
_Reducer = api.Aggregation.Reducer
_CHARTS: tuple[tuple[str, Metric, str], ...] = (
    ("Runs by status", RUNS, "status"),
    ("Dead letters by org", DEAD_LETTERS, "org"),
    ("Attempts a run takes (95%)", LADDER, ""),
    ("Failed attempts by action", PROVIDER_ERRORS, "action"),
    ("Providers that ask us to slow down", SLOWED, "account"),
    ("Tick lag in seconds (95%)", TICK_LAG, ""),
    ("Sweeps", SWEEPS, ""),
)


def dashboard(project_number: str) -> api.Dashboard:
    """The dashboard for the API, with a fixed name so that there is only one."""
    tiles = [
        {
            "x_pos": place % 2 * _WIDTH,
            "y_pos": place // 2 * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "widget": {"title": title, "xy_chart": _chart(metric, label)},
        }
        for place, (title, metric, label) in enumerate(_CHARTS)
    ]
    return api.Dashboard(
        name=f"projects/{project_number}/dashboards/{ID}",
        display_name="Playbooks",
        mosaic_layout={"columns": _COLUMNS, "tiles": tiles},
    )


def _chart(metric: Metric, label: str) -> dict[str, Any]:
    aggregation: dict[str, Any] = {
        "alignment_period": {"seconds": 300},
        "per_series_aligner": _Aligner.ALIGN_PERCENTILE_95 if metric.value else _Aligner.ALIGN_SUM,
        "cross_series_reducer": _Reducer.REDUCE_MAX if metric.value else _Reducer.REDUCE_SUM,
        "group_by_fields": [f'metric.label."{label}"'] if label else [],
    }
    query = {"time_series_filter": {"filter": f'metric.type="{metric.type}"', "aggregation": aggregation}}
    plot = api.XyChart.DataSet.PlotType
    return {
        "data_sets": [{"time_series_query": query, "plot_type": plot.LINE if metric.value else plot.STACKED_BAR}]
    }
