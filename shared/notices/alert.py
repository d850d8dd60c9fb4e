"""Something that an org's people should hear of."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from shared.messages.alert_types import MAX_BODY_CHARS, MAX_TYPE_CHARS, AlertType, Severity
from shared.messages.email import subject_line
from shared.messages.links import MAX_PATH_CHARS
from shared.messages.sms_text import one_segment
from shared.messages.template.as_text import message_words, title_and_lead
from shared.messages.template.from_text import message_of_text
from shared.messages.template.models import Message
from shared.notices.preferences import Channel
from shared.values.text import fitted

SEVERITY_RANK: Mapping[Severity, int] = MappingProxyType({"info": 0, "warning": 1, "critical": 2})


class StaffAlert(StrEnum):
    """What the org's staff (`staffPhones`) are texted about."""

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
"""Of those whose title does not say what they are about."""
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
"""What the text is about where the alert does not say."""
EMAIL, TEXTS, DASHBOARD = (frozenset({channel}) for channel in (Channel.EMAIL, Channel.SMS, Channel.DASHBOARD))


def staff_text(kind: StaffAlert, org_name: str, message: Message) -> str:
    """One segment for the staff's phones: who it is from, the message's title, and as much of its lead as fits."""
    return one_segment(f"{org_name}: {_OPENINGS.get(kind, '')}{title_and_lead(message)}")


def worded(title: str, text: str = "") -> Message:
    """What is told where there are only words: the text's first paragraph becomes the lead.

    It may quote others; too long a word of theirs is cut, so that it does not keep the alert from being told.
    """
    return message_of_text(title, fitted(text.strip(), MAX_BODY_CHARS))


def _titled(message: Message) -> Message:
    return message.model_copy(update={"title": subject_line(message.title)})


def _fitted_body(body: Any) -> Any:
    return fitted(body, MAX_BODY_CHARS) if isinstance(body, str) else body


class Alert(BaseModel):
    """One thing that happened, and what it is about.

    `id`: of what happened, different for every org (like `dead-letter-{executionId}-{replay}`): the same id is
    told once, and the inbox keeps it under that id. `type`: whose preferences count; of a kind that has none
    (`approval`), what the inbox groups it by. `key`: of what it is about (a playbook, a metric): alerts of one type
    and key are repeats of each other. `message`: what every channel says, each in its form. `text_kind`: what the
    text to the staff is about, where the type does not say. `members_body`: what the inbox, which every member of
    the org reads, says instead. `may_wait`: a critical one too waits for the end of quiet hours. `also`: channels
    besides those that the org's preferences name. `at_most`: no others than these, whatever they name. `link`: the
    path of the dashboard's page it leads to, where that is neither the run's nor the playbook's.
    """

    model_config = ConfigDict(
        defer_build=True,
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        str_strip_whitespace=True,
    )

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
        # As alerts that still wait were stored before they had messages.
        if not isinstance(given, Mapping) or "message" in given:
            return given
        rest = {name: value for name, value in given.items() if name not in ("title", "body", "data")}
        return {**rest, "message": worded(str(given.get("title") or ""), str(given.get("body") or ""))}

    @property
    def title(self) -> str:
        """On one line."""
        return self.message.title

    @property
    def body(self) -> str:
        """What it says below its title, as text; without buttons, which are pages of their own there."""
        return fitted(message_words(self.message), MAX_BODY_CHARS)

    def staff_text(self, org_name: str) -> str:
        """What the staff are texted, in one segment."""
        kind = self.text_kind or TEXT_KIND.get(self.type, StaffAlert.CUSTOM)
        return staff_text(kind, org_name, self.message)


def is_more_severe(one: Severity, than: Severity) -> bool:
    """Whether `one` matters more."""
    return SEVERITY_RANK[one] > SEVERITY_RANK[than]
