"""SMS segments: 160 characters of the GSM alphabet, or 70 of any other."""

from __future__ import annotations

import re
import unicodedata

GSM_SEGMENT = 160
OTHER_SEGMENT = 70
GSM_PART = 153
OTHER_PART = 67
"""Capacity of a part of a longer text; the rest is used for numbering."""
ELLIPSIS = "..."
OPT_OUT_LINE = "Reply STOP to opt out"

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAINER = str.maketrans(
    {
        **dict.fromkeys("–—−‐‑‒―•·", "-"),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        "…": "...",
        "×": "x",
        "÷": "/",
        "⁄": "/",
        "→": "->",
        "←": "<-",
        "⇒": "=>",
        "≥": ">=",
        "≤": "<=",
        "≈": "~",
        "≠": "!=",
        "±": "+/-",
        "↑": "up",
        "↓": "down",
        "°": " deg",
        "©": "(c)",
        "®": "(R)",
        "ç": "c",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ı": "i",
        "œ": "oe",
        "Œ": "OE",
        "¢": "c",
    }
)
"""Replacements within the GSM alphabet for characters that would cut a segment to 70 characters."""
_SAYS_STOP = re.compile(
    r"\b(?:reply|text|txt|send|respond)\s(?:with\s)?\W?stop\b|\bstop\W{0,2}(?:\s?to|\s?2|=|:)\s?(?:opt|end|cancel|quit|unsub)",
    re.IGNORECASE,
)
"""How texts explain the opt-out; "stop by this weekend" doesn't match."""
_FRACTION = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")
"""So that `2½` becomes `2 1/2`, not `21/2`."""
_PICTURES = frozenset({"So", "Sk", "Cc", "Cf", "Co", "Cs", "Cn"})
_EMOJI_PARTS = frozenset("\ufe0e\ufe0f\u20e3")
"""Categories of emoji, of joiners, and of unreadable characters."""


def units(text: str) -> int:
    """Units of a segment that `text` takes: extended GSM characters count twice; otherwise UTF-16 units."""
    if is_gsm(text):
        return sum(2 if sign in _GSM_EXTENDED else 1 for sign in text)
    return _utf16_units(text)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_gsm(text: str) -> bool:
    """Whether every character is in the GSM alphabet."""
    return all(sign in _GSM_BASIC or sign in _GSM_EXTENDED for sign in text)


def segments(text: str) -> int:
    """The number of parts `text` is sent (and billed) as; parts of a longer text hold a little less."""
    gsm = is_gsm(text)
    if units(text) <= (GSM_SEGMENT if gsm else OTHER_SEGMENT):
        return 1
    room = GSM_PART if gsm else OTHER_PART
    parts, left = 1, room
    for sign in text:
        # Escaped characters and surrogate pairs aren't split.
        needed = units(sign) if gsm else _utf16_units(sign)
        if needed > left:
            parts, left = parts + 1, room
        left -= needed
    return parts


def plain(text: str) -> str:
    """`text` on one line, converted to the GSM alphabet where possible (no emoji, no accents it lacks)."""
    parted = _FRACTION.sub(" ", text.translate(_PLAINER))
    return " ".join("".join(map(_plain_sign, parted)).split())


def _plain_sign(sign: str) -> str:
    if is_gsm(sign) or sign.isspace():
        return sign
    simpler = "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
    simpler = simpler.translate(_PLAINER)
    if simpler and is_gsm(simpler):
        return simpler
    is_picture = unicodedata.category(sign) in _PICTURES or sign in _EMOJI_PARTS
    return "" if is_picture else sign


def customer_text(text: str, shop: str, *, opens: bool) -> str:
    """Adds the shop's name if missing, and how to opt out if the text `opens` a conversation.

    A text of one segment stays one segment.
    """
    named = text if shop.casefold() in text.casefold() else f"{shop}: {text}"
    ending = f" {OPT_OUT_LINE}" if opens and not _SAYS_STOP.search(text) else ""
    if segments(text) > 1 or segments(named + ending) == 1:
        return named + ending
    return one_segment(named, ending=plain(ending)) + ending


def one_segment(text: str, ending: str = "") -> str:
    """`plain(text)`, cut at a word with `...` so that it fits in one segment with `ending`."""
    line = plain(text)
    room = (GSM_SEGMENT if is_gsm(line) else OTHER_SEGMENT) - (units(f" {ending}") if ending else 0)
    if units(line) <= room:
        return line
    kept = line[:room]
    while units(kept + ELLIPSIS) > room:
        kept = kept[:-1]
    at_a_word = kept.rpartition(" ")[0] if line[len(kept)] != " " else kept
    # Cut inside a word longer than half a segment, or nothing would be left.
    return (at_a_word if len(at_a_word) > len(kept) // 2 else kept).rstrip(" ,;:") + ELLIPSIS
