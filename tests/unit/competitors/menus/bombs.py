"""Pages made to take time or memory; `python -m` runs each under the limits of two seconds and 100 MB."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator

from shared.competitors.menus.reading import parse_menu
from shared.errors import PermanentError
from tests.unit import limited

SECONDS = 2.0
MEMORY_BYTES = 100_000_000
SIZE = 700_000

PIECES = (
    "<div>", "<p>", "<b>", "<b><p>", "<p><b>", "<a href=x>", "<a><div>", "<table><tr><td>", "<table><b>", "<li>", "<ul><li>",
    "<svg><path>", "<svg/>", "<br>", "<option>", "<select><option>$1", "<!--", "<a b='", "</div>", "</p>", "<script>", "<title>",
    "&amp;", "&", "$", "$1", "$1 ", "$1.00 Blue Dream ", "Was $50 Now $34 ", "<li>Blue Dream $34", "<p>Blue Dream<p>$34",
    "<div class='card'><h3>A b</h3><p>$1</p></div>", "<div class=price>1</div>", "<sup>00</sup>", "<i>$</i><i>1</i>", "1 ", "1,", "\x1e",
    "<div itemscope>", "<div itemscope itemprop=a>", "<span itemprop=price>1</span>", "<meta property=og:title content=x>",
    "<a x='[price", "<a x='[{\"name\":\"B d\",\"price\":1}]'></a>", "<b rel=offers><b typeof=Product>",
    "<i id=a itemscope itemref='a b' itemprop=offers itemtype=//schema.org/Product>", "<b id=b itemprop=name>x</b>",
    "<img alt='Blue Dream'>", "<button>$1</button>", "<h2>Blue Dream</h2>", "<del>$1</del>", "was ", "sold out ", "1/8 oz ",
)  # fmt: skip


def _scripts() -> Iterator[tuple[str, str]]:
    product = {"@type": "Product", "name": "x", "offers": {"price": 1}}
    yield "brackets", "[" * SIZE
    yield "braces", '{"a":' * (SIZE // 5)
    yield "broken nodes", '{"@type":"a" "b"} ' * (SIZE // 18)
    yield "comments", "/*" * (SIZE // 2)
    yield "a long string", '"' + "x" * SIZE
    yield "many values", "1 " * (SIZE // 2)
    yield "many products", json.dumps([product] * (SIZE // 60))
    yield "variants", json.dumps({**product, "hasVariant": [product] * (SIZE // 60)})
    yield (
        "references in a circle",
        json.dumps(
            [
                {"@id": "a", "@type": "Product", "name": "x", "offers": {"@id": "b", "offers": {"@id": "a"}}},
                {"@id": "b", "offers": [{"@id": "b"}] * 5_000},
            ]
        ),
    )
    yield (
        "prices in prices",
        json.dumps([{"id": 1, "name": "x", "price": {"price": [{"price": [[1] * 50] * 50}] * 20}}] * 2),
    )
    yield "assignments", "window.a = {price:1};" * (SIZE // 21)
    yield "open assignments", "window.a = {price:" * (SIZE // 18)
    yield "a function", "window.a=(function(a){return {price:" * (SIZE // 36)
    yield "literals that fail", "={a:1 b}" * (SIZE // 8)
    yield "calls in calls", "=(function(a){return {" * (SIZE // 22)
    yield "escapes of an address", 'x("' + "%7B" * (SIZE // 3)
    yield "strings left open", 'x("{price' * (SIZE // 9)
    yield "a huge number", '{"name":"x","price":' + "9" * SIZE + "}"
    yield "many objects", "[" + '{"name":"B d","a":{},"variants":[]},' * (SIZE // 36) + "{}]"
    yield "values by place, in a circle", '[["a",1],' + '{"name":1,"price":2,"x":3},' * (SIZE // 27) + "1]"
    yield "a node that thousands refer to", json.dumps(_referred_to("itemOffered"))
    yield "a variant that thousands refer to", json.dumps(_referred_to("hasVariant"))
    yield "a cache that refers in circles", "window.a = " + json.dumps(_cache())
    yield "pushes", 'self.__next_f.push([1,"1:[1]"])' * (SIZE // 32)


def _referred_to(key: str) -> list[dict[str, object]]:
    most: dict[str, object] = {"@id": "x", "@type": "Product", "name": "x", "offers": [{"price": 1}] * 5_000}
    groups: list[dict[str, object]] = [
        {"@type": "ProductGroup", "name": f"B {n}", key: [{"@id": "x"}] * 9} for n in range(3_000)
    ]
    return [*groups, most]


def _cache() -> dict[str, object]:
    entities: dict[str, object] = {
        f"P:{n}": {"name": f"B {n}", "product": {"__ref": f"P:{n + 1}"}, "variants": [{"__ref": "V"}] * 50}
        for n in range(SIZE // 900)
    }
    return entities | {"V": {"prices": [{"price": 1}] * 100, "variants": [{"__ref": "V"}]}}


def bombs() -> Iterator[limited.Case]:
    """Every bomb with its name."""
    for piece in PIECES:
        yield f"{piece!r} again and again", _reading(piece * (SIZE // len(piece)))
        yield f"{piece!r} in a page", _reading("<main><h2>Flower</h2>" + piece * 2_000)
    for name, script in _scripts():
        for kind in ("application/ld+json", "application/json", ""):
            yield f"{name} as {kind or 'a script'}", _reading(f'<script type="{kind}">var price;{script}</script>')


def _reading(page: str) -> Callable[[], object]:
    def read() -> object:
        try:
            return parse_menu(page).found
        except PermanentError as refusal:
            return str(refusal)

    return read


def main() -> None:
    """The modules that reading loads count before, so that a page's own memory is seen."""
    parse_menu(
        '<script type="application/ld+json">{,}</script><script>window.a={price:1}</script><li>A b $1</li><li>A c $2</li>'
    )
    limited.CPU_SECONDS = SECONDS
    limited.MEMORY_BYTES = _in_use() + MEMORY_BYTES + 2 * SIZE
    resource.setrlimit(resource.RLIMIT_STACK, (8_000_000, 8_000_000))
    limited.run_all(bombs())


def _in_use() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
