"""Once a day: every job and listener compared with every active playbook, and the difference repaired."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from google.api_core.exceptions import GoogleAPICallError
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import ValidationError

from shared.doors.cron_secret import read_enabled_versions
from shared.errors import PlaybookError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.scheduling import jobs, listeners, record
from shared.scheduling.jobs import JobOwner
from shared.scheduling.reconcile import PlaybookKey, reconcile
from shared.scheduling.record import JobRecord, ScheduleRecord

if TYPE_CHECKING:
    from google.cloud.scheduler_v1 import Job

log = logging.get_logger(__name__)

EVERY = timedelta(hours=24)
STATE_PATH = "platform/repair"


@dataclass(frozen=True, slots=True)
class Repaired:
    """How many playbooks were looked at, how many of them were not as they should be, how many still are not."""

    playbooks: int
    repaired: int
    failed: int = 0


def repair_if_due(clock: Clock) -> Repaired | None:
    """Repair, unless it was done within the last day. One that dies in the middle is begun again next time."""
    state = clients.firestore().document(STATE_PATH)
    done_at = (state.get().to_dict() or {}).get("repairedAt")
    if done_at is not None and clock.now() - done_at < EVERY:
        return None
    repaired = repair(clock)
    state.set({"repairedAt": clock.now(), "playbooks": repaired.playbooks, "repaired": repaired.repaired})
    return repaired


def repair(clock: Clock) -> Repaired:
    """Compare and repair everything now."""
    found_jobs: dict[PlaybookKey, dict[str, Job]] = defaultdict(dict)
    for job, owner in jobs.playbook_jobs():
        found_jobs[PlaybookKey(owner.org_id, owner.playbook_id)][job.name] = job
    keys = _active_playbooks() | found_jobs.keys() | _listening_playbooks()
    accepted = {f"Bearer {value}" for value in read_enabled_versions()}
    repaired = failed = 0
    for key in keys:
        try:
            repaired += _repair_one(key, found_jobs.get(key, {}), accepted, clock)
        except (PlaybookError, GoogleAPICallError, ValidationError):
            # The others must not wait for this one; it has another chance tomorrow, and at its next write.
            log.exception("cannot be repaired", extra={"orgId": key.org_id, "playbookId": key.playbook_id})
            failed += 1
    log.info("repaired", extra={"playbooks": len(keys), "repaired": repaired, "failed": failed})
    return Repaired(len(keys), repaired, failed)


def _active_playbooks() -> set[PlaybookKey]:
    query = (
        clients.firestore()
        .collection_group("playbooks")
        .where(filter=FieldFilter("status", "==", PlaybookStatus.ACTIVE))
        .select([])
    )
    keys = set()
    for found in query.stream():
        parts = found.reference.path.split("/")
        if len(parts) == 4 and parts[0] == "tenants":
            keys.add(PlaybookKey(parts[1], parts[3]))
    return keys


def _listening_playbooks() -> set[PlaybookKey]:
    found = clients.firestore().collection(listeners.COLLECTION).select(["orgId", "playbookId"]).stream()
    owners = (listener.to_dict() or {} for listener in found)
    return {
        PlaybookKey(data["orgId"], data["playbookId"]) for data in owners if data.keys() >= {"orgId", "playbookId"}
    }


def _repair_one(key: PlaybookKey, found: dict[str, Job], accepted: set[str], clock: Clock) -> bool:
    """Reconcile the playbook; True where it was not as it should be."""
    snapshot = record.reference(key.org_id, key.playbook_id).get()
    recorded = ScheduleRecord.model_validate(snapshot.to_dict()).jobs if snapshot.exists else {}
    stray = found.keys() - {job.name for job in recorded.values()}
    wrong = any(
        _differs(found.get(job.name), job, JobOwner(key.org_id, key.playbook_id, trigger_id), accepted)
        for trigger_id, job in recorded.items()
    )
    if wrong or stray:
        log.error("jobs differ from the record", extra={"orgId": key.org_id, "playbookId": key.playbook_id})
    return reconcile(key, clock, stray_jobs=stray, force=wrong)


def _differs(job: Job | None, expected: JobRecord, owner: JobOwner, accepted: set[str]) -> bool:
    if job is None or job.state != type(job).State.ENABLED:
        return True
    target = job.http_target
    return (
        (job.schedule, job.time_zone) != (expected.cron, expected.timezone)
        or (target.uri, target.body) != (jobs.execute_url(owner.playbook_id), jobs.execute_body(owner))
        or target.headers.get("Authorization") not in accepted
    )
