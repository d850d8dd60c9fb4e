"""Requests as the functions framework hands them to a handler."""

from __future__ import annotations

from typing import Any

import flask
from werkzeug.test import EnvironBuilder


def request(path: str = "/", method: str = "POST", **options: Any) -> flask.Request:
    """A request; `options` are werkzeug's: headers, json, data, environ_overrides."""
    return flask.Request(EnvironBuilder(path=path, method=method, **options).get_environ())
