"""What fits into one SMS: 160 characters of the GSM alphabet, or 70 of any other."""

from __future__ import annotations

GSM_SEGMENT = 160
OTHER_SEGMENT = 70
ELLIPSIS = "..."

_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
_PLAINER = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " ", "•": "-"}
)


def units(text: str) -> int:
    """How much of a segment `text` takes: the GSM alphabet's extended signs count twice; UTF-16 units otherwise."""
    if is_gsm(text):
        return sum(2 if sign in _GSM_EXTENDED else 1 for sign in text)
    return len(text.encode("utf-16-le")) // 2


def is_gsm(text: str) -> bool:
    """Whether every sign is in the GSM alphabet."""
    return all(sign in _GSM_BASIC or sign in _GSM_EXTENDED for sign in text)


def one_segment(text: str) -> str:
    """`text` on one line, with typographic signs made plain, cut at a word with `...` if it does not fit."""
    line = " ".join(text.translate(_PLAINER).split())
    room = GSM_SEGMENT if is_gsm(line) else OTHER_SEGMENT
    if units(line) <= room:
        return line
    kept = line[:room]
    while units(kept + ELLIPSIS) > room:
        kept = kept[:-1]
    at_a_word = kept.rpartition(" ")[0] if line[len(kept)] != " " else kept
    # A single word longer than half a segment is cut within, or nothing would be left to read.
    return (at_a_word if len(at_a_word) > len(kept) // 2 else kept).rstrip(" ,;:") + ELLIPSIS
