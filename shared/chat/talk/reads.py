"""What reading questions are answered from: runs, what was sent, costs, figures, menus. Nothing is written.

What only some questions need is imported where they are answered, so that the first message need not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from shared.chat.talk.state import Playbook, Run
from shared.documents.executions import COLLECTION
from shared.documents.org import org_path
from shared.errors import NotFoundError, PermanentError
from shared.gcp import clients, logging, plain_firestore
from shared.gcp.clock import Clock
from shared.runs.record import ExecutionStatus
from shared.tenants.tenant import Tenant
from shared.values import packed_results
from shared.values.words import clock_words

if TYPE_CHECKING:
    from shared.billing.usage import UsageWithLimits
    from shared.competitors.overview import CompetitorDetail, Undercuts
    from shared.runs.playbook_costs import PlaybookCosts

log = logging.get_logger(__name__)

MAX_PLAYBOOKS = 500
MAX_RUNS = 20
_OPEN_DRAFTS = ("draft", "pending")
_RUN_FIELDS = ("playbookId", "status", "statusReason", "stepResults", "createdAt", "startedAt", "costUsd")


class Reads:
    """What can be looked up of one org."""

    def __init__(self, org_id: str, clock: Clock) -> None:
        self.org_id = org_id
        self.clock = clock

    def _of_org(self, collection: str) -> Any:
        return clients.firestore().collection(org_path(self.org_id, collection))

    def _listed(self, collection: str, fields: Sequence[str], most: int) -> list[tuple[str, dict[str, Any]]]:
        found = plain_firestore.found(self._of_org(collection).select(list(fields)).limit(most))
        return [(key, one.fields) for key, one in found.items()]

    def read(self, playbook_id: str) -> Playbook:
        """The whole document.

        Raises:
            NotFoundError: it was deleted meanwhile.
        """
        stored = plain_firestore.read(org_path(self.org_id, "playbooks", playbook_id))
        if stored is None:
            raise NotFoundError(f"playbook {playbook_id} does not exist")
        return Playbook(playbook_id, stored.fields, stored.version)

    def whole_playbooks(self) -> dict[str, Playbook]:
        """All of them with all of their fields, by id: for questions about what is in them."""
        found = plain_firestore.found(self._of_org("playbooks").limit(MAX_PLAYBOOKS))
        return {key: Playbook(key, one.fields) for key, one in found.items()}

    def runs(
        self,
        playbook_id: str | None = None,
        since: timedelta = timedelta(days=30),
        statuses: Sequence[ExecutionStatus] = (),
    ) -> list[Run]:
        """The org's last runs, newest first."""
        from shared.runs import reading

        wanted = reading.RunFilter(self.org_id, statuses, playbook_id, since=self.clock.now() - since)
        found = []
        for one in wanted.query(COLLECTION).select(_RUN_FIELDS).limit(MAX_RUNS).stream():
            try:
                fields = one.to_dict() or {}
                results = packed_results.unpacked(fields.get("stepResults", []))
                found.append(Run.model_validate({"id": one.id, **fields, "stepResults": results}))
            except ValidationError:
                log.warning("a run cannot be read", extra={"executionId": one.id})
        return found

    def sent(self, run: Run, *, whole: bool) -> str | None:
        """What a run sent, as it was sent; without `whole`, only what went to the inbox."""
        from shared.runs import reading

        try:
            if text := reading.sent_by(self.org_id, run.id, whole=whole):
                return text
        except (PermanentError, NotFoundError):
            log.warning("what a run has sent cannot be read", extra={"executionId": run.id})
        written = [one.output for one in run.step_results if whole and one.output and one.output.get("text")]
        parts = (output.get(name) for output in written[-1:] for name in ("subject", "text"))
        return "\n".join(str(part) for part in parts if part) or None

    def draft(self) -> tuple[str, dict[str, Any]] | None:
        """The newest campaign draft and its id."""
        found = self._of_org("campaign_drafts").order_by("createdAt", direction="DESCENDING").limit(1).stream()
        return next(((one.id, one.to_dict() or {}) for one in found), None)

    def waiting(self, *, whole: bool) -> list[tuple[str, str]]:
        """What waits for a decision, and the playbook that asks, if one does; without `whole`, drafts alone."""
        from shared.decisions.approval_list import list_approvals
        from shared.decisions.approvals import ApprovalStatus

        asked: list[tuple[str, str]] = []
        if whole:
            names = {
                key: str(data.get("name") or "")
                for key, data in self._listed("playbooks", ("name",), MAX_PLAYBOOKS)
            }
            found = list_approvals(self.org_id, self.clock.now(), status=ApprovalStatus.PENDING, limit=MAX_RUNS)
            asked = [(one.title, names.get(one.playbook_id, "")) for one in found.approvals]
        drafts = self._listed("campaign_drafts", ("name", "title", "status"), MAX_RUNS)
        open_ones = (one for _, one in drafts if one.get("status") in _OPEN_DRAFTS)
        return [
            *asked,
            *((str(one.get("name") or one.get("title") or "A campaign draft"), "") for one in open_ones),
        ]

    def quiet_hours(self) -> str | None:
        """The org's quiet hours in words; None where it has none.

        Raises:
            PermanentError: its preferences are malformed.
        """
        from shared.notices import preferences

        found = preferences.load(self.org_id).quiet_hours
        if found is None or not found.enabled:
            return None
        return " to ".join(
            clock_words(at.hour, at.minute) for at in map(time.fromisoformat, (found.start, found.end))
        )

    def how_many_runs(self, playbook_id: str | None, since: datetime) -> int:
        """How many runs there were since then, in one count."""
        from shared.runs import reading

        wanted = reading.RunFilter(self.org_id, playbook_id=playbook_id, since=since)
        query: Any = wanted.query(COLLECTION)
        return int(query.count().get()[0][0].value)

    def costs(self, timezone: str, month: str) -> PlaybookCosts:
        """What the month `YYYY-MM` has cost, by playbook."""
        from shared.runs.playbook_costs import costs_by_playbook

        return costs_by_playbook(self.org_id, timezone, month)

    def usage(self, tenant: Tenant, at: datetime) -> UsageWithLimits:
        """What the month of that instant has used and cost, against the plan."""
        from shared.billing.usage import usage_with_limits

        return usage_with_limits(self.org_id, tenant.tier_id, tenant.timezone, at)

    def menu(self, competitor_id: str) -> CompetitorDetail:
        """A competitor's newest menu beside ours.

        Raises:
            NotFoundError: it is not tracked any more.
        """
        from shared.competitors.overview import show_competitor

        return show_competitor(self.org_id, competitor_id)

    def figures(self, tenant: Tenant, action: str, params: Mapping[str, Any], at: datetime | None = None) -> Any:
        """What a reading action finds as of `at`, else now, without a run or a charge."""
        from shared.runs.dry_run import look

        return look(tenant, action, params, at or self.clock.now())

    def menus_seen(self) -> dict[str, datetime]:
        """When each competitor's menu was found last, by the competitor's id."""
        from shared.competitors.overview import MAX_LIMIT, CompetitorPage, list_competitors

        page = CompetitorPage(org_id=self.org_id, limit=MAX_LIMIT)
        items = list_competitors(page, self.clock.now()).items
        return {one.id: one.menu_seen_at for one in items if one.menu_seen_at is not None}

    def undercuts(self, competitors: Mapping[str, str]) -> Undercuts:
        """Prices below ours on the newest menus."""
        from shared.competitors.overview import newest_undercuts

        return newest_undercuts(self.org_id, competitors, self.clock.now())
