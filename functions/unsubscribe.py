"""`GET` and `POST /api/unsubscribe?token=…`: the link at the end of mails, and mail programs' own button."""

from __future__ import annotations

import flask

from shared.api.http import door
from shared.gcp import logging
from shared.gcp.clock import Clock
from shared.messages import unsubscribe_link
from shared.notices import unsubscribe as page
from shared.notices import unsubscribe as subscriptions
from shared.tenants.tenant import find_reachable

log = logging.get_logger(__name__)


@door(methods=("GET", "POST"))
def unsubscribe(request: flask.Request) -> flask.Response:
    """GET: 200 with a page that asks, and nothing happens (programs follow links). POST: 200, and it is done.

    The token is all the permission that is needed; one that nobody here has signed is 404.
    """
    subscription = unsubscribe_link.read_token(request.args.get("token", ""))
    with logging.bind(orgId=subscription.org_id):
        # The way out is open whatever state the org's document is in.
        org = find_reachable(subscription.org_id)
        org_name = (org.name or org.id) if org else "this shop"
        if request.method == "GET":
            return _shown(page.question(subscription, org_name))
        if request.form.get(page.AGAIN):
            subscriptions.resume(subscription)
            log.info("subscribed again", extra={"alert": subscription.alert})
            return _shown(page.resumed(subscription, org_name))
        subscriptions.stop(subscription, Clock().now())
        log.info("unsubscribed", extra={"alert": subscription.alert})
        return _shown(page.stopped(subscription, org_name))


def _shown(html: str) -> flask.Response:
    return flask.Response(html, mimetype="text/html", headers=page.HEADERS)
