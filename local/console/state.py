"""The console's `/api/state`: the local servers' state, for stacks that keep it across restarts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.kept import KeptCloud
from local.cloud.storage_objects import Objects, StoredObject
from local.console.cloud import LocalCloud
from local.console.problems import parse_body, problem
from local.providers.faults import Fault, Faults
from local.providers.mailjet_messages import AcceptedMessage, AcceptedMessages
from local.providers.outbox import Outbox, OutboxMessage
from local.providers.stores import Menu, MenuPage, Stores


class KeptObject(BaseModel):
    """An object of Cloud Storage."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    bucket: str
    name: str
    data: bytes
    content_type: str
    metadata: dict[str, str]
    generation: int
    created_at: datetime


class KeptState(BaseModel):
    """The local servers' whole state."""

    cloud: KeptCloud
    outbox: list[OutboxMessage]
    accepted: list[AcceptedMessage]
    buckets: dict[str, datetime]
    objects: list[KeptObject]
    menus: dict[str, Menu]
    pages: dict[str, MenuPage]
    faults: list[Fault]


class StateApi:
    def __init__(
        self,
        cloud: LocalCloud,
        outbox: Outbox,
        accepted: AcceptedMessages,
        objects: Objects,
        stores: Stores,
        faults: Faults,
    ) -> None:
        self._cloud = cloud
        self._outbox, self._accepted, self._objects = outbox, accepted, objects
        self._stores, self._faults = stores, faults
        self._is_used = False
        self.routes = [
            Route("/api/state", self._show, methods=["GET"]),
            Route("/api/state", self._restore, methods=["PUT"]),
        ]

    async def _show(self, _request: Request) -> Response:
        state = KeptState(
            cloud=self._cloud.kept(),
            outbox=self._outbox.messages(),
            accepted=self._accepted.find(None),
            buckets=self._objects.buckets,
            objects=[KeptObject.model_validate(_fields(one)) for one in self._objects.everything],
            menus=self._stores.menus(),
            pages=self._stores.pages(),
            faults=self._faults.pending(),
        )
        return Response(state.model_dump_json(), media_type="application/json")

    async def _restore(self, request: Request) -> Response:
        """204, or 409 if already restored: a second time would duplicate tasks."""
        if self._is_used:
            return problem(409, "Conflict", "the state was already restored; expected a freshly started stack")
        kept = await parse_body(request, KeptState)
        self._is_used = True
        self._outbox.restore(kept.outbox)
        self._accepted.restore(kept.accepted)
        self._objects.restore(kept.buckets, [StoredObject(**one.model_dump()) for one in kept.objects])
        for slug, menu in kept.menus.items():
            self._stores.put(slug, menu)
        for slug, page in kept.pages.items():
            self._stores.put_page(slug, page)
        for fault in kept.faults:
            self._faults.add(fault)
        # Last, because tasks are delivered from here on.
        self._cloud.restore(kept.cloud)
        return JSONResponse({"restored": True})


def _fields(stored: StoredObject) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in KeptObject.model_fields}
