"""`/api/settings/secrets`: an org's secrets for other systems. Owners set and delete them; no value can be read."""

from __future__ import annotations

from typing import Annotated

import flask
from pydantic import AfterValidator, Field, StringConstraints

from functions._member import OrgBody, member_of, member_of_query
from shared.api import paths
from shared.api.auth import authenticate
from shared.api.http import door, json_response, not_found, parse_body
from shared.api.paths import is_at, values_in
from shared.api.principal import Principal
from shared.gcp.clock import Clock
from shared.playbooks.secret_names import NAME_FORM, NAME_PATTERN, is_secret_name
from shared.secrets import store

SHORTEST_VALUE, LONGEST_VALUE = 8, 16_000


def _is_name(name: str) -> str:
    if not is_secret_name(name):
        raise ValueError(NAME_FORM)
    return name


Name = Annotated[str, Field(json_schema_extra={"pattern": f"^{NAME_PATTERN}$"}), AfterValidator(_is_name)]
Value = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=SHORTEST_VALUE, max_length=LONGEST_VALUE),
    Field(json_schema_extra={"pattern": r"^\S[\s\S]*\S$"}),
]


class NewSecret(OrgBody):
    """A secret to set, in place of the one of that name.

    `value` has 8 characters at least: a shorter one could not be told from other text in an answer that echoes it.
    """

    name: Name
    value: Value = Field(repr=False)


def _methods(path: str) -> tuple[str, ...]:
    return ("DELETE",) if is_at(path, paths.SECRET) else ("GET", "POST")


@door(methods=_methods)
def secrets(request: flask.Request) -> flask.Response:
    """List: 200 `{items}`. Set: 200 `{name, updatedAt, updatedBy}`. `DELETE …/{name}`: 200 `{name, usedBy}`.

    Owners see when each was set, who set it, and which playbooks use it; other members see the names.
    """
    one = values_in(request.path, paths.SECRET)
    if one is None and not is_at(request.path, paths.SECRETS):
        raise not_found("this address")
    principal = authenticate(request)
    if one:
        org_id = member_of_query(request, principal, "owner")
        if not is_secret_name(one["name"]):
            raise not_found(f"secret {one['name']:.100}")
        return json_response(store.remove_secret(org_id, one["name"], principal.uid or ""))
    if request.method == "GET":
        org_id = member_of_query(request, principal, "viewer")
        return json_response(store.list_secrets(org_id, whole=principal.role == "owner"))
    return _set(request, principal)


def _set(request: flask.Request, principal: Principal) -> flask.Response:
    member_of_query(request, principal, "owner")
    body = parse_body(request, NewSecret)
    org_id = member_of(principal, body.org_id, "owner")
    made = store.set_secret(org_id, body.name, body.value, principal.uid or "", principal.called, Clock())
    return json_response(made)
