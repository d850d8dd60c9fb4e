"""Compares the quota of Cloud Scheduler jobs with the product's limit."""

from __future__ import annotations

from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import cloudquotas_v1

_SERVICE = "cloudscheduler.googleapis.com"


def report_quota(project: str, region: str, wanted: int, client: Any = None) -> None:
    """Prints the region's job quota, and what to do if it is below `wanted`.

    An unreadable quota doesn't stop the deployment.
    """
    client = client or cloudquotas_v1.CloudQuotasClient()
    parent = f"projects/{project}/locations/global/services/{_SERVICE}"
    try:
        allowed = jobs_allowed(client.list_quota_infos(parent=parent), region)
    except GoogleAPICallError as error:
        print(f"note      the quota of scheduler jobs cannot be read: {error}", flush=True)
        return
    if allowed is None:
        print("note      Google names no quota of scheduler jobs; 1,000 a region is usual", flush=True)
    elif 0 <= allowed < wanted:
        print(
            f"note      {region} may have {allowed:,} scheduler jobs, and SCHEDULER_JOB_LIMIT is {wanted:,}: lower "
            f"it, or ask for more at https://console.cloud.google.com/iam-admin/quotas?project={project}",
            flush=True,
        )
    else:
        room = f"{allowed:,}" if allowed >= 0 else "any number of"
        print(
            f"there     room for {room} scheduler jobs in {region}; the product makes {wanted:,} at most",
            flush=True,
        )


def jobs_allowed(infos: Any, region: str) -> int | None:
    """The region's job quota: -1 means unlimited, None means no such quota."""
    for info in infos:
        if not info.metric.endswith("/jobs") or info.refresh_interval:
            continue
        values = [one for one in info.dimensions_infos if dict(one.dimensions).get("region") == region]
        values += [one for one in info.dimensions_infos if region in one.applicable_locations]
        values += [
            one for one in info.dimensions_infos if not dict(one.dimensions) and not one.applicable_locations
        ]
        if values:
            return int(values[0].details.value)
    return None
