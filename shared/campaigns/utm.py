"""Adds `utm_source`, `utm_medium` and `utm_campaign` to links in campaigns."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from shared.messages import links
from shared.messages.sms_text import OPT_OUT_LINE, segments

SOURCE = "bakedbot"
_HREF = re.compile(r'(<a\b[^>]*?\bhref=")(https?://[^"]+)(")', re.IGNORECASE)
_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def slug(text: str) -> str:
    """`Back to School!` as `back-to-school`."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:80] or "campaign"


def tagged(url: str, campaign: str, medium: str = "email") -> str:
    """The link with the parameters added; existing ones are kept."""
    try:
        parts = urlsplit(url)
        known = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        return url
    wanted = {"utm_source": SOURCE, "utm_medium": medium, "utm_campaign": campaign}
    added = urlencode({name: value for name, value in wanted.items() if name not in known})
    query = "&".join(part for part in (parts.query, added) if part)
    return urlunsplit(parts._replace(query=query))


def tag_html(markup: str, campaign: str) -> str:
    """Tags the links in HTML, except our own."""

    def tag(found: re.Match[str]) -> str:
        url = html.unescape(found[2])
        return found[0] if links.is_own(url) else f"{found[1]}{html.escape(tagged(url, campaign))}{found[3]}"

    return _HREF.sub(tag, markup)


def tag_text(text: str, campaign: str, medium: str = "email") -> str:
    """Tags the links in plain text, except our own."""
    return _URL.sub(lambda found: found[0] if links.is_own(found[0]) else tagged(found[0], campaign, medium), text)


def tag_sms(body: str, shop: str, campaign: str) -> str:
    """Tags links in a text message, unless that takes more segments or cuts the text."""
    after = tag_text(body, campaign, "sms")
    before, longest = (segments(f"{shop}: {text} {OPT_OUT_LINE}") for text in (body, after))
    return after if longest == 1 or (segments(body) > 1 and longest == before) else body
