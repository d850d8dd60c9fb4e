"""`compliance_status`: license expiry and content waiting for review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from shared.messages.template.models import Message
from shared.retail.compliance import License, PendingContent, licenses, pending
from shared.retail.figures import first
from shared.retail.load import load_content, load_locations
from shared.steps.base import Action, Effect, StepContext
from shared.steps.retail._output import LimitedParams, ShopReportOutput, build, table, unread_note
from shared.values.words import counted, date_words, plural


class ComplianceStatusParams(LimitedParams):
    """`soonDays`: a license that expires within this many days counts as ending soon."""

    soon_days: int = Field(default=60, ge=1, le=365)


class ComplianceStatusOutput(ShopReportOutput):
    """`licences`: soonest to expire first. `pending`: content waiting for review, longest wait first."""

    licences: tuple[License, ...]
    licence_count: int
    licences_ended: int
    licences_ending: int
    licences_without_date: int
    pending: tuple[PendingContent, ...]
    pending_count: int
    left_out: int
    """Of the pending content."""


class ComplianceStatus(Action[ComplianceStatusParams, ComplianceStatusOutput]):
    """Lists licenses with their days left, and content waiting for review."""

    effect: ClassVar[Effect] = Effect.NONE
    example: ClassVar[Mapping[str, Any]] = {"soonDays": 60}

    def run(self, params: ComplianceStatusParams, context: StepContext) -> ComplianceStatusOutput:
        org_id = context.org.id
        locations = context.effects.read(lambda: load_locations(org_id))
        content = context.effects.read(lambda: load_content(org_id))
        held = licenses(locations.records, context.now, context.org.timezone, params.soon_days)
        waiting = pending(content.records, context.now)
        shown, left_out = first(waiting, params.limit)
        malformed = locations.malformed + content.malformed
        output = ComplianceStatusOutput(
            subject="",
            text="",
            html="",
            message=Message(title=""),
            malformed=malformed,
            licences=tuple(held),
            licence_count=len(held),
            licences_ended=sum(row.status == "ended" for row in held),
            licences_ending=sum(row.status == "ends soon" for row in held),
            licences_without_date=sum(row.status == "no date" for row in held),
            pending=shown,
            pending_count=len(waiting),
            left_out=left_out,
        )
        report = build(
            f"Compliance of {context.org.name}: {_finding(output)}",
            [_headline(output), unread_note(malformed)],
            [
                table("Licenses", ("Location", "License", "Expires", "Days left"), [_license(row) for row in held]),
                table("Needs review", ("Content", "Waiting"), [_content(row) for row in shown], left_out),
            ],
        )
        return output.model_copy(update=report)


def _finding(found: ComplianceStatusOutput) -> str:
    parts = [
        f"{counted(count, 'license')} {state}"
        for count, state in ((found.licences_ended, "expired"), (found.licences_ending, "expiring soon"))
        if count
    ]
    if found.pending_count:
        verb = plural(found.pending_count, "needs", "need")
        parts.append(f"{counted(found.pending_count, 'piece')} of content {verb} review")
    return ", ".join(parts) or "nothing due"


def _headline(found: ComplianceStatusOutput) -> str:
    if not found.licence_count and not found.pending_count:
        return "No licenses are entered, and no content needs review."
    finding = _finding(found)
    return f"{finding[:1].upper()}{finding[1:]}."


def _license(row: License) -> tuple[str, ...]:
    verb = "expired" if row.status == "ended" else "expires"
    ends = f"{verb} {date_words(row.ends_on)}" if row.ends_on else "no expiration date entered"
    left = "—" if row.days_left is None else f"{max(row.days_left, 0):,}"
    return row.location, row.license_number or "—", ends, left


def _content(row: PendingContent) -> tuple[str, ...]:
    waiting = "—" if row.days_waiting is None else counted(row.days_waiting, "day")
    return row.title, waiting
