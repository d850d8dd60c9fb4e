"""Telling an org that a document that it wrote cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.errors import PermanentError
from shared.gcp.clock import Clock


@contextmanager
def reporting_refusals(org_id: str, path: str) -> Iterator[None]:
    """Put a notice into the org's inbox if the document at `path` (below the org) is refused.

    One notice per document, even if it is written again and again and stays wrong.

    Raises:
        PermanentError: the refusal, once the org has been notified.
    """
    try:
        yield
    except PermanentError as error:
        # Most documents are fine, so what writes notices is loaded only when one isn't.
        from shared.notices.limit_notice import notify_of_unusable

        notify_of_unusable(org_id, path, error, Clock().now())
        raise
