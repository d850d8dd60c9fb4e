"""Having what is in quarantine tried again."""

from __future__ import annotations

from shared.gcp import clients
from shared.gcp.settings import settings
from shared.quarantine import entries
from shared.quarantine.entries import Entry

PUBLISH_TIMEOUT_SECONDS = 20


def release(entry_id: str, entry: Entry) -> None:
    """Forget the entry; a message goes back to its topic before that: nothing else holds it."""
    if entry.payload is not None:
        publisher = clients.publisher()
        topic = publisher.topic_path(settings().project, entry.path.partition("/")[0])
        publisher.publish(topic, entry.payload).result(PUBLISH_TIMEOUT_SECONDS)
    entries.forget(entry_id)
