"""The MCP server for one caller's request: the tools they may use, in the order agents see them."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import mcp_types as types
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)
from mcp_types.jsonrpc import INVALID_PARAMS
from pydantic import BaseModel
from pydantic_core import to_json

from shared.api.errors import InvalidFieldsError
from shared.error_codes import ErrorCode
from shared.errors import PlaybookError, TransientError
from shared.gcp import logging
from shared.mcp.resources import RESOURCES, Resource
from shared.mcp.tool import Caller, Content, Tool
from shared.mcp.tools import catalog, playbooks, running, runs, shop, writing
from shared.playbooks.validation import InvalidPlaybookError

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

_ALL: tuple[Tool[Any], ...] = (
    *catalog.TOOLS,
    *playbooks.TOOLS,
    *writing.TOOLS,
    *running.TOOLS,
    *runs.TOOLS,
    *shop.TOOLS,
)
TOOLS = MappingProxyType({tool.name: tool for tool in _ALL})
log = logging.get_logger(__name__)

NAME, VERSION, TITLE = "playbooks", "1", "Playbooks"
INSTRUCTIONS = """\
Playbooks runs a shop's automations: a playbook has triggers (schedules, events, a person) and steps (actions).

To build one: list_actions and describe_action for the steps, describe_expressions for {{templates}} and conditions,
then validate_playbook until it has no problems, create_playbook (a draft), dry_run_playbook to see effects and
cost, and resume_playbook to turn it on. preview_sentence turns a plain English sentence into a playbook.
To find out why a run failed or was skipped: list_runs, then explain_run.
Approvals are decided by people only."""
_HOUR_MS = 3_600_000


def server_for(caller: Caller) -> Server[Any]:
    """The server for this caller."""

    async def list_tools(
        context: ServerRequestContext[Any, Any],  # noqa: ARG001 - the protocol's signature
        params: PaginatedRequestParams | None,  # noqa: ARG001
    ) -> ListToolsResult:
        return ListToolsResult(tools=[_listed(tool) for tool in TOOLS.values() if tool.is_for(caller.principal)])

    async def call_tool(
        context: ServerRequestContext[Any, Any],  # noqa: ARG001
        params: CallToolRequestParams,
    ) -> CallToolResult:
        tool = TOOLS.get(params.name)
        if tool is None:
            raise MCPError(
                INVALID_PARAMS, f"there is no tool {params.name[:80]!r}; tools/list names those you have"
            )
        return call(tool, caller, params.arguments or {})

    async def list_resources(
        context: ServerRequestContext[Any, Any],  # noqa: ARG001
        params: PaginatedRequestParams | None,  # noqa: ARG001
    ) -> ListResourcesResult:
        return ListResourcesResult(resources=[_listed_resource(one) for one in RESOURCES.values()])

    async def list_resource_templates(
        context: ServerRequestContext[Any, Any],  # noqa: ARG001
        params: PaginatedRequestParams | None,  # noqa: ARG001
    ) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=[])

    async def read_resource(
        context: ServerRequestContext[Any, Any],  # noqa: ARG001
        params: ReadResourceRequestParams,
    ) -> ReadResourceResult:
        found = RESOURCES.get(str(params.uri))
        if found is None:
            raise MCPError(
                INVALID_PARAMS, f"there is no resource {str(params.uri)[:200]!r}; resources/list names all"
            )
        contents = types.TextResourceContents(uri=found.uri, mime_type=found.mime_type, text=found.text())
        return ReadResourceResult(contents=[contents])

    return Server(
        NAME,
        version=VERSION,
        title=TITLE,
        instructions=INSTRUCTIONS,
        cache_hints={
            "tools/list": CacheHint(ttl_ms=_HOUR_MS, scope="private"),
            "resources/list": CacheHint(ttl_ms=_HOUR_MS, scope="public"),
            "resources/read": CacheHint(ttl_ms=_HOUR_MS, scope="public"),
        },
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_resource_templates,
        on_read_resource=read_resource,
    )


def call(tool: Tool[Any], caller: Caller, arguments: dict[str, Any]) -> CallToolResult:
    """The tool's result, or an error a model can act on."""
    with logging.bind(orgId=caller.org_id, tool=tool.name):
        try:
            content = as_object(tool.call(caller, arguments))
        except PlaybookError as error:
            if isinstance(error, TransientError):
                log.warning("a tool was refused for now: %s", error, exc_info=True)
            return _result({"error": _described(error)}, is_error=True)
        except Exception:
            # Logged in full; the answer shows no internals.
            log.exception("a tool failed")
            return _result(
                {
                    "error": {
                        "code": ErrorCode.INTERNAL_ERROR,
                        "message": "something went wrong on our side; it has been logged",
                    }
                },
                is_error=True,
            )
    return _result(content)


def as_object(content: Content) -> dict[str, Any]:
    """The answer as JSON has it: camelCase names, times in RFC 3339, a model's None fields left out."""
    found: dict[str, Any] = json.loads(to_json(content, by_alias=True, exclude_none=isinstance(content, BaseModel)))
    return found


def _described(error: PlaybookError) -> dict[str, Any]:
    described: dict[str, Any] = {"code": error.code, "message": str(error)}
    if isinstance(error, InvalidFieldsError | InvalidPlaybookError):
        described["problems"] = error.problems
    if isinstance(error, TransientError):
        described["retryAfterSeconds"] = error.retry_after_seconds
    return described


def _result(content: dict[str, Any], *, is_error: bool = False) -> CallToolResult:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=content, is_error=is_error
    )


def _listed(tool: Tool[Any]) -> types.Tool:
    return types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema(),
        output_schema=tool.output_schema(),
        annotations=types.ToolAnnotations(
            read_only_hint=tool.does == "reads",
            destructive_hint=tool.does in {"changes", "deletes"},
            idempotent_hint=tool.repeatable,
            open_world_hint=False,
        ),
    )


def _listed_resource(one: Resource) -> types.Resource:
    return types.Resource(
        uri=one.uri, name=one.name, title=one.title, description=one.description, mime_type=one.mime_type
    )
