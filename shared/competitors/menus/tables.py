"""What the head of a table says about the cells below it."""

from __future__ import annotations

from shared.competitors.menus.flow import Flow

_CELLS = frozenset({"td", "th"})
_LEVELS = 4


class Columns:
    """The heads of a page's tables, by the texts that stand below them."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._cells: dict[int, list[int]] = {}
        """The cells of each row."""
        self._places: dict[int, int] = {}
        """Where in its row each cell stands."""
        self._heads: dict[int, int] = {}
        """The first row of each table."""
        for index, element in enumerate(flow.elements):
            if element.tag in _CELLS:
                row = self._cells.setdefault(element.parent, [])
                self._places[index] = len(row)
                row.append(index)
            elif element.tag == "tr" and (table := self._above(index, frozenset({"table"}))) is not None:
                self._heads.setdefault(table, index)

    def head_of(self, text: int) -> str:
        """The text at the top of the column; empty outside tables and in a head itself."""
        cell = self._above(self._flow.texts[text].element, _CELLS) if self._cells else None
        table = self._above(cell, frozenset({"table"})) if cell is not None else None
        if cell is None or table is None:
            return ""
        row = self._flow.elements[cell].parent
        head = self._heads.get(table)
        heads = self._cells.get(head, []) if head is not None and head != row else []
        place = self._places[cell]
        if place >= len(heads):
            return ""
        named = self._flow.elements[heads[place]]
        return " ".join(one.raw for one in self._flow.texts[named.first : named.end][:3])

    def _above(self, index: int, tags: frozenset[str]) -> int | None:
        for _ in range(_LEVELS):
            if index < 0:
                return None
            if self._flow.elements[index].tag in tags:
                return index
            index = self._flow.elements[index].parent
        return None
