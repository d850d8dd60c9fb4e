"""Every public address of the HTTP API, once: Hosting's rewrites, the doors and the scheduler's jobs use these.

`functions/routes.py` says which function answers at which of them.
"""

from __future__ import annotations

import functools
import re
import urllib.parse

ALERTS = "/api/alerts"
ALERT_READ = "/api/alerts/{alertId}/read"
ALERTS_ALL_READ = "/api/alerts/mark-all-read"
APPROVALS = "/api/approvals"
APPROVAL = "/api/approvals/{approvalId}"
CATALOG_TICK = "/api/cron/playbooks/{frequency}"
CHAT = "/api/chat"
COMPETITIVE_ACTION_RESOLVE = "/api/competitive-actions/{actionId}/resolve"
COMPETITORS = "/api/competitors"
COMPETITOR = "/api/competitors/{competitorId}"
COMPETITOR_PRICES = "/api/competitors/{competitorId}/prices"
EXECUTIONS = "/api/executions"
EXECUTIONS_BULK = "/api/executions/bulk"
EXECUTION = "/api/executions/{executionId}"
EXECUTION_CANCEL = "/api/executions/{executionId}/cancel"
EXECUTION_RETRY = "/api/executions/{executionId}/retry"
HOOKS = "/api/hooks"
HOOK = "/api/hooks/{hookId}"
HOOK_CALLS = "/api/hooks/{hookId}/calls"
HOOK_CALL_REPLAY = "/api/hooks/{hookId}/calls/{callId}/replay"
HOOK_SECRET = "/api/hooks/{hookId}/secret"  # noqa: S105 - an address
KEYS = "/api/keys"
KEY_REVOKE = "/api/keys/{keyId}/revoke"
MAILJET_EVENTS = "/api/mailjet/events"
MCP = "/api/mcp"
NOTIFICATIONS = "/api/settings/notifications"
ORGANIZATION = "/api/settings/organization"
PEOPLE = "/api/people"
PERSON_REMOVE = "/api/people/{uid}/remove"
PERSON_ROLE = "/api/people/{uid}/role"
PLAYBOOKS = "/api/playbooks"
PLAYBOOKS_VALIDATE = "/api/playbooks/validate"
PLAYBOOK = "/api/playbooks/{playbookId}"
PLAYBOOK_EXECUTE = "/api/playbooks/{playbookId}/execute"
PLAYBOOK_RESTORE = "/api/playbooks/{playbookId}/restore"
SECRETS = "/api/settings/secrets"
SECRET = "/api/settings/secrets/{name}"  # noqa: S105 - an address
SMS_INBOUND = "/api/sms/inbound/{secret}"
SUGGESTION = "/api/suggestions/{kind}/{suggestionId}"
UNSUBSCRIBE = "/api/unsubscribe"
USAGE = "/api/usage"
USAGE_PLAYBOOKS = "/api/usage/{month}/playbooks"
WEBHOOKS = "/api/webhooks"
WEBHOOK = "/api/webhooks/{webhookId}"
WEBHOOK_DELIVERIES = "/api/webhooks/{webhookId}/deliveries"
WEBHOOK_RESEND = "/api/webhooks/{webhookId}/deliveries/{deliveryId}/resend"
WEBHOOK_SECRET = "/api/webhooks/{webhookId}/secret"  # noqa: S105 - an address
WEBHOOK_TEST = "/api/webhooks/{webhookId}/test"

_PREFIX = "/api"
_PARAMETER = re.compile(r"\{(\w+)\}")


def values_in(path: str, template: str) -> dict[str, str] | None:
    """What stands in a request's path for each `{name}` of `template`; None where it is another address.

    Only the end counts, with or without a slash: a function that is called by itself has other parts before it.
    """
    match = _pattern(template).search(path)
    return match.groupdict() if match else None


def is_at(path: str, template: str) -> bool:
    """Whether the request's path is that address."""
    return _pattern(template).search(path) is not None


def path_of(template: str, **values: str) -> str:
    """The address with its values, each quoted."""
    return _PARAMETER.sub(lambda name: urllib.parse.quote(values[name[1]], safe=""), template)


@functools.cache
def _pattern(template: str) -> re.Pattern[str]:
    *parts, end = _PARAMETER.split(template.removeprefix(_PREFIX))
    pairs = zip(parts[::2], parts[1::2], strict=True)
    before = "".join(f"{re.escape(text)}(?P<{name}>[^/]+)" for text, name in pairs)
    return re.compile(rf"{before}{re.escape(end)}/?\Z")
