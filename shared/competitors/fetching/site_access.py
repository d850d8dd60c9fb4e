"""What all instances know about a site: `site_access/{hash of its host}`, read only by the server.

Its robots.txt for a day, when it may be asked next (each request reserves a second), and until when it has asked to
be left alone. One read and one write for a page that is asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import AwareDatetime, Field

from shared.competitors.failures import LeftAloneError
from shared.errors import MAX_RETRY_AFTER_SECONDS, TransientError
from shared.gcp import logging
from shared.gcp.clients import firestore
from shared.playbooks.problems import without_malformed
from shared.values.camel_model import CamelModel
from shared.values.digests import hex_digest
from shared.values.words import span_words
from shared.web.address import WebAddress

if TYPE_CHECKING:
    from google.cloud.firestore import DocumentReference, DocumentSnapshot

log = logging.get_logger(__name__)

COLLECTION = "site_access"
BETWEEN = timedelta(seconds=1)
LONGEST_WAIT = timedelta(seconds=15)
"""A step holds its run's lease meanwhile; who would wait longer comes back later."""
MAX_RULES_BYTES = 100_000
"""Of one robots.txt; a longer one each instance reads for itself."""
KEPT_FOR = timedelta(days=2)
_ATTEMPTS = 6
_SECONDS = 3.0
"""For one call of Firestore: a site is asked without it rather than late."""
_MAX_SEEN = 200


class _Stored(CamelModel, frozen=True):
    pass


class Rules(_Stored):
    """A site's robots.txt; `text` is None where it has none, which allows everything."""

    text: str | None = None
    expires_at: AwareDatetime


class SiteAccess(_Stored):
    """One site's document. `robots` by scheme and port."""

    next_request_at: AwareDatetime | None = None
    left_alone_until: AwareDatetime | None = None
    robots: dict[str, Rules] = Field(default_factory=dict)


class SharedAccess:
    """The sites as they stand in Firestore. What fails there is the caller's to go on without."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._seen: OrderedDict[str, DocumentSnapshot[Any]] = OrderedDict()
        """Read a moment ago: the next reservation need not read it again."""

    def rules(self, address: WebAddress) -> Rules | None:
        """What an instance has read of the site's robots.txt less than a day ago."""
        document = _reference(address).get(timeout=_SECONDS, retry=None)
        self._seen[address.host] = document
        if len(self._seen) > _MAX_SEEN:
            self._seen.popitem(last=False)
        found = _parsed(document.to_dict() or {}, address).robots.get(_origin(address))
        return found if found is not None and found.expires_at > self._now() else None

    def keep_rules(self, address: WebAddress, text: str | None, kept_for: timedelta) -> None:
        """Let the other instances know the robots.txt that was read."""
        if text is not None and len(text.encode()) > MAX_RULES_BYTES:
            return
        rules = Rules(text=text, expires_at=self._now() + kept_for)
        self._set(address, {"robots": {_origin(address): rules.model_dump(by_alias=True)}})

    def leave_alone(self, address: WebAddress, seconds: float) -> None:
        """Let no instance ask the site for so long: its `Retry-After`."""
        self._set(address, {"leftAloneUntil": self._now() + timedelta(seconds=seconds)})

    def reserve(self, address: WebAddress, after: timedelta) -> timedelta:
        """How long to wait until the site may be asked, `after` or later; nobody else has that second.

        Raises:
            LeftAloneError: the site asks to be left alone for longer than a step may wait.
            TransientError: too many others wait for it, or reserve at this moment.
        """
        from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound

        for _ in range(_ATTEMPTS):
            document = self._seen.pop(address.host, None) or _reference(address).get(timeout=_SECONDS, retry=None)
            now = self._now()
            at = _turn(_parsed(document.to_dict() or {}, address), now, now + after, address)
            try:
                _write(document, {"nextRequestAt": at + BETWEEN, "host": address.host, "expireAt": now + KEPT_FOR})
            except (AlreadyExists, FailedPrecondition, NotFound):
                continue
            return at - now
        raise TransientError(f"{address.shown} is asked by too many at this moment", retry_after_seconds=5)

    def _set(self, address: WebAddress, fields: Mapping[str, Any]) -> None:
        self._seen.pop(address.host, None)
        written = {**fields, "host": address.host, "expireAt": self._now() + KEPT_FOR}
        _reference(address).set(written, merge=True, timeout=_SECONDS, retry=None)


def _turn(known: SiteAccess, now: datetime, earliest: datetime, address: WebAddress) -> datetime:
    until = known.left_alone_until
    if until is not None and until - now > LONGEST_WAIT:
        raise left_alone(address, until, now)
    at = max(filter(None, (earliest, known.next_request_at, until)))
    if at - now > LONGEST_WAIT:
        seconds = (at - now).total_seconds()
        raise TransientError(
            f"{address.shown} is asked by too many; its next free moment is in {seconds:.0f} seconds",
            retry_after_seconds=seconds,
        )
    return at


def left_alone(address: WebAddress, until: datetime, now: datetime) -> LeftAloneError:
    """The failure of a page whose site has asked to be left alone."""
    return LeftAloneError(
        f"{address.shown} asked us not to visit it for {span_words(until - now)}",
        retry_after_seconds=min((until - now).total_seconds(), MAX_RETRY_AFTER_SECONDS),
    )


def _write(document: DocumentSnapshot[Any], fields: Mapping[str, Any]) -> None:
    """Only where nobody has written it since it was read."""
    if not document.exists:
        document.reference.create(dict(fields), timeout=_SECONDS, retry=None)
        return
    option = firestore().write_option(last_update_time=document.update_time)
    document.reference.update(dict(fields), option=option, timeout=_SECONDS, retry=None)


def _parsed(fields: Mapping[str, Any], address: WebAddress) -> SiteAccess:
    known, problems = without_malformed(SiteAccess, fields)
    if problems:
        log.warning("passed over some of what is known of %s: %d problems", address.shown, len(problems))
    return known


def _reference(address: WebAddress) -> DocumentReference:
    return firestore().collection(COLLECTION).document(hex_digest(address.host, digits=40))


def _origin(address: WebAddress) -> str:
    return f"{address.scheme}_{address.port}"


SHARED = SharedAccess()
