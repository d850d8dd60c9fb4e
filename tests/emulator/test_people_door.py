"""People through their door: added with a mail, changed, removed, and an owner always left."""

from __future__ import annotations

import re
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

import functions.people
from local.stack.running import Stack
from shared.api import member_list, membership
from shared.api.agent_keys import create_agent_key
from shared.api.member_command import main
from shared.api.members import require_member
from shared.errors import NotFoundError
from shared.gcp.clients import firestore
from tests.accounts import PASSWORD, Account, change_account, sign_up, sign_up_as
from tests.emulator.desk import ORG, OTHER, call, get, open_org, person, post


@pytest.fixture
def stack(on_emulators: Stack) -> Stack:
    on_emulators.clear_auth()
    httpx.delete(f"{on_emulators.console_url}/api/outbox")
    httpx.delete(f"{on_emulators.console_url}/api/faults")
    open_org()
    open_org(OTHER)
    return on_emulators


def an_address() -> str:
    return f"{uuid.uuid4().hex[:12]}@shop.example"


def mails_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    sent = httpx.get(f"{stack.console_url}/api/outbox", params={"channel": "email"}).json()
    return [one for one in sent if address in str(one["to"])]


def auth_call(stack: Stack, method: str, **body: Any) -> httpx.Response:
    url = f"{stack.ports.url('auth')}/identitytoolkit.googleapis.com/v1/accounts:{method}"
    return httpx.post(url, params={"key": "demo"}, json=body, timeout=30)


def code_in(mail: dict[str, Any]) -> str:
    (link,) = re.findall(r"http\S+/signin\?mode=resetPassword\S+", mail["text"])
    code: str = parse_qs(urlsplit(link).query)["oobCode"][0]
    return code


def sign_in(stack: Stack, address: str, password: str = PASSWORD) -> Account:
    answer = auth_call(stack, "signInWithPassword", email=address, password=password, returnSecureToken=True)
    assert answer.status_code == 200, answer.text
    return Account(answer.json()["localId"], address, answer.json()["idToken"])


def test_somebody_is_added_and_gets_in_by_the_mail(stack: Stack) -> None:
    owner, address = person(stack, "owner"), an_address()
    added = post("people", owner, {"email": address, "role": "editor"}, 201)
    assert added["mailSent"] is True
    assert (added["person"]["email"], added["person"]["role"], added["person"]["status"]) == (
        address,
        "editor",
        "invited",
    )
    (mail,) = mails_to(stack, address)
    assert "Green Leaf" in mail["subject"]
    assert owner.email in mail["text"]
    assert auth_call(stack, "resetPassword", oobCode=code_in(mail), newPassword=PASSWORD).status_code == 200
    member = sign_in(stack, address)
    assert {one["email"]: one["status"] for one in get("people", member)["items"]} == {
        owner.email: "active",
        address: "active",
    }


def test_the_list_has_what_each_may_do_owners_first(stack: Stack) -> None:
    owner = person(stack, "owner")
    for role in ("viewer", "editor"):
        post("people", owner, {"email": an_address(), "role": role}, 201)
    post("people", person(stack, "owner", OTHER), {"email": an_address(), "role": "editor"}, 201)
    assert [one["role"] for one in get("people", owner)["items"]] == ["owner", "editor", "viewer"]
    assert [one["role"] for one in get("people", person(stack, "editor"))["items"]].count("editor") == 2


def test_who_was_invited_and_has_not_come_is_invited_again(stack: Stack) -> None:
    owner, address = person(stack, "owner"), an_address()
    first = post("people", owner, {"email": address, "role": "viewer"}, 201)
    again = post("people", owner, {"email": address, "role": "editor"}, 201)
    assert (again["person"]["uid"], again["person"]["role"]) == (first["person"]["uid"], "editor")
    assert len(get("people", owner)["items"]) == 2
    assert mails_to(stack, address)


def test_who_has_come_is_not_added_again(stack: Stack) -> None:
    owner, editor = person(stack, "owner"), person(stack, "editor")
    refused = post("people", owner, {"email": editor.email, "role": "owner"}, 409)
    assert "a member already, as editor" in refused["detail"]
    assert require_member(ORG, editor.uid)


def test_somebody_elses_member_is_not_taken_over(stack: Stack) -> None:
    theirs = person(stack, "owner", OTHER)
    refused = post("people", person(stack, "owner"), {"email": theirs.email, "role": "viewer"}, 409)
    assert OTHER not in refused["detail"]
    assert require_member(OTHER, theirs.uid)
    assert mails_to(stack, theirs.email) == []


def test_an_account_of_no_org_that_confirmed_its_address_is_added_as_it_is(stack: Stack) -> None:
    account = sign_up(stack)
    added = post("people", person(stack, "owner"), {"email": account.email, "role": "viewer"}, 201)
    assert (added["person"]["uid"], added["person"]["status"]) == (account.uid, "active")
    (mail,) = mails_to(stack, account.email)
    assert "resetPassword" not in mail["text"]
    assert get("settings/organization", sign_in(stack, account.email))["name"] == "Green Leaf"


def test_whoever_signed_up_with_somebodys_address_does_not_get_in_with_their_password(stack: Stack) -> None:
    address = an_address()
    squatter = sign_up_as(stack, address, {}, is_verified=False)
    added = post("people", person(stack, "owner"), {"email": address, "role": "editor"}, 201)
    assert added["person"]["uid"] != squatter.uid
    assert auth_call(stack, "signInWithPassword", email=address, password=PASSWORD).status_code == 400
    assert call("people", squatter, method="GET").status_code == 401


def test_a_mail_that_does_not_go_out_leaves_the_member_and_says_so(stack: Stack) -> None:
    owner, address = person(stack, "owner"), an_address()
    httpx.post(f"{stack.console_url}/api/faults", json={"provider": "mailjet", "status": 503, "times": 1})
    added = post("people", owner, {"email": address, "role": "editor"}, 201)
    assert (added["mailSent"], added["problem"]) == (False, "the mail couldn't be sent just now; send it again")
    assert len(get("people", owner)["items"]) == 2
    assert post("people", owner, {"email": address, "role": "editor"}, 201)["mailSent"] is True


def test_a_role_is_changed_and_who_may_do_less_is_signed_out(stack: Stack) -> None:
    owner, member = person(stack, "owner"), person(stack, "editor")
    raised = post(f"people/{member.uid}/role", owner, {"role": "owner"})
    assert (raised["person"]["role"], raised["person"]["email"]) == ("owner", member.email)
    assert call("people", member, method="GET").status_code == 200
    # A token of the second in which tokens are revoked still counts.
    change_account(stack, member.uid, validSince="1")
    post(f"people/{member.uid}/role", owner, {"role": "viewer"})
    fresh = sign_in(stack, member.email)
    assert call("people", fresh, method="GET").status_code == 403
    assert get("settings/organization", fresh)


def test_who_is_removed_is_out(stack: Stack) -> None:
    owner, member = person(stack, "owner"), person(stack, "editor")
    assert call("people", member, method="GET").status_code == 200
    assert post(f"people/{member.uid}/remove", owner) == {"removed": member.uid}
    with pytest.raises(NotFoundError):
        require_member(ORG, member.uid)
    assert [one["uid"] for one in get("people", owner)["items"]] == [owner.uid]
    assert call("people", sign_in(stack, member.email), method="GET").status_code == 401
    post(f"people/{member.uid}/remove", owner, status=404)
    assert post("people", owner, {"email": member.email, "role": "viewer"}, 201)["person"]["uid"] == member.uid


def test_the_last_owner_stays(stack: Stack) -> None:
    owner = person(stack, "owner")
    person(stack, "editor")
    for path, body in ((f"people/{owner.uid}/role", {"role": "editor"}), (f"people/{owner.uid}/remove", {})):
        assert "make somebody else an owner first" in post(path, owner, body, 409)["detail"]
    second = person(stack, "owner")
    get("people", second)
    post(f"people/{owner.uid}/role", second, {"role": "editor"})
    post(f"people/{second.uid}/remove", second, status=409)
    assert get("people", second)["items"][0]["uid"] == second.uid


def test_an_owner_who_may_not_sign_in_is_none(stack: Stack) -> None:
    owner, disabled = person(stack, "owner"), person(stack, "owner")
    get("people", owner)
    change_account(stack, disabled.uid, disableUser=True)
    refused = post(f"people/{owner.uid}/remove", owner, status=409)
    assert refused["code"] == "conflict"


def test_of_two_owners_who_leave_at_once_one_stays(stack: Stack) -> None:
    owners = [person(stack, "owner") for _ in range(2)]
    for one in owners:
        get("people", one)

    def leave(one: Account) -> int:
        for _ in range(10):
            status = call(f"people/{one.uid}/remove", one).status_code
            if status != 503:
                return status
        return 503

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, owners)) == [200, 409]


def test_the_list_follows_the_claims_whoever_set_them(stack: Stack) -> None:
    owner, member = person(stack, "owner"), person(stack, "editor")
    get("people", member)
    change_account(stack, member.uid, customAttributes=f'{{"orgId": "{ORG}", "role": "viewer"}}')
    assert {one["uid"]: one["role"] for one in get("people", owner)["items"]}[member.uid] == "viewer"
    change_account(stack, member.uid, customAttributes=f'{{"orgId": "{OTHER}", "role": "viewer"}}')
    assert [one["uid"] for one in get("people", owner)["items"]] == [owner.uid]
    assert not firestore().document(f"members/{member.uid}").get().exists


def test_who_got_their_claims_elsewhere_is_found(stack: Stack) -> None:
    owner, member, _ = person(stack, "owner"), person(stack, "editor"), sign_up(stack)
    assert {one["uid"] for one in get("people", owner)["items"]} == {owner.uid, member.uid}
    stored = firestore().document(f"members/{member.uid}").get().to_dict()
    assert stored == {"orgId": ORG, "email": member.email, "role": "editor"}


def test_among_many_accounts_the_command_finds_them(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(member_list, "_MOST_ON_A_PAGE", 1)
    monkeypatch.setattr(member_list, "_many_accounts", threading.Event())
    owner, member, _ = person(stack, "owner"), person(stack, "editor"), sign_up(stack)
    assert [one["uid"] for one in get("people", owner)["items"]] == [owner.uid]
    assert main(["--list-everybody"]) == 0
    assert capsys.readouterr().out.strip() == "2 people listed"
    assert {one["uid"] for one in get("people", owner)["items"]} == {owner.uid, member.uid}


def test_there_is_a_most_of_invitations_a_day(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(functions.people, "INVITATIONS_A_DAY", 1)
    owner = person(stack, "owner")
    post("people", owner, {"email": an_address(), "role": "viewer"}, 201)
    answer = call("people", owner, {"email": an_address(), "role": "viewer"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 80_000
    assert len(get("people", owner)["items"]) == 2


def test_there_is_a_most_of_people(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "MOST_MEMBERS", 1)
    owner = person(stack, "owner")
    post("people", owner, {"email": an_address(), "role": "viewer"}, 409)
    assert [one["uid"] for one in get("people", owner)["items"]] == [owner.uid]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "viewer"}, "email"),
        ({"email": "pat at shop", "role": "viewer"}, "email"),
        ({"email": "Pat <pat@shop.example>", "role": "viewer"}, "email"),
        ({"email": "pat@shop.example", "role": "admin"}, "role"),
        ({"email": "pat@shop.example", "role": "viewer", "uid": "x"}, "uid"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(stack: Stack, body: dict[str, Any], field: str) -> None:
    refused = post("people", person(stack, "owner"), body, 422)
    assert [one["field"] for one in refused["errors"]] == [field]


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_owners_change_anything(stack: Stack, role: str) -> None:
    member, owner = person(stack, role), person(stack, "owner")
    assert call("people", member, method="GET").status_code == (200 if role == "editor" else 403)
    assert call("people", member, {"email": an_address(), "role": "owner"}).status_code == 403
    assert call(f"people/{member.uid}/role", member, {"role": "owner"}).status_code == 403
    assert call(f"people/{owner.uid}/remove", member).status_code == 403
    assert require_member(ORG, owner.uid)


def test_another_orgs_people_look_like_nobody(stack: Stack) -> None:
    owner, theirs = person(stack, "owner"), person(stack, "editor", OTHER)
    answers = [
        call(f"people/{theirs.uid}/role", owner, {"role": "viewer"}),
        call(f"people/{theirs.uid}/remove", owner),
        call("people/nobody/remove", owner),
        call("people?orgId=" + OTHER, owner, method="GET"),
        call("people", owner, {"orgId": OTHER, "email": an_address(), "role": "owner"}),
    ]
    assert {one.status_code for one in answers} == {404}
    details = [one.get_json()["detail"] for one in answers[1:3]]
    assert details[0].replace(theirs.uid, "nobody") == details[1]
    assert require_member(OTHER, theirs.uid)


def test_people_are_for_people(stack: Stack) -> None:
    agent = {"X-Api-Key": create_agent_key(ORG, "craig", ["*"])}
    assert call("people", agent, method="GET").status_code == 403
    assert call("people", {}, method="GET").status_code == 401
    assert call("people/x/y", person(stack, "owner"), method="GET").status_code == 404
    assert call("people/x/role", person(stack, "owner"), method="GET").status_code == 405
