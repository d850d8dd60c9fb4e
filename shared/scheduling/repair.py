"""Once a day: every job and listener compared with every active playbook, and the difference repaired."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from google.cloud.firestore_v1.base_query import FieldFilter

from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import PlaybookStatus
from shared.scheduling import jobs, listeners, record
from shared.scheduling.reconcile import PlaybookKey, reconcile
from shared.scheduling.record import JobRecord, ScheduleRecord

if TYPE_CHECKING:
    from google.cloud.scheduler_v1 import Job

log = logging.get_logger(__name__)

EVERY = timedelta(hours=24)
STATE_PATH = "platform/repair"


@dataclass(frozen=True, slots=True)
class Repaired:
    """How many playbooks were looked at, and how many of them were not as they should be."""

    playbooks: int
    repaired: int


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
    repaired = sum(_repair_one(key, found_jobs.get(key, {}), clock) for key in keys)
    log.info("repaired", extra={"playbooks": len(keys), "repaired": repaired})
    return Repaired(len(keys), repaired)


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


def _repair_one(key: PlaybookKey, found: dict[str, Job], clock: Clock) -> bool:
    """Reconcile the playbook; True where its jobs were not as recorded."""
    snapshot = record.reference(key.org_id, key.playbook_id).get()
    recorded = ScheduleRecord.model_validate(snapshot.to_dict()).jobs if snapshot.exists else {}
    expected = {job.name: job for job in recorded.values()}
    stray = found.keys() - expected.keys()
    wrong = bool(stray) or any(_differs(found.get(name), job) for name, job in expected.items())
    if wrong:
        log.error("jobs differ from the record", extra={"orgId": key.org_id, "playbookId": key.playbook_id})
    reconcile(key, clock, stray_jobs=stray, force=wrong)
    return wrong


def _differs(job: Job | None, expected: JobRecord) -> bool:
    if job is None:
        return True
    is_enabled = job.state == type(job).State.ENABLED
    return not is_enabled or (job.schedule, job.time_zone) != (expected.cron, expected.timezone)
