"""Helpers of the tests of questions, shared with other tests."""

from __future__ import annotations

import functools

from shared.chat.language.reading import read
from shared.chat.language.understanding import wishes_of
from shared.chat.understood import Intent, Wish
from tests.corpus.heard import sentences
from tests.unit.chat.shop import NAMES

SENTENCES = sorted({one.say for one in sentences("open", "given")})


@functools.cache
def wishes() -> tuple[Wish, ...]:
    return tuple(
        wish for said in SENTENCES for wish in wishes_of(read(said, NAMES)) if wish.intent is Intent.CREATE
    )
