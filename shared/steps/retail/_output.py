"""What the family's actions have in common: lists with an end, and an output that is a mail as well."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.retail.report import Report
from shared.steps.base import Output, Params

DEFAULT_LIMIT = 50
MAX_LIMIT = 500

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Names = Annotated[list[Name], Field(min_length=1, max_length=50)]


class LimitedParams(Params):
    """`limit`: the longest that the output's list may be; what is left out is counted in `leftOut`."""

    limit: int = Field(default=DEFAULT_LIMIT, ge=1, le=MAX_LIMIT)


class ReportOutput(Output):
    """Ready for `send_email` or `notify`: subject, text and HTML."""

    subject: str
    text: str
    html: str
    malformed: int
    """Documents that could not be read and are left out."""


def mail(report: Report) -> dict[str, str]:
    """The fields of a `ReportOutput` that the report fills."""
    return {"subject": report.subject, "text": report.text, "html": report.html}
