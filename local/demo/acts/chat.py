"""A signed-in user creates a playbook with one sentence, then reschedules and pauses it in words."""

from __future__ import annotations

import json
from typing import Any

from google.api_core.exceptions import NotFound

from clients.python.playbooks_client.operations import Reply
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import expect, only
from local.demo.world import NEW_YORK, World, as_text
from shared.documents.org import PLAYBOOKS, org_path
from shared.gcp import clients
from shared.triggers import record

TYPED = """
I want to track our top 3 competitors' prices every morning
and get an email if they undercut us by more than 10%
"""
SENTENCE = " ".join(TYPED.split())
PRICE_ALERT = "price-alert"


def a_sentence_becomes_a_playbook(world: World) -> None:
    """The sentence; the reply; the document; the Cloud Scheduler job."""
    world.say.act("A signed-in user types a sentence into chat")
    answer = _say(world, SENTENCE)
    playbook_id = answer.get("playbookId") or ""
    expect(bool(playbook_id), "the sentence should become a playbook without questions", lambda: as_text(answer))
    world.playbooks[PRICE_ALERT] = playbook_id
    path = org_path(DEMO_ORG_ID, PLAYBOOKS, playbook_id)
    document = world.read(path)
    world.say.happened(f"The playbook “{document['name']}” is written, with status {document['status']}", path)
    world.say.details(_step_line(step) for step in document["steps"])
    _job_exists(world, playbook_id)


def schedule_path(world: World) -> str:
    """The document that records the price alert's jobs."""
    return f"{record.COLLECTION}/{DEMO_ORG_ID}_{world.playbooks[PRICE_ALERT]}"


def another_hour_in_words(world: World) -> None:
    """ "Make it 8 instead": the difference is shown, and the job follows."""
    world.say.act("The user changes it in words")
    answer = _say(world, "make it 8 instead")
    expect("8" in answer["reply"], "the reply should show the difference", lambda: as_text(answer))

    def moved() -> bool:
        jobs = world.read(schedule_path(world)).get("jobs", {})
        return [job["cron"] for job in jobs.values()] == ["0 8 * * *"]

    world.eventually(moved, "the job is due at eight", lambda: as_text(world.read(schedule_path(world))))
    world.say.happened("The Cloud Scheduler job now runs at 08:00", schedule_path(world))


def a_pause_in_words(world: World) -> None:
    """ "Pause it": the job is gone."""
    world.say.act("The user pauses it, and its job is gone")
    name = only(list(world.read(schedule_path(world))["jobs"].values()), "jobs of the playbook")["name"]
    _say(world, "pause it")

    def gone() -> bool:
        try:
            clients.scheduler().get_job(name=name)
        except NotFound:
            return not world.read(schedule_path(world)).get("jobs")
        return False

    world.eventually(gone, "the job is deleted", lambda: as_text(world.read(schedule_path(world))))
    world.say.happened("Its Cloud Scheduler job is gone, and so is its record", schedule_path(world))


def _step_line(step: dict[str, Any]) -> str:
    condition = f"  if {step['condition']}" if step.get("condition") else ""
    return f"{step['action']} {json.dumps(step.get('params', {}), ensure_ascii=False)}{condition}"


def _say(world: World, words: str) -> Reply:
    answer = world.chat(words)
    world.say.happened(f"{world.user.email}: “{words}”", "POST /api/chat")
    world.say.details([f"{answer['agent']}:", *answer["reply"].splitlines()])
    return answer


def _job_exists(world: World, playbook_id: str) -> None:
    path = schedule_path(world)

    def scheduled() -> dict[str, Any] | None:
        record = world.read(path)
        return record if record.get("nextRunAt") else None

    record = world.eventually(scheduled, f"{playbook_id} is scheduled", lambda: as_text(world.read(path)))
    entry = only(list(record["jobs"].values()), "jobs of the playbook")
    job = clients.scheduler().get_job(name=entry["name"])
    expect(
        (job.schedule, job.time_zone) == ("0 9 * * *", "America/New_York"),
        "the Cloud Scheduler job should fire daily at 09:00 New York time",
        lambda: f"{job.schedule} in {job.time_zone}",
    )
    next_run = record["nextRunAt"].astimezone(NEW_YORK)
    world.say.happened(f"A Cloud Scheduler job exists: “{job.schedule}” in {job.time_zone}", job.name)
    world.say.happened(f"Its next run is on {next_run:%A, %d %B %Y at %H:%M %Z}", path)
