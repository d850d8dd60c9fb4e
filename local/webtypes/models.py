"""Models whose types the dashboard needs: Firestore documents and API requests and responses.

Add models here and run `make web-types`.
"""

from __future__ import annotations

from functions._subscriptions import WebhookList, WebhookWithSecret
from functions.hooks import HookList
from functions.people import ChangedPerson, Invited, People
from functions.settings import RevokedKey
from functions.webhook_deliveries import DeliveryList
from functions.webhooks import MadeSecret
from local.webtypes import shapes
from local.webtypes.typed import Typed
from shared.api.agent_key_list import KeyList, MadeKey
from shared.billing.usage_months import Usage
from shared.catalog.restoring import DeletedPlaybook
from shared.chat.understood import Reply
from shared.competitors.actions.models import CompetitiveAction
from shared.competitors.models import Competitor
from shared.competitors.overview import CompetitorDetail, CompetitorList
from shared.competitors.snapshots.price_history import PriceHistories
from shared.competitors.snapshots.snapshot import Snapshot
from shared.decisions.approvals import Approval
from shared.notices.inbox import InboxNotification
from shared.runs.bulk_record import BulkAnswer, BulkJob
from shared.runs.hook_calls import HookCalls
from shared.runs.messages import SentMessage
from shared.runs.playbook_costs import PlaybookCosts
from shared.runs.summaries import ExecutionSummary
from shared.secrets.store import SecretList
from shared.tenants.profile import Profile
from shared.tenants.tenant import Tenant
from shared.triggers.checking import Checked
from shared.triggers.playbook_summaries import PlaybookSummary
from shared.triggers.record import ScheduleRecord
from shared.triggers.versions import PlaybookVersion

_EMPTY_IN_A_RUN = frozenset(
    {"progress", "waits", "campaigns", "costs", "billedUsd", "causedBy", "ancestors"}
    | {"archives", "failureTold", "messageBytes"}
)
_NOT_IN_OLD_SUMMARIES = frozenset({"attempts", "replay", "planned", "waits"})
_PINNED = frozenset({"definition", "org", "user"})

DOCUMENTS: tuple[Typed, ...] = (
    Typed(shapes.PinnedExecution, "Execution", is_document=True, left_out=_EMPTY_IN_A_RUN, without=_PINNED),
    Typed(shapes.ExecutionPinned),
    Typed(ExecutionSummary, is_document=True, left_out=_NOT_IN_OLD_SUMMARIES),
    Typed(BulkJob, is_document=True),
    Typed(shapes.PlaybookDocument, "Playbook", is_document=True, authored=True),
    Typed(PlaybookSummary, is_document=True),
    Typed(PlaybookVersion, is_document=True),
    Typed(ScheduleRecord, is_document=True, left_out=frozenset({"once", "runs", "staleTasks"})),
    Typed(InboxNotification, is_document=True),
    Typed(Approval, is_document=True),
    Typed(Competitor, is_document=True, authored=True),
    Typed(Snapshot, "CompetitorSnapshot", is_document=True),
    Typed(CompetitiveAction, is_document=True),
    Typed(Tenant, is_document=True, authored=True),
)

ANSWERS: tuple[Typed, ...] = (
    Typed(Reply, "ChatAnswer", left_out=frozenset({"questions", "nextRuns"})),
    Typed(BulkAnswer),
    Typed(SentMessage),
    Typed(Checked),
    Typed(DeletedPlaybook),
    Typed(shapes.NotificationPreferences),
    Typed(KeyList),
    Typed(MadeKey),
    Typed(WebhookList),
    Typed(WebhookWithSecret),
    Typed(DeliveryList),
    Typed(RevokedKey),
    Typed(SecretList),
    Typed(HookList),
    Typed(MadeSecret),
    Typed(HookCalls),
    Typed(People),
    Typed(Invited),
    Typed(ChangedPerson),
    Typed(Profile),
    Typed(CompetitorList),
    Typed(CompetitorDetail),
    Typed(PriceHistories),
    Typed(Usage),
    Typed(PlaybookCosts),
)
