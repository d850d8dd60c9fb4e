"""A report's key figures: rounded, and how each has changed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from shared.errors import PermanentError
from shared.messages.template import build
from shared.messages.template.models import Figure
from shared.notices.dedup.fact import Fact, ShopKind
from shared.playbooks.numbers import rounded
from shared.retail.figures import change_words, rough_percent
from shared.steps.delivery import _composition as composition
from shared.steps.delivery._composition import Format
from shared.steps.delivery._last_time import LastTime
from shared.steps.delivery._new_facts import subject_fact
from shared.values.camel_model import CamelModel
from shared.values.text import clean_text
from shared.values.words import dollars

NUMBERS: frozenset[Format] = frozenset({"number", "money", "percent", "count"})
Trend = Literal["good", "bad", "flat"]


class ReportPart(CamelModel, extra="forbid", coerce_numbers_to_str=True):
    """Base of a report's parts, as a playbook writes them."""


class ReportFigure(ReportPart):
    """A key figure; one whose `value` is null, or `when` false, is left out. `note`: what to say behind it.

    `change`, in percent, `against` an earlier time, is said there too; `rising` says whether more is better.
    `tells` and `about`: see the sections.
    """

    label: str = Field(min_length=1, max_length=100)
    value: Any = None
    when: bool = True
    format: Format = "number"
    note: str | None = Field(default=None, max_length=300)
    change: Decimal | None = Field(default=None, allow_inf_nan=False)
    against: str = Field(default="the time before", max_length=100)
    rising: Trend = "good"
    tells: ShopKind | None = None
    about: str | None = Field(default=None, max_length=200)

    @property
    def is_shown(self) -> bool:
        """Whether it has a value and is to be in the report."""
        return self.when and self.value is not None

    @property
    def fact(self) -> Fact | None:
        """The fact it reports that others may have reported."""
        return subject_fact(self.tells, self.about) if self.tells and self.about else None


def shown_figure(figure: ReportFigure, before: LastTime | None) -> Figure:
    """As the report shows it.

    Raises:
        PermanentError: the value does not fit its format.
    """
    moved, by = _moved(figure, before)
    note = clean_text("; ".join(part for part in (moved, figure.note) if part), build.MAX_PARAGRAPH)
    value = _rounded(figure.value, figure.format)
    return Figure(label=figure.label, value=value, change=note or None, trend=_trend(by, figure.rising))


def number_of(figure: ReportFigure) -> Decimal | None:
    """The figure as a number; None where it is none, or is not shown."""
    if not figure.is_shown or figure.format not in NUMBERS:
        return None
    value = len(figure.value) if isinstance(figure.value, list | dict) else figure.value
    try:
        return composition.amount(value)
    except PermanentError:
        return None


def _moved(figure: ReportFigure, before: LastTime | None) -> tuple[str, Decimal | None]:
    """In words, and by how much: only the sign of that counts."""
    if figure.change is not None:
        return change_words(figure.change, figure.against), figure.change
    now, then = number_of(figure), before.figures.get(figure.label) if before else None
    if before is None or now is None or then is None:
        return "", None
    form: Format = "number" if figure.format == "count" else figure.format
    said = _rounded(then, form)
    return ("", None) if said == _rounded(now, form) else (f"was {said} {before.when}", now - then)


def _rounded(value: Any, form: Format) -> str:
    if value in (None, "") or form not in ("money", "percent"):
        return composition.shown(value, form)
    amount = composition.amount(value)
    return dollars(rounded(amount, 2)) if form == "money" else rough_percent(amount)


def _trend(by: Decimal | None, rising: Trend) -> Trend:
    if not by or rising == "flat":
        return "flat"
    return "good" if (by > 0) is (rising == "good") else "bad"
