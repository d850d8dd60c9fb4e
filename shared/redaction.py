"""Removes secrets and personal data from log lines and stored errors.

Secrets are cut out wherever their name (`apiKey=…`, `Authorization: …`) or their shape (`pbk_…`, `sk-ant-…`, a JWT)
tells them. Of a URL only the origin stays: the path of a webhook is a secret and looks like any other. Email
addresses and phone numbers become `[email]` and `[phone]`.

Ids stay as they are, since nothing could be found without them. A number is a phone number only where it is
written as one (`+13155550101`, `(315) 555-0101`), so that no digits of an id or a time are taken for one. An id
that is itself an address or such a number is redacted like any other text.

Every pattern takes time in proportion to the text: none has two adjacent runs over the same characters, and a run
begins only where the one before it cannot have begun.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import date

REDACTED = "[redacted]"
EMAIL = "[email]"
PHONE = "[phone]"

_NAMES = (
    r"(?:api|access|private|secret|signing|auth)[_-]?key|secret|password|passwd|pwd|token|credentials?|signature"
)
_WORDS_OF_AN_ERROR = r"(?!(?:found|is|are|was|must|expected|missing|not|no|null|the|an?)\b)"
# "password: is missing" says something of the field; "password: hush" is one.
_ASSIGNED = rf"[\"']?\s{{0,4}}(?:=>|[=:])\s{{0,4}}{_WORDS_OF_AN_ERROR}"
_VALUE = r"(?:\"[^\"\n]{0,4000}\"?|'[^'\n]{0,4000}'?|[^\s\"'&,;)}\]]+)"

_WHOLE_NAMES = re.compile(
    rf"(?:{_NAMES}|authorization|cookies?|e-?mails?|phones?|phone_?numbers?|recipients?|birth_?dates?)$",
    re.IGNORECASE,
)
_EXACT_NAMES = frozenset({"to", "cc", "bcc"})

_SERVICE_ACCOUNT = ".iam.gserviceaccount.com"
_CONSOLES = ("console.cloud.google.com", "console.firebase.google.com", "console.developers.google.com")


def _email(match: re.Match[str]) -> str:
    # A service account is nobody's address, and an error about its rights is of no use without it.
    return match[0] if match[0].lower().endswith(_SERVICE_ACCOUNT) else EMAIL


def _origin(match: re.Match[str]) -> str:
    """`https://user:pass@host:1/path?query` as `https://host:1/…`."""
    authority = re.split(r"[/?#]", match["rest"], maxsplit=1)[0]
    host = authority.rpartition("@")[2]
    if host in _CONSOLES:
        # Firestore names there the index that a query lacks.
        return match[0]
    more = match["rest"][len(authority) :]
    return f"{match['scheme']}{host}{'/…' if more.strip('/') else more}"


_Replacement = str | Callable[[re.Match[str]], str]

_PATTERNS: tuple[tuple[re.Pattern[str], _Replacement], ...] = (
    # Pydantic quotes what it refuses.
    (re.compile(r"input_value=[^\n]{0,400}?, input_type="), f"input_value={REDACTED}, input_type="),
    # Before the names of secrets: a URL goes as a whole, with what its query holds.
    (re.compile(r"(?P<scheme>\b(?:https?|wss?)://)(?P<rest>[^\s\"'<>\\]+)", re.IGNORECASE), _origin),
    (
        re.compile(
            rf"(?P<name>authorization{_ASSIGNED})[\"']?(?:(?:bearer|basic|digest|token|apikey)\s{{1,4}})?[^\s\"',;]+",
            re.IGNORECASE,
        ),
        rf"\g<name>{REDACTED}",
    ),
    (re.compile(rf"(?P<name>\bcookie{_ASSIGNED})[\"']?[^\n\"']+", re.IGNORECASE), rf"\g<name>{REDACTED}"),
    (re.compile(rf"(?P<name>(?:{_NAMES}){_ASSIGNED}){_VALUE}", re.IGNORECASE), rf"\g<name>{REDACTED}"),
    (
        re.compile(r"(?P<name>\bbearer\s{1,4})(?!(?:tokens?|credentials?)\b)[^\s\"'&,;]+", re.IGNORECASE),
        rf"\g<name>{REDACTED}",
    ),
    (re.compile(r"(?P<name>pbk_[0-9a-f]{16}_)[^\s&'\",;)]+"), rf"\g<name>{REDACTED}"),
    (re.compile(r"\b(?:sk-|xox[a-z]-|gh[oprsu]_|apify_api_|AIza|ya29\.)[\w.-]{8,}"), REDACTED),
    (re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), REDACTED),
    (re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*"), REDACTED),
    (re.compile(r"(?<![\w.+%-])[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*", re.IGNORECASE), _email),
    (re.compile(r"(?<![\w+])\+[1-9][\d ().-]{6,20}(?<=\d)"), PHONE),
    (re.compile(r"(?<![\w.+-])(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}(?![\w-])"), PHONE),
)


_WORDS = re.compile(r"[A-Za-z0-9_ ]*")
_MARKS = re.compile(r"pbk_|gh[oprsu]_|apify_api_|AIza|bearer|[0-9] ", re.IGNORECASE)
"""Without one of these, mere words hold nothing of the patterns: most of what is logged is an id or a few words."""


_MAX_KEPT_CHARS = 64
_MOST_KEPT = 2_000
_known_clean: set[str] = set()
"""Short texts that hold nothing: names of fields, messages and ids of orgs come again with every line."""


def redact(text: str) -> str:
    """`text` without secrets, the paths of URLs, email addresses and phone numbers."""
    if text in _known_clean:
        return text
    is_plain = _WORDS.fullmatch(text) is not None and not _has_marks(text)
    redacted = text if is_plain else redact_thoroughly(text)
    if redacted == text and len(text) <= _MAX_KEPT_CHARS:
        if len(_known_clean) >= _MOST_KEPT:
            _known_clean.clear()
        # A copy: a subclass may compare as it likes.
        _known_clean.add(str.__str__(text))
    return redacted


def _has_marks(text: str) -> bool:
    if "_" in text or " " in text:
        return _MARKS.search(text) is not None
    return "AIza" in text  # the only one of them that holds neither: most ids end here


def redact_thoroughly(text: str) -> str:
    """`redact`, by looking for every pattern."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def shape_of(value: object) -> str:
    """What a value is without what it holds, for errors that others read: `a text of 12 characters`."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case "":
            return "an empty text"
        case str():
            return f"a text of {len(value):,} character{'' if len(value) == 1 else 's'}"
        case bytes():
            return f"{len(value):,} bytes"
        case date():
            return "a date or a time"
        case Mapping():
            return f"an object with {len(value):,} field{'' if len(value) == 1 else 's'}"
        case list() | tuple() | set() | frozenset():
            return f"a list of {len(value):,}"
    return "a value of another kind"


@functools.lru_cache(maxsize=512)
def is_private(name: str) -> bool:
    """Whether the value of a field of this name is not to be shown (`apiKey`, `Cookie`, `ownerEmail`, `to`)."""
    return name.lower() in _EXACT_NAMES or _WHOLE_NAMES.search(name) is not None
