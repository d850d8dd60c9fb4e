"""Base types of message parts: sanitized text and checked addresses."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, SerializerFunctionWrapHandler, model_serializer
from pydantic.alias_generators import to_camel

from shared.redaction import shape_of
from shared.values.camel_model import CamelModel

MAX_URL_CHARS = 2_000
MAX_PRODUCT_PICTURE_CHARS = 500
"""Short, because a report may show a hundred of them."""

_WEB_SCHEMES = frozenset({"http", "https"})
_LINK_SCHEMES = _WEB_SCHEMES | {"mailto", "tel"}
_BLANK_OR_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029\\<>\"'`]")
_PRIVATE_ENDINGS = frozenset({"local", "localhost", "internal", "intranet", "lan", "home", "corp", "test"})
_KEPT_CONTROLS = "\n\t"
_UNWANTED = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffe\uffff")


def web_address(url: str) -> str:
    """`url`, if it is an http(s) address.

    Raises:
        ValueError: naming what was found.
    """
    return _address(url, _WEB_SCHEMES)


def link_address(url: str) -> str:
    """`url`, if it is an http(s), mailto or tel address.

    Raises:
        ValueError: naming what was found.
    """
    return _address(url, _LINK_SCHEMES)


def picture_address(url: str) -> str:
    """`url`, if it is an https address of a public host name.

    Email programs block http pictures or flag them as unsafe. Opening an email fetches its pictures: an address in
    the reader's own network would be a request they never intended.

    Raises:
        ValueError: naming what was found.
    """
    host = urlsplit(_address(url, frozenset({"https"}))).hostname or ""
    if _is_public(host.rstrip(".")):
        return url
    raise ValueError(f"found {shape_of(url)}; expected a picture at a public host name")


def product_picture(url: str | None) -> str | None:
    """A product's picture address from the shop's records; None if an email can't show it."""
    if not url or len(url) > MAX_PRODUCT_PICTURE_CHARS:
        return None
    try:
        return picture_address(url.strip())
    except ValueError:
        return None


def _is_public(host: str) -> bool:
    name = host.rpartition(".")
    if not name[0] or name[2] in _PRIVATE_ENDINGS or host.endswith(".home.arpa"):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not name[2].isdigit()
    return False


def _address(url: str, schemes: frozenset[str]) -> str:
    if len(url) <= MAX_URL_CHARS and not _BLANK_OR_CONTROL.search(url):
        try:
            parts = urlsplit(url)
            named = bool(parts.hostname) and parts.username is None
        except ValueError:
            parts, named = None, False
        if (
            parts
            and parts.scheme in schemes
            and (named or parts.scheme not in _WEB_SCHEMES)
            and (named or parts.path)
        ):
            return url
    raise ValueError(f"found {shape_of(url)}; expected an address with the scheme {', '.join(sorted(schemes))}")


def plain(text: str) -> str:
    """`text` without control characters (line breaks stay), direction overrides and invalid characters."""
    kept = (
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in _KEPT_CONTROLS
        or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _UNWANTED)
    )
    return "".join(kept)


PlainText = Annotated[str, AfterValidator(plain)]
WebAddress = Annotated[str, AfterValidator(web_address)]
LinkAddress = Annotated[str, AfterValidator(link_address)]
PictureAddress = Annotated[str, AfterValidator(picture_address)]


class Part(CamelModel, serialize_by_alias=True, frozen=True, extra="forbid"):
    """Base of all parts: camelCase JSON without default values."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        usual = {to_camel(name): field.default for name, field in type(self).model_fields.items() if name != "kind"}
        return {name: value for name, value in written.items() if value != usual.get(name, ...)}
