"""Who is told, and how."""

from __future__ import annotations

from typing import Any

import pytest

from shared.chat.people import audience_of
from tests.unit.chat.wishes import mission, tenant

ME = "me@shop.example"


def told(*recipients: str, channels: tuple[Any, ...] = (), **tenant_fields: Any) -> Any:
    return audience_of(mission(recipients=recipients, channels=channels), tenant(**tenant_fields), ME)


@pytest.mark.parametrize(
    ("recipients", "channels", "to", "roads"),
    [
        ((), (), "{{user.email}}", ("email", "dashboard")),
        (("me",), ("email",), "{{user.email}}", ("email",)),
        (("me",), ("sms",), None, ("sms",)),
        (("owner",), ("email",), "{{org.ownerEmail}}", ("email",)),
        (("bob@x.example",), (), "bob@x.example", ("email",)),
        (("315-555-0188",), (), "+13155550188", ("sms",)),
        (("staff",), (), None, ("sms",)),
        (("me", "bob@x.example"), (), ["{{user.email}}", "bob@x.example"], ("email",)),
        (("me", "+13155550188"), (), ["{{user.email}}", "+13155550188"], ("email", "sms")),
        (("{{a}}@x.example",), (), "{{ '{{' }}a}}@x.example", ("email",)),
    ],
)
def test_words_become_addresses(recipients: Any, channels: Any, to: Any, roads: Any) -> None:
    audience, questions = told(*recipients, channels=channels)
    assert (audience.to, audience.channels, questions) == (to, roads, ())


@pytest.mark.parametrize(
    ("recipients", "channels", "fields"),
    [
        (("staff",), ("email",), {}),
        (("me",), ("sms",), {"staffPhones": []}),
        (("bob@",), (), {}),
        (("12345",), (), {}),
        (("owner",), ("email",), {"ownerEmail": None}),
    ],
)
def test_who_cannot_be_reached_is_asked_about(recipients: Any, channels: Any, fields: Any) -> None:
    _, questions = told(*recipients, channels=channels, **fields)
    assert questions
    assert {one.about for one in questions} == {"recipient"}
