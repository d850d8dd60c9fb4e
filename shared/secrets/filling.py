"""A step's access to its org's secrets: names while templates are rendered, values only during the call.

A template that names a secret is filled with a mark, and whoever calls the outside has the marks replaced by values
at that moment. A mark has random digits in it, new for each step, so that nothing that comes from outside (an
event, another system's answer) can be taken for one.
"""

from __future__ import annotations

import re
import secrets as randomness
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from shared.error_codes import ErrorCode
from shared.errors import PlaybookError
from shared.gcp.secret_manager import MissingSecretError, SecretCache
from shared.playbooks.secret_names import WHERE_SET, is_secret_name, placeholder
from shared.secrets.echoes import Hidden, hidden
from shared.secrets.ids import secret_id

_MOST_CAUSES = 10
_MARK = re.compile(r"<<(?P<digits>[0-9a-f]{32}):(?P<name>[A-Z0-9_]{1,64})>>")
"""Of any step. One compiled for each step, with its own digits in it, took longer than all that it is used for."""


class UnknownSecretError(MissingSecretError):
    """A playbook names a secret that its org does not have."""

    code = ErrorCode.UNKNOWN_SECRET


CACHE = SecretCache()
"""Of this process: for all orgs, since an id holds the org's."""


class StepSecrets:
    """The secrets of one org as one step uses them."""

    def __init__(self, org_id: str, cache: SecretCache | None = None) -> None:
        self._org_id = org_id
        self._cache = CACHE if cache is None else cache
        self._digits = randomness.token_hex(16)
        self._used: dict[str, set[str]] = {}

    @property
    def in_scope(self) -> Mapping[str, str]:
        """What `secrets` is while templates are filled."""
        return _Marks(self._digits)

    def named_in(self, value: Any) -> list[str]:
        """The names whose marks stand in the value."""
        found: dict[str, None] = {}

        def note(name: str) -> str:
            found[name] = None
            return name

        self._replaced(value, note)
        return list(found)

    def written(self, value: Any) -> Any:
        """The value as people may read it: `{{secrets.NAME}}` for each mark."""
        return self._replaced(value, placeholder)

    def fill(self, value: Any) -> Any:
        """The value with each mark replaced by the secret, for the call and for nothing else.

        Raises:
            UnknownSecretError: the org has no secret of that name.
            PermanentError: it may not be read.
            TransientError: Secret Manager cannot be asked just now.
        """
        return self._replaced(value, self._value)

    def fill_url(self, url: str) -> str:
        """`fill` of an address: a secret in its path or query is percent-encoded there, so that it stays one value.

        One that the address begins with (`{{secrets.BASE}}/orders`) or that is part of its host stays as it is.
        """
        filled, end = "", 0
        for mark in _MARK.finditer(url):
            if mark["digits"] != self._digits:
                continue
            filled += url[end : mark.start()]
            value, safe = self._value(mark["name"]), _safe_after(filled)
            filled += value if safe is None else quote(value, safe=safe)
            end = mark.end()
        return filled + url[end:]

    def hide(self, value: Any) -> Any:
        """The value without any secret that this step has used: `[secret NAME]` stands for it."""
        return self.written(hidden(value, self._hidden()))

    def forget(self) -> None:
        """Read what was used anew the next time: the other system has refused it."""
        for name in self._used:
            self._cache.forget(secret_id(self._org_id, name))

    @contextmanager
    def hiding(self) -> Iterator[None]:
        """Let no exception out that says a secret, nor one that was caused by such a one."""
        try:
            yield
        except Exception as error:
            if isinstance(error, PlaybookError) or self._used:
                self._clean(error)
            raise

    def _replaced(self, value: Any, by: Callable[[str], str]) -> Any:
        """The value with each of this step's marks replaced by what `by` says of the secret's name."""

        def replacement(match: re.Match[str]) -> str:
            return by(match["name"]) if match["digits"] == self._digits else match[0]

        return _each_text(value, lambda text: _MARK.sub(replacement, text) if "<<" in text else text)

    def _clean(self, error: BaseException) -> None:
        cause: BaseException | None = error
        for _ in range(_MOST_CAUSES):
            if cause is None:
                return
            cause.args = tuple(self.hide(arg) if isinstance(arg, str | list | dict) else arg for arg in cause.args)
            cause = cause.__cause__ or cause.__context__
        # A chain that does not end is nothing anybody reads.
        error.__cause__ = error.__context__ = None

    def _value(self, name: str) -> str:
        try:
            value = self._cache.of(secret_id(self._org_id, name))
        except MissingSecretError:
            raise UnknownSecretError(
                f"the secret {name} is not set; expected an owner to add it under {WHERE_SET}, then retry the run"
            ) from None
        # A secret that is set anew during the step may be echoed in either form.
        self._used.setdefault(name, set()).add(value)
        return value

    def _hidden(self) -> list[Hidden]:
        return [(value, f"[secret {name}]") for name, values in self._used.items() for value in values]


class _Marks(Mapping[str, str]):
    """A mark for every name that a secret can have."""

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def __getitem__(self, name: str) -> str:
        if not is_secret_name(name):
            raise KeyError(name)
        return f"<<{self._digits}:{name}>>"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _safe_after(url: str) -> str | None:
    """What is not encoded in a value that follows this beginning of an address; None where nothing is."""
    if "?" in url or "#" in url:
        return ""
    _, scheme, rest = url.partition("://")
    return "/" if scheme and "/" in rest else None


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """The JSON value with each of its texts changed; names of fields stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _each_text(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each_text(item, change) for item in value]
    return value
