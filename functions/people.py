"""`/api/people`: an org's members. Owners add people, change their roles and remove them."""

from __future__ import annotations

from http import HTTPStatus

import flask
from pydantic import BaseModel

from functions._member import OrgBody, member_of, member_of_query
from shared.api import daily_limit, member_list, membership, paths
from shared.api.answers import Answer
from shared.api.auth import authenticate
from shared.api.http import door, is_document_id, json_response, not_found, parse_body
from shared.api.member_list import ListedMember
from shared.api.paths import is_at, values_in
from shared.api.principal import Principal, Role
from shared.errors import PlaybookError, TransientError
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.notices.invitation import send_invitation
from shared.tenants.tenant import load_reachable
from shared.values.camel_model import CamelModel
from shared.values.email_address import EmailAddress

log = logging.get_logger(__name__)

INVITATIONS_A_DAY = 30


class NewPerson(OrgBody):
    """The person to add. The address gets an invitation by mail."""

    email: EmailAddress
    role: Role


class RoleChange(OrgBody):
    """What a member may do from now on."""

    role: Role


class People(BaseModel):
    """Everybody of an org, owners first."""

    items: list[ListedMember]


class ChangedPerson(BaseModel):
    """A member as they are now."""

    person: ListedMember


class RemovedPerson(Answer):
    """Who belongs to the org no longer, by uid."""

    removed: str


class Invited(CamelModel):
    """Who was added, and whether the mail with the way in went out; if not, `problem` says why."""

    person: ListedMember
    mail_sent: bool
    problem: str | None = None


def _methods(path: str) -> tuple[str, ...]:
    changed = is_at(path, paths.PERSON_ROLE) or is_at(path, paths.PERSON_REMOVE)
    return ("POST",) if changed else ("GET", "POST")


@door(methods=_methods)
def people(request: flask.Request) -> flask.Response:
    """List: 200 `{items}`. Add: 201 `{person, mailSent, problem?}`. Role: 200 `{person}`. Remove: 200 `{removed}`.

    Owners and editors see the list; owners change it. An org keeps one owner at least.
    """
    role_of, removed = (values_in(request.path, one) for one in (paths.PERSON_ROLE, paths.PERSON_REMOVE))
    if role_of is None and removed is None and not is_at(request.path, paths.PEOPLE):
        raise not_found("this address")
    principal = authenticate(request)
    role: Role = "editor" if request.method == "GET" else "owner"
    org_id = member_of_query(request, principal, role)
    if principal.uid and principal.role:
        member_list.note_caller(org_id, principal.uid, principal.role)
    with logging.bind(orgId=org_id):
        if request.method == "GET":
            return json_response(People(items=member_list.list_members(org_id)))
        if role_of:
            return _role_changed(request, principal, org_id, _uid(role_of))
        if removed:
            return _removed(request, principal, org_id, _uid(removed))
        return _added(request, principal, org_id)


def _uid(values: dict[str, str]) -> str:
    if not is_document_id(values["uid"]):
        raise not_found("this address")
    return values["uid"]


def _added(request: flask.Request, principal: Principal, org_id: str) -> flask.Response:
    body = parse_body(request, NewPerson)
    member_of(principal, body.org_id, "owner")
    org, now = load_reachable(org_id), Clock().now()
    daily_limit.count_one(org_id, "invitations", INVITATIONS_A_DAY, now)
    person = membership.invite(org_id, body.email, body.role, principal.uid or "", now)
    log.info("somebody was added to the org", extra={"uid": person.uid, "role": person.role, "by": principal.uid})
    try:
        send_invitation(person, org.name, principal.email, now)
    except PlaybookError as error:
        # They belong to the org now; adding them again sends the mail again.
        log.warning("an invitation was not mailed", extra={"uid": person.uid, "reason": str(error)})
        reason = (
            "the mail couldn't be sent just now; send it again" if isinstance(error, TransientError) else str(error)
        )
        return json_response(Invited(person=person, mail_sent=False, problem=reason), HTTPStatus.CREATED)
    return json_response(Invited(person=person, mail_sent=True), HTTPStatus.CREATED)


def _role_changed(request: flask.Request, principal: Principal, org_id: str, uid: str) -> flask.Response:
    body = parse_body(request, RoleChange)
    member_of(principal, body.org_id, "owner")
    person = membership.change_role(org_id, uid, body.role)
    log.info("a member's role was changed", extra={"uid": uid, "role": person.role, "by": principal.uid})
    return json_response(ChangedPerson(person=person))


def _removed(request: flask.Request, principal: Principal, org_id: str, uid: str) -> flask.Response:
    member_of(principal, parse_body(request, OrgBody).org_id, "owner")
    membership.remove_member(org_id, uid)
    log.info("a member was removed", extra={"uid": uid, "by": principal.uid})
    return json_response(RemovedPerson(removed=uid))
