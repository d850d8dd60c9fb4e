"""Endpoints for incoming webhooks: for other systems, and for managing them."""

from __future__ import annotations

from functions import _member
from functions.hooks import HookList, HooksQuery, TakenCall
from functions.webhooks import MadeSecret, NewHookSecret
from local.openapi import shapes
from local.openapi.door import Credential, Door
from shared.runs.hook_calls import HookCalls

_PEOPLE: tuple[Credential, ...] = ("user",)
_EDITOR = "the role `editor`"

HOOKS: tuple[Door, ...] = (
    Door(
        "hooks",
        "POST",
        "/api/hooks/{hookId}",
        "Start the playbook of a webhook",
        {202: TakenCall},
        who=("signature",),
        needs="who holds the hook's secret (docs/webhooks.md)",
        takes=shapes.HookEvent,
        body_required=False,
        form=True,
        conflicts=True,
        names="callHook",
    ),
    Door(
        "hooks",
        "GET",
        "/api/hooks",
        "List a playbook's hooks",
        {200: HookList},
        who=_PEOPLE,
        needs=_EDITOR,
        query=HooksQuery,
        names="listHooks",
    ),
    Door(
        "webhooks",
        "POST",
        "/api/hooks/{hookId}/secret",
        "Give a hook a new secret, shown this once",
        {200: MadeSecret},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=NewHookSecret,
        body_required=False,
        conflicts=True,
        names="setHookSecret",
    ),
    Door(
        "hooks",
        "GET",
        "/api/hooks/{hookId}/calls",
        "List the newest calls of a hook, with their runs",
        {200: HookCalls},
        who=_PEOPLE,
        needs=_EDITOR,
        query=_member.OrgQuery,
        names="listHookCalls",
    ),
    Door(
        "hooks",
        "POST",
        "/api/hooks/{hookId}/calls/{callId}/replay",
        "Start the playbook with a call once more",
        {202: TakenCall},
        who=_PEOPLE,
        needs=_EDITOR,
        takes=_member.OrgBody,
        body_required=False,
        conflicts=True,
        headers=("Idempotency-Key",),
        names="replayHookCall",
    ),
)
