"""Mailjet fails: the run is retried, and permanent failures become dead letters that can be resent."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.demo.acts.chat import PRICE_ALERT
from local.demo.acts.schedule import one_email
from local.demo.executions import delay_of, step_lines, summary, until_attempt_failed, until_ended
from local.demo.story_error import expect, only
from local.demo.world import World, as_text
from shared.documents import dead_letters
from shared.documents.executions import path_of
from shared.gcp import clients
from shared.notices import inbox

DELAYS_SECONDS = (5, 30, 300)


def the_ladder_climbs(world: World) -> None:
    """Two failures, 5 s and 30 s; the third attempt delivers."""
    world.say.act("Mailjet fails twice; the run is retried and delivers once")
    world.break_mailjet(times=2)
    world.say.happened(
        f"Mailjet will answer 503 to the next two mails to {world.user.email}",
        f"{world.stack.console_url}/api/faults",
    )
    execution_id = world.run_now(world.playbooks[PRICE_ALERT])
    world.say.happened("“Run now” through Hosting, with the agent's key: 202", path_of(execution_id))
    _climb(world, execution_id, failures=2)
    execution = until_ended(world, execution_id, "completed")
    expect(execution["attempt"] == 3, "the third attempt should deliver", lambda: summary(execution))
    world.say.happened("Attempt 3 is completed", path_of(execution_id))
    one_email(world, execution_id)


def a_dead_letter_is_sent_again(world: World) -> None:
    """Four failures: a dead letter and a notification; after a fix it is resent and delivered once."""
    world.say.act("Mailjet keeps failing: a dead letter, then a retry by hand")
    world.break_mailjet(times=4)
    execution_id = world.run_now(world.playbooks[PRICE_ALERT])
    world.say.happened("“Run now” again, with Mailjet down for four of the user's mails", path_of(execution_id))
    _climb(world, execution_id, failures=3)
    failed = until_ended(world, execution_id, "failed")
    world.say.happened(f"Attempt 4 failed too, so the run failed: {failed['statusReason']}", path_of(execution_id))
    _dead_letter(world, execution_id)
    expect(not world.outbox("email", execution_id), "no email should have gone out", lambda: "there is one")
    _redrive(world, execution_id, failed)


def _climb(world: World, execution_id: str, *, failures: int) -> None:
    for number in range(1, failures + 1):
        _fail_once(world, execution_id, number, DELAYS_SECONDS[number - 1])


def _fail_once(world: World, execution_id: str, number: int, expected_delay: int) -> None:
    execution = until_attempt_failed(world, execution_id, number)
    delay = round(delay_of(execution).total_seconds())
    expect(
        delay == expected_delay,
        f"attempt {number + 1} should be due after {expected_delay} s",
        lambda: summary(execution),
    )
    world.say.happened(f"Attempt {number} failed; attempt {number + 1} is due {delay} s later; the clock moves")
    world.advance_to(execution["nextAttemptAt"])


def _dead_letter(world: World, execution_id: str) -> None:
    path = f"{dead_letters.COLLECTION}/{execution_id}"
    letter = world.eventually(lambda: world.read(path), "the dead letter is written", lambda: f"no {path}")
    expect(
        (letter["status"], letter["failedStepId"]) == ("open", "notify"),
        "the dead letter should be open and name the step",
        lambda: as_text(letter),
    )
    world.say.happened(f"A dead letter is open: step {letter['failedStepId']}, {letter['attempts']} attempts", path)
    # The outbox writes it after the dead letter is committed.
    notifications = world.eventually(lambda: _notifications(execution_id), "the inbox says so", lambda: "nothing")
    notification = only(notifications, "inbox notifications of the failure")
    world.say.happened(
        f"The org's inbox says: {notification['title']} ({notification['severity']})",
        f"{inbox.COLLECTION}/{notification['id']}",
    )


def _notifications(execution_id: str) -> list[dict[str, Any]]:
    query = (
        clients.firestore()
        .collection(inbox.COLLECTION)
        .where(filter=FieldFilter("executionId", "==", execution_id))
        .where(filter=FieldFilter("type", "==", "playbook_failure"))
    )
    return [{**(found.to_dict() or {}), "id": found.id} for found in query.stream()]


def _redrive(world: World, execution_id: str, failed: dict[str, Any]) -> None:
    world.mend_providers()
    world.retry(execution_id)
    address = f"{world.stack.public_url}/api/executions/{execution_id}/retry"
    world.say.happened("Mailjet works again; a retry resumes the run", f"POST {address}")
    execution = until_ended(world, execution_id, "completed")
    before, after = failed["stepResults"][:2], execution["stepResults"][:2]
    expect(before == after, "the steps that had finished should not run again", lambda: as_text([before, after]))
    world.say.happened("Completed; only the failed step ran again", path_of(execution_id))
    world.say.details(step_lines(execution))
    one_email(world, execution_id)
