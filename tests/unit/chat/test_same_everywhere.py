"""Two processes read a sentence alike, whatever order their sets are in."""

from __future__ import annotations

import os
import subprocess
import sys

from local.setup.paths import ROOT

_READ_EVERYTHING = """
import hashlib
from shared.chat.language.reading import read
from tests.corpus.heard import sentences
from tests.unit.chat.shop import NAMES
said = [one.say for one in sentences() if one.half != "heldout"][::150]
found = [repr(read(one, NAMES)) for one in (*said, "the stuff that just sits there and doesnt move")]
print(hashlib.sha256("".join(found).encode()).hexdigest(), len(found))
"""


def readings(hash_seed: str) -> str:
    env = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    found = subprocess.run(
        [sys.executable, "-c", _READ_EVERYTHING], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return found.stdout


def test_a_sentence_is_read_alike_in_every_process() -> None:
    assert readings("1") == readings("5")
