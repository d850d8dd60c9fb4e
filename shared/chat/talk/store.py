"""All that a conversation reads and writes, in Firestore and in the engine; tests replace it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from google.api_core.exceptions import AlreadyExists, FailedPrecondition, NotFound
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import ValidationError

from shared.catalog.restoring import restore
from shared.chat.talk.reads import MAX_PLAYBOOKS, Reads
from shared.chat.talk.state import KEPT, SESSIONS, Facts, Playbook, Session, session_id
from shared.competitors.comparing.kept_comparison import ShelfMark, mark_of_shelf
from shared.competitors.store import load_competitors
from shared.documents.org import MEMBERS, org_path
from shared.errors import ConflictError, NotFoundError
from shared.gcp import clients, logging, plain_firestore
from shared.runs.execute_rate import require_room
from shared.runs.pinning import StartRequest
from shared.runs.start import Started, start_execution
from shared.tenants.tenant import Tenant, load_tenant, parse_tenant
from shared.triggers.playbook_summaries import put_summary
from shared.triggers.rhythm import RhythmContext, known_of

log = logging.get_logger(__name__)

T = TypeVar("T")

MAX_PRODUCTS = 1_000
MAX_PLACES = 200
MAX_PEOPLE = 200
_READS_AT_ONCE = 40
"""Of all messages that a process answers at the same time; each message has six."""
NAMES_KEPT = timedelta(minutes=5)
_LISTED = (
    *("name", "status", "agent", "triggers", "ownerId", "adHoc", "topic", "statusReason", "fingerprint"),
    *("source", "pausedBy"),
)

_names_of: dict[str, tuple[ShelfMark, datetime, tuple[str, ...]]] = {}
"""What an org sells, with the inventory's mark and when it was read, as long as this process lives."""


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_READS_AT_ONCE, thread_name_prefix="facts")


def _in_background(read: Callable[..., T], *arguments: Any) -> Future[T]:
    return _pool().submit(copy_context().run, read, *arguments)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in values if isinstance(one, str) and one))


class Store(Reads):
    """A conversation's access to one org's documents."""

    def facts(self) -> Facts:
        """All that a message is answered from, read at once.

        Raises:
            PermanentError: the org's document is malformed.
        """
        others = (self._tenant, self._competitors, self._products, self._places, self._people)
        found: list[Future[Any]] = [_in_background(read) for read in others]
        playbooks = self._playbooks()
        tenant, *names = (one.result() for one in found)
        return Facts(tenant, playbooks, *names)

    def opened(self, who: str, conversation_id: str) -> tuple[Session, Facts]:
        """The conversation and the facts, read at once.

        Raises:
            PermanentError: the org's document is malformed.
        """
        session = _in_background(self.session, who, conversation_id)
        facts = self.facts()
        return session.result(), facts

    def _tenant(self) -> Tenant:
        try:
            return load_tenant(self.org_id)
        except NotFoundError:
            # An org without a document has the defaults, as in a run.
            return parse_tenant(self.org_id, {})

    def _playbooks(self) -> tuple[Playbook, ...]:
        found = self._listed("playbooks", _LISTED, MAX_PLAYBOOKS + 1)
        if len(found) > MAX_PLAYBOOKS:
            log.warning("more playbooks than a conversation reads", extra={"limit": MAX_PLAYBOOKS})
        return tuple(Playbook(key, data) for key, data in found[:MAX_PLAYBOOKS])

    def _competitors(self) -> dict[str, str]:
        return {one.id: one.name for one in load_competitors(self.org_id)}

    def _places(self) -> tuple[str, ...]:
        return _texts(data.get("name") for _, data in self._listed("locations", ["name"], MAX_PLACES))

    def _people(self) -> dict[str, str]:
        """The addresses of the org's members by name; without one, the address begins with it."""
        members = clients.firestore().collection(MEMBERS).where(filter=FieldFilter("orgId", "==", self.org_id))
        noted = plain_firestore.found(members.select(["email", "name"]).limit(MAX_PEOPLE)).values()
        known = ((str(one.fields["email"]), one.fields.get("name")) for one in noted if one.fields.get("email"))
        return {str(name or email.partition("@")[0].replace(".", " ")): email for email, name in known}

    def _products(self) -> tuple[str, ...]:
        """The names and categories of what is sold; read again as soon as the inventory changes."""
        mark, now = mark_of_shelf(self.org_id), self.clock.now()
        known = _names_of.get(self.org_id)
        if known is not None and known[0] == mark and abs(now - known[1]) < NAMES_KEPT:
            return known[2]
        items = self._listed("inventory", ("name", "category"), MAX_PRODUCTS)
        found = _texts(data.get(part) for _, data in items for part in ("name", "category"))
        _names_of[self.org_id] = mark, now, found
        return found

    def session(self, who: str, conversation_id: str) -> Session:
        """The conversation; a new one if there is none, it is a day old, or it has another shape."""
        stored = plain_firestore.read(self._thread(who, conversation_id))
        data = stored.fields if stored else {}
        # Firestore deletes expired documents late.
        if not isinstance(data.get("expireAt"), datetime) or data["expireAt"] <= self.clock.now():
            return Session()
        try:
            return Session.model_validate_json(data.get("state") or "{}")
        except ValidationError:
            log.warning("a conversation of another shape was dropped", extra={"principal": who})
            return Session()

    def keep(self, who: str, conversation_id: str, session: Session) -> None:
        """Keep the conversation for another day."""
        now = self.clock.now()
        whose = {"orgId": self.org_id, "principal": who, "conversationId": conversation_id}
        times = {"updatedAt": now, "expireAt": now + KEPT}
        commit = plain_firestore.Commit()
        commit.set(self._thread(who, conversation_id), {**whose, "state": session.stored(), **times})
        commit.send()

    def _thread(self, who: str, conversation_id: str) -> str:
        return f"{SESSIONS}/{session_id(self.org_id, who, conversation_id)}"

    def create(self, playbook_id: str, data: dict[str, Any]) -> bool:
        """Write a new document; False if there is one already."""
        commit = plain_firestore.Commit()
        commit.create(org_path(self.org_id, "playbooks", playbook_id), data)
        try:
            (version,) = commit.send()
        except AlreadyExists:
            return False
        # The trigger of the write does this too, but somebody may ask for the list right away.
        put_summary(self.org_id, playbook_id, data, version, self.clock.now())
        return True

    def update(self, stored: Playbook, fields: dict[str, Any]) -> None:
        """Write the fields, unless somebody has changed the document since it was read.

        Raises:
            ConflictError: it changed meanwhile.
        """
        option = clients.firestore().write_option(last_update_time=stored.update_time)
        try:
            self._of_org("playbooks").document(stored.id).update(fields, option=option)
        except (FailedPrecondition, NotFound) as error:
            raise ConflictError(f"Someone else just changed “{stored.name}”. Take a look and try again.") from error

    def known(self, one: Playbook) -> RhythmContext:
        """What its times depend on besides its document."""
        return known_of(self.org_id, one.id, one.data)

    def delete(self, playbook_id: str) -> None:
        """Delete the document; its jobs and listeners follow. Deleting it again is fine."""
        self._of_org("playbooks").document(playbook_id).delete()

    def restore(self, playbook_id: str) -> None:
        """Bring a playbook of the catalog back.

        Raises:
            NotFoundError, ConflictError: it is none of this org's, or not in its plan.
        """
        restore(self.org_id, playbook_id, self.clock)

    def start(self, request: StartRequest) -> Started:
        """Start a run.

        Raises:
            NotFoundError, ConflictError: the playbook is gone, or it cannot run.
            RateLimitedError: the org has asked for as many runs in the last minute as its tier allows.
        """
        require_room(self.org_id, self.clock.now())
        return start_execution(request, self.clock)
