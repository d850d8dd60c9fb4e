"""An agent writes a playbook document, and nothing else has to be done: it runs at nine, New York time."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from google.cloud.firestore import SERVER_TIMESTAMP

from local.demo.executions import executions_of, path_of, step_lines, summary, until_ended
from local.demo.playbooks import PRICE_ALERT, PRICE_ALERT_ID
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import StoryError, expect, only
from local.demo.world import World, as_text
from shared.gcp import clients

NEW_YORK = ZoneInfo("America/New_York")
SCHEDULE_PATH = f"playbook_schedules/{DEMO_ORG_ID}_{PRICE_ALERT_ID}"


def write_playbook(world: World, playbook_id: str, document: dict[str, Any]) -> str:
    """Put the document into Firestore, as an agent's own server does; its path."""
    path = f"tenants/{DEMO_ORG_ID}/playbooks/{playbook_id}"
    stamps = {"createdAt": SERVER_TIMESTAMP, "updatedAt": SERVER_TIMESTAMP}
    world.document(path).create({**document, "orgId": DEMO_ORG_ID, "version": 1, **stamps})
    return path


def the_document_schedules_itself(world: World) -> None:
    """The document is written; the Cloud Scheduler job appears."""
    world.say.act("An agent writes a playbook document, and it schedules itself")
    path = write_playbook(world, PRICE_ALERT_ID, PRICE_ALERT)
    world.say.happened(f"The document “{PRICE_ALERT['name']}” is written, with status active", path)

    def scheduled() -> dict[str, Any] | None:
        record = world.read(SCHEDULE_PATH)
        return record if record.get("nextRunAt") else None

    record = world.eventually(
        scheduled, "the playbook is scheduled", lambda: as_text([world.read(path), world.read(SCHEDULE_PATH)])
    )
    entry = only(list(record["jobs"].values()), "jobs of the playbook")
    job = clients.scheduler().get_job(name=entry["name"])
    expect(
        (job.schedule, job.time_zone) == ("0 9 * * *", "America/New_York"),
        "the Cloud Scheduler job should fire daily at 09:00 New York time",
        lambda: f"{job.schedule} in {job.time_zone}",
    )
    next_run = record["nextRunAt"].astimezone(NEW_YORK)
    world.say.happened(f"A Cloud Scheduler job is there: “{job.schedule}” in {job.time_zone}", job.name)
    world.say.happened(f"Its next run is on {next_run:%A, %d %B %Y at %H:%M %Z}", SCHEDULE_PATH)


def it_runs_at_nine(world: World) -> None:
    """The clock is moved to the slot; the job fires, the run completes, one email is delivered."""
    world.say.act("The clock is moved to 09:00 in New York")
    record = world.read(SCHEDULE_PATH)
    job_name = only(list(record["jobs"].values()), "jobs of the playbook")["name"]
    fired = world.advance_to(record["nextRunAt"])
    tick = only([each for each in fired if each["name"] == job_name], "ticks of the job")
    expect(tick["status"] == 202, "execute should answer the tick with 202", lambda: as_text(tick))
    clock = world.now().astimezone(NEW_YORK)
    world.say.happened(f"It is {clock:%H:%M:%S %Z}; the job has called execute", f"{world.stack.console_url}/")
    execution_id = only(list(executions_of(DEMO_ORG_ID, PRICE_ALERT_ID)), "runs at nine")
    execution = until_ended(world, execution_id, "completed")
    statuses = [result["status"] for result in execution["stepResults"]]
    expect(statuses == ["completed"] * 3, "all three steps should be completed", lambda: summary(execution))
    world.say.happened("The run is completed", path_of(execution_id))
    world.say.details(step_lines(execution))
    one_email(world, execution_id)


def one_email(world: World, execution_id: str) -> None:
    """Tell of the run's email.

    Raises:
        StoryError: there is none, more than one, or it does not say what it should.
    """
    email = only(world.outbox("email", execution_id), "emails of the run")
    whole = f"{email['subject']}\n{email['text']}"
    missing = [words for words in ("🚨", "15%", "Blue Dream", "$34.00", "$40.00") if words not in whole]
    if missing:
        raise StoryError(f"the email should say {', '.join(missing)}", whole)
    world.say.happened(
        f"Exactly one email is in the outbox, to {email['to']}",
        f"{world.stack.console_url}/api/outbox?channel=email",
    )
    world.say.details([f"Subject: {email['subject']}", *email["text"].splitlines()])
