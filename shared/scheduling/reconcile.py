"""Making the world match a playbook: its jobs and listeners exist exactly as its triggers say.

Level-triggered: it reads the playbook as it is now and never what an event says of it. When it is done it
looks whether the playbook has changed meanwhile, and if so starts over: of several reconcilers at once, the one
that finishes last has applied the newest state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.api_core.exceptions import FailedPrecondition

from shared.doors.cron_secret import newest_secret
from shared.errors import TransientError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.playbooks.models import Playbook, PlaybookStatus
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.scheduling import jobs, listeners, record, refusal
from shared.scheduling.jobs import JobOwner
from shared.scheduling.record import JobRecord, ScheduleRecord
from shared.steps.registry import params_model

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

MAX_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class PlaybookKey:
    """Which playbook."""

    org_id: str
    playbook_id: str


def reconcile(key: PlaybookKey, clock: Clock, *, stray_jobs: Iterable[str] = (), force: bool = False) -> None:
    """Bring jobs and listeners in line with the playbook as it is now.

    `stray_jobs` are names of jobs found elsewhere that claim to belong to it. `force` writes every job anew even
    where the record says that it is right (the repair does, since a job can be changed behind our back).

    Raises:
        TransientError: the playbook kept changing; the event must be delivered again.
    """
    for _ in range(MAX_ROUNDS):
        snapshot = _playbook_reference(key).get()
        try:
            _apply(key, snapshot, clock, stray_jobs, force=force)
        except FailedPrecondition:
            continue
        if _playbook_reference(key).get(["status"]).update_time == snapshot.update_time:
            return
    raise TransientError(f"playbook {key.playbook_id} changed {MAX_ROUNDS} times while it was being scheduled")


def _playbook_reference(key: PlaybookKey) -> Any:
    return (
        clients.firestore()
        .collection("tenants")
        .document(key.org_id)
        .collection("playbooks")
        .document(key.playbook_id)
    )


def _apply(
    key: PlaybookKey, snapshot: DocumentSnapshot[Any], clock: Clock, stray_jobs: Iterable[str], *, force: bool
) -> None:
    playbook = _wanted_playbook(key, snapshot, clock)
    _apply_listeners(key, playbook)
    _apply_jobs(key, playbook, clock, stray_jobs, force=force, is_deleted=not snapshot.exists)
    if playbook is not None and (snapshot.to_dict() or {}).get("statusReason"):
        refusal.clear(snapshot)


def _wanted_playbook(key: PlaybookKey, snapshot: DocumentSnapshot[Any], clock: Clock) -> Playbook | None:
    """The playbook if it is to be scheduled; one that cannot run is sent back to its author."""
    data = snapshot.to_dict()
    if data is None or data.get("status") in {
        PlaybookStatus.DRAFT,
        PlaybookStatus.PAUSED,
        PlaybookStatus.ARCHIVED,
        PlaybookStatus.ERROR,
    }:
        return None
    try:
        return parse_playbook(key.org_id, data, params_model)
    except InvalidPlaybookError as error:
        refusal.write_back(key.org_id, snapshot, str(error), clock)
        return None


def _apply_listeners(key: PlaybookKey, playbook: Playbook | None) -> None:
    triggers = playbook.event_triggers() if playbook else []
    current = listeners.existing(key.org_id, key.playbook_id)
    listeners.replace(current, listeners.wanted(key.org_id, key.playbook_id, triggers))


def _apply_jobs(
    key: PlaybookKey,
    playbook: Playbook | None,
    clock: Clock,
    stray_jobs: Iterable[str],
    *,
    force: bool,
    is_deleted: bool,
) -> None:
    reference = record.reference(key.org_id, key.playbook_id)
    found = reference.get()
    known = ScheduleRecord.model_validate(found.to_dict()) if found.exists else None
    recorded = known.jobs if known else {}
    target = _target_jobs(key, playbook)
    if target == recorded and not force and not stray_jobs and not (is_deleted and found.exists):
        return
    if target.keys() - recorded.keys():
        # Written ahead: whoever dies after creating a job leaves a record of its name behind.
        pending = {name: job.model_copy(update={"state": "creating"}) for name, job in target.items()}
        found = _write_record(key, pending | recorded, None, clock, found)
    _put_changed(key, playbook, {} if force else recorded)
    wanted_names = {job.name for job in target.values()}
    for name in {job.name for job in recorded.values()}.union(stray_jobs) - wanted_names:
        jobs.delete_job(name)
        log.info("job deleted", extra={"job": name})
    if is_deleted:
        _delete_record(found)
        return
    _write_record(key, target, playbook, clock, found)


def _target_jobs(key: PlaybookKey, playbook: Playbook | None) -> dict[str, JobRecord]:
    triggers = playbook.schedule_triggers() if playbook else []
    return {
        trigger.id: JobRecord(
            name=jobs.job_name(JobOwner(key.org_id, key.playbook_id, trigger.id)),
            cron=trigger.cron,
            timezone=trigger.timezone,
            state="enabled",
        )
        for trigger in triggers
    }


def _put_changed(key: PlaybookKey, playbook: Playbook | None, recorded: dict[str, JobRecord]) -> None:
    target = _target_jobs(key, playbook)
    for trigger in playbook.schedule_triggers() if playbook else []:
        if recorded.get(trigger.id) == target[trigger.id]:
            continue
        owner = JobOwner(key.org_id, key.playbook_id, trigger.id)
        jobs.put_job(jobs.build_job(owner, trigger, newest_secret()))
        log.info("job set", extra={"job": target[trigger.id].name, "cron": trigger.cron, "zone": trigger.timezone})


def _write_record(
    key: PlaybookKey,
    entries: dict[str, JobRecord],
    playbook: Playbook | None,
    clock: Clock,
    found: DocumentSnapshot[Any],
) -> DocumentSnapshot[Any]:
    """Write the record if nobody else has since it was read, and read it back with its new version."""
    now = clock.now()
    fields = ScheduleRecord(
        org_id=key.org_id,
        playbook_id=key.playbook_id,
        jobs=entries,
        next_run_at=record.next_run(playbook.schedule_triggers(), now) if playbook else None,
        updated_at=now,
    ).document()
    reference = record.reference(key.org_id, key.playbook_id)
    if found.exists:
        client = clients.firestore()
        reference.update(fields, option=client.write_option(last_update_time=found.update_time))
    else:
        reference.create(fields)
    return reference.get()


def _delete_record(found: DocumentSnapshot[Any]) -> None:
    if not found.exists:
        return
    client = clients.firestore()
    found.reference.delete(option=client.write_option(last_update_time=found.update_time))
