"""Words that are no words, read as the lexicon's: "wendsday" as "wednesday". What the org calls its own stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from shared.chat.language.tokens import Token, forms_of, word
from shared.chat.lexicon import Lexicon, known_words
from shared.chat.understood import Correction

DOUBT = "≈"
"""A form of a word that may be one of several that matter: "tursday". It must be asked about."""
_SHORT, _MIDDLE, _LONG = 4, 6, 8
_USUAL_LIMITS, _OTHER_LIMITS = (1.0, 1.4, 2.1, 2.6), (0.7, 0.8, 1.5, 2.0)
"""What a slip may cost in words up to each of these lengths: where a word of many phrases was meant, or another."""
SUBJECTS = OWN = _MANY_PHRASES = 3
MATTERS = 9
"""Words of time and operators count as if they stood in so many phrases more."""
_CLOSE = 0.25
_PREFERENCE = 0.4
"""How much more likely a word of many phrases is; a word of time and an operator, twice as much."""
_SHORTEST_PART = 3
_SMALL_PARTS = frozenset({"me", "us", "at", "on", "my"})

_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")
_SWAPPED, _DOUBLED, _NEAR, _MISSED, _EXTRA, _OTHER, _OTHER_START = 0.5, 0.5, 0.8, 1.0, 1.3, 1.3, 0.6


def corrected(
    tokens: Sequence[Token],
    usage: Mapping[str, int],
    lexicon: Lexicon,
    own: frozenset[str],
) -> tuple[list[Token], tuple[Correction, ...]]:
    """The tokens with what is misspelled read aright, and what was read so.

    `usage`: in how many phrases a word stands, also of `own`, the words of the org's names.
    """
    corrections: list[Correction] = []
    found: list[Token] = []
    for token in tokens:
        meant = _reading(token, usage, lexicon, own)
        if len(meant) == 1:
            corrections.append(Correction(said=token.text, read=meant[0]))
            words = (part for one in meant[0].split() for part in lexicon.rewrites.get(one, (one,)))
            found += [word(token.text, token.start, token.end, one) for one in words]
        else:
            # Of several that it may be, none.
            found.append(replace(token, forms=token.forms | {DOUBT}) if meant else token)
    return found, tuple(dict.fromkeys(corrections))


def _reading(token: Token, usage: Mapping[str, int], lexicon: Lexicon, own: frozenset[str]) -> tuple[str, ...]:
    """What a strange word is read as, as with `_meant`."""
    said = token.read
    if token.kind != "word" or len(said) < _SHORTEST_PART or said.startswith("'") or said in lexicon.rewrites:
        return ()
    known = token.forms & usage.keys()
    if said in known or any(said.startswith(one) and len(said) - len(one) <= len("es") for one in known):
        return ()
    if said in known_words():
        return ()
    if drawn_out := next((one for one in _squeezed(said) if forms_of(one) & usage.keys()), None):
        return (drawn_out,)
    meant = _meant(token, usage, lexicon, own)
    if known:
        # "Moring" is no form of "more".
        return meant if len(meant) == 1 and usage.get(meant[0], 0) >= MATTERS else ()
    if said.endswith("s") and not any(one.endswith("s") for one in meant):
        singular = _meant(replace(token, read=said[:-1]), usage, lexicon, own)
        meant = (f"{singular[0]}s",) if len(singular) == 1 else meant
    return meant if len(meant) == 1 else _parts(said, usage) or meant


def _squeezed(said: str) -> tuple[str, ...]:
    """ "Pleeease", "heyyy": a letter that is drawn out, once and twice."""
    return tuple(_DRAWN_OUT.sub(times, said) for times in (r"\1", r"\1\1")) if _DRAWN_OUT.search(said) else ()


def _parts(said: str, usage: Mapping[str, int]) -> tuple[str, ...]:
    """Two words without a space between them: "everymonday", "emailme"."""
    for cut in range(2, len(said) - 1):
        first, rest = said[:cut], said[cut:]
        known = all(
            forms_of(part) & usage.keys() if len(part) >= _SHORTEST_PART else part in _SMALL_PARTS
            for part in (first, rest)
        )
        if known and max(usage.get(first, 0), usage.get(rest, 0)) >= _MANY_PHRASES:
            return (f"{first} {rest}",)
    return ()


def _meant(token: Token, usage: Mapping[str, int], lexicon: Lexicon, own: frozenset[str]) -> tuple[str, ...]:
    """What the word is read as; several where it may be any of them, and they matter."""
    # Only where a word is strange: a cold start without a mistake does not pay for the import.
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    said = token.read
    known = [*usage, *(one for one in lexicon.rewrites if len(one) > _SHORT)]
    near = process.extract(said, known, scorer=OSA.distance, score_cutoff=3, limit=None)
    ranked = sorted(_within_limits(said, (one for one, _, _ in near), usage))
    if not ranked:
        return ()
    if token.text[0].isupper() and token.start > 0 and ranked[0][1] not in lexicon.ranges | own:
        # A name that nobody knows stays one: "Dave" is not "date"; "Saef" is the org's "Safe".
        return ()
    best = ranked[0]
    close = [one for cost, one in ranked if cost - best[0] < _CLOSE and _stem(one) != _stem(best[1])]
    weighs = usage.get(best[1], 0)
    rivals = [one for one in close if usage.get(one, 0) >= (MATTERS if weighs >= MATTERS else _MANY_PHRASES)]
    return (best[1], *rivals) if rivals or not close or weighs >= _MANY_PHRASES else ()


def _within_limits(said: str, words: Iterator[str], usage: Mapping[str, int]) -> Iterator[tuple[float, str]]:
    lengths = (_SHORT, _MIDDLE, _LONG, len(said))
    place = next(place for place, most in enumerate(lengths) if len(said) <= most)
    for one in words:
        is_usual = usage.get(one, 0) >= _MANY_PHRASES
        limit = (_USUAL_LIMITS if is_usual else _OTHER_LIMITS)[place]
        ends_alike = (one[0], one[-1]) == (said[0], said[-1]) or sorted(one) == sorted(said)
        if len(said) <= _SHORT and not (ends_alike and len(one) >= _SHORTEST_PART):
            continue  # Of short words a letter more or less at the end makes a name: "Marc" is not March.
        cost = _cost(said, one)
        if cost <= limit:
            matters = usage.get(one, 0) >= MATTERS
            yield round(cost - _PREFERENCE * (is_usual + matters), 2), one


def _cost(said: str, meant: str) -> float:
    """How unlikely it is that somebody who meant the one has typed the other."""
    before: list[float] = []
    row = [_MISSED * place for place in range(len(meant) + 1)]
    for down, typed in enumerate(said, start=1):
        previous, before = before, row
        row = [_EXTRA * down]
        for across, letter in enumerate(meant, start=1):
            extra = _DOUBLED if down > 1 and typed == said[down - 2] else _EXTRA
            missing = _DOUBLED if across > 1 and letter == meant[across - 2] else _MISSED
            best = min(before[across] + extra, row[-1] + missing, before[across - 1] + _replaced(typed, letter))
            if down > 1 < across and typed == meant[across - 2] and letter == said[down - 2] and typed != letter:
                best = min(best, previous[across - 2] + _SWAPPED)
            row.append(best)
    return row[-1] + (_OTHER_START if said[0] != meant[0] else 0)


@lru_cache(maxsize=1024)
def _replaced(typed: str, letter: str) -> float:
    if typed == letter:
        return 0
    for place, row in enumerate(_ROWS):
        if typed not in row:
            continue
        at = row.index(typed)
        around = row[max(at - 1, 0) : at + 2]
        around += "".join(
            other[max(at - 1, 0) : at + 2]
            for other in (*_ROWS[place + 1 : place + 2], *_ROWS[max(place - 1, 0) : place])
        )
        return _NEAR if letter in around or {typed, letter} <= _VOWELS else _OTHER
    return _OTHER


def _stem(read: str) -> str:
    return read.removesuffix("s")
