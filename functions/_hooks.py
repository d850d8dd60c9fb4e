"""Shared by the hook endpoints: ownership checks, and a hook as the org's people see it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Self

from functions._member import member_of
from shared.api.answers import Answer
from shared.api.http import not_found
from shared.api.paths import values_in
from shared.api.principal import Principal
from shared.playbooks.models import SignatureForm
from shared.webhooks import hooks
from shared.webhooks.hooks import Hook

_ID = re.compile(r"[0-9a-f]{32}")


class ListedHook(Answer):
    """A webhook trigger's address. Until `secret_set_at` it takes no calls."""

    hook_id: str
    url: str
    trigger_id: str
    signature: SignatureForm | None = None
    status: str
    created_at: datetime
    secret_set_at: datetime | None = None

    @classmethod
    def of(cls, hook: Hook, **more: Any) -> Self:
        return cls(**hook.model_dump(include=set(ListedHook.model_fields)), url=hook.url, **more)


def own_hook(principal: Principal, hook_id: str, named_org: str | None) -> tuple[Hook, Any]:
    """The hook of the caller's org, where they are an editor at least, and its document.

    Raises:
        NotFoundError: there is none, or it is another org's.
        ForbiddenError: the caller is no person, or may do less.
    """
    org_id = member_of(principal, named_org, "editor")
    found = hooks.find(hook_id)
    if found is None or found[0].org_id != org_id:
        raise not_found(f"hook {hook_id}")
    return found


def hook_path(path: str, template: str) -> dict[str, str] | None:
    """The ids in a request's path, by name, or None: another address, or no id of ours."""
    found = values_in(path, template)
    return found if found and all(_ID.fullmatch(value) for value in found.values()) else None
