"""A text message of one segment that ends as the law wants it."""

from __future__ import annotations

import unicodedata

from shared.compliance.advertising_rules import SMS_ENDING
from shared.messages.sms_text import GSM_SEGMENT, is_gsm, units
from shared.values.text import clean

_ELLIPSIS = "..."
_PLAINER = str.maketrans({"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "-"})


def sms_body(text: str, ending: str = SMS_ENDING) -> str:
    """`text` on one line in the GSM alphabet, cut at a word where it must be, and `ending`: 160 signs in all.

    An ending that the text has already is not said twice.
    """
    line = _gsm(" ".join(clean(text).split()))
    if line.lower().rstrip(".").endswith(ending.lower().rstrip(".")):
        line = line[: -len(ending)].rstrip() if line.endswith(ending) else line[: -len(ending.rstrip("."))].rstrip()
    room = GSM_SEGMENT - units(f" {ending}")
    return f"{_fitted(line, room)} {ending}".strip()


def _gsm(line: str) -> str:
    """Typographic signs made plain, accents that GSM lacks dropped, and what has no place there dropped too."""
    return " ".join("".join(_sign(sign) for sign in line.translate(_PLAINER)).split())


def _sign(sign: str) -> str:
    if is_gsm(sign):
        return sign
    return "".join(one for one in unicodedata.normalize("NFKD", sign) if is_gsm(one))


def _fitted(line: str, room: int) -> str:
    if units(line) <= room:
        return line
    kept = line
    while kept and units(kept.rstrip(" ,;:") + _ELLIPSIS) > room:
        shorter = kept.rpartition(" ")[0]
        # A single word longer than the room is cut within, or nothing would be left to read.
        kept = shorter if len(shorter) > room // 2 else kept[:-1]
    return kept.rstrip(" ,;:") + _ELLIPSIS
