"""Notifies an org that one of its documents can't be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import PermanentError
from shared.gcp.clock import Clock


@contextmanager
def reporting_refusals(org_id: str, path: str) -> Iterator[None]:
    """Notifies the org's inbox if the document at `path` (below the org) is refused.

    One notice per document, even if it is written repeatedly and stays wrong.

    Raises:
        PermanentError: the refusal, once the org has been notified.
    """
    try:
        yield
    except PermanentError as error:
        # Imported late, because most documents are fine.
        from shared.notices.limit_notice import notify_of_unusable

        notify_of_unusable(org_id, path, error, Clock().now())
        raise
