"""`POST /api/sms/inbound/{secret}`: replies to texts, reported by the SMS provider.

The provider's settings name the address with SMS_INBOUND_SECRET at its end. It posts a form or JSON with `From`,
`Body`, `MessageSid` (or `MessageId`) and, where it knows it, `SentAt`.
"""

from __future__ import annotations

import flask

from shared.api import paths
from shared.api.body import parse_form
from shared.api.callers import is_secret
from shared.api.errors import AuthError
from shared.api.http import door, json_response
from shared.api.paths import values_in
from shared.gcp.clock import Clock
from shared.gcp.settings import settings
from shared.notices import sms_replies


@door(methods=("POST",))
def sms_inbound(request: flask.Request) -> flask.Response:
    """200 with the keyword that was acted on, null where it is none."""
    shown = (values_in(request.path, paths.SMS_INBOUND) or {}).get("secret", "")
    if not is_secret(shown, settings().sms_inbound_secret):
        raise AuthError(
            "the secret of the address is missing or wrong; expected the one that the provider was given"
        )
    message = parse_form(request, sms_replies.InboundText)
    return json_response({"keyword": sms_replies.receive(message, Clock().now())})
