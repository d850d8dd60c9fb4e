"""Approvals as a caller may see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shared.api.principal import Principal
from shared.decisions.approvals import Approval
from shared.gcp.clock import Clock
from shared.runs import may_decide

_EDITORS_ONLY = "only editors and owners decide"


def shown(approvals: Sequence[Approval], principal: Principal, clock: Clock) -> list[dict[str, Any]]:
    """As the caller may see them."""
    now = clock.now()
    whole = principal.kind == "agent" or principal.role != "viewer"
    hidden = {"status"} if whole else {"status", "details", "comment"}
    reasons = _reasons(approvals, principal, clock)
    return [
        {
            "approvalId": approval.id,
            **approval.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=hidden),
            "status": approval.status_at(now).value,
            "mayDecide": reason is None,
            **({"whyNot": reason} if reason else {}),
        }
        for approval, reason in zip(approvals, reasons, strict=True)
    ]


def _reasons(approvals: Sequence[Approval], principal: Principal, clock: Clock) -> list[str | None]:
    """Why the caller may not decide each; None where they may."""
    if principal.kind != "user" or principal.uid is None:
        return ["only people decide"] * len(approvals)
    if principal.role == "viewer":
        return [_EDITORS_ONLY] * len(approvals)
    refusals = may_decide.refusals(approvals, principal.uid, clock.now())
    return [str(refusal) if refusal else None for refusal in refusals]
