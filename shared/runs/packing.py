"""Compresses the outputs of runs that completed two days ago, once a day.

A run's outputs are most of what an org keeps, for 90 days. Until two days after the run they stand in its document
as they are, for whoever reads that directly; everything of this product reads both.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.documents.executions import COLLECTION
from shared.gcp import clients, logging
from shared.runs.record import ExecutionStatus
from shared.values import packed_results

log = logging.get_logger(__name__)

AFTER = timedelta(days=2)
A_NIGHT_AND_MORE = timedelta(hours=30)
"""A night begins a day after the last one, not to the minute. Where one is left out, its runs stay as they are."""
PAGE = 40
MOST = 4_000
"""Of one org in one night; what a storm left beyond that stays as it is."""


def pack_outputs(org_id: str, now: datetime) -> int:
    """Compress what the org's completed runs have put out two days ago; how many documents were written."""
    from google.api_core.exceptions import FailedPrecondition, NotFound

    client = clients.firestore()
    query = (
        client.collection(COLLECTION)
        .where(filter=FieldFilter("orgId", "==", org_id))
        .where(filter=FieldFilter("status", "==", ExecutionStatus.COMPLETED.value))
        .where(filter=FieldFilter("createdAt", ">=", now - AFTER - A_NIGHT_AND_MORE))
        .where(filter=FieldFilter("createdAt", "<", now - AFTER))
        .order_by("createdAt", direction="DESCENDING")
        .select(["stepResults", "createdAt"])
        .limit(PAGE)
    )
    seen = written = 0
    page = list(query.stream())
    while page:
        for found in page:
            results = packed_results.packed((found.to_dict() or {}).get("stepResults"))
            if results is None:
                continue
            option = client.write_option(last_update_time=found.update_time)
            try:
                found.reference.update({"stepResults": results}, option)
            except (FailedPrecondition, NotFound):
                log.info("a run was written meanwhile and stays as it is", extra={"executionId": found.id})
            else:
                written += 1
        seen += len(page)
        is_over = len(page) < PAGE or seen >= MOST
        page = [] if is_over else list(query.start_after(page[-1]).stream())
    log.info("outputs packed", extra={"orgId": org_id, "runs": seen, "written": written})
    return written
