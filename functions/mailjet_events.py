"""`POST /api/mailjet/events`: Mailjet's reports on sent emails.

Mailjet's settings name the address with its name and password in it, for the events open, click, bounce,
blocked, spam and unsub: `https://mailjet:{MAILJET_EVENTS_SECRET}@…/api/mailjet/events`.
"""

from __future__ import annotations

import flask

from shared.api.answers import Answer
from shared.api.errors import AuthError
from shared.api.http import door, json_response
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.notices import mailjet_events as events


class CountedEvents(Answer):
    """How many events of each kind were taken."""

    events: dict[str, int]


@door(methods=("POST",))
def mailjet_events(request: flask.Request) -> flask.Response:
    """200 with the number of events of each kind; anything else makes Mailjet call again for a day."""
    given = request.authorization
    credentials = (given.username or "", given.password or "") if given and given.type == "basic" else None
    if not events.is_mailjet(credentials, settings().mailjet_events_secret):
        raise AuthError(
            "the credentials are missing or wrong; expected the name and password that Mailjet was given"
        )
    return json_response(CountedEvents(events=events.receive(request.get_data(), Clock().now())))
