"""Finds links, email addresses and phone numbers in text, and removes those that aren't allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.values.text import clean

_TLDS = (
    "com|net|org|io|co|us|info|biz|xyz|app|shop|store|link|click|top|site|online|live|club|dev|ai|me|gg|tv|cc"
    "|ru|cn|ly|to|su|tk|ml|example|test|invalid|onion|zip|mov"
)
MAILBOX = r"[\w.!#$%&'*+/=?^`{|}~-]"
_EMAIL = rf"(?<!{MAILBOX}){MAILBOX}++(?:@|\s?\[at\]\s?|\s?\(at\)\s?)[\w-]++(?:\.[\w-]++)++"
_SCHEME = r"(?:[a-z][a-z0-9+.-]{1,20}://|(?:javascript|data|mailto|tel|sms|vbscript|file):)[^\s<>\"')\]]+"
_WWW = r"www\.[^\s<>\"')\]]+"
_DOMAIN = rf"(?<![\w@.-])(?:[\w-]+\.)+(?:{_TLDS})(?![\w-])(?:[/?#:][^\s<>\"')\]]*)?"
_IP = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5}+)?+(?:/[^\s<>\"')\]]*+)?+(?![\w.]*\d)"
_PHONE = (
    r"(?<![\w.,$-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\w-])|\+\d{10,15}\b"
    # Ten digits without spaces: a North American number. Order numbers can look the same, but an invented phone
    # number does more harm than a missing order number.
    r"|(?<![\w.,$-])1?[2-9]\d{2}[2-9]\d{6}(?![\w-]|[.,]\d)"
)
_ANY = re.compile("|".join(f"(?:{one})" for one in (_SCHEME, _EMAIL, _WWW, _DOMAIN, _IP, _PHONE)), re.IGNORECASE)
_MARKDOWN = re.compile(r"!?\[([^\]\n]{0,300})\]\(([^)\n]{0,2000})\)")
_TAG = re.compile(r"</?[a-z!][^>\n]{0,2000}>", re.IGNORECASE)
_TRAILING = ".,;:!?"
REMOVED = "[link removed]"


@dataclass(frozen=True, slots=True)
class Redacted:
    """A text without disallowed addresses, and what was removed."""

    text: str
    removed: tuple[str, ...] = ()

    @property
    def note(self) -> str | None:
        """A note for people, or None. It doesn't repeat the addresses."""
        if not self.removed:
            return None
        count = len(self.removed)
        return f"{count} address{'es' if count > 1 else ''} nobody gave {'were' if count > 1 else 'was'} removed"


def redact(text: str, allowed: Iterable[str] = ()) -> Redacted:
    """Replaces every link, email address and phone number not in `allowed` with `[link removed]`.

    Markdown links keep their text. HTML tags and hidden characters are dropped first, so they can't hide one.
    """
    known = {_key(one) for one in allowed}
    removed: list[str] = []

    def address(match: re.Match[str]) -> str:
        found = match.group().rstrip(_TRAILING)
        if _key(found) in known:
            return match.group()
        removed.append(found)
        return REMOVED + match.group()[len(found) :]

    def markdown(match: re.Match[str]) -> str:
        words, target = match.group(1), match.group(2).strip()
        if _key(target) in known:
            return f"{words} {target}".strip()
        removed.append(target)
        return f"{words} {REMOVED}".strip()

    unmarked = _TAG.sub("", _MARKDOWN.sub(markdown, clean(text)))
    return Redacted(_ANY.sub(address, unmarked), tuple(removed))


def _key(address: str) -> str:
    return clean(address).strip().rstrip(_TRAILING).rstrip("/").lower()
