"""`make member`: an account gets its org and role, and only by whoever may."""

from __future__ import annotations

import uuid

import pytest

from local.stack.running import Stack
from shared.api.member_command import main
from shared.api.members import require_member
from shared.errors import NotFoundError
from tests.accounts import sign_up
from tests.emulator.executions import ORG

pytestmark = pytest.mark.usefixtures("quiet_queues")


def test_an_account_is_made_and_then_changed(capsys: pytest.CaptureFixture[str]) -> None:
    email = f"{uuid.uuid4().hex[:12]}@shop.example"
    assert main([ORG, email, "viewer"]) == 0
    uid = capsys.readouterr().out.strip()
    assert require_member(ORG, uid).uid == uid
    assert main([ORG, email, "owner"]) == 0
    assert capsys.readouterr().out.strip() == uid


@pytest.mark.parametrize(
    ("org", "role", "named"), [(ORG, "admin", "role"), ("no_such_org", "owner", "org"), ("a/b", "owner", "org")]
)
def test_what_makes_no_sense_is_refused(
    org: str, role: str, named: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([org, "pat@shop.example", role]) == 1
    assert capsys.readouterr().err.startswith(f"{named}: ")


def test_another_orgs_account_is_not_taken_over(quiet_queues: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = sign_up(quiet_queues, orgId="org_of_others", role="owner")
    assert main([ORG, theirs.email, "owner"]) == 1
    assert "org_of_others" in capsys.readouterr().err
    with pytest.raises(NotFoundError):
        require_member(ORG, theirs.uid)
