"""What the three playbook triggers share."""

from __future__ import annotations

from cloudevents.http import CloudEvent

from shared.doors.cloud_events import document_ids
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.scheduling.reconcile import PlaybookKey, reconcile


def reconcile_playbook_of(event: CloudEvent) -> None:
    """Reconcile the playbook that the event is about, whatever the event says happened to it."""
    key = PlaybookKey(**document_ids(event, "tenants/{org_id}/playbooks/{playbook_id}"))
    with logging.bind(orgId=key.org_id, playbookId=key.playbook_id):
        reconcile(key, Clock())
