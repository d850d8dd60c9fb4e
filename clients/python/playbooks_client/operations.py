"""Every operation of the API. Made by `make docs` from the OpenAPI document; do not edit."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from .transport import Transport


class AlertList(TypedDict):
    """Alerts, newest first. `unread`: of all, on the first page; `unreadable`: malformed ones, passed ove…"""

    alerts: list[ShownAlert]
    unread: NotRequired[int | None]
    unreadable: int
    nextAfter: NotRequired[str | None]


class ApprovalList(TypedDict):
    """Approvals, newest first. `unreadable`: how many malformed ones were passed over."""

    items: list[ShownApproval]
    unreadable: int
    nextAfter: NotRequired[str | None]


ApprovalStatus = Literal["pending", "approved", "rejected", "expired", "withdrawn"]


class Attempt(TypedDict):
    """One climb of the ladder; `error` says why it did not reach the end, `failed_step_id` where."""

    number: int
    startedAt: str
    endedAt: NotRequired[str | None]
    error: NotRequired[str | None]
    errorCode: NotRequired[str | None]
    failedStepId: NotRequired[str | None]


class BiggestUndercut(TypedDict):
    """The product that they sell furthest below our price; `percent` is of ours. Where the sizes differ, …"""

    product: str
    size: NotRequired[str | None]
    theirSize: NotRequired[str | None]
    ourPrice: float
    theirPrice: float
    unit: NotRequired[Literal["g", "10mg", "ml", "piece"] | None]
    ourUnitPrice: NotRequired[float | None]
    theirUnitPrice: NotRequired[float | None]
    percent: float


class Budget(TypedDict):
    """This month's. `monthlyUsd` none: no budget is set. `percent`: how much of it is spent, to a tenth."""

    monthlyUsd: NotRequired[float | None]
    spentUsd: float
    percent: NotRequired[float | None]


BulkAction = Literal["retry", "cancel"]


class BulkAnswer(TypedDict):
    """What the door answers: how many runs the filter finds now, and the job; none of a dry run."""

    matched: int
    jobId: str | None


class BulkBody(TypedDict):
    """What is to be done, and with which of the org's runs: `failed` ones to retry, unended ones to cance…"""

    orgId: NotRequired[str | None]
    action: BulkAction
    filter: BulkFilter
    dryRun: NotRequired[bool]


class BulkFilter(TypedDict):
    """Which of an org's runs: of a status or one of several, created from `since` to before `until`."""

    status: ExecutionStatus | list[ExecutionStatus]
    playbookId: NotRequired[str | None]
    trigger: NotRequired[Literal["schedule", "event", "webhook", "manual", "agent"] | None]
    since: NotRequired[str | None]
    until: NotRequired[str | None]


class ChangedPerson(TypedDict):
    """A member as they are now."""

    person: ListedMember


class ChannelChange(TypedDict):
    """The channels of one alert type; those that are not named stay as they are."""

    email: NotRequired[bool]
    dashboard: NotRequired[bool]
    sms: NotRequired[bool]


class ChannelChoice(TypedDict):
    """Yes or no per channel. Texts cost money, so they are opt-in."""

    email: NotRequired[bool]
    dashboard: NotRequired[bool]
    sms: NotRequired[bool]


class ChatBody(TypedDict):
    """What somebody says, for which org, to which agent, and in which conversation. A preview answers and…"""

    orgId: str
    message: str
    agent: NotRequired[str | None]
    conversationId: NotRequired[str | None]
    preview: NotRequired[bool]


class Checked(TypedDict):
    """What is wrong or, if nothing is, each schedule in words with its next runs. `warnings`: valid but p…"""

    problems: list[Problem]
    warnings: NotRequired[list[Problem]]
    schedules: NotRequired[list[ScheduleShown]]


class ComparedProduct(TypedDict):
    """A size of a product of theirs; `ourProduct`, `ourPrice` and `percent` where it is one of ours. USD.…"""

    product: str
    category: NotRequired[str | None]
    size: NotRequired[str | None]
    theirPrice: NotRequired[float | None]
    available: NotRequired[bool | None]
    ourProduct: NotRequired[str | None]
    ourSize: NotRequired[str | None]
    ourPrice: NotRequired[float | None]
    unit: NotRequired[Literal["g", "10mg", "ml", "piece"] | None]
    theirUnitPrice: NotRequired[float | None]
    ourUnitPrice: NotRequired[float | None]
    percent: NotRequired[float | None]


class Comparison(TypedDict):
    """`matched`: how many of their products are ours too; `undercuts`: at how many of these they are chea…"""

    matched: int
    undercuts: int
    biggest: NotRequired[BiggestUndercut | None]


class CompetitorDetail(TypedDict):
    """One with its menu, the largest undercut first. A menu too long to keep has fewer `rows` than `produ…"""

    id: str
    name: str
    menuUrl: NotRequired[str | None]
    priority: NotRequired[float | None]
    lastScan: NotRequired[LastScan | None]
    unreadable: NotRequired[Unreadable | None]
    menuSeenAt: NotRequired[str | None]
    products: NotRequired[int | None]
    comparison: NotRequired[Comparison | None]
    rows: NotRequired[list[ComparedProduct]]
    priceRange: NotRequired[PriceRange | None]
    promotions: NotRequired[list[str]]
    notCompared: NotRequired[str | None]


class CompetitorItem(TypedDict):
    """One competitor. `products`: on its menu as it was last found; without it no menu was ever read. `un…"""

    id: str
    name: str
    menuUrl: NotRequired[str | None]
    priority: NotRequired[float | None]
    lastScan: NotRequired[LastScan | None]
    unreadable: NotRequired[Unreadable | None]
    menuSeenAt: NotRequired[str | None]
    products: NotRequired[int | None]
    comparison: NotRequired[Comparison | None]


class CompetitorList(TypedDict):
    """`limit` −1: the tier tracks any number. `notCompared`: why no comparison could be made. USD."""

    items: list[CompetitorItem]
    tierId: str
    used: int
    limit: int
    notCompared: NotRequired[str | None]
    nextAfter: NotRequired[str | None]


class ControlledRun(TypedDict):
    """The run as it is now."""

    executionId: str
    status: ExecutionStatus


class Correction(TypedDict):
    """A word that was read as another."""

    said: str
    read: str


class CronBody(TypedDict):
    """`slot`: another one than that which the call's time stands for, for operators."""

    slot: NotRequired[str | None]


class DecisionBody(TypedDict):
    """The decision."""

    decision: Literal["approve", "reject"]
    comment: NotRequired[str | None]


class DeletedSecret(TypedDict):
    """A secret that is gone, and the playbooks that still name it."""

    name: str
    usedBy: list[PlaybookUsing]


class DeletedWebhook(TypedDict):
    """A webhook that is gone."""

    id: str


class DeliveryList(TypedDict):
    """The newest 50 messages to an address, the newest first; they are kept for 30 days."""

    items: list[ListedDelivery]


class DeliveryTry(TypedDict):
    """One try. `statusCode`: of the answer, where there was one."""

    at: str
    durationMs: int
    statusCode: NotRequired[int | None]
    errorCode: NotRequired[str | None]
    error: NotRequired[str | None]


class DigestSetting(TypedDict):
    """One mail a day at that time on the org's clock; an org without it gets each report by itself."""

    at: str


class DryRun(TypedDict):
    """What running it would do. `error`, `errorCode`: a step would have failed; `stopped`: one would end …"""

    steps: list[StepResult]
    effects: list[dict[str, Any]]
    costUsd: float
    error: NotRequired[str | None]
    errorCode: NotRequired[ErrorCode | None]
    stopped: NotRequired[str | None]


ErrorCode = Literal[
    "malformed_request",
    "bad_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "conflict",
    "body_too_large",
    "unsupported_media_type",
    "invalid_fields",
    "idempotency_key_reused",
    "rate_limited",
    "internal_error",
    "refused",
    "unavailable",
    "busy",
    "invalid_playbook",
    "unknown_action",
    "unknown_agent",
    "credential_in_playbook",
    "invalid_expression",
    "unknown_name",
    "invalid_params",
    "invalid_document",
    "too_large",
    "run_too_large",
    "not_configured",
    "secret_missing",
    "unknown_secret",
    "tier_limit",
    "limit_reached",
    "cause_limit",
    "chain_limit",
    "schedule_refused",
    "scheduler_unavailable",
    "scheduler_full",
    "stopped_by_step",
    "check_failed",
    "not_approved",
    "event_missed",
    "process_died",
    "defect",
    "provider_refused",
    "provider_unavailable",
    "provider_throttled",
    "outcome_unknown",
    "platform_refused",
    "platform_unavailable",
    "address_refused",
    "nobody_reached",
    "quiet_hours",
    "model_unavailable",
    "model_answer_unusable",
    "model_declined",
    "model_answer_cut_off",
    "no_menu",
    "no_menu_address",
    "robots_disallow",
    "site_paused",
]


class EstimateAnswer(TypedDict):
    """USD: what one run costs, and what a month of its schedule does."""

    perRunUsd: float
    monthlyUsd: float
    runsPerMonth: NotRequired[int | None]
    onEvents: NotRequired[bool]


EventType = Literal["run.completed", "run.failed", "alert.created", "decision.needed"]


class ExecuteBody(TypedDict):
    """What the caller asks for."""

    triggeredBy: Literal["manual", "schedule", "event", "agent"]
    orgId: str
    userId: NotRequired[str | None]
    triggerId: NotRequired[str | None]
    slot: NotRequired[str | None]
    eventData: NotRequired[StorableObject]
    dryRun: NotRequired[bool]


ExecutionStatus = Literal["queued", "running", "waiting", "retrying", "completed", "failed", "cancelled", "skipped"]


Frequency = Literal["daily", "weekly"]


class HookCall(TypedDict):
    """One call of a hook: what it brought and which run it started. `execution_id`, `status`: none where …"""

    eventId: str
    receivedAt: str
    senderId: NotRequired[str | None]
    topic: NotRequired[str | None]
    replayOf: NotRequired[str | None]
    data: dict[str, JsonValue]
    executionId: NotRequired[str | None]
    status: NotRequired[ExecutionStatus | None]


class HookCalls(TypedDict):
    """A hook's newest calls, newest first."""

    items: list[HookCall]


class HookList(TypedDict):
    """A playbook's hooks."""

    items: list[ListedHook]


class InnerStep(TypedDict):
    """What is kept of a step in a block once the step around it has ended. `error` is cut short."""

    stepId: str
    action: str
    status: Literal["completed", "skipped", "failed"]
    startedAt: NotRequired[str | None]
    waitedSince: NotRequired[str | None]
    durationMs: NotRequired[int]
    error: NotRequired[str | None]
    errorCode: NotRequired[str | None]


Intent = Literal[
    "create",
    "change",
    "pause",
    "resume",
    "delete",
    "restore",
    "copy",
    "skip",
    "run",
    "undo",
    "ask",
    "confirm",
    "refuse",
    "answer",
    "help",
    "smalltalk",
    "hostile",
    "unclear",
]


class Invited(TypedDict):
    """Who was added, and whether the mail with the way in went out; if not, `problem` says why."""

    person: ListedMember
    mailSent: bool
    problem: NotRequired[str | None]


JsonValue = Any


class KeyList(TypedDict):
    """An org's keys, newest first. `unreadable`: ids of malformed ones, which open nothing."""

    items: list[ListedKey]
    unreadable: list[str]


class LastScan(TypedDict):
    """When the menu was last requested. `error`: why it could not be read, or why it is suspect."""

    at: str
    status: Literal["ok", "suspect", "failed"]
    error: NotRequired[str | None]
    executionId: NotRequired[str | None]


class ListedDelivery(TypedDict):
    """A message to one address. `message_id`: its `webhook-id`. `dead`: given up; it can be sent again."""

    id: str
    messageId: str
    type: EventType
    status: Literal["pending", "delivered", "dead", "canceled"]
    test: bool
    tries: list[DeliveryTry]
    nextTryAt: NotRequired[str | None]
    createdAt: str
    deliveredAt: NotRequired[str | None]
    payload: dict[str, Any]


class ListedHook(TypedDict):
    """A webhook trigger's address. Until `secret_set_at` it takes no calls."""

    hookId: str
    url: str
    triggerId: str
    signature: NotRequired[Literal["github", "shopify", "stripe", "standard", "bearer"] | None]
    status: str
    createdAt: str
    secretSetAt: NotRequired[str | None]


class ListedKey(TypedDict):
    """One key. `acts_for`: the members, by uid, in whose name the agent may ask for runs."""

    id: str
    agent: str
    scopes: list[str]
    actsFor: list[str]
    createdAt: NotRequired[str | None]
    lastUsedAt: NotRequired[str | None]
    revokedAt: NotRequired[str | None]


class ListedMember(TypedDict):
    """Somebody of an org. `invited`: has never signed in; `disabled`: may not sign in."""

    uid: str
    email: NotRequired[str | None]
    name: NotRequired[str | None]
    role: Literal["viewer", "editor", "owner"]
    status: Literal["active", "invited", "disabled"]
    addedAt: NotRequired[str | None]
    lastSignInAt: NotRequired[str | None]


class ListedSecret(TypedDict):
    """A secret without its value. Only owners learn who set it, when, and which playbooks use it."""

    name: str
    updatedAt: NotRequired[str | None]
    updatedBy: NotRequired[str | None]
    usedBy: NotRequired[list[PlaybookUsing] | None]


class ListedWebhook(TypedDict):
    """A webhook. `disabledBecause`: its owner did it, the address is `gone` (410), or `failing` again and…"""

    id: str
    url: str
    events: list[EventType]
    status: Literal["active", "disabled"]
    disabledBecause: NotRequired[Literal["owner", "gone", "failing"] | None]
    disabledAt: NotRequired[str | None]
    deadInARow: int
    secretSetAt: str
    createdBy: str
    createdAt: str


class MadeKey(TypedDict):
    """A key right after it was made: `key` is shown this once."""

    id: str
    agent: str
    scopes: list[str]
    actsFor: list[str]
    createdAt: NotRequired[str | None]
    lastUsedAt: NotRequired[str | None]
    revokedAt: NotRequired[str | None]
    keyId: str
    key: str


class MadeSecret(TypedDict):
    """A hook with its new secret: `secret` is shown this once."""

    hookId: str
    url: str
    triggerId: str
    signature: NotRequired[Literal["github", "shopify", "stripe", "standard", "bearer"] | None]
    status: str
    createdAt: str
    secretSetAt: NotRequired[str | None]
    secret: str


class MarkedAlerts(TypedDict):
    """How many became read; `more`: the rest of them is being marked."""

    updated: int
    more: NotRequired[bool | None]


class Messaging(TypedDict):
    """How often a customer may hear from the shop, over all playbooks: at most once in so many hours."""

    emailEveryHours: NotRequired[int]
    textEveryHours: NotRequired[int]


Metric = Literal[
    "aiSessionsUsed",
    "smsCustomerUsed",
    "smsInternalUsed",
    "emailsUsed",
    "competitorsTracked",
    "zipCodesActive",
    "creativeAssetsUsed",
]


class MetricMonth(TypedDict):
    """One metric. `limit` −1: unlimited. `percent` of the limit; none without one, or with a limit of zer…"""

    metric: Metric
    used: int
    limit: int
    percent: NotRequired[float | None]
    atRisk: bool
    overageRateUsd: NotRequired[float | None]
    overageUsd: float


class NewCompetitor(TypedDict):
    """A competitor to track; one of that name gets this menu."""

    orgId: NotRequired[str | None]
    name: str
    menuUrl: str
    priority: NotRequired[float | None]


class NewHookSecret(TypedDict):
    """A hook's new secret. `secret`: one that the sender has made; without it we make one. `previous_vali…"""

    orgId: NotRequired[str | None]
    secret: NotRequired[str | None]
    previousValidHours: NotRequired[int]


class NewKey(TypedDict):
    """Which agent the key is for, and its scopes. `acts_for`: uids of members on whose behalf it may star…"""

    orgId: NotRequired[str | None]
    agent: str
    scopes: NotRequired[
        list[Literal["*", "playbooks:run", "chat", "executions:read", "executions:write", "webhooks:write"]]
    ]
    actsFor: NotRequired[list[str]]


class NewPerson(TypedDict):
    """The person to add. The address gets an invitation by mail."""

    orgId: NotRequired[str | None]
    email: str
    role: Literal["viewer", "editor", "owner"]


class NewSecret(TypedDict):
    """A secret to set, in place of the one of that name. `value` has 8 characters at least: a shorter one…"""

    orgId: NotRequired[str | None]
    name: str
    value: str


class NewWebhook(TypedDict):
    """An https address, and the events that it is notified of."""

    orgId: NotRequired[str | None]
    url: str
    events: list[EventType]


NoFields = dict[str, Any]


class NotificationPreferences(TypedDict):
    """Where each type of alert goes, and when the org's people want to be left alone."""

    playbook_failure: ChannelChoice
    usage_alert: ChannelChoice
    competitor_alert: ChannelChoice
    compliance_flag: ChannelChoice
    billing_alert: ChannelChoice
    weekly_report: ChannelChoice
    quietHours: NotRequired[QuietHours | None]


class NotificationSettings(TypedDict):
    """The alert types that are to change, and the quiet hours. What counts without them: `preferences.DEF…"""

    playbook_failure: NotRequired[ChannelChange]
    usage_alert: NotRequired[ChannelChange]
    competitor_alert: NotRequired[ChannelChange]
    compliance_flag: NotRequired[ChannelChange]
    billing_alert: NotRequired[ChannelChange]
    weekly_report: NotRequired[ChannelChange]
    quietHours: NotRequired[QuietHoursChange]
    orgId: NotRequired[str | None]


class Option(TypedDict):
    """One way to answer. `sets` are the fields of the request that it settles."""

    value: str
    label: str


class OrgBody(TypedDict):
    """A body that may name the org as well."""

    orgId: NotRequired[str | None]


class OrgQuery(TypedDict):
    """For callers that always name their org; it must be their own."""

    orgId: NotRequired[str | None]


class OtherCosts(TypedDict):
    """The same of all other playbooks, deleted ones too."""

    runs: int
    costUsd: float


class OverageCharges(TypedDict):
    """USD, whole cents: the eighth metric."""

    sms: float
    email: float
    creativeAssets: float
    total: float


class People(TypedDict):
    """Everybody of an org, owners first."""

    items: list[ListedMember]


class PlannedStep(TypedDict):
    """One of the playbook's own steps as it was when the run started."""

    stepId: str
    action: str


class PlaybookCost(TypedDict):
    """What the runs of one playbook that began in the month have cost, in USD."""

    playbookId: str
    name: str
    runs: int
    costUsd: float


class PlaybookCosts(TypedDict):
    """`items`: those that ran, the dearest first."""

    month: str
    items: list[PlaybookCost]
    others: NotRequired[OtherCosts | None]


class PlaybookList(TypedDict):
    """Playbooks, newest first; `nextAfter` asks for those after them."""

    items: list[ShownPlaybook]
    nextAfter: NotRequired[str | None]


PlaybookStatus = Literal["draft", "active", "paused", "archived", "error"]


class PlaybookUsing(TypedDict):
    """A playbook that names the secret."""

    id: str
    name: str


class PriceHistories(TypedDict):
    """`items` by name. `truncated`: older prices did not fit. `passedOver`: snapshots that cannot be read."""

    items: list[PriceHistory]
    truncated: NotRequired[bool | None]
    passedOver: NotRequired[int | None]


class PriceHistory(TypedDict):
    """One size of a product. `points`, oldest first: where each price was first and last seen."""

    product: str
    category: NotRequired[str | None]
    size: NotRequired[str | None]
    points: list[PricePoint]


class PricePoint(TypedDict):
    """The price in USD, as a scan saw it then."""

    at: str
    price: float


class PriceRange(TypedDict):
    """The prices of one menu."""

    min: float
    max: float
    median: float


class Problem(TypedDict):
    """One wrong field, by its path (`steps[1].params.to`). `message` is the full text; `found` and `expec…"""

    field: str
    message: str
    found: NotRequired[str | None]
    expected: NotRequired[str | None]
    remedy: NotRequired[str | None]


class Profile(TypedDict):
    """What the owner can say of the org. A field that is malformed is left out and stands in `problems`."""

    name: str
    timezone: NotRequired[str]
    postalAddress: NotRequired[str | None]
    ownerEmail: NotRequired[str | None]
    staffPhones: NotRequired[list[str]]
    monthlyBudgetUsd: NotRequired[float | None]
    logoUrl: NotRequired[str | None]
    messaging: NotRequired[Messaging | None]
    digest: NotRequired[DigestSetting | None]
    problems: NotRequired[list[ProfileProblem]]


class ProfileChange(TypedDict):
    """What to change; null removes an optional field."""

    orgId: NotRequired[str | None]
    name: NotRequired[str]
    timezone: NotRequired[str]
    postalAddress: NotRequired[str | None]
    ownerEmail: NotRequired[str | None]
    staffPhones: NotRequired[list[str]]
    monthlyBudgetUsd: NotRequired[float | None]
    logoUrl: NotRequired[str | None]
    messaging: NotRequired[Messaging | None]
    digest: NotRequired[DigestSetting | None]


class ProfileProblem(TypedDict):
    """A stored value that cannot be used: its field, the value as it stands there, and what is wrong with…"""

    field: str
    found: str
    problem: str


class Question(TypedDict):
    """Something that is asked before anything is made. `about` is the request's field that free words mus…"""

    id: str
    text: str
    options: NotRequired[list[Option]]


class QuietHours(TypedDict):
    """From `start` to `end`, on the next day if `end` is earlier."""

    start: str
    end: str
    enabled: NotRequired[bool]


class QuietHoursChange(TypedDict):
    """When texts and emails that are not critical wait, on the org's clock; what is not named stays as it…"""

    start: NotRequired[str]
    end: NotRequired[str]
    enabled: NotRequired[bool]


class RemovedCompetitor(TypedDict):
    """One that is no longer tracked."""

    id: str


class RemovedPerson(TypedDict):
    """Who belongs to the org no longer, by uid."""

    removed: str


class Reply(TypedDict):
    """The answer of one turn. `reply` is plain text, never HTML."""

    reply: str
    agent: str
    understood: Understood
    conversationId: NotRequired[str]
    proposes: NotRequired[Intent | None]
    playbookId: NotRequired[str | None]
    playbook: NotRequired[dict[str, Any] | None]
    summary: NotRequired[Summary | None]
    questions: NotRequired[list[Question]]
    nextRuns: NotRequired[list[str]]
    executionId: NotRequired[str | None]
    estimate: NotRequired[EstimateAnswer | None]
    unread: NotRequired[list[str]]
    corrections: NotRequired[list[Correction]]


class ResolutionBody(TypedDict):
    """The credential says who resolves it."""

    orgId: str
    comment: NotRequired[str | None]


class ResolvedAction(TypedDict):
    """A competitive action after somebody has resolved it."""

    type: Literal["price_adjustment", "counter_campaign", "inventory_alert", "margin_optimization"]
    rule: NotRequired[str]
    priority: NotRequired[Literal["critical", "high", "medium", "low"]]
    agent: NotRequired[str]
    competitorName: NotRequired[str]
    competitorId: NotRequired[str]
    trigger: NotRequired[str]
    recommendation: NotRequired[str]
    figure: NotRequired[float]
    data: NotRequired[dict[str, Any]]
    status: NotRequired[Status]
    generation: NotRequired[int]
    latestGeneration: NotRequired[int]
    createdAt: NotRequired[str | None]
    updatedAt: NotRequired[str | None]
    consumedBy: NotRequired[str | None]
    consumedAt: NotRequired[str | None]
    consumedIn: NotRequired[str | None]
    resultPath: NotRequired[str | None]
    resolvedAt: NotRequired[str | None]
    resolvedBy: NotRequired[str | None]
    comment: NotRequired[str | None]
    actionId: str


class RestoredPlaybook(TypedDict):
    """A catalog playbook that the org has again."""

    playbookId: str
    status: PlaybookStatus


class RevokedKey(TypedDict):
    """A revoked key, and when it was revoked."""

    keyId: str
    revokedAt: str


class RoleChange(TypedDict):
    """What a member may do from now on."""

    orgId: NotRequired[str | None]
    role: Literal["viewer", "editor", "owner"]


class RotatedSecret(TypedDict):
    """For how long messages are signed with the secret before it too."""

    orgId: NotRequired[str | None]
    previousValidHours: NotRequired[int]


class Run(TypedDict):
    """A run. Viewers see a summary (`steps`, `planned`), others the document (`stepResults`, `effects`, ……"""

    executionId: str
    orgId: str
    playbookId: str
    playbookVersion: int
    trigger: TriggerRef
    status: ExecutionStatus
    statusReason: NotRequired[str | None]
    errorCode: NotRequired[str | None]
    attempt: int
    attempts: NotRequired[list[Attempt]]
    stepResults: NotRequired[list[StepResult]]
    steps: NotRequired[list[SummaryStep]]
    planned: NotRequired[list[PlannedStep]]
    definition: NotRequired[dict[str, Any] | None]
    eventData: NotRequired[dict[str, Any] | None]
    nextAttemptAt: NotRequired[str | None]
    costUsd: float
    createdAt: str
    startedAt: NotRequired[str | None]
    completedAt: NotRequired[str | None]
    deadLetteredAt: NotRequired[str | None]


class RunList(TypedDict):
    """Runs, newest first; `nextAfter` asks for those after them."""

    items: list[Run]
    nextAfter: NotRequired[str | None]


class ScheduleShown(TypedDict):
    """One schedule: `words` like `every day at 9:00 AM EST`, and its next runs, empty while inactive. `en…"""

    triggerId: str
    words: str
    nextRuns: list[str]
    ends: NotRequired[bool]


class SecretList(TypedDict):
    """An org's secrets by name."""

    items: list[ListedSecret]


class ShownAlert(TypedDict):
    """One line of the inbox."""

    id: str
    type: str
    title: str
    body: str
    severity: Literal["info", "warning", "critical"]
    playbookId: NotRequired[str | None]
    executionId: NotRequired[str | None]
    link: NotRequired[str | None]
    read: bool
    note: NotRequired[str | None]
    createdAt: str


class ShownApproval(TypedDict):
    """A question of a run's to the org's people. `whyNot`: why the caller may not decide it."""

    orgId: str
    playbookId: str
    executionId: str
    stepId: str
    title: str
    details: NotRequired[str]
    status: NotRequired[ApprovalStatus]
    requestedBy: NotRequired[str | None]
    requestedByName: NotRequired[str | None]
    causedBy: NotRequired[list[str]]
    requestedAt: str
    expiresAt: str
    decidedBy: NotRequired[str | None]
    decidedByName: NotRequired[str | None]
    decidedAt: NotRequired[str | None]
    comment: NotRequired[str | None]
    approvalId: str
    mayDecide: bool
    whyNot: NotRequired[str | None]


class ShownPlaybook(TypedDict):
    """A playbook as its document holds it; of viewers, and in summaries, a summary. `schedules`: of one a…"""

    playbookId: str
    name: NotRequired[Any]
    status: NotRequired[Any]
    statusReason: NotRequired[Any]
    errorCode: NotRequired[Any]
    triggers: NotRequired[Any]
    steps: NotRequired[Any]
    version: NotRequired[Any]
    schedules: NotRequired[list[ScheduleShown] | None]


class StartedRun(TypedDict):
    """The run that the call has started, or an earlier one of its key or slot. `statusReason`: why it wai…"""

    executionId: str
    status: ExecutionStatus
    statusReason: NotRequired[str | None]


Status = Literal["pending", "consumed", "resolved", "lapsed"]


class StepResult(TypedDict):
    """What became of one step. `output_json` replaces `output` where Firestore could not hold it as it is…"""

    stepId: str
    action: str
    agent: NotRequired[str | None]
    status: Literal["completed", "skipped", "failed"]
    startedAt: NotRequired[str | None]
    waitedSince: NotRequired[str | None]
    output: NotRequired[dict[str, Any] | None]
    outputJson: NotRequired[str | None]
    outputRef: NotRequired[str | None]
    outputBytes: NotRequired[int | None]
    error: NotRequired[str | None]
    errorCode: NotRequired[str | None]
    durationMs: NotRequired[int]
    costUsd: NotRequired[float]
    inner: NotRequired[list[InnerStep] | None]
    innerLeftOut: NotRequired[int | None]
    reached: NotRequired[int | None]
    skipped: NotRequired[dict[str, int] | None]
    note: NotRequired[str | None]


StorableObject = dict[str, "StorableValue"]


StorableValue = Any


class Suggestion(TypedDict):
    """What an agent suggested, as its document holds it. `whyNot`: why the caller may not decide it."""

    suggestionId: str
    collection: Literal[
        "pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations"
    ]
    mayDecide: bool
    whyNot: NotRequired[str | None]
    status: NotRequired[str | None]


class SuggestionDecision(TypedDict):
    """The decision. `apply`: an approved pricing suggestion also sets the price of the item that it is ab…"""

    orgId: str
    comment: NotRequired[str | None]
    decision: Literal["approve", "reject"]
    apply: NotRequired[bool]


class Summary(TypedDict):
    """A playbook in plain words, for a card: `every day at 9:00 AM EST` · `scan your competitors` · `emai…"""

    name: str
    when: str
    does: str
    tells: str
    notes: NotRequired[list[str]]


class SummaryStep(TypedDict):
    """What became of a step, or of a step inside it; without its output and error."""

    stepId: str
    action: str
    agent: NotRequired[str | None]
    status: Literal["completed", "skipped", "failed"]
    startedAt: NotRequired[str | None]
    waitedSince: NotRequired[str | None]
    durationMs: NotRequired[int]
    costUsd: NotRequired[float]


class TakenCall(TypedDict):
    """The event that a call has become; the same call again has the same one."""

    eventId: str


class TestMessage(TypedDict):
    """Which event to send an example of; without it the first that the webhook is told of."""

    orgId: NotRequired[str | None]
    event: NotRequired[EventType | None]


class Threshold(TypedDict):
    """When to notify: `subject op value`. `subject` is None if the topic decides it."""

    subject: NotRequired[
        Literal[
            "price_gap",
            "quantity",
            "sales",
            "sales_change",
            "order_total",
            "days_inactive",
            "days_ahead",
            "spent",
            "count",
        ]
        | None
    ]
    op: NotRequired[Literal[">", ">=", "<", "<=", "=="] | None]
    value: float
    unit: NotRequired[Literal["percent", "usd", "units", "days"] | None]


class Tick(TypedDict):
    """The slot whose runs are being started, of how many active orgs and active assignments there are."""

    frequency: Frequency
    slot: str
    orgs: int
    executions: int


class TrackedCompetitor(TypedDict):
    """A competitor as it is now tracked. `limit` −1: the tier tracks any number."""

    id: str
    name: str
    menuUrl: str
    created: bool
    used: int
    limit: int


class TriggerRef(TypedDict):
    """What caused a run."""

    type: Literal["schedule", "event", "webhook", "manual", "agent"]
    id: NotRequired[str | None]
    slot: NotRequired[str | None]
    eventId: NotRequired[str | None]


class Understood(TypedDict):
    """`understood` of the answer. What nobody said is empty or absent."""

    intent: Intent
    topic: NotRequired[str | None]
    schedules: NotRequired[list[dict[str, Any]]]
    events: NotRequired[list[str]]
    conditions: NotRequired[list[str]]
    threshold: NotRequired[Threshold | None]
    channels: NotRequired[list[str]]
    recipients: NotRequired[list[str]]
    competitors: NotRequired[list[str]]
    products: NotRequired[list[str]]
    segment: NotRequired[str | None]
    exclusions: NotRequired[list[str]]
    corrections: NotRequired[list[Correction]]
    unread: NotRequired[list[str]]


class Unreadable(TypedDict):
    """`failures` in a row since `since`, as scans counted them; `reason` and `remedy` are the last one's."""

    failures: int
    since: str
    lastFailedAt: str
    executionId: NotRequired[str | None]
    playbookId: NotRequired[str | None]
    kind: Literal[
        "robots", "scripts", "blocked", "age", "login", "moved", "empty", "left_alone", "down", "address", "other"
    ]
    reason: str
    remedy: str
    toldAt: NotRequired[str | None]


class Usage(TypedDict):
    """`items`: the months in which something was counted, newest first; the first one is the current mont…"""

    tierId: str
    month: str
    timezone: str
    items: list[UsageMonth]
    budget: Budget


class UsageMonth(TypedDict):
    """`month` of the org's zone, `YYYY-MM`. `costUsd`: what its runs have cost. `problem`: why it is not …"""

    month: str
    tierId: NotRequired[str | None]
    metrics: NotRequired[list[MetricMonth]]
    overageCharges: NotRequired[OverageCharges | None]
    costUsd: NotRequired[float | None]
    problem: NotRequired[str | None]


class ValidateBody(TypedDict):
    """A playbook as its author would save it. `org_id`: the caller's own org, or none. `playbook_id`: of …"""

    orgId: NotRequired[str | None]
    playbookId: NotRequired[str | None]
    playbook: StorableObject


class WebhookChange(TypedDict):
    """What is to change. `status`: `active` forgets earlier failures."""

    orgId: NotRequired[str | None]
    url: NotRequired[str | None]
    events: NotRequired[list[EventType] | None]
    status: NotRequired[Literal["active", "disabled"] | None]


class WebhookList(TypedDict):
    """An org's webhooks, the oldest first."""

    items: list[ListedWebhook]
    limit: int


class WebhookWithSecret(TypedDict):
    """A webhook with its new secret: `secret` is shown this once."""

    id: str
    url: str
    events: list[EventType]
    status: Literal["active", "disabled"]
    disabledBecause: NotRequired[Literal["owner", "gone", "failing"] | None]
    disabledAt: NotRequired[str | None]
    deadInARow: int
    secretSetAt: str
    createdBy: str
    createdAt: str
    secret: str


class Playbooks(Transport):
    """The API."""

    def execute_playbook(
        self,
        playbook_id: str,
        body: ExecuteBody,
        *,
        idempotency_key: str | None = None,
        idempotency_reuse: Literal["failed"] | None = None,
    ) -> StartedRun | DryRun:
        """Run a playbook, or show what running it would do. For the role `editor`; agents: `playbooks:run`."""
        answer: StartedRun | DryRun = self._call(
            "POST",
            "/api/playbooks/{playbookId}/execute",
            ids={"playbookId": playbook_id},
            headers={"Idempotency-Key": idempotency_key, "Idempotency-Reuse": idempotency_reuse},
            body=body,
        )
        return answer

    def list_playbooks(
        self,
        *,
        org_id: str | None = None,
        search: str | None = None,
        category: str | None = None,
        status: PlaybookStatus | None = None,
        deleted: bool | None = None,
        summaries: bool | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> PlaybookList:
        """List the org's playbooks. For every member; agents: `executions:read`."""
        answer: PlaybookList = self._call(
            "GET",
            "/api/playbooks",
            query={
                "orgId": org_id,
                "search": search,
                "category": category,
                "status": status,
                "deleted": deleted,
                "summaries": summaries,
                "limit": limit,
                "after": after,
            },
        )
        return answer

    def get_playbook(self, playbook_id: str, *, org_id: str | None = None) -> ShownPlaybook:
        """Show a playbook, with its schedules. For every member; agents: `executions:read`."""
        answer: ShownPlaybook = self._call(
            "GET", "/api/playbooks/{playbookId}", ids={"playbookId": playbook_id}, query={"orgId": org_id}
        )
        return answer

    def validate_playbook(self, body: ValidateBody) -> Checked:
        """Check a playbook before it is saved. For the role `editor`; agents: `chat`."""
        answer: Checked = self._call("POST", "/api/playbooks/validate", body=body)
        return answer

    def restore_playbook(self, playbook_id: str, body: OrgQuery | None = None) -> RestoredPlaybook:
        """Bring a deleted catalog playbook back. For the role `editor`; agents: `chat`."""
        answer: RestoredPlaybook = self._call(
            "POST", "/api/playbooks/{playbookId}/restore", ids={"playbookId": playbook_id}, body=body or {}
        )
        return answer

    def list_runs(
        self,
        *,
        org_id: str | None = None,
        status: ExecutionStatus | None = None,
        playbook_id: str | None = None,
        trigger: Literal["schedule", "event", "webhook", "manual", "agent"] | None = None,
        since: str | None = None,
        until: str | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> RunList:
        """List the org's runs. For every member; agents: `executions:read`."""
        answer: RunList = self._call(
            "GET",
            "/api/executions",
            query={
                "orgId": org_id,
                "status": status,
                "playbookId": playbook_id,
                "trigger": trigger,
                "since": since,
                "until": until,
                "limit": limit,
                "after": after,
            },
        )
        return answer

    def get_run(self, execution_id: str, *, org_id: str | None = None) -> Run:
        """Show a run. For every member; agents: `executions:read`."""
        answer: Run = self._call(
            "GET", "/api/executions/{executionId}", ids={"executionId": execution_id}, query={"orgId": org_id}
        )
        return answer

    def retry_run(self, execution_id: str, body: NoFields | None = None) -> ControlledRun:
        """Send a dead-lettered run back. For the role `editor`; agents: `executions:write`."""
        answer: ControlledRun = self._call(
            "POST", "/api/executions/{executionId}/retry", ids={"executionId": execution_id}, body=body or {}
        )
        return answer

    def cancel_run(self, execution_id: str, body: NoFields | None = None) -> ControlledRun:
        """Stop a run before its next step. For the role `editor`; agents: `executions:write`."""
        answer: ControlledRun = self._call(
            "POST", "/api/executions/{executionId}/cancel", ids={"executionId": execution_id}, body=body or {}
        )
        return answer

    def change_runs(self, body: BulkBody, *, idempotency_key: str | None = None) -> BulkAnswer:
        """Retry or cancel many runs. For the role `editor`."""
        answer: BulkAnswer = self._call(
            "POST", "/api/executions/bulk", headers={"Idempotency-Key": idempotency_key}, body=body
        )
        return answer

    def chat(self, body: ChatBody, *, idempotency_key: str | None = None) -> Reply:
        """Say what you want in a sentence. For every member (viewers: reading questions); agents: `chat`."""
        answer: Reply = self._call("POST", "/api/chat", headers={"Idempotency-Key": idempotency_key}, body=body)
        return answer

    def list_approvals(
        self,
        *,
        org_id: str | None = None,
        status: ApprovalStatus | None = None,
        limit: int | None = None,
        after: str | None = None,
    ) -> ApprovalList:
        """List what runs ask the org's people. For every member; agents: `executions:read`."""
        answer: ApprovalList = self._call(
            "GET", "/api/approvals", query={"orgId": org_id, "status": status, "limit": limit, "after": after}
        )
        return answer

    def get_approval(self, approval_id: str) -> ShownApproval:
        """Show an approval; nothing happens. For every member; agents: `executions:write`."""
        answer: ShownApproval = self._call("GET", "/api/approvals/{approvalId}", ids={"approvalId": approval_id})
        return answer

    def decide_approval(self, approval_id: str, body: DecisionBody) -> ShownApproval:
        """Decide an approval. For the role `editor`."""
        answer: ShownApproval = self._call(
            "POST", "/api/approvals/{approvalId}", ids={"approvalId": approval_id}, body=body
        )
        return answer

    def get_suggestion(
        self,
        kind: Literal[
            "pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations"
        ],
        suggestion_id: str,
        *,
        org_id: str | None = None,
    ) -> Suggestion:
        """Show a suggestion; nothing happens. For every member."""
        answer: Suggestion = self._call(
            "GET",
            "/api/suggestions/{kind}/{suggestionId}",
            ids={"kind": kind, "suggestionId": suggestion_id},
            query={"orgId": org_id},
        )
        return answer

    def decide_suggestion(
        self,
        kind: Literal[
            "pricing_suggestions", "campaign_drafts", "inventory_recommendations", "margin_optimizations"
        ],
        suggestion_id: str,
        body: SuggestionDecision,
    ) -> Suggestion:
        """Decide a suggestion. For the role `editor`."""
        answer: Suggestion = self._call(
            "POST",
            "/api/suggestions/{kind}/{suggestionId}",
            ids={"kind": kind, "suggestionId": suggestion_id},
            body=body,
        )
        return answer

    def resolve_action(self, action_id: str, body: ResolutionBody) -> ResolvedAction:
        """Resolve a competitive action. For the role `editor`."""
        answer: ResolvedAction = self._call(
            "POST", "/api/competitive-actions/{actionId}/resolve", ids={"actionId": action_id}, body=body
        )
        return answer

    def tick(self, frequency: Literal["daily", "weekly"], body: CronBody | None = None) -> Tick:
        """Start every org's catalog playbooks of a frequency."""
        answer: Tick = self._call(
            "POST", "/api/cron/playbooks/{frequency}", ids={"frequency": frequency}, body=body or {}
        )
        return answer

    def list_hooks(self, *, org_id: str | None = None, playbook_id: str | None = None) -> HookList:
        """List a playbook's hooks. For the role `editor`."""
        answer: HookList = self._call("GET", "/api/hooks", query={"orgId": org_id, "playbookId": playbook_id})
        return answer

    def set_hook_secret(self, hook_id: str, body: NewHookSecret | None = None) -> MadeSecret:
        """Give a hook a new secret, shown this once. For the role `editor`."""
        answer: MadeSecret = self._call(
            "POST", "/api/hooks/{hookId}/secret", ids={"hookId": hook_id}, body=body or {}
        )
        return answer

    def list_hook_calls(self, hook_id: str, *, org_id: str | None = None) -> HookCalls:
        """List the newest calls of a hook, with their runs. For the role `editor`."""
        answer: HookCalls = self._call(
            "GET", "/api/hooks/{hookId}/calls", ids={"hookId": hook_id}, query={"orgId": org_id}
        )
        return answer

    def replay_hook_call(
        self, hook_id: str, call_id: str, body: OrgBody | None = None, *, idempotency_key: str | None = None
    ) -> TakenCall:
        """Start the playbook with a call once more. For the role `editor`."""
        answer: TakenCall = self._call(
            "POST",
            "/api/hooks/{hookId}/calls/{callId}/replay",
            ids={"hookId": hook_id, "callId": call_id},
            headers={"Idempotency-Key": idempotency_key},
            body=body or {},
        )
        return answer

    def list_webhooks(self, *, org_id: str | None = None) -> WebhookList:
        """List the org's webhooks. For the role `owner`; agents: `webhooks:write`."""
        answer: WebhookList = self._call("GET", "/api/webhooks", query={"orgId": org_id})
        return answer

    def add_webhook(self, body: NewWebhook) -> WebhookWithSecret:
        """Have an address told what happens; its secret is shown this once. For the role `owner`; agents: `we…"""
        answer: WebhookWithSecret = self._call("POST", "/api/webhooks", body=body)
        return answer

    def change_webhook(self, webhook_id: str, body: WebhookChange | None = None) -> ListedWebhook:
        """Change a webhook, or enable or disable it. For the role `owner`; agents: `webhooks:write`."""
        answer: ListedWebhook = self._call(
            "POST", "/api/webhooks/{webhookId}", ids={"webhookId": webhook_id}, body=body or {}
        )
        return answer

    def delete_webhook(self, webhook_id: str, *, org_id: str | None = None) -> DeletedWebhook:
        """Delete a webhook and its secret permanently. For the role `owner`; agents: `webhooks:write`."""
        answer: DeletedWebhook = self._call(
            "DELETE", "/api/webhooks/{webhookId}", ids={"webhookId": webhook_id}, query={"orgId": org_id}
        )
        return answer

    def rotate_webhook_secret(self, webhook_id: str, body: RotatedSecret | None = None) -> WebhookWithSecret:
        """Give a webhook a new secret, shown this once. For the role `owner`; agents: `webhooks:write`."""
        answer: WebhookWithSecret = self._call(
            "POST", "/api/webhooks/{webhookId}/secret", ids={"webhookId": webhook_id}, body=body or {}
        )
        return answer

    def test_webhook(self, webhook_id: str, body: TestMessage | None = None) -> ListedDelivery:
        """Send an example of an event, once. For the role `owner`; agents: `webhooks:write`."""
        answer: ListedDelivery = self._call(
            "POST", "/api/webhooks/{webhookId}/test", ids={"webhookId": webhook_id}, body=body or {}
        )
        return answer

    def list_webhook_deliveries(self, webhook_id: str, *, org_id: str | None = None) -> DeliveryList:
        """List the newest messages to an address, and what became of each. For the role `owner`; agents: `web…"""
        answer: DeliveryList = self._call(
            "GET", "/api/webhooks/{webhookId}/deliveries", ids={"webhookId": webhook_id}, query={"orgId": org_id}
        )
        return answer

    def resend_webhook_delivery(
        self, webhook_id: str, delivery_id: str, body: OrgBody | None = None
    ) -> ListedDelivery:
        """Send a message once more, under the same id. For the role `owner`; agents: `webhooks:write`."""
        answer: ListedDelivery = self._call(
            "POST",
            "/api/webhooks/{webhookId}/deliveries/{deliveryId}/resend",
            ids={"webhookId": webhook_id, "deliveryId": delivery_id},
            body=body or {},
        )
        return answer

    def list_competitors(
        self, *, org_id: str | None = None, limit: int | None = None, after: str | None = None
    ) -> CompetitorList:
        """List the competitors that the org tracks. For every member; agents: `executions:read`."""
        answer: CompetitorList = self._call(
            "GET", "/api/competitors", query={"orgId": org_id, "limit": limit, "after": after}
        )
        return answer

    def track_competitor(self, body: NewCompetitor) -> TrackedCompetitor:
        """Track a competitor. For the role `editor`; agents: `competitors:write`."""
        answer: TrackedCompetitor = self._call("POST", "/api/competitors", body=body)
        return answer

    def get_competitor(self, competitor_id: str, *, org_id: str | None = None) -> CompetitorDetail:
        """Show a competitor's menu beside ours. For every member; agents: `executions:read`."""
        answer: CompetitorDetail = self._call(
            "GET", "/api/competitors/{competitorId}", ids={"competitorId": competitor_id}, query={"orgId": org_id}
        )
        return answer

    def remove_competitor(self, competitor_id: str, *, org_id: str | None = None) -> RemovedCompetitor:
        """Track a competitor no longer. For the role `editor`; agents: `competitors:write`."""
        answer: RemovedCompetitor = self._call(
            "DELETE",
            "/api/competitors/{competitorId}",
            ids={"competitorId": competitor_id},
            query={"orgId": org_id},
        )
        return answer

    def get_prices(
        self, competitor_id: str, *, org_id: str | None = None, product: str | None = None
    ) -> PriceHistories:
        """Show a competitor's prices over 30 days. For every member; agents: `executions:read`."""
        answer: PriceHistories = self._call(
            "GET",
            "/api/competitors/{competitorId}/prices",
            ids={"competitorId": competitor_id},
            query={"orgId": org_id, "product": product},
        )
        return answer

    def get_usage(self, *, org_id: str | None = None, months: int | None = None) -> Usage:
        """Show what the org has used, month by month. For every member; agents: `executions:read`."""
        answer: Usage = self._call("GET", "/api/usage", query={"orgId": org_id, "months": months})
        return answer

    def get_playbook_costs(self, month: str, *, org_id: str | None = None) -> PlaybookCosts:
        """Show what each playbook has cost in a month. For every member; agents: `executions:read`."""
        answer: PlaybookCosts = self._call(
            "GET", "/api/usage/{month}/playbooks", ids={"month": month}, query={"orgId": org_id}
        )
        return answer

    def list_alerts(
        self, *, org_id: str | None = None, limit: int | None = None, after: str | None = None
    ) -> AlertList:
        """List the org's alerts. For every member."""
        answer: AlertList = self._call(
            "GET", "/api/alerts", query={"orgId": org_id, "limit": limit, "after": after}
        )
        return answer

    def read_alert(self, alert_id: str, body: OrgBody | None = None) -> MarkedAlerts:
        """Mark an alert as read. For every member."""
        answer: MarkedAlerts = self._call(
            "POST", "/api/alerts/{alertId}/read", ids={"alertId": alert_id}, body=body or {}
        )
        return answer

    def read_all_alerts(self, body: OrgBody | None = None) -> MarkedAlerts:
        """Mark all alerts as read. For every member."""
        answer: MarkedAlerts = self._call("POST", "/api/alerts/mark-all-read", body=body or {})
        return answer

    def get_notifications(self, *, org_id: str | None = None) -> NotificationPreferences:
        """Show which alerts the org wants, and where. For every member."""
        answer: NotificationPreferences = self._call("GET", "/api/settings/notifications", query={"orgId": org_id})
        return answer

    def change_notifications(
        self, body: NotificationSettings | None = None, *, org_id: str | None = None
    ) -> NotificationPreferences:
        """Change which alerts the org wants, and where. For the role `owner`."""
        answer: NotificationPreferences = self._call(
            "POST", "/api/settings/notifications", query={"orgId": org_id}, body=body or {}
        )
        return answer

    def get_organization(self, *, org_id: str | None = None) -> Profile:
        """Show what the org says of itself. For every member."""
        answer: Profile = self._call("GET", "/api/settings/organization", query={"orgId": org_id})
        return answer

    def change_organization(self, body: ProfileChange | None = None, *, org_id: str | None = None) -> Profile:
        """Change what the org says of itself. For the role `owner`."""
        answer: Profile = self._call("POST", "/api/settings/organization", query={"orgId": org_id}, body=body or {})
        return answer

    def list_keys(self, *, org_id: str | None = None) -> KeyList:
        """List the org's agent keys. For the role `owner`."""
        answer: KeyList = self._call("GET", "/api/keys", query={"orgId": org_id})
        return answer

    def make_key(self, body: NewKey, *, org_id: str | None = None) -> MadeKey:
        """Make an agent key, which is shown this once. For the role `owner`."""
        answer: MadeKey = self._call("POST", "/api/keys", query={"orgId": org_id}, body=body)
        return answer

    def revoke_key(self, key_id: str, body: OrgBody | None = None, *, org_id: str | None = None) -> RevokedKey:
        """Revoke an agent key. For the role `owner`."""
        answer: RevokedKey = self._call(
            "POST", "/api/keys/{keyId}/revoke", ids={"keyId": key_id}, query={"orgId": org_id}, body=body or {}
        )
        return answer

    def list_secrets(self, *, org_id: str | None = None) -> SecretList:
        """List the org's secrets by name; owners learn more of them, and nobody a value. For every member."""
        answer: SecretList = self._call("GET", "/api/settings/secrets", query={"orgId": org_id})
        return answer

    def set_secret(self, body: NewSecret, *, org_id: str | None = None) -> ListedSecret:
        """Set a secret, in place of the one of that name. For the role `owner`."""
        answer: ListedSecret = self._call("POST", "/api/settings/secrets", query={"orgId": org_id}, body=body)
        return answer

    def delete_secret(self, name: str, *, org_id: str | None = None) -> DeletedSecret:
        """Delete a secret permanently. For the role `owner`."""
        answer: DeletedSecret = self._call(
            "DELETE", "/api/settings/secrets/{name}", ids={"name": name}, query={"orgId": org_id}
        )
        return answer

    def list_people(self, *, org_id: str | None = None) -> People:
        """List who belongs to the org. For the role `editor`."""
        answer: People = self._call("GET", "/api/people", query={"orgId": org_id})
        return answer

    def add_person(self, body: NewPerson, *, org_id: str | None = None) -> Invited:
        """Add somebody, who gets an invitation by mail. For the role `owner`."""
        answer: Invited = self._call("POST", "/api/people", query={"orgId": org_id}, body=body)
        return answer

    def change_role(self, uid: str, body: RoleChange, *, org_id: str | None = None) -> ChangedPerson:
        """Change what a member may do. For the role `owner`."""
        answer: ChangedPerson = self._call(
            "POST", "/api/people/{uid}/role", ids={"uid": uid}, query={"orgId": org_id}, body=body
        )
        return answer

    def remove_person(self, uid: str, body: OrgBody | None = None, *, org_id: str | None = None) -> RemovedPerson:
        """Remove a member from the org. For the role `owner`."""
        answer: RemovedPerson = self._call(
            "POST", "/api/people/{uid}/remove", ids={"uid": uid}, query={"orgId": org_id}, body=body or {}
        )
        return answer
