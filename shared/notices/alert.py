"""Alerts: things an org's people should know."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from shared.messages.alert_types import MAX_BODY_CHARS, MAX_TYPE_CHARS, AlertType, Severity
from shared.messages.email import subject_line
from shared.messages.links import MAX_PATH_CHARS
from shared.messages.sms_text import one_segment
from shared.messages.template.as_text import message_words, title_and_lead
from shared.messages.template.from_text import message_of_text
from shared.messages.template.models import Message
from shared.notices.preferences import Channel
from shared.values.camel_model import CamelModel
from shared.values.text import fitted

SEVERITY_RANK: Mapping[Severity, int] = MappingProxyType({"info": 0, "warning": 1, "critical": 2})


class StaffAlert(StrEnum):
    """Topics of texts to an org's staff (`staffPhones`)."""

    PLAYBOOK_FAILURE = "playbook_failure"
    USAGE_THRESHOLD = "usage_threshold"
    COMPETITOR_ALERT = "competitor_alert"
    COMPLIANCE_FLAG = "compliance_flag"
    BILLING_ALERT = "billing_alert"
    SYSTEM_ALERT = "system_alert"
    CUSTOM = "custom"


_OPENINGS: Mapping[StaffAlert, str] = MappingProxyType(
    {
        StaffAlert.COMPLIANCE_FLAG: "compliance flag: ",
        StaffAlert.BILLING_ALERT: "billing: ",
        StaffAlert.SYSTEM_ALERT: "system alert: ",
    }
)
"""Prefixes for topics that the title doesn't mention."""
TEXT_KIND: Mapping[str, StaffAlert] = MappingProxyType(
    {
        AlertType.PLAYBOOK_FAILURE: StaffAlert.PLAYBOOK_FAILURE,
        AlertType.USAGE_ALERT: StaffAlert.USAGE_THRESHOLD,
        AlertType.COMPETITOR_ALERT: StaffAlert.COMPETITOR_ALERT,
        AlertType.COMPLIANCE_FLAG: StaffAlert.COMPLIANCE_FLAG,
        AlertType.BILLING_ALERT: StaffAlert.BILLING_ALERT,
        AlertType.WEEKLY_REPORT: StaffAlert.CUSTOM,
    }
)
"""The default topic per alert type."""
EMAIL, TEXTS, DASHBOARD = (frozenset({channel}) for channel in (Channel.EMAIL, Channel.SMS, Channel.DASHBOARD))


def staff_text(kind: StaffAlert, org_name: str, message: Message) -> str:
    """One segment for the staff's phones: the sender, the title, and as much of the lead as fits."""
    return one_segment(f"{org_name}: {_OPENINGS.get(kind, '')}{title_and_lead(message)}")


def worded(title: str, text: str = "") -> Message:
    """A message from plain text; its first paragraph becomes the lead.

    Quoted text may be long and is cut, so that it can't block the alert.
    """
    return message_of_text(title, fitted(text.strip(), MAX_BODY_CHARS))


def _titled(message: Message) -> Message:
    return message.model_copy(update={"title": subject_line(message.title)})


def _fitted_body(body: Any) -> Any:
    return fitted(body, MAX_BODY_CHARS) if isinstance(body, str) else body


class Alert(CamelModel, extra="forbid", frozen=True, str_strip_whitespace=True):
    """Something that happened.

    `id`: unique across orgs (like `dead-letter-{executionId}-{replay}`). The same id is sent once and is also the
    id in the inbox. `type`: whose preferences apply, or for types without preferences (`approval`), the inbox's
    grouping. `key`: what it is about (a playbook, a metric): alerts with the same type and key are repeats.
    `message`: the content for all channels. `text_kind`: the topic of the staff text, if the type doesn't say.
    `members_body`: what the inbox, which all members can read, shows in its place. `may_wait`: even if critical,
    wait for the end of quiet hours. `also`: channels to use regardless of preferences. `at_most`: the only channels
    that may be used. `link`: the dashboard path to open, if it isn't the run's or the playbook's.
    """

    id: str = Field(min_length=1, max_length=1_400, pattern=r"^[^/]+$")
    type: AlertType | Annotated[str, Field(min_length=1, max_length=MAX_TYPE_CHARS)] = Field(
        union_mode="left_to_right"
    )
    key: str = Field(min_length=1, max_length=500)
    message: Annotated[Message, AfterValidator(_titled)]
    members_body: Annotated[str | None, BeforeValidator(_fitted_body)] = Field(
        default=None, max_length=MAX_BODY_CHARS
    )
    severity: Severity = "info"
    may_wait: bool = False
    text_kind: StaffAlert | None = None
    playbook_id: str | None = None
    execution_id: str | None = None
    link: str | None = Field(default=None, max_length=MAX_PATH_CHARS)
    also: frozenset[Channel] = frozenset()
    at_most: frozenset[Channel] = frozenset(Channel)

    @model_validator(mode="before")
    @classmethod
    def _of_words(cls, given: Any) -> Any:
        # The format of waiting alerts stored before messages existed.
        if not isinstance(given, Mapping) or "message" in given:
            return given
        rest = {name: value for name, value in given.items() if name not in ("title", "body", "data")}
        return {**rest, "message": worded(str(given.get("title") or ""), str(given.get("body") or ""))}

    @property
    def title(self) -> str:
        return self.message.title

    @property
    def body(self) -> str:
        """The text below the title, without buttons, which are separate links there."""
        return fitted(message_words(self.message), MAX_BODY_CHARS)

    def staff_text(self, org_name: str) -> str:
        """The text to the staff, in one segment."""
        kind = self.text_kind or TEXT_KIND.get(self.type, StaffAlert.CUSTOM)
        return staff_text(kind, org_name, self.message)


def is_more_severe(one: Severity, than: Severity) -> bool:
    return SEVERITY_RANK[one] > SEVERITY_RANK[than]
