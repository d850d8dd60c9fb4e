"""The clock moves to nine in New York: the playbook runs and shows its cost."""

from __future__ import annotations

from typing import Any

from local.demo.acts.chat import PRICE_ALERT, schedule_path
from local.demo.executions import executions_of, step_lines, summary, until_ended
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import StoryError, expect, only
from local.demo.world import NEW_YORK, World, as_text
from shared.billing import months
from shared.documents.executions import path_of


def it_runs_at_nine(world: World) -> None:
    """The clock moves to the slot, the job fires, the run completes, one email is delivered."""
    world.say.act("The clock moves to 09:00 in New York")
    record = world.read(schedule_path(world))
    job_name = only(list(record["jobs"].values()), "jobs of the playbook")["name"]
    fired = world.advance_to(record["nextRunAt"])
    tick = only([each for each in fired if each["name"] == job_name], "ticks of the job")
    expect(tick["status"] == 202, "execute should answer the tick with 202", lambda: as_text(tick))
    clock = world.now().astimezone(NEW_YORK)
    world.say.happened(f"It is {clock:%H:%M:%S %Z}; the job has called execute", f"{world.stack.console_url}/")
    execution_id = only(list(executions_of(DEMO_ORG_ID, world.playbooks[PRICE_ALERT])), "runs at nine")
    execution = until_ended(world, execution_id, "completed")
    statuses = [result["status"] for result in execution["stepResults"]]
    expect(set(statuses) == {"completed"}, "all steps should be completed", lambda: summary(execution))
    world.say.happened("The run is completed", path_of(execution_id))
    world.say.details(step_lines(execution))
    one_email(world, execution_id)
    _what_it_cost(world, execution)


def one_email(world: World, execution_id: str) -> None:
    """Shows the run's email.

    Raises:
        StoryError: there isn't exactly one, or its content is wrong.
    """
    email = only(world.outbox("email", execution_id), "emails of the run")
    whole = f"{email['subject']}\n{email['text']}"
    missing = [words for words in ("🚨", "15%", "Blue Dream", "$34.00", "$40.00") if words not in whole]
    if missing:
        raise StoryError(f"the email should say {', '.join(missing)}", whole)
    expect(
        email["to"] == world.user.email,
        "the email should go to the person who asked for it",
        lambda: f"it went to {email['to']}",
    )
    world.say.happened(
        f"Exactly one email is in the outbox, to {email['to']}",
        f"{world.stack.console_url}/api/outbox?channel=email",
    )
    world.say.details([f"Subject: {email['subject']}", *email["text"].splitlines()])


def _what_it_cost(world: World, execution: dict[str, Any]) -> None:
    month = f"{months.COLLECTION}/{DEMO_ORG_ID}-{execution['completedAt'].astimezone(NEW_YORK):%Y-%m}"
    expect(
        0 < execution["costUsd"] <= 0.05,
        "the run should cost something, but at most 5 cents",
        lambda: as_text([execution["costUsd"], execution.get("costs")]),
    )

    def counted() -> float:
        found: float = world.read(month).get("costUsd", 0)
        return found if found >= execution["costUsd"] - 1e-9 else 0

    spent = world.eventually(counted, "the run stands in the org's month", lambda: as_text(world.read(month)))
    world.say.happened(f"The run cost ${execution['costUsd']:.4f}; the org's month so far ${spent:.4f}", month)
    world.say.details(
        f"{line['quantity']} × {line['item']}: ${line['usd']:.4f}" for line in execution["costs"] if line["usd"]
    )
