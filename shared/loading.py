"""Loading a lot that stays, such as a function's modules or the chat's lexicon."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading_for_good() -> Iterator[None]:
    """The garbage collector does not look at what is loaded within, neither meanwhile nor in any collection later.

    Once a process for each thing: what is garbage when it ends is never collected either.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
