"""Path parameters of endpoints, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.documents.suggestions import KINDS
from shared.playbooks.secret_names import NAME_PATTERN
from shared.triggers.catalog_ticks import Frequency

_ID: Mapping[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 128,
    "pattern": r"^(?!\.{1,2}$)(?!__.*__$)[A-Za-z0-9_\-.~:]+$",
}
_HOOK_ID: Mapping[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
PARAMETERS: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys(
        ("playbookId", "executionId", "approvalId", "suggestionId", "actionId", "competitorId", "keyId", "uid"), _ID
    ),
    "alertId": {"type": "string", "minLength": 1, "maxLength": 500, "pattern": r"^(?!\.{1,2}$)(?!__.*__$)[^/]+$"},
    **dict.fromkeys(("hookId", "callId", "webhookId", "deliveryId"), _HOOK_ID),
    "kind": {"type": "string", "enum": list(KINDS)},
    "month": {"type": "string", "pattern": r"^20\d\d-(0[1-9]|1[0-2])$", "examples": ["2026-11"]},
    "frequency": {"type": "string", "enum": [one.value for one in Frequency]},
    "name": {"type": "string", "pattern": f"^{NAME_PATTERN}$", "examples": ["SHOP_API_KEY"]},
    "secret": {"type": "string", "minLength": 1, "pattern": r"^[A-Za-z0-9_\-]+$"},
}
