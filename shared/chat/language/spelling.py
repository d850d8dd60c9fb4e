"""Words that are no words, read as the lexicon's: "wendsday" as "wednesday". What the org calls its own stays."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shared.chat.language.tokens import Token, word
from shared.chat.lexicon import Lexicon
from shared.chat.understood import Correction

_SHORTEST, _LONG = 3, 7
_SURE_LENGTH = 5


def corrected(
    tokens: Sequence[Token], vocabulary: frozenset[str], lexicon: Lexicon, own: Collection[str]
) -> tuple[list[Token], tuple[Correction, ...]]:
    """The tokens with what is misspelled read aright, and what was read so. `own` are words of the org's names."""
    corrections: list[Correction] = []
    found: list[Token] = []
    for token in tokens:
        meant = _meant(token, vocabulary, lexicon, own)
        if meant is None:
            found.append(token)
            continue
        corrections.append(Correction(said=token.text, read=meant))
        found += [word(token.text, token.start, token.end, one) for one in lexicon.rewrites.get(meant, (meant,))]
    return found, tuple(dict.fromkeys(corrections))


def _meant(token: Token, vocabulary: frozenset[str], lexicon: Lexicon, own: Collection[str]) -> str | None:
    if token.kind != "word" or len(token.read) < _SHORTEST or token.read.startswith("'"):
        return None
    if token.read in lexicon.rewrites or token.forms & vocabulary or not token.forms.isdisjoint(own):
        return None
    # Only where a word is strange: a cold start without a mistake does not pay for the import.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    allowed = 1 if len(token.read) < _SURE_LENGTH else 2 if len(token.read) <= _LONG + 2 else 3
    close = process.extract(
        token.read, _near(vocabulary, token.read), scorer=OSA.distance, score_cutoff=allowed, limit=None
    )
    ranked = sorted(
        (distance, choice[0] != token.read[0], abs(len(choice) - len(token.read)), choice)
        for choice, distance, _ in close
    )
    if not ranked:
        return None
    best = [choice for distance, other_start, _, choice in ranked if (distance, other_start) == ranked[0][:2]]
    distance, other_start = ranked[0][:2]
    if other_start and (distance > 1 or len(token.read) < _SURE_LENGTH):
        return None
    if distance == 1 and len(token.read) < _SURE_LENGTH and (len(best) > 1 or set(best[0]) - set(token.read)):
        # Of short words, only letters swapped or one missing: "teh", "emal", never "cat" as "chat".
        swapped = [choice for choice in best if sorted(choice) == sorted(token.read)]
        if swapped:
            return swapped[0]
        longer = [choice for choice in best if len(choice) > len(token.read)]
        return longer[0] if len(longer) == 1 and len(token.read) == _SURE_LENGTH - 1 else None
    replaced = distance == 1 and all(
        len(one) == len(token.read) and sorted(one) != sorted(token.read) for one in best
    )
    if replaced and len(token.read) <= _SURE_LENGTH:
        # Another letter makes another word of a short one: "pager" is not "paper".
        return None
    if token.text[0].isupper() and token.start > 0 and best[0] not in lexicon.ranges:
        # A name that nobody knows stays one: "Dave" is not "date".
        return None
    if distance > 1 and len({_stem(choice) for choice in best}) > 1:
        return None
    return best[0]


def _near(vocabulary: frozenset[str], said: str) -> list[str]:
    return [
        one
        for one in sorted(vocabulary)
        if abs(len(one) - len(said)) <= 2 and len(one) >= max(_SHORTEST, min(len(said), _SURE_LENGTH - 1))
    ]


def _stem(read: str) -> str:
    return read.removesuffix("s")
