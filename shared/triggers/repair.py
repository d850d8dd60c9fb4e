"""Daily repair: compares every job, listener and summary with its playbook and fixes differences.

Five lists are walked, one task per page: playbooks, and the listeners, hooks, jobs and summaries left over from
deleted playbooks.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shared.api.cron_secret import read_enabled_versions
from shared.api.http import is_document_id
from shared.documents.org import PLAYBOOKS, org_path
from shared.errors import PermanentError
from shared.gcp import clients, logging
from shared.gcp.clock import Clock
from shared.gcp.daily_walk import WalkPage, begin_if_due
from shared.gcp.pages import page_after, with_plain_times
from shared.playbooks.credentials import REFUSED_BY
from shared.playbooks.timing import first_due_after
from shared.quarantine.entries import Item
from shared.quarantine.isolation import Isolation
from shared.triggers import carriers, jobs, listeners, playbook_summaries, record, time_tasks
from shared.triggers.bring_back import bring_back_refused
from shared.triggers.jobs import JobOwner, NoJobNowError
from shared.triggers.reconcile import PlaybookKey, Seen, look, reconcile
from shared.triggers.record import ENABLED, Carrier, JobRecord, ScheduleRecord
from shared.webhooks import hooks

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot
    from google.cloud.scheduler_v1 import Job

log = logging.get_logger(__name__)

QUEUE = "repairPlaybooks"
PAGE = 50
"""Playbooks may have 600 kB each, and all of a page are in memory at once."""
AT_ONCE = 8
OWNERS_A_QUERY = 30
"""Firestore's limit for `in`."""


class Source(StrEnum):
    """The list a page belongs to."""

    PLAYBOOKS = "playbooks"
    LISTENERS = "listeners"
    HOOKS = "hooks"
    JOBS = "jobs"
    SUMMARIES = "summaries"


@dataclass(frozen=True, slots=True)
class PlaybookRepair:
    """How many playbooks were checked, and how many had to be repaired.

    `failed`: not repaired; `passed_over`: malformed documents without a playbook.
    """

    playbooks: int
    repaired: int
    failed: int = 0
    passed_over: int = 0


def begin_repair(clock: Clock) -> bool:
    """Starts the repair, unless it began within the last day."""

    def ask(walk: str) -> None:
        for source in Source:
            WalkPage(walk, source).enqueue(QUEUE)

    return begin_if_due("repair", ask, clock)


def repair_page(page: WalkPage, clock: Clock) -> PlaybookRepair:
    """Enqueues the next page and repairs this one. Malformed documents don't stop others.

    Raises:
        PermanentError: unknown list.
        TransientError: some playbooks could not be repaired now; retry the page.
    """
    with Isolation("playbook-repair") as isolation:
        found, following, with_refused = _read(page, isolation, clock)
        if following is not None:
            replace(page, after=following).enqueue(QUEUE)
        isolation.each(
            with_refused, lambda one: Item(org_path(one), org_id=one), lambda one: bring_back_refused(one, clock)
        )
        seen = _seen(found)
        owned = _jobs_of(found)
        accepted = {f"Bearer {value}" for value in read_enabled_versions()}
        move_to = carriers.direction() if page.source == Source.PLAYBOOKS and found else None
        outcomes = isolation.each(
            found.items(),
            lambda one: Item(_path(one[0]), one[1] and one[1].update_time, one[0].org_id),
            lambda one: _repair_one(one[0], seen.get(one[0]), owned.get(one[0], {}), accepted, move_to, clock),
            at_once=AT_ONCE,
        )
    done = PlaybookRepair(
        len(found), sum(one is True for one in outcomes), isolation.counts.failed, isolation.counts.passed_over
    )
    log.info("repaired", extra={"source": page.source, "playbooks": done.playbooks, "repaired": done.repaired})
    isolation.require_no_waiting()
    return done


def _read(
    page: WalkPage, isolation: Isolation, clock: Clock
) -> tuple[dict[PlaybookKey, Any], str | None, list[str]]:
    """The page's playbooks and their documents (None if deleted), the cursor of the next page, and orgs with
    playbooks refused by a limit."""
    match page.source:
        case Source.PLAYBOOKS:
            return _playbooks(page.after)
        case Source.LISTENERS | Source.HOOKS | Source.SUMMARIES:
            collection = clients.firestore().collection(_OWNED[Source(page.source)])
            query = collection.order_by("__name__").select(["orgId", "playbookId"])
            found, last = page_after(query, page.after, PAGE)
            following = last.id if last is not None else None
            read = isolation.each(found, Item.of, _owner_of)
            return _gone(dict.fromkeys(key for key in read if key is not None)), following, []
        case Source.JOBS:
            owners, following = _owners_of_jobs(page.after, clock)
            read = isolation.each(owners, _job_item, _key)
            return _gone([key for key in read if key is not None]), following, []
    raise PermanentError(f"source: found {page.source[:32]!r}; expected one of {', '.join(Source)}")


def _playbooks(after: str | None) -> tuple[dict[PlaybookKey, Any], str | None, list[str]]:
    """Playbooks of any status: drafts have summaries, and paused ones must have no jobs."""
    client = clients.firestore()
    query = client.collection_group(PLAYBOOKS).order_by("__name__")
    found, last = page_after(query, client.document(after) if after is not None else None, PAGE)
    keys: dict[PlaybookKey, Any] = {}
    with_refused: dict[str, None] = {}
    for snapshot in found:
        parts = snapshot.reference.path.split("/")
        if len(parts) == 4 and parts[0] == "tenants":
            keys[PlaybookKey(parts[1], parts[3])] = with_plain_times(snapshot)
            if REFUSED_BY in (snapshot.to_dict() or {}):
                with_refused[parts[1]] = None
    return keys, last.reference.path if last is not None else None, list(with_refused)


_OWNED = {
    Source.LISTENERS: listeners.COLLECTION,
    Source.HOOKS: hooks.COLLECTION,
    Source.SUMMARIES: playbook_summaries.COLLECTION,
}


def _owner_of(document: DocumentSnapshot[Any]) -> PlaybookKey:
    """Raises PermanentError if it names no playbook."""
    data = document.to_dict() or {}
    wrong = [name for name in ("orgId", "playbookId") if not _is_id(data.get(name))]
    if wrong:
        raise PermanentError(f"{', '.join(wrong)}: expected a document id")
    return PlaybookKey(data["orgId"], data["playbookId"])


def _owners_of_jobs(after: str | None, clock: Clock) -> tuple[list[tuple[str, str]], str | None]:
    """A page of playbooks with jobs, sorted by id. A region has at most 5,000 jobs."""
    listed = [jobs.job_owner(job) for job in jobs.all_jobs()]
    if after is None:
        carriers.note_others(listed.count(None), clock.now())
    owners = sorted({(one.org_id, one.playbook_id) for one in listed if one is not None}, key="/".join)
    page = list(itertools.islice((one for one in owners if after is None or "/".join(one) > after), PAGE))
    return page, "/".join(page[-1]) if len(page) == PAGE else None


def _job_item(owner: tuple[str, str]) -> Item:
    return Item(f"jobs of tenants/{owner[0]}/playbooks/{owner[1]}")


def _key(owner: tuple[str, str]) -> PlaybookKey:
    if not (_is_id(owner[0]) and _is_id(owner[1])):
        raise PermanentError("the job names an impossible playbook; expected document ids")
    return PlaybookKey(*owner)


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and is_document_id(value)


def _gone(keys: Iterable[PlaybookKey]) -> dict[PlaybookKey, Any]:
    """The deleted ones; existing playbooks are covered by their own list."""
    wanted = {_path(key): key for key in keys}
    if not wanted:
        return {}
    client = clients.firestore()
    found = client.get_all([client.document(path) for path in wanted], [])
    return {wanted[snapshot.reference.path]: None for snapshot in found if not snapshot.exists}


def _seen(found: Mapping[PlaybookKey, Any]) -> dict[PlaybookKey, Seen]:
    """Reads what the page's existing playbooks are compared with, in few queries."""
    there = {key: snapshot for key, snapshot in found.items() if snapshot is not None}
    references = [record.reference(key.org_id, key.playbook_id) for key in there]
    by_id = {one.id: one for one in clients.firestore().get_all(references)}
    records = {key: by_id[one.id] for key, one in zip(there, references, strict=True)}
    own_hooks: dict[PlaybookKey, list[Any]] = defaultdict(list)
    own_listeners: dict[PlaybookKey, dict[str, dict[str, Any]]] = defaultdict(dict)
    for org_id, keys in itertools.groupby(there, lambda key: key.org_id):
        ids_of_org = [key.playbook_id for key in keys]
        for start in range(0, len(ids_of_org), OWNERS_A_QUERY):
            ids = ids_of_org[start : start + OWNERS_A_QUERY]
            for one in hooks.stored(org_id, ids):
                own_hooks[PlaybookKey(org_id, one.get("playbookId"))].append(one)
            for one in listeners.stored(org_id, ids):
                own_listeners[PlaybookKey(org_id, one.get("playbookId"))][one.id] = one.to_dict() or {}
    return {
        key: Seen(snapshot, records[key], own_hooks[key], own_listeners[key]) for key, snapshot in there.items()
    }


def _path(key: PlaybookKey) -> str:
    return org_path(key.org_id, PLAYBOOKS, key.playbook_id)


def _jobs_of(keys: Mapping[PlaybookKey, Any]) -> Mapping[PlaybookKey, dict[str, Job]]:
    found: dict[PlaybookKey, dict[str, Job]] = defaultdict(dict)
    if keys:
        for job, owner in jobs.playbook_jobs():
            key = PlaybookKey(owner.org_id, owner.playbook_id)
            if key in keys:
                found[key][job.name] = job
    return found


def _repair_one(
    key: PlaybookKey,
    seen: Seen | None,
    found: dict[str, Job],
    accepted: set[str],
    move_to: Carrier | None,
    clock: Clock,
) -> bool:
    """Reconciles the playbook; returns whether anything was wrong. `seen`: None if the playbook was deleted."""
    seen = seen or look(key)
    known = record.parse_record(seen.record)
    recorded = {name: job for name, job in known.jobs.items() if job.may_exist} if known is not None else {}
    stray = found.keys() - {job.name for job in recorded.values()}
    wrong = any(
        _differs(found.get(job.name), job, JobOwner(key.org_id, key.playbook_id, trigger_id), accepted)
        for trigger_id, job in recorded.items()
    )
    if wrong or stray:
        log.error("jobs differ from the record", extra={"orgId": key.org_id, "playbookId": key.playbook_id})
    restored = _restore_tasks(key, known, clock) if known is not None else False
    try:
        return reconcile(key, clock, stray_jobs=stray, force=wrong, move_to=move_to, seen=seen) or restored
    except NoJobNowError as error:
        # The playbook says so, and its event is redelivered for a day; no need to retry the page.
        log.warning(
            "can't create the job now",
            extra={"orgId": key.org_id, "playbookId": key.playbook_id, "reason": str(error)},
        )
        return False


def _restore_tasks(key: PlaybookKey, known: ScheduleRecord, clock: Clock) -> bool:
    """Recreates missing future tasks; returns whether any was missing."""
    owner = {name: JobOwner(key.org_id, key.playbook_id, name) for name in (*known.once, *known.jobs)}
    made = [
        time_tasks.put_once_task(one.task, owner[trigger_id], one.at)
        for trigger_id, one in known.once.items()
        if one.task is not None and one.state == ENABLED and one.at > clock.now()
    ]
    for trigger_id, job in known.jobs.items():
        slot = first_due_after(job, clock.now(), known.runs.get(trigger_id, ())) if job.has_tasks else None
        if slot is not None:
            made.append(time_tasks.put_task(owner[trigger_id], job, slot, clock.now()))
    return any(made)


def _differs(job: Job | None, expected: JobRecord, owner: JobOwner, accepted: set[str]) -> bool:
    if job is None or job.state != type(job).State.ENABLED:
        return True
    target = job.http_target
    return (
        (job.schedule, job.time_zone) != (expected.cron, expected.timezone)
        or (target.uri, target.body) != (jobs.execute_url(owner.playbook_id), jobs.execute_body(owner))
        or target.headers.get("Authorization") not in accepted
    )
