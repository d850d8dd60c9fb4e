"""Greetings, thanks and praise."""

from __future__ import annotations

import re

_LONGEST = 160
_SMILES = r"👍|🙏|❤️|😊|🙂"
_WORDS = (
    *("ok", "okay", "oh", "wow", "well", "and", "so", "hey", "hi+", "hello+", "yo", "hiya", "howdy", "there"),
    *("great", "awesome", "amazing", "nice", "perfect", "cool", "lovely", "excellent", "brilliant", "fantastic"),
    *("wonderful", "sweet", "super", "good", "work", "job", "thanks?", "thank you", "thankyou", "thx", "ty"),
    *("cheers", "again", "everyone", "guys", "team", "man", "buddy", "very", "much", "a lot", "a bunch", "many"),
    "for (?:that|this|everything|your help|the help|all)",
    "you(?:'re| are) (?:the best|great|awesome|amazing|a star|a lifesaver)",
    *("i love (?:it|you|this)", "love (?:it|this)", "i (?:really )?appreciate (?:it|that|you)", "appreciate it"),
    *("much appreciated", "well done", "good (?:morning|afternoon|evening|night|day)", "morning", "evening"),
    *("bye", "goodbye", "see you(?: later| soon| tomorrow)?", "talk later", "nice to meet you", "haha+", "lol"),
    "have a (?:good|nice|great) (?:one|day|night|weekend)",
    *("how are you(?: doing)?(?: today)?", "what's up"),
)
_LONG_FIRST = "|".join(sorted(_WORDS, key=len, reverse=True))
# Atomic: a word is read in one way only, however often it stands there.
_ONLY = re.compile(rf"(?>(?:(?:{_LONG_FIRST})(?!\w)|{_SMILES})[\s,.!?-]*)*+")
_TELLING = re.compile(
    r"\b(?:thanks?|thank you|thankyou|thx|ty|cheers|appreciate\w*|hi+|hello+|hey|hiya|howdy|yo|bye|goodbye|see you"
    r"|later|morning|afternoon|evening|good (?:night|day|job|work)|well done|how are you|what's up|the best|love"
    r"|awesome|amazing|nice|lovely|brilliant|fantastic|wonderful|excellent|haha+|lol|have a|star|lifesaver|sweet)\b"
    rf"|{_SMILES}"
)
"""Words that say it: "ok" alone is a yes."""


def is_smalltalk(low: str) -> bool:
    """Whether the whole message only greets, thanks or praises."""
    return len(low) <= _LONGEST and bool(_TELLING.search(low) and _ONLY.fullmatch(low))
