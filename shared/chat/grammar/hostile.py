"""What is not the person's own wish: quoted words, reported speech, texts that give orders to a machine."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.;!?]{0,40}\b(?:instructions?|rules?"
    r"|prompts?|directions|guidelines|everything|restrictions|above|safety|limits)\b"
    r"|\byou are now\b|\byou're now\b|\bsystem prompt\b|\b(?:system|assistant|developer|admin"
    r"|user)\s*:|\bdeveloper mode\b|\bjailbreak\b|\bact as (?:an? )?(?:admin|root|system"
    r"|developer|different)"
    r"|\bpretend (?:to be|that|you)\b|\bnew instructions?\b|\breveal\b[^.;!?]{0,30}\b(?:prompt"
    r"|keys?|secrets?|passwords?)\b|\b(?:api|secret|private|access) keys?\b|\bpasswords?\b"
    r"|\bcredentials?\b"
    r"|</?\w+[^>]*>|\[/?(?:inst|system|user|assistant)\]|\bdrop table\b|\bdelete from\b|;--"
    r"|\bsudo\b|\brm -rf\b|\$\{|\bbase64\b|\beval\(|\bas an ai\b|\bdo anything now\b"
    r"|\bend of (?:prompt|instructions)\b|\bimportant:\s|###"
)
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}")
_DOUBLE = re.compile(r"\"([^\"]{1,500})\"")
_SINGLE = re.compile(r"(?<!\w)'([^']{2,300})'(?!\w)")
_REPORTED = re.compile(
    r"(?i:\b(?:menu|page|site|website|it|they|note|product|review|customer|description|name"
    r"|listing|email|message|text|banner|comment|subject|title|vendor|supplier|driver|rep|who) "
    r"(?:says?|said|reads?|states?|wrote|is named|is called|named|called|asked|tells|told me"
    r"|asks)(?: that)?\b:?\s*)(?P<words>[^\"\ue000][^;]*)$"
)


def gives_orders(low: str, raw: str) -> bool:
    """Whether the text tries to command a machine, or holds template marks."""
    return bool(_ORDERS.search(low) or _TEMPLATE.search(raw))


def quoted_spans(raw: str) -> list[tuple[int, int]]:
    """Where words stand in quotation marks (the marks left out)."""
    spans = [match.span(1) for match in _DOUBLE.finditer(raw)]
    return spans + [
        match.span(1)
        for match in _SINGLE.finditer(raw)
        if not any(start <= match.start() < end for start, end in spans)
    ]


def reported_spans(raw: str) -> list[tuple[int, int]]:
    """Where somebody else's words are told: "the menu says …"."""
    return [match.span("words") for match in _REPORTED.finditer(raw)]
