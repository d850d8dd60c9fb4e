"""Keys and passwords that somebody wrote into a playbook as they are, where editors, versions and runs show them.

A value counts as one by where it stands (an `Authorization` header, a field called `password` of what is sent), by
how it begins (`sk_live_`, `ghp_`: prefixes that their makers publish so that they can be found), or, in the headers
and the query of a call, because it looks drawn at random. What a template fills in is no literal.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from shared.playbooks.expressions import ExpressionError
from shared.playbooks.secret_names import WHERE_SET, placeholder
from shared.playbooks.templates import texts

REFUSED_BY = "refusedBy"
"""The field of a playbook's document that says which of the rules it was refused for, where that matters later."""
CREDENTIAL = "credential"
MOST_FOUND = 20
"""Maximum reported per playbook."""
SHORTEST_NAMED = 6
"""Of a value under a name like `apiKey`: a shorter one is `none` or `test`."""
SHORTEST_RANDOM, SHORTEST_HEX = 24, 32

_PREFIXES = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"(?P<aws>A(?:KIA|SIA)[0-9A-Z]{16}(?![0-9A-Za-z]))"
    r"|(?P<anthropic>sk-ant-[\w-]{20,200})"
    r"|(?P<openai>sk-(?:proj-|svcacct-)?[A-Za-z0-9_-]{32,200})"
    r"|(?P<stripe>(?:sk|rk)_(?:live|test)_[0-9A-Za-z]{10,200}|whsec_[0-9A-Za-z+/=]{16,200})"
    r"|(?P<github>gh[oprsu]_[0-9A-Za-z]{30,255}|github_pat_[0-9A-Za-z_]{30,255})"
    r"|(?P<gitlab>glpat-[\w-]{20,200})"
    r"|(?P<slack>xox[abeoprs]-[0-9A-Za-z-]{10,200}|xapp-[0-9A-Za-z-]{10,200})"
    r"|(?P<google>AIza[\w-]{35}(?![\w-])|ya29\.[\w-]{20,500}|GOCSPX-[\w-]{20,60})"
    r"|(?P<twilio>SK[0-9a-f]{32}(?![0-9A-Za-z]))"
    r"|(?P<sendgrid>SG\.[\w-]{16,64}\.[\w-]{16,64})"
    r"|(?P<shopify>shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32})"
    r"|(?P<square>EAAA[\w-]{40,200}|sq0(?:atp|csp)-[\w-]{20,60})"
    r"|(?P<apify>apify_api_[0-9A-Za-z]{20,80})"
    r"|(?P<npm>npm_[0-9A-Za-z]{36})"
    r"|(?P<playbooks>pbk_[0-9a-f]{16}_[\w-]{16,200})"
    r"|(?P<key>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)"
    r")"
)
_MAKERS = {
    "aws": "an AWS access key",
    "anthropic": "an Anthropic key",
    "openai": "an OpenAI key",
    "stripe": "a Stripe key",
    "github": "a GitHub token",
    "gitlab": "a GitLab token",
    "slack": "a Slack token",
    "google": "a Google key",
    "twilio": "a Twilio key",
    "sendgrid": "a SendGrid key",
    "shopify": "a Shopify token",
    "square": "a Square token",
    "apify": "an Apify token",
    "npm": "an npm token",
    "playbooks": "an agent key of Playbooks",
    "key": "a private key",
}
_SECRET_PATHS = re.compile(
    r"https://(?:hooks\.slack\.com/(?:services|workflows|triggers)/\w"
    r"|(?:\w{1,20}\.)?discord(?:app)?\.com/api/webhooks/\d{5,30}/[\w-]{10}"
    r"|api\.telegram\.org/bot\d{5,20}:[\w-]{10}"
    r"|[\w-]{1,100}\.webhook\.office\.com/webhookb2/[\w-]{10})",
    re.IGNORECASE,
)
_HOLE = re.compile(r"\{\{(?:(?!\}\}|\{\{).){0,2000}\}\}", re.DOTALL)
_AUTHORIZING = frozenset({"authorization", "proxy-authorization"})
_SCHEMES = re.compile(r"^\s*(?:basic|bearer|token|apikey|digest|negotiate)\b\s*", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:(?:api|access|private|secret|signing|auth|account|subscription|client)[_-]?key|secret|passw(?:or)?d|passwd|pwd"
    r"|passphrase|token|credentials?|signature|^sig|session[_-]?id)$",
    re.IGNORECASE,
)
_PAGES = re.compile(r"(?:page|next|previous|continuation|sync|cursor|csrf|xsrf)[_-]?token$", re.IGNORECASE)
_PLAIN_HEADERS = re.compile(
    r"accept.*|content-.*|user-agent|idempotency-key|if-.*|x-request-id|x-correlation-id|traceparent|origin|referer",
    re.IGNORECASE,
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credential:
    """A literal that looks like one: where it stands, why it counts, and the literal, which is told nobody."""

    path: str
    looks_like: str
    literal: str = field(repr=False)

    def line(self) -> str:
        """The problem, in words for the author."""
        return (
            f"{self.path}: found what looks like {self.looks_like}; expected {placeholder()}. "
            f"Put it under {WHERE_SET} and write {placeholder()} here"
        )


def credentials_in(steps: Any) -> list[Credential]:
    """Those in a playbook's `steps`, as written: in blocks of steps too, and in what cannot run."""
    found: dict[tuple[str, str], Credential] = {}
    try:
        for one in _in_steps("steps", steps):
            found.setdefault((one.path, one.literal), one)
            if len(found) >= MOST_FOUND:
                break
    except ExpressionError:
        pass  # what nests so deep cannot run, and is refused for that
    return list(found.values())


def new_credentials(written: Mapping[str, Any], stored: Mapping[str, Any] | None = None) -> list[Credential]:
    """Those that a playbook's document brings with it.

    What `stored`, the document before, has anywhere was let be when it was written, and is not refused with an edit
    of something else; unless the whole was refused for it.
    """
    tolerated = stored if stored is not None and stored.get(REFUSED_BY) != CREDENTIAL else {}
    known = {one.literal for one in credentials_in(tolerated.get("steps"))}
    return [one for one in credentials_in(written.get("steps")) if one.literal not in known]


def _in_steps(where: str, steps: Any) -> Iterator[Credential]:
    if not isinstance(steps, list | tuple):
        return
    for index, step in enumerate(steps):
        params = step.get("params") if isinstance(step, Mapping) else None
        if isinstance(params, Mapping):
            yield from _in_params(f"{where}[{index}].params", params)


def _in_params(where: str, params: Mapping[str, Any]) -> Iterator[Credential]:
    for name, value in params.items():
        path = f"{where}.{name}"
        yield from _nested(path, value)
        if name == "headers" and isinstance(value, Mapping):
            yield from _in_headers(path, value)
        elif name == "url" and isinstance(value, str):
            yield from _in_url(path, value)
        elif name == "body" and "url" in params:
            yield from _in_body(path, value)
        yield from _by_prefix(path, value)


def _nested(path: str, value: Any, depth: int = 0) -> Iterator[Credential]:
    """In the steps of blocks, wherever in the params they stand."""
    if depth > MOST_FOUND:
        raise ExpressionError("it nests too deep")
    if isinstance(value, Mapping):
        if "action" in value and isinstance(value.get("params"), Mapping):
            yield from _in_params(f"{path}.params", value["params"])
        else:
            for name, item in value.items():
                yield from _nested(f"{path}.{name}", item, depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _nested(f"{path}[{index}]", item, depth + 1)


def _by_prefix(path: str, value: Any) -> Iterator[Credential]:
    for inner, text in texts(value):
        match = _PREFIXES.search(_HOLE.sub(" ", text))
        if match:
            where = f"{path}{'' if inner.startswith('[') or not inner else '.'}{inner}"
            yield Credential(where, _MAKERS[match.lastgroup or "key"], text)


def _in_headers(path: str, headers: Mapping[str, Any]) -> Iterator[Credential]:
    for name, value in headers.items():
        if not isinstance(value, str):
            continue
        rest = _HOLE.sub("", value).strip()
        if name.lower() in _AUTHORIZING:
            if _SCHEMES.sub("", rest).strip():
                yield Credential(f"{path}.{name}", f"a literal {name} header", value)
        elif _PLAIN_HEADERS.fullmatch(name):
            continue
        elif ((_is_named(name) or name.lower().endswith("key")) and len(rest) >= SHORTEST_NAMED) or any(
            map(looks_random, re.split(r"[\s;,=]", rest))
        ):
            yield Credential(f"{path}.{name}", f"a key in the header {name}", value)


def _in_url(path: str, url: str) -> Iterator[Credential]:
    if _SECRET_PATHS.match(url):
        yield Credential(path, "a webhook address, which is a key itself", url)
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return
    if "@" in parts.netloc and _HOLE.sub("", parts.netloc.rpartition("@")[0]).strip(":"):
        yield Credential(path, "a user name and password", url)
    for name, value in pairs:
        rest = _HOLE.sub("", value).strip()
        if (_is_named(name) and len(rest) >= SHORTEST_NAMED) or looks_random(unquote(rest)):
            yield Credential(path, f"a key in the query's {name}", value)


def _in_body(path: str, body: Any, name: str = "", depth: int = 0) -> Iterator[Credential]:
    if depth > MOST_FOUND:
        raise ExpressionError("it nests too deep")
    if isinstance(body, Mapping):
        for key, value in body.items():
            yield from _in_body(f"{path}.{key}", value, str(key), depth + 1)
    elif isinstance(body, list | tuple):
        for index, value in enumerate(body):
            yield from _in_body(f"{path}[{index}]", value, name, depth + 1)
    elif isinstance(body, str) and _is_named(name):
        rest = _HOLE.sub("", body).strip()
        if len(rest) >= SHORTEST_NAMED and not re.search(r"\s", rest):
            yield Credential(path, f"a literal {name}", body)


def _is_named(name: str) -> bool:
    return _NAMED.search(name) is not None and _PAGES.search(name) is None


def looks_random(text: str) -> bool:
    """Whether the text looks drawn at random, as keys are, and not made by people or counted up.

    Words, however they are joined, have long runs of letters of one case, and ids have hyphens or only digits.
    Of texts of 24 letters and digits that are drawn at random, one in twenty is not seen; of 40, one in 300.
    """
    if _UUID.fullmatch(text) or text.isdigit():
        return False
    if len(text) >= SHORTEST_HEX and _HEX.fullmatch(text):
        return any(map(str.isalpha, text)) and any(map(str.isdigit, text)) and _bits(text) >= 3
    if len(text) < SHORTEST_RANDOM or not _BASE64.fullmatch(text):
        return False
    signs = [one for one in text if one.isalnum()]
    kinds = ["digit" if one.isdigit() else "upper" if one.isupper() else "lower" for one in signs]
    changes = sum(one != other for one, other in pairwise(kinds))
    return len(set(kinds)) == 3 and changes >= 0.4 * len(signs) and _bits(text.rstrip("=")) >= 3.8


def _bits(text: str) -> float:
    """The Shannon entropy of the text, in bits per character."""
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
