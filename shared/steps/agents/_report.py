"""The narrated opening of a computed report, for the actions that write one."""

from __future__ import annotations

from shared.agents.addresses import redact
from shared.agents.models import Task
from shared.agents.narrate_report import ReportFacts, narrate
from shared.steps.agents._model import Narrated, consult, joined_notes
from shared.steps.base import StepContext


def report_opening(context: StepContext, facts: ReportFacts) -> Narrated:
    """Three to five sentences to put above the report; empty if no model may or can write them.

    The report then goes out as computed: this never fails a step. The text is plain: escape it in HTML.
    An action that calls this declares its effect idempotent, so that its result is kept and not paid for twice.
    """
    consulted = consult(context, Task.ROUTINE, lambda: narrate(facts), required=False, key="narration")
    if consulted.answer is None:
        return Narrated("", "computed", consulted.note)
    written = redact(consulted.answer.text)
    return Narrated(written.text, "model", joined_notes(written.note))
