"""Turns a call of a hook into an event of its org, once however often the sender repeats it.

The event's document is all that is written: what is told of its creation starts the run, again and again until it
has. So a call that was answered is never lost, and one that was not is repeated by its sender.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import flask
from pydantic import JsonValue
from pydantic_core import from_json
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from shared.api.errors import AuthError, InvalidFieldsError, MalformedRequestError, RateLimitedError, not_found
from shared.api.request_rate import RequestRate
from shared.api.storable import check_storable
from shared.documents import events
from shared.errors import ConflictError
from shared.gcp import tracing
from shared.playbooks.models import SignatureForm
from shared.playbooks.sizes import MAX_EVENT_BYTES, json_bytes
from shared.values.digests import hex_digest
from shared.webhooks import hook_secrets, hooks
from shared.webhooks.hooks import Hook
from shared.webhooks.signatures import verify

CALLS_A_MINUTE = 300
"""Of one hook, to each instance; as many at once after a pause."""
SAME_BODY_WITHIN = timedelta(minutes=5)
"""A sender who names no id repeats itself by sending the same body again within this time."""
MAX_ID_CHARS = 255
FORM_TYPE = "application/x-www-form-urlencoded"
ABOUT = "webhook"
"""The field of the event that says what the headers said, where the body has none of that name."""

_ID_HEADERS = ("Webhook-Id", "Svix-Id", "X-GitHub-Delivery", "X-Shopify-Webhook-Id", "Idempotency-Key")
_TOPIC_HEADERS = ("X-GitHub-Event", "X-Shopify-Topic")

_rate = RequestRate(a_minute=CALLS_A_MINUTE)


def receive(hook_id: str, request: flask.Request, now: datetime) -> str:
    """The id of the event that the call has become, or had become before.

    Raises:
        NotFoundError: there is no such hook.
        AuthError: the call does not prove that its sender has the hook's secret.
        ConflictError: the playbook is paused.
        RateLimitedError: too many calls of the hook.
        UnsupportedMediaType, RequestEntityTooLarge: the body is neither JSON nor a form, or too large.
        MalformedRequestError, InvalidFieldsError: the body cannot be read, or nothing can be kept of it.
    """
    found = hooks.find(hook_id)
    if found is None:
        raise not_found(f"hook {hook_id}")
    hook, body = found[0], request.get_data(cache=True)
    accepted = hook_secrets.accepted(hook.secrets, now)
    if not accepted:
        raise AuthError("this hook has no secret yet; expected an editor to make one")
    form = verify(hook.signature, request.headers, body, accepted, now)
    if hook.status != "active":
        raise ConflictError("the playbook is paused; expected an active one")
    if seconds := _rate.seconds_to_wait(hook_id):
        raise RateLimitedError(
            f"too many calls of this hook; expected at most {CALLS_A_MINUTE} a minute",
            retry_after_seconds=max(1, math.ceil(seconds)),
        )
    data = read_data(request, body)
    sent_id, topic = _sent_id(request, form, data), _first_header(request, _TOPIC_HEADERS)
    identity = {name: value for name, value in (("id", sent_id), ("topic", topic)) if value is not None}
    fields = {
        "name": hook.event_name,
        "data": {ABOUT: identity, **data} if identity else data,
        "hook": {"hookId": hook_id, "playbookId": hook.playbook_id, "form": form, **identity},
        "receivedAt": now,
    }
    if sent_id is not None:
        return _put(hook.org_id, event_id(hook_id, "id", sent_id), fields)
    return _put_unless_just_sent(hook, body, fields, now)


def event_id(hook_id: str, *parts: str) -> str:
    """The same call of a hook is always the same event."""
    return hex_digest("hook", hook_id, *parts)


def read_data(request: flask.Request, body: bytes) -> dict[str, JsonValue]:
    """What the playbook finds under `event`: the fields of a JSON object or a form; other JSON as its `body`.

    A form of one field `payload` that holds a JSON object is that object: GitHub sends such forms.

    Raises:
        UnsupportedMediaType: the body is something else.
        MalformedRequestError: it says that it is JSON and is not.
        InvalidFieldsError: Firestore cannot hold it.
        RequestEntityTooLarge: as an event it would be too large.
    """
    kind = request.mimetype
    if kind == FORM_TYPE:
        data = _of_form(request)
    elif not kind or kind == "application/json" or kind.endswith("+json"):
        content = _json(body)
        data = content if isinstance(content, dict) else {"body": content}
    else:
        raise UnsupportedMediaType(f"Content-Type: found {kind[:100]!r}; expected application/json or {FORM_TYPE}")
    try:
        check_storable(data)
    except ValueError as error:
        problem = {"field": "body", "found": "something else", "expected": str(error)}
        raise InvalidFieldsError(f"body: expected {error}", [problem]) from None
    if json_bytes(data) > MAX_EVENT_BYTES:
        raise RequestEntityTooLarge(f"the body is too large; expected at most {MAX_EVENT_BYTES:,} bytes as JSON")
    return data


def _of_form(request: flask.Request) -> dict[str, JsonValue]:
    fields: dict[str, JsonValue] = {
        name: values[0] if len(values) == 1 else list(values) for name, values in request.form.lists()
    }
    if fields.keys() == {"payload"} and isinstance(fields["payload"], str):
        content = _json(fields["payload"].encode())
        if isinstance(content, dict):
            return content
    return fields


def _json(text: bytes) -> JsonValue:
    if not text.strip():
        return {}
    try:
        content: JsonValue = from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedRequestError(f"the body is not JSON ({error}); expected JSON in UTF-8") from None
    return content


def _sent_id(request: flask.Request, form: SignatureForm, data: Mapping[str, Any]) -> str | None:
    """By what the sender knows the call again; None where it says nothing."""
    named = _first_header(request, _ID_HEADERS)
    if named is None and form == "stripe" and isinstance(data.get("id"), str):
        named = data["id"]
    return named if named and len(named) <= MAX_ID_CHARS else None


def _first_header(request: flask.Request, names: tuple[str, ...]) -> str | None:
    return next((request.headers[name] for name in names if request.headers.get(name)), None)


def _put(org_id: str, event: str, fields: Mapping[str, Any]) -> str:
    called_in = tracing.current()
    trace = {"traceparent": str(called_in)} if called_in is not None else {}
    # Where it is there already, the sender repeats itself.
    events.create(org_id, event, {**fields, **trace})
    return event


def _put_unless_just_sent(hook: Hook, body: bytes, fields: Mapping[str, Any], now: datetime) -> str:
    """By the body and five minutes of the clock, those before included: no repetition falls between two of them."""
    window = int(now.timestamp() // SAME_BODY_WITHIN.total_seconds())
    digest = hashlib.sha256(body).hexdigest()
    before, current = (event_id(hook.hook_id, "body", digest, str(one)) for one in (window - 1, window))
    found = events.reference(hook.org_id, before).get(["receivedAt"]).to_dict() or {}
    received = found.get("receivedAt")
    if isinstance(received, datetime) and now - received < SAME_BODY_WITHIN:
        return before
    return _put(hook.org_id, current, fields)
