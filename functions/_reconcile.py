"""What the three playbook triggers share."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.doors.cloud_events import document_ids
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.scheduling.reconcile import PlaybookKey, reconcile
from shared.scheduling.standing import STOPPED, read_standing
from shared.tenants.catalog.load import is_in_catalog


def reconcile_playbook_of(event: CloudEvent) -> None:
    """Reconcile the playbook that the event is about, whatever the event says happened to it."""
    key = PlaybookKey(**document_ids(event, "tenants/{org_id}/playbooks/{playbook_id}"))
    with logging.bind(orgId=key.org_id, playbookId=key.playbook_id):
        reconcile(key, Clock())
        if read_standing(key.org_id, key.playbook_id) in STOPPED:
            _stop_what_waits(key)
        if is_in_catalog(key.playbook_id):
            _keep_to_the_tier(key)


def _stop_what_waits(key: PlaybookKey) -> None:
    # Most writes leave the playbook in force, so the engine is loaded when one does not.
    from shared.execution.stopping import stop_what_waits

    stop_what_waits(key.org_id, key.playbook_id, Clock())


def _keep_to_the_tier(key: PlaybookKey) -> None:
    """Take what people did to a catalog playbook into its assignment, and what their tier lacks out of force."""
    from shared.tenants.assigning import assign

    assign(key.org_id, Clock(), only={key.playbook_id})
