"""The console's HTTP API: health, outbox, clock, faults and demo stores' menus."""

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.cloud.scheduler_limits import JOBS_A_REGION
from local.cloud.times import rfc3339
from local.console.cloud import Dispatch
from local.console.problems import parse_body, parse_path_value, parse_query, problem
from local.console.world import World
from local.providers.faults import Fault
from local.providers.outbox import Channel, OutboxMessage
from local.providers.stores import Menu, MenuPage, Slug

_MAX_ADVANCE_SECONDS = 10 * 366 * 24 * 3600

_messages_adapter = TypeAdapter(list[OutboxMessage])
_faults_adapter = TypeAdapter(list[Fault])
_slug_adapter: TypeAdapter[str] = TypeAdapter(Slug)


class OutboxQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: Channel | None = None


class AdvanceOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0, le=_MAX_ADVANCE_SECONDS, allow_inf_nan=False, strict=True)


class SchedulerLimits(BaseModel):
    """Cloud Scheduler's limits from now on; omitted ones are reset."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)

    jobs: int = Field(default=JOBS_A_REGION, ge=0)
    unknown_zones: list[str] = Field(default_factory=list)


class ConsoleApi:
    def __init__(self, world: World) -> None:
        self._world = world
        self.routes = [
            Route("/healthz", self._healthz, methods=["GET"]),
            Route("/api/outbox", self._list_outbox, methods=["GET"]),
            Route("/api/outbox", self._clear_outbox, methods=["DELETE"]),
            Route("/api/clock", self._clock, methods=["GET"]),
            Route("/api/clock/advance", self._advance, methods=["POST"]),
            Route("/api/faults", self._list_faults, methods=["GET"]),
            Route("/api/faults", self._add_fault, methods=["POST"]),
            Route("/api/faults", self._clear_faults, methods=["DELETE"]),
            Route("/api/scheduler/limits", self._limit_scheduler, methods=["PUT"]),
            Route("/api/stores/{slug}", self._put_store, methods=["PUT"]),
            Route("/api/stores/{slug}/page", self._put_store_page, methods=["PUT"]),
        ]

    async def _healthz(self, _request: Request) -> Response:
        missing = self._world.missing()
        if missing:
            detail = f"not ready yet: {', '.join(missing)}"
            return problem(503, "Service Unavailable", detail, missing=missing)
        return JSONResponse({"status": "ready"})

    async def _list_outbox(self, request: Request) -> Response:
        query = parse_query(request, OutboxQuery)
        messages = self._world.outbox.messages(query.channel)
        return Response(_messages_adapter.dump_json(messages, by_alias=True), media_type="application/json")

    async def _clear_outbox(self, _request: Request) -> Response:
        return JSONResponse({"deleted": self._world.outbox.clear()})

    async def _clock(self, _request: Request) -> Response:
        return JSONResponse({"now": rfc3339(self._world.cloud.clock.now())})

    async def _advance(self, request: Request) -> Response:
        order = await parse_body(request, AdvanceOrder)
        done = await self._world.cloud.advance(order.seconds)
        fired = [Dispatch.model_validate(one).model_dump(mode="json", by_alias=True) for one in done.fired]
        return JSONResponse({"now": rfc3339(done.now), "fired": fired})

    async def _list_faults(self, _request: Request) -> Response:
        return self._pending_faults()

    async def _add_fault(self, request: Request) -> Response:
        self._world.faults.add(await parse_body(request, Fault))
        return self._pending_faults()

    async def _clear_faults(self, _request: Request) -> Response:
        self._world.faults.clear()
        return self._pending_faults()

    def _pending_faults(self) -> Response:
        pending = _faults_adapter.dump_python(self._world.faults.pending(), mode="json", by_alias=True)
        return JSONResponse({"faults": pending})

    async def _limit_scheduler(self, request: Request) -> Response:
        limits = await parse_body(request, SchedulerLimits)
        self._world.cloud.limit_scheduler(limits.jobs, limits.unknown_zones)
        return JSONResponse(limits.model_dump(by_alias=True))

    async def _put_store(self, request: Request) -> Response:
        slug = _slug_of(request)
        self._world.stores.put(slug, await parse_body(request, Menu))
        return _store_at(request, slug)

    async def _put_store_page(self, request: Request) -> Response:
        slug = _slug_of(request)
        self._world.stores.put_page(slug, await parse_body(request, MenuPage))
        return _store_at(request, slug)


def _slug_of(request: Request) -> str:
    return parse_path_value(_slug_adapter, "slug", request.path_params["slug"])


def _store_at(request: Request, slug: str) -> Response:
    url = request.base_url.replace(path=f"/stores/{slug}")
    return JSONResponse({"slug": slug, "url": str(url)})
