"""What `make look` checks of a mail, on the mails that need no stack."""

from __future__ import annotations

import pytest

from tests.dashboard_pages import leads_somewhere
from tests.look.render_mail import dead_links, samples, word_faults


@pytest.mark.parametrize("name", samples())
def test_every_link_of_a_sample_leads_somewhere(name: str) -> None:
    assert dead_links(samples()[name]) == []


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("/runs/r1", True),
        ("/settings/notifications", True),
        ("/api/unsubscribe?token=abc", True),
        ("/api/unsubscribed", False),
        ("/api/nothing", False),
        ("/dashboard/playbooks", False),
    ],
)
def test_an_address_leads_to_a_page_or_a_route_of_the_api_or_nowhere(path: str, is_there: bool) -> None:
    assert leads_somewhere(f"https://app.example{path}") is is_there
    assert dead_links(f'<a href="https://app.example{path}">x</a>') == (
        [] if is_there else [f"https://app.example{path}"]
    )


def test_a_mail_that_says_an_id_or_is_titled_at_length_is_found() -> None:
    assert word_faults({"subject": "Low stock", "text": "2 items are low."}) == []
    assert len(word_faults({"subject": "x" * 200, "text": "Customer 5f3b2c9d8e7a"})) == 2
