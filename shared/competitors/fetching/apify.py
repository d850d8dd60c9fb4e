"""Fetches pages with a browser in Apify's cloud, for sites that block programs.

One synchronous run of the actor `apify/web-scraper` fetches all pages of a scan
(https://docs.apify.com/api/v2/actor-run-sync-get-dataset-items-post).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.competitors.failures import refusal
from shared.error_codes import ErrorCode
from shared.errors import PermanentError, PlaybookError, TransientError
from shared.gcp.settings import settings
from shared.web.address import WebAddress, parse_address
from shared.web.provider import Answer, ProviderApi

ACTOR = "apify~web-scraper"
RUN_SECONDS = 40
"""The waiting step holds its run's lease in the meantime."""
MAX_ANSWER_BYTES = 40_000_000
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
    """A page's HTML as the browser saw it. `shown_url` has no query."""

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
    known = settings()
    if not known.apify_token:
        raise PermanentError(
            "APIFY_TOKEN is not set; expected the API token of an Apify account", code=ErrorCode.NOT_CONFIGURED
        )
    api = ProviderApi(
        "Apify",
        "APIFY_API_URL",
        _words,
        secrets=(known.apify_token,),
        read_seconds=RUN_SECONDS + 8.0,
        max_answer_bytes=MAX_ANSWER_BYTES,
    )
    answer = api.call(
        "POST",
        f"{known.apify_api_url}/v2/acts/{ACTOR}/run-sync-get-dataset-items",
        params={"timeout": RUN_SECONDS, "format": "json"},
        headers={"Authorization": f"Bearer {known.apify_token}"},
        body=_input(urls),
    )
    return _items(answer.content)


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
        return TransientError(f"Apify could not read {shown}", code=ErrorCode.PROVIDER_UNAVAILABLE)
    status, html = item.get("status"), item.get("html")
    if isinstance(status, int) and status >= 400:
        return refusal(shown, status, html if isinstance(html, str) else "", {}, with_browser=True)
    if not isinstance(html, str) or not html:
        return TransientError(f"Apify answered without the page {shown}", code=ErrorCode.PROVIDER_UNAVAILABLE)
    return Fetched(shown, html)


def _words(answer: Answer) -> str:
    error = answer.json_object().get("error")
    return str(error.get("message") or "") if isinstance(error, dict) else ""
