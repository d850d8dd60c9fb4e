"""Unsubscribe links: their page, one question with one button and a way to undo, and what the button does."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TYPE_CHECKING

from shared.compliance import suppressions
from shared.compliance.customer_lookup import customers_by_address
from shared.documents.org import CUSTOMERS, org_path
from shared.gcp.clients import firestore
from shared.messages import links
from shared.messages.alert_types import AlertType
from shared.messages.mail import ALERT_NAMES
from shared.messages.template.palette import DARK, LIGHT
from shared.messages.unsubscribe_link import Subscription
from shared.notices import preferences
from shared.values.email_address import mailbox_key

if TYPE_CHECKING:
    from jinja2 import Template

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
AGAIN = "again"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0; padding: 12vh 16px; background: {{ light.page }}; color: {{ light.text }};
 font: 16px/25px -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
main { max-width: 440px; margin: 0 auto; padding: 32px; border-radius: 12px; background: {{ light.card }}; }
h1 { margin: 0 0 12px; font-size: 22px; line-height: 29px; }
p { margin: 0 0 20px; overflow-wrap: anywhere; }
.more { margin: 20px 0 0; font-size: 14px; }
a { color: {{ light.link }}; }
button { padding: 12px 22px; border: 0; border-radius: 8px; font: inherit; font-weight: 600; cursor: pointer;
 background: {{ light.button }}; color: {{ light.on_button }}; }
@media (prefers-color-scheme: dark) {
body { background: {{ dark.page }}; color: {{ dark.text }}; }
main { background: {{ dark.card }}; }
a { color: {{ dark.link }}; }
button { background: {{ dark.button }}; color: {{ dark.on_button }}; }
}
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<p>{{ said }}</p>
<form method="post">
<button type="submit"{% if value %} name="{{ value }}" value="1"{% endif %}>{{ label }}</button>
</form>
{%- if settings_url %}
<p class="more"><a href="{{ settings_url }}">Notification settings</a></p>
{%- endif %}
</main>
</body>
</html>
"""


def stop(subscription: Subscription, now: datetime) -> None:
    """Unsubscribes; safe to repeat."""
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=False)
    elif subscription.address:
        suppressions.opt_out(subscription.org_id, subscription.address, now)
        _mark_customers(subscription.org_id, subscription.address, opted_out=True)


def resume(subscription: Subscription) -> None:
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=True)
    elif subscription.address:
        suppressions.opt_in(subscription.org_id, subscription.address)
        _mark_customers(subscription.org_id, subscription.address, opted_out=False)


def _set_alert(org_id: str, alert: AlertType, *, wanted: bool) -> None:
    reference = firestore().collection(preferences.COLLECTION).document(org_id)
    reference.set({alert.value: {"email": wanted}}, merge=True)


def _mark_customers(org_id: str, address: str, *, opted_out: bool) -> None:
    customers = firestore().collection(org_path(org_id, CUSTOMERS))
    for found in customers_by_address(org_id, [address]).get(mailbox_key(address), []):
        customers.document(found.id).update({"emailOptOut": opted_out})


def _page(title: str, text: str, label: str, value: str, subscription: Subscription, org_name: str) -> str:
    """Renders the page; `label` and `value` are for its button."""
    which = f"emails from {org_name} at {subscription.address}"
    if subscription.alert:
        which = f"emails about {ALERT_NAMES[subscription.alert]} (this applies to everyone at {org_name})"
    # Only the org's own people have access to the settings page.
    settings_url = links.url(links.PREFERENCES) if subscription.alert else ""
    words = {"title": title, "said": text.format(which), "label": label, "value": value}
    return _template().render(words, settings_url=settings_url, light=LIGHT, dark=DARK)


_NO_MORE = "You won't get any more {}."
question = functools.partial(_page, "Unsubscribe?", _NO_MORE, "Unsubscribe", "")
stopped = functools.partial(_page, "You're unsubscribed", _NO_MORE, "Subscribe again", AGAIN)
resumed = functools.partial(_page, "You're subscribed again", "You'll get {} again.", "Unsubscribe", "")


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_PAGE)
