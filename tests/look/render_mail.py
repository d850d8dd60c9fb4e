"""The mails of shops of every tier and kind as pictures (desktop, phone, dark), checked: overflow, links, words.

`python -m tests.look.render_mail [FOLDER]`; without a Chromium it writes the HTML and checks the links alone.
"""

from __future__ import annotations

import html
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from local.browser import ColorScheme, Window, new_context, running_browser
from local.setup.browser import find_browser
from shared.messages.template.author_html import author_body
from shared.messages.template.models import Letterhead, Message
from shared.messages.template.render import render
from tests.dashboard_pages import leads_somewhere
from tests.look.samples import AUTHORS_HTML, SAMPLES
from tests.look.shop_day import mails_of_a_day
from tests.wording import LONGEST_SUBJECT, faults

VIEWS: dict[str, tuple[Window, ColorScheme]] = {
    "desktop": (Window(width=800, height=900), "light"),
    "phone": (Window(width=400, height=800), "light"),
    "dark": (Window(width=800, height=900), "dark"),
}
LETTERHEAD = Letterhead(
    org_name="Thrive Syracuse",
    reason="You're getting this because emails about reports are turned on for Thrive Syracuse.",
    preferences_url="https://app.example/settings/notifications",
    unsubscribe_url="https://app.example/api/unsubscribe?token=abc",
)
_HREF = re.compile(r'href="(https?://[^"]+)"')


def main() -> int:
    """Write them, print where, and what is wrong; 1 where something is."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="mails-"))
    folder.mkdir(parents=True, exist_ok=True)
    mails = mails_of_a_day()
    documents = {**samples(), **{name: with_pictures(mail) for name, mail in mails.items()}}
    for name, document in documents.items():
        (folder / f"{name}.html").write_text(document)
    for name, mail in mails.items():
        (folder / f"{name}.txt").write_text(f"{mail['subject']}\n\n{mail['text']}")
    wrong = [f"{name}: {url} leads to no page" for name, text in documents.items() for url in dead_links(text)]
    wrong += [f"{name}: {fault}" for name, mail in mails.items() for fault in word_faults(mail)]
    program = find_browser()
    if program is not None:
        with running_browser(program) as browser:
            wrong += [problem for name in documents for problem in _look(browser, folder, name)]
    print("\n".join([*wrong, f"{len(documents)} mails: {folder}"]))  # noqa: T201 - a command's answer
    return 1 if wrong else 0


def samples() -> dict[str, str]:
    """Every kind of section, a plain text and an author's HTML, as documents."""
    author = Message(title="New on the shelf")
    body = author_body(AUTHORS_HTML, author.title)
    shown = {name: render(message, LETTERHEAD, "BakedBot Playbooks") for name, message in SAMPLES().items()}
    return {**shown, "author": render(author, LETTERHEAD, "BakedBot Playbooks", body)}


def with_pictures(mail: Mapping[str, Any]) -> str:
    """Its HTML with the pictures in it that go along with it, which a browser finds nowhere else."""
    document = str(mail["html"])
    for name, url in mail["inlined"].items():
        document = document.replace(f"cid:{name}", url)
    return document


def word_faults(mail: Mapping[str, Any]) -> list[str]:
    """What is wrong with the words of its subject and its text; a subject that is too long too."""
    found = faults(f"{mail['subject']}\n{mail['text']}")
    is_long = len(mail["subject"]) > LONGEST_SUBJECT
    return [*found, *([f"a subject of {len(mail['subject'])} characters"] if is_long else [])]


def dead_links(document: str) -> list[str]:
    """The document's links to the product's own address that no page of the dashboard and no door answers."""
    own = [url for url in map(html.unescape, _HREF.findall(document)) if "unsubscribe" in url or _is_own(url)]
    return [url for url in own if not leads_somewhere(url)]


def _is_own(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "app.example")


def _look(browser: Browser, folder: Path, name: str) -> Iterator[str]:
    for view, (window, colors) in VIEWS.items():
        context = new_context(browser, "http://127.0.0.1", window=window, colors=colors)
        page = context.new_page()
        page.goto((folder / f"{name}.html").as_uri())
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > window["width"]:
            yield f"{name}: {width} pixels wide on a screen of {window['width']}"
        page.screenshot(path=folder / f"{name}-{view}.png", full_page=True)
        context.close()


if __name__ == "__main__":
    sys.exit(main())
