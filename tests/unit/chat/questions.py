"""Helpers of the tests of questions, shared with other tests."""

from __future__ import annotations

import functools

from shared.chat.language.reading import read
from shared.chat.language.understanding import requests_of
from shared.chat.understood import Intent, Request
from tests.corpus.heard import sentences
from tests.unit.chat.shop import NAMES

SENTENCES = sorted({one.say for one in sentences("open", "given")})


@functools.cache
def requests() -> tuple[Request, ...]:
    return tuple(
        request
        for said in SENTENCES
        for request in requests_of(read(said, NAMES))
        if request.intent is Intent.CREATE
    )
