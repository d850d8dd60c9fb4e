"""The demo competitors' stores: dispensary menu pages with schema.org data."""

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from local.providers.faults import Faults
from local.providers.standin import under_faults

_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
_Price = Annotated[Decimal, Field(ge=0, le=1_000_000, max_digits=9, decimal_places=2)]
_HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$", max_length=200)]
# Printable Latin-1 without line breaks, which would start another header.
_HeaderValue = Annotated[str, StringConstraints(pattern=r"^[\t\x20-\x7e\xa0-\xff]*$", max_length=8_000)]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=63)]


class Product(BaseModel):
    """`price` is in US dollars."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    category: _Name
    price: _Price


class Menu(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    products: list[Product] = Field(max_length=5_000)


class MenuPage(BaseModel):
    """A menu page served unchanged. `headers` replace the server's own, including Content-Type."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    html: str = Field(max_length=20_000_000)
    headers: dict[_HeaderName, _HeaderValue] = Field(default_factory=dict, max_length=50)
    status: int = Field(default=200, ge=200, le=599)


class Stores:
    """Menus by slug, and their public pages."""

    def __init__(self, faults: Faults) -> None:
        self._menus: dict[str, Menu] = {}
        self._pages: dict[str, MenuPage] = {}
        page = under_faults("store", self._page, faults, _refusal)
        self.routes = [
            Route("/stores/{slug}", page, methods=["GET"]),
            Route("/robots.txt", _robots, methods=["GET"]),
        ]

    def put(self, slug: str, menu: Menu) -> None:
        """Opens the store or replaces its menu. The caller has checked the slug against `Slug`."""
        self._menus[slug] = menu
        self._pages.pop(slug, None)

    def put_page(self, slug: str, page: MenuPage) -> None:
        """Serves exactly this as the store's page until the next `put` or `put_page`."""
        self._pages[slug] = page

    def pages(self) -> dict[str, MenuPage]:
        """Custom pages, by slug."""
        return dict(self._pages)

    def menus(self) -> dict[str, Menu]:
        """All menus by slug, oldest store first."""
        return dict(self._menus)

    async def _page(self, request: Request) -> Response:
        slug = request.path_params["slug"]
        if exact := self._pages.get(slug):
            return Response(exact.html, exact.status, exact.headers, media_type="text/html")
        menu = self._menus.get(slug)
        if menu is None:
            return _templates.TemplateResponse(request, "no_store.html", status_code=404)
        context = {"menu": menu, "sections": _sections(menu), "structured_data": _structured_data(menu)}
        page = _templates.TemplateResponse(request, "store.html", context)
        page.headers["ETag"] = tag = f'"{hashlib.sha256(page.body).hexdigest()[:32]}"'
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers={"ETag": tag})
        return page


def _sections(menu: Menu) -> dict[str, list[Product]]:
    sections: dict[str, list[Product]] = {}
    for product in menu.products:
        sections.setdefault(product.category, []).append(product)
    return sections


def _structured_data(menu: Menu) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "name": f"{menu.name} menu",
        "numberOfItems": len(menu.products),
        "itemListElement": [
            {"@type": "ListItem", "position": position, "item": _schema_product(product)}
            for position, product in enumerate(menu.products, start=1)
        ],
    }


def _schema_product(product: Product) -> dict[str, Any]:
    return {
        "@type": "Product",
        "name": product.name,
        "category": product.category,
        "offers": {
            "@type": "Offer",
            "price": f"{product.price:.2f}",
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
        },
    }


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nAllow: /\n")


def _refusal(status: int) -> Response:
    return PlainTextResponse("The store is closed for maintenance.", status)
