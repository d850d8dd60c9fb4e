"""The second act: a new starter org is upgraded to enterprise, and the daily tick runs its playbooks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from local.demo.executions import ENDED, summary
from local.demo.seed import demo_documents, write_documents
from local.demo.story_error import expect, only
from local.demo.world import NEW_YORK, World, as_text
from local.stack.ports import PROJECT, REGION
from shared.billing.tiers import TIERS
from shared.documents import executions
from shared.documents.executions import path_of
from shared.documents.org import PLAYBOOK_ASSIGNMENTS, org_path
from shared.gcp import clients
from shared.notices import inbox
from shared.notices.daily.record import ENTRIES
from shared.tenants.tenant import TierId
from shared.values.words import time_words

ORG_ID = "org_north_country"
OWNER = "owner@northcountry.example"
DAILY_JOB = f"projects/{PROJECT}/locations/{REGION}/jobs/playbooks-daily"
DIGEST_IN = timedelta(minutes=20)
TENANT: dict[str, Any] = {
    "name": "North Country Cannabis",
    "tierId": "starter",
    "timezone": "America/New_York",
    "status": "active",
    "ownerEmail": OWNER,
    "staffPhones": [],
}


def a_new_org_gets_its_playbooks(world: World) -> None:
    """Writing a document creates an org with its tier's three playbooks, and onboarding emails the owner."""
    world.say.act("Second act: a new org on starter")
    shop = demo_documents(world.stack.console_url, org_id=ORG_ID)
    write_documents({**shop, org_path(ORG_ID): TENANT})
    world.say.happened(f"{TENANT['name']} is written, with tier starter", org_path(ORG_ID))
    _assigned(world, TierId.STARTER)
    world.eventually(
        lambda: [run for run in _runs("event", "onboarding").values() if run["status"] == "waiting"],
        "the onboarding waits",
        lambda: as_text(_runs("event")),
    )
    world.say.happened("Onboarding waits an hour; the clock moves")
    world.advance_to(world.now() + timedelta(hours=1))
    _one_mail_of(world, "onboarding")


def an_upgrade_brings_the_others(world: World) -> None:
    """Enterprise: all of them."""
    world.say.act("It is upgraded to enterprise")
    world.document(org_path(ORG_ID)).update({"tierId": "enterprise"})
    _assigned(world, TierId.ENTERPRISE)


def the_daily_tick_runs(world: World) -> None:
    """The platform's daily job calls the cron endpoint; each of the org's daily playbooks runs once.

    The org gets its reports in one daily email, so the runs add theirs to it.
    """
    world.say.act("The daily tick")
    at = (world.now() + DIGEST_IN).astimezone(NEW_YORK)
    world.document(org_path(ORG_ID)).update({"settings.digest": {"at": f"{at:%H:%M}"}})
    world.say.happened(f"It gets its reports in one email a day, at {time_words(at)}", org_path(ORG_ID))
    due = {one["playbookId"] for one in _assignments() if one["frequency"] == "daily"}
    clients.scheduler().run_job(name=DAILY_JOB)

    def all_ended() -> dict[str, dict[str, Any]] | None:
        found = _ended_runs("schedule")
        return found if due <= {run["playbookId"] for run in found.values()} else None

    runs = world.eventually(
        all_ended,
        "every daily playbook has run",
        lambda: as_text(sorted((run["playbookId"], run["status"]) for run in _runs("schedule").values())),
    )
    expect(len(runs) == len(due), "each should run once", lambda: as_text(list(runs)))
    failed = {execution_id: run for execution_id, run in runs.items() if run["status"] != "completed"}
    expect(not failed, "all of them should be completed", lambda: "\n".join(map(summary, failed.values())))
    world.say.happened(f"Each of its {len(due)} daily playbooks ran once", PLAYBOOK_ASSIGNMENTS)
    world.say.details(_outcome(world, execution_id, run) for execution_id, run in sorted(runs.items()))
    notes = clients.firestore().collection(inbox.COLLECTION).where(filter=FieldFilter("orgId", "==", ORG_ID))
    world.say.happened("Its inbox:", inbox.COLLECTION)
    world.say.details(sorted((found.to_dict() or {})["title"] for found in notes.stream()))


def its_morning_is_one_mail(world: World) -> None:
    """When the digest is due, one email goes out with everything from the morning's reports."""
    world.say.act("Its morning fits in one email")
    reports = [one.to_dict() or {} for one in clients.firestore().collection(ENTRIES).stream()]
    mine = [one["message"]["title"] for one in reports if one["orgId"] == ORG_ID]
    expect(len(mine) > 1, "several reports should wait", lambda: as_text(mine))
    expect(not _morning_mails(world, mine), "none should be emailed separately", lambda: as_text(mine))
    world.advance_to(world.now() + DIGEST_IN)
    mails = world.eventually(
        lambda: _morning_mails(world, mine), "the digest is emailed", lambda: as_text(world.mails_to(OWNER))
    )
    mail = only(mails, "emails of the morning")
    missing = [title for title in mine if title not in mail["text"]]
    expect(not missing, "the email should have every report", lambda: as_text(missing))
    world.say.happened(f"One email has its {len(mine)} reports: {mail['subject']}", ENTRIES)
    world.say.details(mail["text"].splitlines())


def _morning_mails(world: World, titles: list[str]) -> list[dict[str, Any]]:
    """Emails to the owner that contain any of the titles."""
    return [one for one in world.mails_to(OWNER) if any(title in one["subject"] + one["text"] for title in titles)]


def _assigned(world: World, tier: TierId) -> None:
    count = TIERS[tier].catalog_playbooks

    def active() -> list[dict[str, Any]] | None:
        found = [one for one in _assignments() if one["status"] == "active"]
        return found if len(found) == count else None

    found = world.eventually(active, f"{count} playbooks are assigned", lambda: as_text(_assignments()))
    world.say.happened(f"It has {count} playbooks", PLAYBOOK_ASSIGNMENTS)
    world.say.details([", ".join(sorted(one["playbookId"] for one in found))])


def _assignments() -> list[dict[str, Any]]:
    query = clients.firestore().collection(PLAYBOOK_ASSIGNMENTS).where(filter=FieldFilter("orgId", "==", ORG_ID))
    return [found.to_dict() or {} for found in query.stream()]


def _runs(trigger: str, playbook_id: str | None = None) -> dict[str, dict[str, Any]]:
    query = clients.firestore().collection(executions.COLLECTION).where(filter=FieldFilter("orgId", "==", ORG_ID))
    runs = {found.id: found.to_dict() or {} for found in query.stream()}
    return {
        name: run
        for name, run in runs.items()
        if run["trigger"]["type"] == trigger and playbook_id in (None, run["playbookId"])
    }


def _ended_runs(trigger: str, playbook_id: str | None = None) -> dict[str, dict[str, Any]]:
    return {name: run for name, run in _runs(trigger, playbook_id).items() if run["status"] in ENDED}


def _one_mail_of(world: World, playbook_id: str) -> None:
    runs = world.eventually(
        lambda: _ended_runs("event", playbook_id), f"{playbook_id} has run", lambda: as_text(_runs("event"))
    )
    execution_id = only(list(runs), f"runs of {playbook_id}")
    mail = only(world.outbox("email", execution_id), f"mails of {playbook_id}")
    world.say.happened(f"Its {playbook_id} emailed {mail['to']}: {mail['subject']}", path_of(execution_id))


def _outcome(world: World, execution_id: str, run: dict[str, Any]) -> str:
    mails = world.outbox("email", execution_id)
    what = f"“{mails[0]['subject']}” to {mails[0]['to']}" if mails else run.get("statusReason") or "inbox only"
    return f"{run['playbookId']:<26} {what}"
