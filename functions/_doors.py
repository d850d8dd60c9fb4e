"""The public part of the table in `functions/routes.py`: every HTTP function with its addresses."""

from __future__ import annotations

from functions._route import ACCOUNTS, SECRETS, Route, door
from shared.api import paths

EVERYTHING_ELSE = "/api/**"

DOORS: tuple[Route, ...] = (
    door(
        "execute",
        paths.PLAYBOOK_EXECUTE,
        memory_mb=512,
        instances=20,
        why="Public doors: they authenticate every request themselves.",
    ),
    door(
        "executions",
        paths.EXECUTIONS,
        paths.EXECUTIONS_BULK,
        paths.EXECUTION,
        paths.EXECUTION_CANCEL,
        paths.EXECUTION_RETRY,
    ),
    door("playbooks", paths.PLAYBOOKS, paths.PLAYBOOKS_VALIDATE, paths.PLAYBOOK, paths.PLAYBOOK_RESTORE),
    door("approvals", paths.APPROVALS, paths.APPROVAL),
    door(
        "suggestions",
        paths.SUGGESTION,
        paths.COMPETITIVE_ACTION_RESOLVE,
        why="People decide what agents suggested.",
    ),
    door(
        "competitors",
        paths.COMPETITORS,
        paths.COMPETITOR,
        paths.COMPETITOR_PRICES,
        memory_mb=512,
        concurrency=8,
        why="The competitors that an org watches, and what it has used.",
    ),
    door("usage", paths.USAGE, paths.USAGE_PLAYBOOKS),
    door(
        "cron",
        paths.CATALOG_TICK,
        concurrency=4,
        instances=2,
        why="The platform's two ticks for all orgs' catalog playbooks; cron alone may call.",
    ),
    door("alerts", paths.ALERTS, paths.ALERTS_ALL_READ, paths.ALERT_READ, why="The alert center: an org's inbox."),
    door(
        "unknownAddress",
        EVERYTHING_ELSE,
        instances=2,
        why="What Hosting asks where no other function has the address.",
    ),
    door(
        "settings",
        paths.NOTIFICATIONS,
        paths.ORGANIZATION,
        paths.KEYS,
        paths.KEY_REVOKE,
        why="How an org wants things to be: alerts and quiet hours, what it says of itself, its agents' keys.",
    ),
    door(
        "people",
        paths.PEOPLE,
        paths.PERSON_REMOVE,
        paths.PERSON_ROLE,
        secrets=("MAILJET_API_KEY", "MAILJET_API_SECRET"),
        account=ACCOUNTS,
        why="Who belongs to an org. It alone may change accounts, so it has a service account of its own.",
    ),
    door(
        "secrets",
        paths.SECRETS,
        paths.SECRET,
        account=SECRETS,
        why="What playbooks show other systems. Its account writes orgs' secrets and can read none.",
    ),
    door(
        "chat",
        paths.CHAT,
        memory_mb=512,
        instances=10,
        secrets=("ANTHROPIC_API_KEY",),
        why="A sentence becomes a playbook.",
    ),
    door(
        "mcp",
        paths.MCP,
        memory_mb=512,
        instances=10,
        secrets=("ANTHROPIC_API_KEY",),
        why="Agents, by the Model Context Protocol: what other doors do, as tools.",
    ),
    door(
        "hooks",
        paths.HOOKS,
        paths.HOOK,
        paths.HOOK_CALLS,
        paths.HOOK_CALL_REPLAY,
        instances=10,
        why="Other systems call the webhooks of playbooks.",
    ),
    door(
        "webhooks",
        paths.HOOK_SECRET,
        paths.WEBHOOKS,
        paths.WEBHOOK,
        paths.WEBHOOK_SECRET,
        account=SECRETS,
        why="What hooks' senders sign with, and the addresses that orgs subscribe. Its account writes orgs' "
        "secrets and can read none.",
    ),
    door(
        "webhookDeliveries",
        paths.WEBHOOK_DELIVERIES,
        paths.WEBHOOK_RESEND,
        paths.WEBHOOK_TEST,
        why="What subscribed addresses were sent, sent again, and tests.",
    ),
    door("unsubscribe", paths.UNSUBSCRIBE, secrets=("UNSUBSCRIBE_SECRET",), why="The link at the end of mails."),
    door(
        "mailjetEvents",
        paths.MAILJET_EVENTS,
        secrets=("MAILJET_EVENTS_SECRET",),
        why="Mailjet tells which mails came back.",
    ),
    door(
        "smsInbound",
        paths.SMS_INBOUND,
        secrets=("SMS_INBOUND_SECRET", "BLACKLEAF_API_KEY"),
        why="What people reply to texts: STOP, START, HELP.",
    ),
)
