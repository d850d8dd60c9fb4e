"""`create_task`: a to-do for someone in the org."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.documents.org import org_path
from shared.documents.stored import create_unless_there
from shared.steps.base import Action, Effect, Output, Params, StepContext
from shared.steps.documents import effect_id, origin

COLLECTION = "tasks"


class CreateTaskParams(Params):
    """`assignee`: who should do it, by the name the org uses. `dueInDays`: 0 is today, in the org's zone."""

    title: str = Field(min_length=1, max_length=200)
    details: str | None = Field(default=None, max_length=10_000)
    assignee: str | None = Field(default=None, min_length=1, max_length=200)
    due_in_days: int | None = Field(default=None, ge=0, le=366)


class CreateTaskOutput(Output):
    """The id of the document in `tasks`, and its due date."""

    task_id: str
    due_on: date | None = None


class CreateTask(Action[CreateTaskParams, CreateTaskOutput]):
    """Adds a task to the org's list, once."""

    effect: ClassVar[Effect] = Effect.IDEMPOTENT
    example: ClassVar[Mapping[str, Any]] = {
        "title": "Count the flower shelf",
        "assignee": "shift lead",
        "dueInDays": 1,
    }

    def run(self, params: CreateTaskParams, context: StepContext) -> CreateTaskOutput:
        zone = ZoneInfo(context.org.timezone)
        due_on = _due_on(context.now, params.due_in_days, zone)
        task_id = effect_id(context)
        fields = {
            "status": "open",
            "title": params.title,
            "details": params.details,
            "assignee": params.assignee,
            "dueOn": due_on and due_on.isoformat(),
            "dueAt": due_on and datetime.combine(due_on + timedelta(days=1), time(), zone),
            "agent": context.agent,
            "createdAt": context.now,
            "source": origin(context),
        }
        context.effects.write(
            "task",
            {"channel": COLLECTION, "title": params.title, "assignee": params.assignee, "dueOn": fields["dueOn"]},
            lambda: create_unless_there(org_path(context.org.id, COLLECTION, task_id), fields),
            sample=None,
        )
        return CreateTaskOutput(task_id=task_id, due_on=due_on)


def _due_on(now: datetime, in_days: int | None, zone: ZoneInfo) -> date | None:
    return None if in_days is None else now.astimezone(zone).date() + timedelta(days=in_days)
