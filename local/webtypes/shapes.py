"""Documents that the product writes field by field, without a model: their shapes, held against the real ones by
tests/unit/local/webtypes/test_shapes.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from shared.notices.preferences import QUIET_HOURS_FIELD, ChannelChoice, QuietHours
from shared.playbooks.models import PausedBy, Playbook
from shared.runs.parts import PinnedOrg, PinnedUser
from shared.runs.record import Execution
from shared.values.camel_model import CamelModel


class Shape(CamelModel, extra="forbid"):
    """Base: camelCase, no additional fields."""


class ExecutionPinned(Shape):
    """The JSON in an execution's `pinned`."""

    definition: dict[str, Any]
    org: PinnedOrg
    user: PinnedUser


class PinnedExecution(Execution):
    """A run in Firestore; its immutable part is one JSON text (`ExecutionPinned`)."""

    pinned: str


class PlaybookDocument(Playbook):
    """A playbook with the product's and its authors' metadata."""

    description: str | None = None
    status_reason: str | None = None
    error_code: str | None = None
    refused_by: str | None = None
    paused_by: PausedBy | None = None
    source: str | None = None
    catalog_version: int | None = None
    owner_email: str | None = None
    last_edited_by: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class NotificationPreferences(Shape):
    """Where each type of alert goes, and when the org's people want to be left alone."""

    model_config = ConfigDict(alias_generator=None)

    playbook_failure: ChannelChoice
    usage_alert: ChannelChoice
    competitor_alert: ChannelChoice
    compliance_flag: ChannelChoice
    billing_alert: ChannelChoice
    weekly_report: ChannelChoice
    quiet_hours: QuietHours | None = Field(default=None, alias=QUIET_HOURS_FIELD)
