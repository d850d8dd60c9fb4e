"""A paused playbook has no job."""

from __future__ import annotations

from google.api_core.exceptions import NotFound

from local.demo.acts.schedule import SCHEDULE_PATH
from local.demo.playbooks import PRICE_ALERT_ID
from local.demo.seed import DEMO_ORG_ID
from local.demo.story_error import only
from local.demo.world import World, as_text
from shared.gcp import clients


def pausing_removes_the_job(world: World) -> None:
    """The document's status is set to paused; the Cloud Scheduler job is gone."""
    world.say.act("The playbook is paused, and its job is gone")
    path = f"tenants/{DEMO_ORG_ID}/playbooks/{PRICE_ALERT_ID}"
    job_name = only(list(world.read(SCHEDULE_PATH)["jobs"].values()), "jobs of the playbook")["name"]
    world.document(path).update({"status": "paused"})
    world.say.happened("The document's status is now paused", path)

    def gone() -> bool:
        try:
            clients.scheduler().get_job(name=job_name)
        except NotFound:
            return not world.read(SCHEDULE_PATH).get("jobs")
        return False

    world.eventually(gone, "the job is deleted", lambda: as_text(world.read(SCHEDULE_PATH)))
    world.say.happened("Cloud Scheduler has no such job any more, and the record has none", SCHEDULE_PATH)
