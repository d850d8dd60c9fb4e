"""What watches a project is made once, whenever the deployment dies, and what people added to it stays."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import DataLoss, GoogleAPICallError, PermissionDenied
from google.cloud import cloudquotas_v1, monitoring_v3

from local.deploy.apply import describe
from local.deploy.monitoring import putting
from local.deploy.monitoring.metrics import METRICS
from local.deploy.monitoring.policies import CHECKS, POLICIES
from local.deploy.monitoring.putting import Clients, Watching, put_all
from local.deploy.monitoring.quota import report_quota
from local.deploy.plan import plan
from local.deploy.target import Target
from local.setup.paths import ROOT
from tests.deploy.monitoring import Watched, serving

WATCHING = Watching("thrive-prod", "thrive-prod.web.app", "oncall@thrive.example")


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def clients(watched: Watched) -> Iterator[Clients]:
    with serving(watched) as made:
        yield made


def never(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for nothing")


def state(watched: Watched) -> dict[str, list[str]]:
    """What is there, by what people call it."""
    return {
        "metrics": sorted(watched.metrics),
        "policies": sorted(one.display_name for one in watched.policies.values()),
        "channels": [one.labels["email_address"] for one in watched.channels.values()],
        "checks": sorted(one.http_check.path for one in watched.checks.values()),
        "dashboards": list(watched.dashboards),
    }


def test_a_project_gets_all_of_it_and_a_second_deployment_changes_nothing(
    watched: Watched, clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(WATCHING, clients, never)
    assert {key: len(things) for key, things in state(watched).items()} == {
        "metrics": len(METRICS),
        "policies": len(POLICIES),
        "channels": 1,
        "checks": len(CHECKS),
        "dashboards": 1,
    }
    assert all(len(one.notification_channels) == 1 for one in watched.policies.values())
    made = list(watched.changes)
    capsys.readouterr()
    put_all(WATCHING, clients, never)
    assert watched.changes == made, capsys.readouterr().out


def test_a_deployment_that_died_anywhere_goes_on_when_it_is_started_again(
    watched: Watched, clients: Clients
) -> None:
    put_all(WATCHING, clients, never)
    complete, changes = state(watched), len(watched.changes)
    for dies_at in range(1, changes + 1):
        broken = Watched(dies_at=dies_at)
        with serving(broken) as theirs:
            with pytest.raises(DataLoss):
                put_all(WATCHING, theirs, never)
            broken.dies_at = None
            put_all(WATCHING, theirs, never)
        assert state(broken) == complete, f"died at change {dies_at}"
        assert len(broken.changes) == changes


def test_what_was_changed_by_mistake_is_put_right_and_what_people_added_stays(
    watched: Watched, clients: Clients
) -> None:
    put_all(WATCHING, clients, never)
    pager = monitoring_v3.NotificationChannel(type_="email", labels={"email_address": "pager@thrive.example"})
    added = clients.channels.create_notification_channel(name=WATCHING.name, notification_channel=pager).name
    policy = next(one for one in watched.policies.values() if one.user_labels["playbooks"] == "dead-letters")
    policy.notification_channels.append(added)
    policy.enabled = False
    policy.conditions[0].condition_threshold.threshold_value = 1_000
    metric = watched.metrics[f"{WATCHING.name}/metrics/playbooks-runs"]
    metric.filter = "nothing"
    theirs = monitoring_v3.AlertPolicy(name="theirs", display_name="Ours, by hand")
    watched.policies["theirs"] = copy.deepcopy(theirs)
    put_all(WATCHING, clients, never)
    assert policy.conditions[0].condition_threshold.threshold_value == 0
    assert added in policy.notification_channels
    assert policy.enabled is False
    assert "jsonPayload" in watched.metrics[metric_name(metric.name)].filter
    assert watched.policies["theirs"] == theirs


def metric_name(metric_id: str) -> str:
    return f"{WATCHING.name}/metrics/{metric_id}"


def test_another_address_moves_the_checks_and_another_mail_the_channel(watched: Watched, clients: Clients) -> None:
    put_all(WATCHING, clients, never)
    moved = Watching(WATCHING.project, "playbooks.thrive.example", "night@thrive.example")
    put_all(moved, clients, never)
    assert {one.monitored_resource.labels["host"] for one in watched.checks.values()} == {moved.host}
    assert len(watched.checks) == len(CHECKS)
    assert state(watched)["channels"] == ["night@thrive.example"]


def test_a_metric_that_is_not_known_yet_is_waited_for_and_waiting_has_an_end(
    watched: Watched, clients: Clients
) -> None:
    waits: list[float] = []
    watched.unknown_for = 2
    put_all(WATCHING, clients, waits.append)
    assert waits == list(putting.NEW_METRIC_WAITS_SECONDS[:2])
    late = Watched(unknown_for=1_000)
    with serving(late) as theirs, pytest.raises(GoogleAPICallError, match="Cannot find metric"):
        put_all(WATCHING, theirs, waits.append)


def test_without_an_address_nobody_is_mailed_and_a_person_hears_how(
    watched: Watched, clients: Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    put_all(Watching(WATCHING.project, WATCHING.host, ""), clients, never)
    assert not watched.channels
    assert "set ALERT_EMAIL" in capsys.readouterr().out


def test_the_printed_plan_names_each_thing() -> None:
    text = describe(plan(Target("thrive-prod")))
    metrics = [f"log-based metric {one.id}" for one in METRICS]
    policies = [f"alert policy: {one.title}" for one in POLICIES]
    for thing in (*metrics, *policies, *(f"uptime check: {one.title}" for one in CHECKS)):
        assert f"#   makes {thing}" in text
    assert "dashboard Playbooks" in text
    assert "backups schedules create" in text
    assert "--enable-pitr" in text


@pytest.mark.parametrize("metric", METRICS, ids=lambda one: one.id)
def test_a_metric_reads_lines_that_the_code_writes(metric: Any) -> None:
    """A line that is worded anew must not silently end an alert."""
    source = "\n".join(path.read_text() for path in sorted((ROOT / "shared").rglob("*.py")))
    for text in re.findall(r'jsonPayload\.message="([^"]+)"', metric.filter):
        assert f'"{text}"' in source
    for group in re.findall(r'message=~"\^(?:run )?\(([^)]+)\)', metric.filter):
        for text in group.split("|"):
            assert re.search(rf'"(run )?{re.escape(text)}[" ]', source), text
    for name in re.findall(
        r"jsonPayload\.([a-zA-Z]+)", json.dumps([metric.filter, metric.value, *metric.labels.values()])
    ):
        assert name in {"message", "logger", "orgId"} or f'"{name}"' in source, name


def info(metric: str, value: int, **fields: Any) -> cloudquotas_v1.QuotaInfo:
    return cloudquotas_v1.QuotaInfo(
        metric=metric,
        dimensions_infos=[
            cloudquotas_v1.DimensionsInfo(
                details=cloudquotas_v1.QuotaDetails(value=value), applicable_locations=["europe-west1"]
            )
        ],
        **fields,
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [(500, "may have 500 scheduler jobs"), (5_000, "room for 5,000"), (-1, "room for any number of")],
)
def test_too_small_a_quota_of_jobs_is_reported_with_the_remedy(
    value: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    infos = [
        info("cloudscheduler.googleapis.com/write_requests", 1, refresh_interval="minute"),
        info("cloudscheduler.googleapis.com/jobs", value),
    ]
    report_quota("thrive-prod", "europe-west1", 800, SimpleNamespace(list_quota_infos=lambda **_: infos))
    assert said in capsys.readouterr().out


def test_a_quota_that_cannot_be_read_stops_no_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(parent: str) -> None:
        raise PermissionDenied("no")  # type: ignore[no-untyped-call]

    report_quota("thrive-prod", "europe-west1", 800, SimpleNamespace(list_quota_infos=refuse))
    assert "cannot be read" in capsys.readouterr().out
