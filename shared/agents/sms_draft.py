"""A one-segment text message with the legally required ending."""

from __future__ import annotations

import unicodedata

from shared.compliance.advertising_rules import SMS_ENDING
from shared.messages.sms_text import GSM_SEGMENT, is_gsm, units
from shared.values.text import clean

_ELLIPSIS = "..."
_PLAINER = str.maketrans({"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "•": "-"})


def sms_body(text: str, ending: str = SMS_ENDING) -> str:
    """`text` on one line in the GSM alphabet, cut at a word if needed, plus `ending`: at most 160 characters.

    An ending already present isn't repeated.
    """
    line = _gsm(" ".join(clean(text).split()))
    if line.lower().rstrip(".").endswith(ending.lower().rstrip(".")):
        line = line[: -len(ending)].rstrip() if line.endswith(ending) else line[: -len(ending.rstrip("."))].rstrip()
    room = GSM_SEGMENT - units(f" {ending}")
    return f"{_fitted(line, room)} {ending}".strip()


def _gsm(line: str) -> str:
    """Converts to GSM: plain punctuation, no accents GSM lacks, nothing else outside the alphabet."""
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
        # Cut inside a word that is longer than the room, or nothing would be left.
        kept = shorter if len(shorter) > room // 2 else kept[:-1]
    return kept.rstrip(" ,;:") + _ELLIPSIS
