"""Playbook summaries for all members of an org: `playbook_summaries/{orgId}_{playbookId}`.

The playbook itself may contain keys and customer addresses in params, so it is for editors only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar

from google.api_core.exceptions import NotFound
from google.cloud.firestore_v1 import DELETE_FIELD

from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients, logging
from shared.playbooks.models import PausedBy, PlaybookStatus, name_parts
from shared.playbooks.problems import without_malformed
from shared.playbooks.time_triggers import Every, Occurrence
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model
from shared.triggers import rhythm
from shared.triggers.playbook_about import category_of, one_line
from shared.values.camel_model import CamelModel

log = logging.get_logger(__name__)

COLLECTION = "playbook_summaries"
MAX_TEXT = 200
MAX_PARTS = 100
MAX_FIELDS_NAMED = 10

PartT = TypeVar("PartT", bound="Summary")

_TEXTS = ("agent", "status", "ownerId", "source", "pausedBy")
_TIMES = ("createdAt", "updatedAt")
_BY_TIME = frozenset({"when", "nextRuns", "runsEnd"})
"""Fields that change with time: upcoming runs, and time zone names in summer and winter."""


class Summary(CamelModel):
    """Base of a summary's parts: camelCase in Firestore, missing fields left out."""


class TriggerSummary(Summary):
    """A trigger without its filter, which may contain customer data."""

    type: str | None = None
    id: str | None = None
    cron: str | None = None
    timezone: str | None = None
    overlap: Literal["skip", "allow"] | None = None
    exact: bool | None = None
    occurrence: Occurrence | None = None
    event_name: str | None = None
    at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    max_runs: int | None = None
    every: Every | None = None


class StepSummary(Summary):
    """A step without its params."""

    id: str | None = None
    action: str | None = None
    agent: str | None = None


class PlaybookSummary(Summary):
    """`when` describes its triggers; `next_runs` are sorted instants, empty while it is inactive.

    `source` is `catalog` for playbooks that come with the tier; `paused_by` is `tier` or `org` if the platform
    paused it. `status_reason` names the wrong fields, never their contents.
    """

    org_id: str
    playbook_id: str
    name: str
    description: str
    category: str
    status: PlaybookStatus | None = None
    status_reason: str | None = None
    when: str
    next_runs: list[datetime]
    runs_end: bool | None = None
    """Whether `next_runs` is complete; if it is also empty, the last run is over."""
    agent: str | None = None
    owner_id: str | None = None
    source: str | None = None
    paused_by: PausedBy | None = None
    ad_hoc: bool | None = None
    """Made by chat to run something once, not set up by a person."""
    version: int
    created_at: datetime
    updated_at: datetime | None = None
    triggers: list[TriggerSummary]
    steps: list[StepSummary]

    def document(self) -> dict[str, Any]:
        return self.model_dump(by_alias=True, exclude_none=True)


def put_summary(
    org_id: str, playbook_id: str, data: Mapping[str, Any] | None, created_at: datetime | None, now: datetime
) -> bool:
    """Updates or deletes the summary to match the playbook's document, whose fields are None if it doesn't exist.

    Returns whether anything changed, apart from time-dependent fields.
    """
    # Loads Firestore's library, which a function's start can do without.
    from shared.gcp import plain_firestore

    path = _path(org_id, playbook_id)
    stored = plain_firestore.read(path)
    found = stored.fields if stored is not None else None
    if found is not None and (found.get("orgId"), found.get("playbookId")) != (org_id, playbook_id):
        # `a` + `b_c` and `a_b` + `c` share a document; the second playbook is refused for that reason.
        log.warning("summary belongs to another playbook", extra={"path": path})
        return False
    wanted = summary_of(org_id, playbook_id, data, created_at, now).document() if data is not None else None
    if found == wanted:
        return False
    if wanted is None:
        clients.firestore().document(path).delete()
        return True
    commit = plain_firestore.Commit()
    commit.set(path, wanted)
    commit.send()
    return found is None or _lasting(found) != _lasting(wanted)


def put_runs_ahead(org_id: str, playbook_id: str, now: datetime) -> None:
    """Updates the summary's upcoming runs after some have passed."""
    playbook = clients.firestore().document(org_path(org_id, PLAYBOOKS, playbook_id))
    snapshot = playbook.get(["status", "triggers", "source"])
    if not snapshot.exists:
        return
    data = snapshot.to_dict() or {}
    known = rhythm.known_of(org_id, playbook_id, data)
    ahead, when = rhythm.runs_ahead(playbook_id, data, now, known), _when(playbook_id, data, now, known)
    try:
        clients.firestore().document(_path(org_id, playbook_id)).update(
            {"nextRuns": ahead.next_runs, "runsEnd": ahead.end or DELETE_FIELD, "when": when}
        )
    except NotFound:
        log.info("the summary doesn't exist", extra={"orgId": org_id, "playbookId": playbook_id})


def _lasting(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in summary.items() if name not in _BY_TIME}


def _path(org_id: str, playbook_id: str) -> str:
    return f"{COLLECTION}/{org_id}_{playbook_id}"


def summary_of(
    org_id: str, playbook_id: str, data: Mapping[str, Any], created_at: datetime | None, now: datetime
) -> PlaybookSummary:
    """The summary of a playbook's document, even if it is malformed; `created_at`: Firestore's instant."""
    name, version = data.get("name"), data.get("version")
    known = rhythm.known_of(org_id, playbook_id, data)
    ahead = rhythm.runs_ahead(playbook_id, data, now, known)
    fields = {field: data[field][:MAX_TEXT] for field in _TEXTS if isinstance(data.get(field), str)}
    times = {field: data[field] for field in _TIMES if isinstance(data.get(field), datetime)}
    made = {
        "orgId": org_id,
        "playbookId": playbook_id,
        "name": name[:MAX_TEXT] if isinstance(name, str) and name else playbook_id,
        "description": one_line(data),
        "category": category_of(data),
        "when": _when(playbook_id, data, now, known),
        "nextRuns": ahead.next_runs,
        "runsEnd": ahead.end or None,
        "version": version if type(version) is int else 1,
        "adHoc": data.get("adHoc") is True or None,
        "statusReason": _public_reason(org_id, data),
        "triggers": _parts(data.get("triggers"), TriggerSummary),
        "steps": _parts(data.get("steps"), StepSummary),
    }
    return without_malformed(PlaybookSummary, {"createdAt": created_at, **fields, **times, **made})[0]


def _when(playbook_id: str, data: Mapping[str, Any], now: datetime, known: rhythm.RhythmContext) -> str:
    return rhythm.when_it_runs(playbook_id, data, now, known)[:MAX_TEXT]


def _parts(written: Any, model: type[PartT]) -> list[PartT]:
    """The parts' fields, with text cut and malformed values left out."""
    named = name_parts(written[:MAX_PARTS]) if isinstance(written, list) else []
    return [
        without_malformed(model, {name: _cut(value) for name, value in part.items()})[0]
        for part in named
        if isinstance(part, Mapping)
    ]


def _cut(value: Any) -> Any:
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _public_reason(org_id: str, data: Mapping[str, Any]) -> str | None:
    """Which fields are wrong, without their contents, which only editors may see."""
    reason = data.get("statusReason")
    if not isinstance(reason, str) or not reason:
        return None
    if data.get("status") != PlaybookStatus.ERROR:
        return reason[:MAX_TEXT]
    try:
        parse_playbook(org_id, data, params_model)
    except InvalidPlaybookError as error:
        return f"it cannot run; look at {fields_at_fault(error)}"
    return "it cannot run as it is"


def fields_at_fault(error: InvalidPlaybookError) -> str:
    """The wrong fields, without their contents."""
    fields = list(dict.fromkeys(line.partition(": ")[0] for line in error.problems))
    more = len(fields) - MAX_FIELDS_NAMED
    return ", ".join(fields[:MAX_FIELDS_NAMED]) + (f" and {more} more" if more > 0 else "")
