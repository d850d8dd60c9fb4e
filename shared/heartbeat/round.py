"""One round of an org's checks: read, compare with what's known, report what's new, remember."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from google.api_core.exceptions import GoogleAPICallError

from shared.competitors.snapshots import last_scan
from shared.documents.org import org_path
from shared.errors import PermanentError, TransientError
from shared.gcp import clients, lag, logging
from shared.gcp.read_lately import reading_lately
from shared.heartbeat import known, notices
from shared.heartbeat import state as states
from shared.heartbeat.findings import CheckNews, Finding, KnownFinding, compare, key_of
from shared.heartbeat.inactive import raise_events
from shared.heartbeat.inputs import CheckInputs
from shared.heartbeat.load import LoadedInputs, Section, load
from shared.heartbeat.registry import BLOCKED, CHECKS, Check
from shared.heartbeat.state import State, Stored
from shared.notices import outbox, preferences
from shared.notices.delivery import AlertDelivery
from shared.quarantine.entries import Item
from shared.quarantine.failures import may_pass
from shared.quarantine.isolation import Isolation
from shared.retail import memo
from shared.tenants.tenant import Tenant, parse_tenant
from shared.values.digests import hex_digest
from shared.values.words import listed

log = logging.get_logger(__name__)

DAILY_FROM_HOUR = 6
"""Local time from which the first round runs the daily checks."""


def is_comparing(check: Check) -> bool:
    """Whether the check needs menus."""
    return Section.MENUS in check.needs


def mark_of(org_id: str, loaded: LoadedInputs) -> str | None:
    """Identifies this state of menus and pending actions on this day; None if unknown."""
    if Section.ACTIONS in loaded.failures:
        return None
    try:
        newest = last_scan.newest_menu(org_id) or ""
    except GoogleAPICallError as error:
        log.warning("unknown whether there is a new menu", extra={"reason": type(error).__name__})
        return None
    actions = sorted(f"{one.id} {one.type} {one.priority}" for one in loaded.facts.actions)
    parts = (loaded.facts.today.isoformat(), newest, *actions)
    return hex_digest(*parts)


def without_comparing(due: Sequence[Check]) -> list[Check]:
    return [check for check in due if not is_comparing(check)]


@dataclass(frozen=True, slots=True)
class Round:
    """How many findings there are, how many were reported, and which checks couldn't run."""

    findings: int = 0
    told: int = 0
    failed: tuple[str, ...] = ()


def check_org(org_id: str, now: datetime) -> Round | None:
    """Run the checks that are due; None if the org doesn't exist, isn't active or is malformed.

    Raises:
        TransientError: some checks could not be made just now; what could be done is done.
    """
    tenant = _active(org_id)
    if tenant is None:
        return None
    with lag.allowed(), memo.reading_once(), reading_lately():
        return _made(tenant, now)


def _made(tenant: Tenant, now: datetime) -> Round:
    stored = states.read(tenant.id)
    due = _due(stored.state, tenant.timezone, now)
    loaded = _load(tenant.id, without_comparing(due), LoadedInputs(CheckInputs(timezone=tenant.timezone, now=now)))
    mark = mark_of(tenant.id, loaded)
    if mark is not None and mark == stored.state.compared:
        due = without_comparing(due)
    else:
        loaded = _load(tenant.id, filter(is_comparing, due), loaded)
    examined = _examine(due, loaded)
    compared = None if any(is_comparing(check) and check.name in examined.failed for check in due) else mark
    # The customers are read once a day, for the daily checks.
    raised = raise_events(tenant.id, loaded, stored.state.raised_inactive)
    after, delivered = _conclude(tenant, stored, examined, {"compared": compared, "raised_inactive": raised}, now)
    if examined.passing:
        raise TransientError(f"checks couldn't run just now: {', '.join(examined.passing)}")
    there = sum(len(found) for found in after.findings.values())
    return Round(there, delivered, tuple(examined.failed))


def _load(org_id: str, checks: Iterable[Check], known: LoadedInputs) -> LoadedInputs:
    return load(org_id, known, {section for check in checks for section in check.needs})


def _active(org_id: str) -> Tenant | None:
    snapshot = clients.firestore().document(org_path(org_id)).get()
    if not snapshot.exists:
        log.info("no such org")
        return None
    with Isolation("heartbeat") as isolation:
        tenant = isolation.run(Item.of(snapshot), lambda: parse_tenant(org_id, snapshot.to_dict() or {}))
    return tenant if tenant is not None and tenant.status == "active" else None


def _due(state: State, timezone: str, now: datetime) -> list[Check]:
    """All checks in the morning's first round, and where there was none before; the hourly ones else."""
    local = now.astimezone(ZoneInfo(timezone))
    is_morning = local.hour >= DAILY_FROM_HOUR and state.daily_on != local.date().isoformat()
    with_daily = is_morning or state.daily_on is None
    return [check for check in CHECKS if with_daily or not check.daily]


@dataclass(slots=True)
class _Examined:
    """What each check found; those that `failed`, and the ones among them whose failure may pass."""

    found: dict[Check, list[Finding]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    daily_is_done: bool = False


def _examine(due: Sequence[Check], loaded: LoadedInputs) -> _Examined:
    """Each check by itself: a failure is logged, and the others run."""
    examined = _Examined()
    blocked: defaultdict[str, list[str]] = defaultdict(list)
    for check in due:
        with logging.bind(check=check.name):
            error = next((loaded.failures[one] for one in sorted(check.needs) if one in loaded.failures), None)
            try:
                if error is None:
                    examined.found[check] = check.find(loaded.facts)
                    continue
            except Exception as raised:  # noqa: BLE001 - one check's mistake must not silence the others
                error = raised
            log.error("a check couldn't run", exc_info=error)
            examined.failed.append(check.name)
            if error is not None and may_pass(error):
                examined.passing.append(check.name)
            elif isinstance(error, PermanentError):
                blocked[str(error)].append(check.name)
    examined.found[BLOCKED] = [_blocked(reason, names) for reason, names in blocked.items()]
    daily = [check.name for check in due if check.daily]
    examined.daily_is_done = bool(daily) and not set(daily) & set(examined.passing)
    return examined


def _blocked(reason: str, names: Sequence[str]) -> Finding:
    checks = listed([name.replace("_", " ") for name in names])
    return Finding(
        key=key_of("blocked", *sorted(names)),
        severity="warning",
        title=f"{checks[0].upper()}{checks[1:]} can't be checked",
        body=f"{reason[0].upper()}{reason[1:].rstrip('.')}." if reason else "",
    )


def _conclude(
    tenant: Tenant, stored: Stored, examined: _Examined, noted: Mapping[str, object], now: datetime
) -> tuple[State, int]:
    """Put the alerts into the outbox with what is remembered, and send them; the state, and how many reported.

    `noted`: more fields of the state.
    """
    before = stored.state
    news_by_check = {
        check: compare(before.findings.get(check.name, {}), found, now) for check, found in examined.found.items()
    }
    reported = {check: each for check, each in news_by_check.items() if each.reported}
    chosen = preferences.load(tenant.id) if reported else None
    claims = known.claim(tenant.id, before, reported, chosen, now)
    deliveries = _deliveries(tenant, before, claims.left, now)
    after = before.model_copy(
        update={
            **noted,
            "findings": _remembered(before, news_by_check),
            "checked_at": now,
            "daily_on": _local_day(tenant, now) if examined.daily_is_done else before.daily_on,
        }
    )
    states.commit(stored, after, {one.path: one.document() for one in deliveries})
    claims.settle()
    for one in deliveries:
        outbox.deliver(one, now)
    return after, sum(len(each.reported) for each in claims.left.values())


def _remembered(before: State, news_by_check: Mapping[Check, CheckNews]) -> dict[str, dict[str, KnownFinding]]:
    """Of the checks that were made what they found; of the others what was known."""
    made = {check.name: dict(each.known) for check, each in news_by_check.items()}
    return {name: found for name, found in {**before.findings, **made}.items() if found}


def _deliveries(
    tenant: Tenant, before: State, reported: Mapping[Check, CheckNews], now: datetime
) -> list[AlertDelivery]:
    alerts = []
    for check, news in reported.items():
        alert_id = notices.notice_id(tenant.id, check, news.reported, before.checked_at)
        alerts.append(notices.alert(alert_id, check, news))
    return [AlertDelivery.of(tenant.id, one, now) for one in alerts]


def _local_day(tenant: Tenant, now: datetime) -> str:
    return now.astimezone(ZoneInfo(tenant.timezone)).date().isoformat()
