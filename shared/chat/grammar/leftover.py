"""Whether a message says more than the details that were read out of it."""

from __future__ import annotations

import re

from shared.chat.grammar.normalise import word_set
from shared.chat.grammar.reading import Reading

_SMALL = word_set(
    """
    the and for with via but also too please just only then than that this these those them they its you
    your can could would should will shall like want need make use let lets let's send sending give get set
    put say tell know instead okay yes yeah sure thanks thank thx maybe actually better best fine good
    rather both either into from time times text texts texting email emails emailing sms slack dashboard
    inbox app drive google mail message messages notification notifications alert alerts notify ping remind
    every each day days one ones about around off not don't no more never without stop it's i'd i'm me us my
    our owner staff team everyone customer customers all same thing way number address phone cell is are was
    do does name called top competitor competitors threshold percent change changed again now here there
    when what's really hey hello sorry meant mean start sounds great how add include
    """
)
_WORD = re.compile(r"[a-z][a-z']{2,}")


def has_more_words(reading: Reading) -> bool:
    """Whether words are left that no rule has read."""
    spans = [(token.start, token.end) for token in reading.tokens]
    spans += [*reading.events.spans, *reading.threshold.spans, reading.reference.span]
    rest = reading.text.masked(*spans)
    return any(word[0] not in _SMALL for word in _WORD.finditer(rest.low))
