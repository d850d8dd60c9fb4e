"""Something that an org's people should hear of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from shared.messages.alert_types import AlertType
from shared.messages.links import MAX_PATH_CHARS
from shared.messages.sms_text import one_segment
from shared.notices.inbox import MAX_BODY_CHARS, MAX_TITLE_CHARS, Severity, fitted
from shared.notices.preferences import Channel
from shared.notices.staff_sms import StaffAlert, needs, staff_alert_text

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
GRAVITY: Mapping[Severity, int] = MappingProxyType({"info": 0, "warning": 1, "critical": 2})
TEXT_KIND: Mapping[AlertType, StaffAlert] = MappingProxyType(
    {
        AlertType.PLAYBOOK_FAILURE: StaffAlert.PLAYBOOK_FAILURE,
        AlertType.USAGE_ALERT: StaffAlert.USAGE_THRESHOLD,
        AlertType.COMPETITOR_ALERT: StaffAlert.COMPETITOR_ALERT,
        AlertType.COMPLIANCE_FLAG: StaffAlert.COMPLIANCE_FLAG,
        AlertType.BILLING_ALERT: StaffAlert.BILLING_ALERT,
        AlertType.WEEKLY_REPORT: StaffAlert.CUSTOM,
    }
)
"""The text's wording where the alert names none."""


def _one_line(title: Any) -> Any:
    # It becomes an email's subject.
    if not isinstance(title, str):
        return title
    line = " ".join(_CONTROL.sub(" ", title).split())
    return line if len(line) <= MAX_TITLE_CHARS else f"{line[: MAX_TITLE_CHARS - 1]}…"


def _fitted_body(body: Any) -> Any:
    # What is told may quote others; too long a word of theirs must not keep it from being told.
    return fitted(body, MAX_BODY_CHARS) if isinstance(body, str) else body


class Alert(BaseModel):
    """One thing that happened, and what it is about.

    `id`: of what happened, different for every org (like `dead-letter-{executionId}-{replay}`): the same id is
    told once, and the inbox keeps it under that id. `key`: of what it is about (a playbook, a metric): alerts of
    one type and key are repeats of each other. `text_kind`, `data`: the wording of the text to the staff and what
    it names (see `staff_alert_text`; `org` and `detail` are filled in); where a name is missing the text says the
    title. `members_body`: what the inbox, which every member of the org reads, says instead of `body`. `also`:
    channels besides those that the org's preferences name. `link`: the path of the dashboard's page it leads to,
    where that is neither the run's nor the playbook's. A title or body too long is cut.
    """

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, str_strip_whitespace=True
    )

    id: str = Field(min_length=1, max_length=500, pattern=r"^[^/]+$")
    type: AlertType
    key: str = Field(min_length=1, max_length=500)
    title: Annotated[str, BeforeValidator(_one_line)] = Field(min_length=1, max_length=MAX_TITLE_CHARS)
    body: Annotated[str, BeforeValidator(_fitted_body)] = Field(max_length=MAX_BODY_CHARS)
    members_body: Annotated[str | None, BeforeValidator(_fitted_body)] = Field(
        default=None, max_length=MAX_BODY_CHARS
    )
    severity: Severity = "info"
    text_kind: StaffAlert | None = None
    data: Mapping[str, Any] = Field(default_factory=dict)
    playbook_id: str | None = None
    execution_id: str | None = None
    link: str | None = Field(default=None, max_length=MAX_PATH_CHARS)
    also: frozenset[Channel] = frozenset()

    def staff_text(self, org_name: str) -> str:
        """What the staff are texted, in one segment."""
        kind = self.text_kind or TEXT_KIND[self.type]
        data = {"detail": self.title, "message": f"{org_name}: {self.title}", **self.data, "org": org_name}
        if any(data.get(name) is None for name in needs(kind)):
            return one_segment(f"{org_name}: {self.title}")
        return staff_alert_text(kind, **data)


def is_graver(one: Severity, than: Severity) -> bool:
    """Whether `one` matters more."""
    return GRAVITY[one] > GRAVITY[than]
