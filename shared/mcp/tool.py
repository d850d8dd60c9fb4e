"""A tool: its name, typed arguments, access and behavior."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from shared.api.body import Body, read_object
from shared.api.errors import ForbiddenError, InvalidFieldsError
from shared.api.principal import EVERY_SCOPE, Kind, Principal, Role
from shared.api.reading import sees_whole
from shared.gcp.clock import Clock

ArgumentsT = TypeVar("ArgumentsT", bound=Body)
Content = BaseModel | Mapping[str, Any]
Does = Literal["reads", "adds", "changes", "deletes"]

CALLERS: tuple[Kind, ...] = ("user", "agent")


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller, their org, and the time."""

    principal: Principal
    org_id: str
    clock: Clock

    @property
    def sees_whole(self) -> bool:
        """Whether they see full documents instead of summaries."""
        return sees_whole(self.principal)


class NoArguments(Body):
    """No arguments."""


@dataclass(frozen=True, slots=True)
class Tool(Generic[ArgumentsT]):
    """One tool. An agent key needs `scope` (None: any key will do), a user at least `role`.

    `shown`: the model whose schema is published, where `arguments` take some of it as written, to say all that is
    wrong with it. `output`: the model of the answer, where it has one.
    """

    name: str
    title: str
    description: str
    arguments: type[ArgumentsT]
    run: Callable[[Caller, ArgumentsT], Content]
    scope: str | None = None
    role: Role = "viewer"
    does: Does = "reads"
    repeatable: bool = True
    """Whether repeating the call changes nothing more."""
    examples: tuple[Mapping[str, Any], ...] = ()
    shown: type[BaseModel] | None = None
    output: type[BaseModel] | None = None

    def is_for(self, principal: Principal) -> bool:
        """Whether the caller may see and use it."""
        try:
            self.require(principal)
        except ForbiddenError:
            return False
        return True

    def require(self, principal: Principal) -> None:
        """Pass when the caller may use it.

        Raises:
            ForbiddenError: the role or the key's scopes don't allow it.
        """
        scope = self.scope or next(iter(principal.scopes), EVERY_SCOPE)
        principal.require(org_id=principal.org_id, kinds=CALLERS, role=self.role, scope=scope)

    def call(self, caller: Caller, arguments: Mapping[str, Any]) -> Content:
        """The tool's answer.

        Raises:
            ForbiddenError: the caller may not use it.
            InvalidFieldsError: an argument is missing, unknown or of another shape.
            PlaybookError: the tool refused the call.
        """
        self.require(caller.principal)
        return self.run(caller, read_object(_text(arguments), self.arguments))

    def input_schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema, with examples."""
        schema = (self.shown or self.arguments).model_json_schema(by_alias=True)
        schema.pop("title", None)
        schema.pop("description", None)
        schema.setdefault("properties", {})
        return {**schema, "examples": [dict(one) for one in self.examples]} if self.examples else schema

    def output_schema(self) -> dict[str, Any] | None:
        """The answer as JSON Schema, where it has a fixed shape."""
        return self.output.model_json_schema(by_alias=True, mode="serialization") if self.output else None


def _text(arguments: Mapping[str, Any]) -> str:
    try:
        return json.dumps(arguments, allow_nan=False)
    except ValueError as error:
        problem = {"field": "arguments", "found": "NaN or Infinity", "expected": "numbers that JSON has"}
        raise InvalidFieldsError(
            "arguments: found NaN or Infinity, expected numbers that JSON has", [problem]
        ) from error
