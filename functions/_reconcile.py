"""What the three playbook triggers share."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.doors.cloud_events import document_ids
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.scheduling.reconcile import PlaybookKey, reconcile
from shared.tenants.catalog.load import is_in_catalog


def reconcile_playbook_of(event: CloudEvent) -> None:
    """Reconcile the playbook that the event is about, whatever the event says happened to it."""
    key = PlaybookKey(**document_ids(event, "tenants/{org_id}/playbooks/{playbook_id}"))
    with logging.bind(orgId=key.org_id, playbookId=key.playbook_id):
        reconcile(key, Clock())
        if is_in_catalog(key.playbook_id):
            _keep_to_the_tier(key)


def _keep_to_the_tier(key: PlaybookKey) -> None:
    """Take what people did to a catalog playbook into its assignment, and what their tier lacks out of force."""
    from shared.tenants.assigning import assign

    assign(key.org_id, Clock(), only={key.playbook_id})
