"""Unsubscribe links: a signed token that says what to unsubscribe from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.api import paths
from shared.errors import NotFoundError
from shared.gcp.settings import settings
from shared.messages.alert_types import AlertType
from shared.values.email_address import EmailAddress

_SALT = "unsubscribe"


class Subscription(BaseModel):
    """What to unsubscribe from: an org's alerts of one type, or all of an org's email to one address."""

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
    """The link; None if UNSUBSCRIBE_SECRET isn't set."""
    known = settings()
    if not known.unsubscribe_secret:
        return None
    content = subscription.model_dump(mode="json", by_alias=True, exclude_none=True)
    return f"{known.public_base_url}{paths.UNSUBSCRIBE}?token={_Signer(known.unsubscribe_secret).sign(content)}"


def read_token(token: str) -> Subscription:
    """Parses a token; the signature is compared in constant time.

    Raises:
        NotFoundError: the signature isn't ours.
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
    raise NotFoundError("this unsubscribe link isn't valid")
