"""Words as they are compared: small, in the singular as far as that can be told."""

from __future__ import annotations

_SHORT = 3


def stem_of(words: str) -> str:
    """`Blue Dreams` as `blue dream`, `gummies` as `gumm`: what stands in singular and plural alike."""
    plain = " ".join(words.lower().split())
    if plain.endswith("ies") and len(plain) > _SHORT + 2:
        return plain[:-3]
    return plain[:-1] if plain.endswith("s") and not plain.endswith("ss") and len(plain) > _SHORT else plain
