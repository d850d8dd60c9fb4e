"""Every Cloud Function, once: what calls it, with which limits, secrets and account, and its public addresses.

`make docs` writes `functions.yaml` and the rewrites of `firebase.json` from it. It imports no function's code,
and no function imports it. The order here is the order there.
"""

from __future__ import annotations

from dataclasses import replace

from functions._doors import DOORS
from functions._route import SECRETS, Retry, Route, job, on_document, on_topic, tasks

PROVIDER_KEYS = ("MAILJET_API_KEY", "MAILJET_API_SECRET", "UNSUBSCRIBE_SECRET", "BLACKLEAF_API_KEY")
RUN_KEYS = (*PROVIDER_KEYS, "ANTHROPIC_API_KEY", "APIFY_TOKEN")
CRASHES = Retry(
    5,
    5,
    60,
    4,
    why="For an instance that died before it answered; a failed step climbs its own ladder, by named tasks.",
)
FOR_HOURS = Retry(20, 5, 300, 6)
SWEPT = "What is given up, the sweep asks for again."


def _runs(name: str, *, per_second: int, instances: int, why: str = "") -> Route:
    """A queue of attempts of runs. A step may take minutes, and calls any provider."""
    return tasks(
        name,
        CRASHES,
        per_second=per_second,
        concurrency=8,
        instances=instances,
        memory_mb=512,
        timeout_seconds=540,
        secrets=RUN_KEYS,
        why=why,
    )


ROUTES: tuple[Route, ...] = (
    on_document(
        "onPlaybookCreated",
        "created",
        "tenants/{orgId}/playbooks/{playbookId}",
        instances=10,
        why="An active playbook document schedules itself.",
    ),
    on_document("onPlaybookUpdated", "updated", "tenants/{orgId}/playbooks/{playbookId}", instances=10),
    on_document("onPlaybookDeleted", "deleted", "tenants/{orgId}/playbooks/{playbookId}", instances=10),
    on_document(
        "onTenantWritten", "written", "tenants/{orgId}", instances=10, why="An org's tier brings catalog playbooks."
    ),
    on_document(
        "onCustomerWritten",
        "written",
        "tenants/{orgId}/customers/{customerId}",
        why="A customer is found by the number, however the shop wrote it.",
    ),
    on_document(
        "onOrderWritten",
        "written",
        "tenants/{orgId}/orders/{orderId}",
        why="The orders of a day are in one document.",
    ),
    on_document(
        "onInventoryChange",
        "written",
        "tenants/{orgId}/inventory/{itemId}",
        why="An event starts the playbooks that listen to it.",
    ),
    on_document("onDomainEvent", "created", "tenants/{orgId}/events/{eventId}"),
    *DOORS,
    _runs(
        "runExecution",
        per_second=500,
        instances=20,
        why="Private: only the invoker's account may call, with the OIDC token that its task or job carries.",
    ),
    _runs(
        "runEvent",
        per_second=500,
        instances=20,
        why="What events, schedules and other runs set off, apart from what people wait for.",
    ),
    _runs(
        "runCatalog",
        per_second=100,
        instances=10,
        why="What the catalog ticks start for all orgs at once: the rate spreads a morning over minutes.",
    ),
    _runs(
        "retryExecution",
        per_second=100,
        instances=10,
    ),
    tasks(
        "releaseRuns",
        Retry(5, 1, 60, 6, why=SWEPT),
        per_second=100,
        concurrency=8,
        timeout_seconds=60,
        instances=5,
        why="Runs that waited for their turn: an org's are looked at by one pass after the other.",
    ),
    tasks(
        "startDebounced",
        Retry(5, 5, 60, 4, why=SWEPT),
        per_second=100,
        concurrency=20,
        timeout_seconds=60,
        instances=2,
        why="The run of an event that no later one has replaced in its time.",
    ),
    tasks(
        "startCatalogRuns",
        Retry(
            20, 5, 300, 6, why="For more than an hour: a page that is given up takes all the later ones with it."
        ),
        per_second=20,
        memory_mb=512,
        concurrency=2,
        instances=4,
        why="The catalog runs of one page of orgs; each page asks for the next one first.",
    ),
    tasks(
        "startOnce",
        Retry(5, 5, 60, 4, why="What has not been started by then, the sweep finds."),
        per_second=100,
        concurrency=20,
        timeout_seconds=60,
        instances=2,
        why="The run of a trigger that has one instant.",
    ),
    tasks(
        "startSlot",
        Retry(
            20,
            5,
            300,
            6,
            why="For more than an hour: each task makes the next one, and what is given up waits for the sweep.",
        ),
        per_second=100,
        concurrency=20,
        timeout_seconds=60,
        instances=4,
        why="The run of a schedule's slot where Cloud Scheduler has no room for a job.",
    ),
    tasks(
        "repairPlaybooks",
        replace(FOR_HOURS, why="What is not repaired in these hours is repaired tomorrow."),
        per_second=5,
        memory_mb=512,
        concurrency=1,
        instances=4,
        why="Once a day, each a page at a time: jobs and listeners repaired, the catalog assigned.",
    ),
    tasks("assignCatalog", FOR_HOURS, per_second=5, memory_mb=512, concurrency=1, instances=4),
    tasks(
        "repairPacks",
        FOR_HOURS,
        per_second=5,
        memory_mb=512,
        concurrency=1,
        instances=4,
        why="Once a day: each org's packs of orders and customers, ten orgs a task.",
    ),
    tasks(
        "deleteSecrets",
        Retry(20, 5, 900, 6),
        per_second=5,
        concurrency=2,
        timeout_seconds=60,
        instances=2,
        account=SECRETS,
    ),
    tasks(
        "fillShelf",
        Retry(10, 5, 300, 6),
        per_second=5,
        memory_mb=512,
        concurrency=1,
        instances=10,
        why="After an import: the copies of an org's items are brought up to it.",
    ),
    tasks(
        "runBulkJob",
        FOR_HOURS,
        per_second=10,
        concurrency=2,
        instances=4,
        why="Retries or cancels many runs that a person chose by a filter, page by page.",
    ),
    tasks(
        "sendCampaignPage",
        FOR_HOURS,
        per_second=5,
        why_rate="Of all orgs together: one account sends, and a page is up to five calls of fifty mails.",
        memory_mb=512,
        concurrency=2,
        instances=4,
        secrets=PROVIDER_KEYS,
        why="The pages of campaigns: each has the next one follow, so that a campaign sends one at a time.",
    ),
    job(
        "sweep",
        "*/5 * * * *",
        memory_mb=512,
        why="Called every five minutes by a Cloud Scheduler job that `make deploy` and `make up` create.",
    ),
    job(
        "heartbeat",
        "17 * * * *",
        why="Called every hour by a Cloud Scheduler job that `make deploy` and `make up` create.",
    ),
    tasks(
        "checkOrg",
        Retry(3, 30, 300, 3, why="What could not be read now is read again in the next hour anyway."),
        per_second=20,
        memory_mb=512,
        concurrency=2,
        instances=10,
        secrets=PROVIDER_KEYS,
    ),
    on_document(
        "onUsageShard",
        "written",
        "usage_shards/{shardId}",
        why="What runs have used is summed up for people to read, some seconds after it was counted.",
    ),
    tasks(
        "rollUpUsage",
        Retry(10, 5, 300, 5, why="Setting sums is safe to repeat."),
        per_second=100,
        concurrency=4,
        timeout_seconds=120,
        instances=10,
        secrets=PROVIDER_KEYS,
    ),
    tasks(
        "deliverLater",
        Retry(20, 10, 900, 6, why="A provider may be away for hours; what went out is never sent again."),
        per_second=50,
        concurrency=4,
        timeout_seconds=120,
        instances=5,
        secrets=PROVIDER_KEYS,
        why="Alerts that waited for the end of quiet hours or of an outage, and digests of repeats and of a day.",
    ),
    on_document(
        "onWebhookMessage",
        "created",
        "webhook_messages/{messageId}",
        instances=10,
        why="What happened becomes a delivery for each subscribed address.",
    ),
    tasks(
        "sendWebhook",
        Retry(5, 5, 60, 4, why="For an instance that died; failed tries climb the ladder, by named tasks."),
        per_second=100,
        concurrency=20,
        timeout_seconds=60,
        instances=5,
        secrets=PROVIDER_KEYS,
        why="Calls other systems, which may take 15 seconds to answer.",
    ),
    tasks(
        "markAlertsRead",
        Retry(5, 5, 60, 4),
        per_second=5,
        concurrency=1,
        timeout_seconds=120,
        instances=2,
        why="The rest of a mark-all-read that was more than an answer has time for.",
    ),
    on_topic("onDeadLetter", "playbook-dlq", secrets=PROVIDER_KEYS),
)
