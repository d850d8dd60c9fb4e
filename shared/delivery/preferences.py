"""Which alerts an org wants, and over which channels: `notification_preferences/{orgId}`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from shared.errors import PermanentError
from shared.gcp.clients import firestore
from shared.playbooks.problems import problem_lines

COLLECTION = "notification_preferences"


class AlertType(StrEnum):
    """What an org can set its preferences for."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_ALERT = "usage_alert"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    WEEKLY_REPORT = "weekly_report"


class Channel(StrEnum):
    """The roads on which words reach an org's people."""

    EMAIL = "email"
    DASHBOARD = "dashboard"
    SMS = "sms"


class ChannelChoice(BaseModel):
    """Yes or no per channel; a text costs money, so it is asked for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    email: bool = True
    dashboard: bool = True
    sms: bool = False


class Preferences(RootModel[dict[AlertType, ChannelChoice]]):
    """An org's choice for each alert type."""

    @classmethod
    def from_document(cls, org_id: str, data: Mapping[str, Any]) -> Self:
        """Of a document's fields; types it does not name have the defaults, names that are no type are let be.

        Raises:
            PermanentError: naming the wrong field, what was found and what was expected.
        """
        named = {kind: data[kind] for kind in AlertType if data.get(kind) is not None}
        defaults = {kind: ChannelChoice() for kind in AlertType}
        try:
            return cls.model_validate({**defaults, **named})
        except ValidationError as error:
            problems = "; ".join(problem_lines(error))
            raise PermanentError(f"{COLLECTION}/{org_id} cannot be used: {problems}") from None

    def channels(self, alert_type: AlertType) -> frozenset[Channel]:
        """Where alerts of that type go."""
        choice = self.root[alert_type]
        return frozenset(channel for channel in Channel if getattr(choice, channel))

    def as_document(self) -> dict[str, dict[str, bool]]:
        """`{alertType: {email, dashboard, sms}}` of all six types."""
        return {kind.value: choice.model_dump() for kind, choice in self.root.items()}


def load(org_id: str) -> Preferences:
    """The org's preferences, in one read; all defaults where it never chose.

    Raises:
        PermanentError: the document is malformed.
    """
    snapshot = firestore().collection(COLLECTION).document(org_id).get()
    return Preferences.from_document(org_id, snapshot.to_dict() or {})
