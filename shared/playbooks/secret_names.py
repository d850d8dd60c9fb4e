"""`{{secrets.NAME}}`: how and where a playbook may use its org's secrets."""

from __future__ import annotations

import re

SECRETS = "secrets"
NAME_FORM = "1 to 64 capital letters, digits and underscores, beginning with a letter, like STRIPE_KEY"
NAME_PATTERN = r"[A-Z][A-Z0-9_]{0,63}"
WHERE_SET = "Settings → Secrets"

_NAME = re.compile(NAME_PATTERN)
_HOLES = re.compile(rf"\{{\{{\s*{SECRETS}\s*\.\s*{NAME_PATTERN}\s*\}}\}}")
_SCHEMES = frozenset({"", "apikey", "basic", "bearer", "token"})
_ALONE = re.compile(rf"{SECRETS}\s*\.\s*(?P<name>\w{{1,200}})")


def is_secret_name(name: str) -> bool:
    """Whether an org may give a secret this name."""
    return _NAME.fullmatch(name) is not None


def placeholder(name: str = "NAME") -> str:
    """The template for the secret."""
    return f"{{{{{SECRETS}.{name}}}}}"


def is_only_secrets(text: str) -> bool:
    """Whether the text is nothing but `{{secrets.NAME}}`, after the word for a way to sign in (`Bearer`) or not."""
    rest, holes = _HOLES.subn("", text)
    return holes > 0 and rest.strip().lower() in _SCHEMES


def secret_problem(source: str, *, allowed: bool) -> str | None:
    """What is wrong with an expression that reads `secrets`.

    `allowed`: whether it stands where they are filled in.
    """
    if not allowed:
        return (
            f"found {source!r}; expected no secret here: they are filled in only in the url, headers and body of "
            "http_request and the webhook of slack_post"
        )
    alone = _ALONE.fullmatch(source)
    if alone is None:
        return (
            f"found {source!r}; expected {placeholder()} by itself, without filters or anything else in the braces"
        )
    if not is_secret_name(alone["name"]):
        return f"found the secret {alone['name']!r}; expected a name of {NAME_FORM}"
    return None
