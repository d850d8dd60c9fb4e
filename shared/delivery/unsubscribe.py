"""What the link to unsubscribe at the end of a mail does, and the signed token that says whose mails it is about.

A mail to an org's people is about one alert type: unsubscribing turns its emails off in the org's preferences. Any
other mail is about the address that it went to: unsubscribing keeps all the org's mails from it, and a customer of
that address is marked `emailOptOut`. Tokens do not expire: a link in an old mail must work.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.delivery import preferences, suppressions
from shared.delivery.preferences import AlertType
from shared.errors import NotFoundError
from shared.gcp.clients import firestore
from shared.gcp.settings import settings
from shared.tenants.contact import EmailAddress

PATH = "/api/unsubscribe"
_SALT = "unsubscribe"


class Subscription(BaseModel):
    """Which mails: an org's alerts of a type, or everything of an org to an address."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    org_id: str = Field(alias="o", min_length=1)
    alert: AlertType | None = Field(default=None, alias="t")
    address: EmailAddress | None = Field(default=None, alias="a")


@dataclass(frozen=True, slots=True)
class _Signer:
    secret: str

    def sign(self, content: dict[str, Any]) -> str:
        return str(self._serializer().dumps(content))

    def read(self, token: str) -> Any:
        return self._serializer().loads(token)

    def _serializer(self) -> Any:
        from itsdangerous import URLSafeSerializer

        return URLSafeSerializer(self.secret, salt=_SALT, signer_kwargs={"digest_method": hashlib.sha256})


def url(subscription: Subscription) -> str | None:
    """The link; None where no UNSUBSCRIBE_SECRET is set to sign it with."""
    known = settings()
    if not known.unsubscribe_secret:
        return None
    content = subscription.model_dump(mode="json", by_alias=True, exclude_none=True)
    return f"{known.public_base_url}{PATH}?token={_Signer(known.unsubscribe_secret).sign(content)}"


def read_token(token: str) -> Subscription:
    """What the token is about; the signature is compared in constant time.

    Raises:
        NotFoundError: nobody here has signed it.
    """
    from itsdangerous import BadData

    secret = settings().unsubscribe_secret
    try:
        if secret:
            found = Subscription.model_validate(_Signer(secret).read(token))
            if (found.alert is None) != (found.address is None):
                return found
    except (BadData, ValidationError, json.JSONDecodeError):
        pass
    raise NotFoundError("there is no such link to unsubscribe")


def stop(subscription: Subscription, now: datetime) -> None:
    """No more of these mails; a second time changes nothing."""
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=False)
    elif subscription.address:
        suppressions.opt_out(subscription.org_id, subscription.address, now)
        _mark_customers(subscription.org_id, subscription.address, opted_out=True)


def resume(subscription: Subscription) -> None:
    """These mails again."""
    if subscription.alert:
        _set_alert(subscription.org_id, subscription.alert, wanted=True)
    elif subscription.address:
        suppressions.opt_in(subscription.org_id, subscription.address)
        _mark_customers(subscription.org_id, subscription.address, opted_out=False)


def _set_alert(org_id: str, alert: AlertType, *, wanted: bool) -> None:
    reference = firestore().collection(preferences.COLLECTION).document(org_id)
    reference.set({alert.value: {"email": wanted}}, merge=True)


def _mark_customers(org_id: str, address: str, *, opted_out: bool) -> None:
    from google.cloud.firestore import FieldFilter

    spellings = list(dict.fromkeys((address, address.lower())))
    customers = (
        firestore().collection(f"tenants/{org_id}/customers").where(filter=FieldFilter("email", "in", spellings))
    )
    for found in customers.stream():
        found.reference.update({"emailOptOut": opted_out})
