"""What every member of an org may see of a playbook: `playbook_summaries/{orgId}_{playbookId}`.

The playbook itself, whose params hold other systems' keys and customers' addresses, is for those who edit it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.gcp import clients, logging
from shared.playbooks.models import PlaybookStatus, name_parts
from shared.playbooks.validation import InvalidPlaybookError, parse_playbook
from shared.steps.registry import params_model

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "playbook_summaries"
MAX_TEXT = 200
MAX_PARTS = 100
MAX_FIELDS_NAMED = 10

_TEXTS = ("agent", "category", "status", "ownerId", "source")
_TIMES = ("createdAt", "updatedAt")
_OF_TRIGGERS = (
    *("type", "id", "cron", "timezone", "overlap", "occurrence", "eventName"),
    *("at", "startsAt", "endsAt", "maxRuns", "every"),
)
"""All but the filter, which may compare with a customer's data."""
_OF_STEPS = ("id", "action", "agent")


def put_summary(org_id: str, snapshot: DocumentSnapshot[Any]) -> bool:
    """Make the summary match the playbook as the snapshot has it, a deleted one's go; whether it did not match."""
    reference = clients.firestore().collection(COLLECTION).document(f"{org_id}_{snapshot.id}")
    found = reference.get().to_dict()
    if found is not None and (found.get("orgId"), found.get("playbookId")) != (org_id, snapshot.id):
        # `a` + `b_c` and `a_b` + `c` share one document; the second playbook is refused for that.
        log.warning("another playbook has the summary", extra={"path": reference.path})
        return False
    wanted = summary_of(org_id, snapshot)
    if found == wanted:
        return False
    if wanted is None:
        reference.delete()
    else:
        reference.set(wanted)
    return True


def summary_of(org_id: str, snapshot: DocumentSnapshot[Any]) -> dict[str, Any] | None:
    """The summary of the playbook, whatever its author wrote into it; None where there is none."""
    data = snapshot.to_dict()
    if data is None:
        return None
    name = data.get("name")
    version = data.get("version")
    reason = _public_reason(org_id, data)
    return {
        "orgId": org_id,
        "playbookId": snapshot.id,
        "name": name[:MAX_TEXT] if isinstance(name, str) and name else snapshot.id,
        "version": version if type(version) is int else 1,
        "createdAt": snapshot.create_time,
        **{field: data[field][:MAX_TEXT] for field in _TEXTS if isinstance(data.get(field), str)},
        **{field: data[field] for field in _TIMES if isinstance(data.get(field), datetime)},
        "triggers": _parts(data.get("triggers"), _OF_TRIGGERS),
        "steps": _parts(data.get("steps"), _OF_STEPS),
        **({"statusReason": reason} if reason else {}),
    }


def _parts(written: Any, fields: tuple[str, ...]) -> list[dict[str, Any]]:
    named = name_parts(written[:MAX_PARTS]) if isinstance(written, list) else []
    return [{field: _short(part[field]) for field in fields if field in part} for part in named if _is_part(part)]


def _is_part(part: Any) -> bool:
    return isinstance(part, Mapping)


def _short(value: Any) -> Any:
    """A trigger's or a step's own value: texts cut, and of anything that should not be there only its presence."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    if value is None or isinstance(value, bool | int | float | datetime):
        return value
    if isinstance(value, Mapping) and value.keys() <= {"days", "weeks"}:
        return {name: inner for name, inner in value.items() if isinstance(inner, int)}
    return None


def _public_reason(org_id: str, data: Mapping[str, Any]) -> str | None:
    """Which fields are wrong: what stands in them, as the reason itself quotes it, is for the editors."""
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
    """The fields that are wrong, without what was found in them."""
    fields = list(dict.fromkeys(line.partition(": ")[0] for line in error.problems))
    more = len(fields) - MAX_FIELDS_NAMED
    return ", ".join(fields[:MAX_FIELDS_NAMED]) + (f" and {more} more" if more > 0 else "")
