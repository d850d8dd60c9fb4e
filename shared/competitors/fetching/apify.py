"""Pages fetched by a browser in Apify's cloud, for sites that show programs nothing.

One synchronous run of the actor `apify/web-scraper` fetches all pages of a scan
(https://docs.apify.com/api/v2/actor-run-sync-get-dataset-items-post).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import PermanentError, PlaybookError, TransientError, error_for_status
from shared.gcp.settings import settings
from shared.web.address import WebAddress, parse_address

ACTOR = "apify~web-scraper"
RUN_SECONDS = 40
"""The step that waits holds its run's lease meanwhile."""
MAX_ANSWER_BYTES = 40_000_000
_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = RUN_SECONDS + 8.0
_PAGE_FUNCTION = """\
async function pageFunction(context) {
    return {
        index: context.request.userData.index,
        status: context.response ? context.response.status : null,
        html: document.documentElement.outerHTML,
    };
}"""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page's HTML as the browser had it. `shown_url` has no query."""

    shown_url: str
    html: str


def is_wanted() -> bool:
    """Whether APIFY_TOKEN is set."""
    return settings().apify_token is not None


def fetch_pages(urls: Sequence[str]) -> list[Fetched | PlaybookError]:
    """Each page, or why there is none, in the order of `urls`.

    Raises:
        PermanentError: APIFY_TOKEN is missing or refused, or the answer is not what Apify documents.
        TransientError: Apify was not reached, was too slow, or cannot do it now.
    """
    if not urls:
        return []
    addresses: list[WebAddress | PlaybookError] = [_address(url) for url in urls]
    wanted = {
        index: f"{one.scheme}://{one.authority}{one.target}"
        for index, one in enumerate(addresses)
        if isinstance(one, WebAddress)
    }
    items = _by_index(_run(wanted)) if wanted else {}
    return [
        one if isinstance(one, PlaybookError) else _page(one.shown, items.get(index))
        for index, one in enumerate(addresses)
    ]


def _address(url: str) -> WebAddress | PlaybookError:
    try:
        return parse_address(url)
    except PlaybookError as error:
        return error


def _run(urls: dict[int, str]) -> list[Any]:
    import httpx

    known = settings()
    if not known.apify_token:
        raise PermanentError("APIFY_TOKEN is not set; expected the API token of an Apify account")
    start = f"{known.apify_api_url}/v2/acts/{ACTOR}/run-sync-get-dataset-items"
    try:
        with (
            httpx.Client(timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)) as client,
            client.stream(
                "POST",
                start,
                params={"timeout": RUN_SECONDS, "format": "json"},
                headers={"Authorization": f"Bearer {known.apify_token}"},
                json=_input(urls),
            ) as answer,
        ):
            body = _bounded(answer)
            status, headers = answer.status_code, answer.headers
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise PermanentError(f"APIFY_API_URL is {known.apify_api_url!r}: {error}") from None
    except httpx.HTTPError as error:
        raise TransientError(f"Apify gave no answer ({type(error).__name__})") from None
    if status >= 300:
        raise error_for_status(
            max(status, 400), f"Apify answered {status}{_words(body, known.apify_token)}", headers
        )
    return _items(body)


def _input(urls: dict[int, str]) -> dict[str, Any]:
    return {
        "startUrls": [{"url": url, "userData": {"index": index}} for index, url in urls.items()],
        "pageFunction": _PAGE_FUNCTION,
        "maxPagesPerCrawl": len(urls),
        "maxCrawlingDepth": 0,
        "maxRequestRetries": 1,
        "pageLoadTimeoutSecs": RUN_SECONDS // 2,
        "linkSelector": "",
        "injectJQuery": False,
        "proxyConfiguration": {"useApifyProxy": True},
    }


def _bounded(answer: Any) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise PermanentError(f"Apify answered with more than the {MAX_ANSWER_BYTES:,} bytes that are read here")
    return bytes(body)


def _items(body: bytes) -> list[Any]:
    try:
        items = json.loads(body)
    except ValueError:
        items = None
    if not isinstance(items, list):
        raise PermanentError("Apify answered something else than a JSON list of dataset items")
    return items


def _by_index(items: list[Any]) -> dict[int, dict[str, Any]]:
    return {item["index"]: item for item in items if isinstance(item, dict) and type(item.get("index")) is int}


def _page(shown: str, item: dict[str, Any] | None) -> Fetched | PlaybookError:
    if item is None:
        return TransientError(f"Apify could not read {shown}")
    status = item.get("status")
    if isinstance(status, int) and status >= 400:
        return error_for_status(status, f"{shown} answered {status} to Apify")
    html = item.get("html")
    if not isinstance(html, str) or not html:
        return TransientError(f"Apify answered without the page {shown}")
    return Fetched(shown, html)


def _words(body: bytes, token: str) -> str:
    """What Apify says about it, without the token that a refusal may quote."""
    try:
        content = json.loads(body)
        words = content["error"]["message"]
    except (ValueError, TypeError, KeyError):
        return ""
    return f": {str(words)[:300].replace(token, '…')}"
