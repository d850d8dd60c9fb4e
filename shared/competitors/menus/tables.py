"""What a table's header says about the cells below it."""

from __future__ import annotations

from collections.abc import Iterable

from shared.competitors.menus.flow import Flow

_CELLS = frozenset({"td", "th"})
_TABLE = frozenset({"table"})
_LEVELS = 4


class Columns:
    """The heads of a page's tables, by the texts that stand below them."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        rows: dict[int, list[int]] = {}
        for index, element in enumerate(flow.elements):
            if element.tag in _CELLS:
                rows.setdefault(element.parent, []).append(index)
        tables: dict[int, list[list[int]]] = {}
        for row, cells in rows.items():
            if (table := self._above(row, _TABLE)) is not None:
                tables.setdefault(table, []).append(cells)
        self._heads: dict[int, int] = {}
        """The cell at the top of the column, by the cell below it."""
        for lines in tables.values():
            self._read(lines)

    def head_of(self, text: int) -> str:
        """The text at the top of the column; empty outside tables and in a head itself."""
        cell = self.cell_of(text)
        if cell is None or cell not in self._heads:
            return ""
        named = self._flow.elements[self._heads[cell]]
        return " ".join(one.raw for one in self._flow.texts[named.first : named.end][:3])

    def cell_of(self, text: int) -> int | None:
        """The cell of a table with a head that the text stands in, as the index of an element."""
        return self._above(self._flow.texts[text].element, _CELLS) if self._heads else None

    def _read(self, lines: list[list[int]]) -> None:
        """Give the cells of a table their heads: a row of `<th>` alone, or else the first row of several cells."""
        heads: dict[int, int] = {}
        reaching: dict[int, int] = {}
        """How many rows more the cell of an earlier row takes of each column."""
        for cells in lines:
            places = self._places(cells, reaching)
            is_head = len(cells) > 1 and (not heads or all(self._flow.elements[one].tag == "th" for one in cells))
            if is_head:
                heads = {place: cell for cell, place in places}
            else:
                self._heads |= {cell: heads[place] for cell, place in places if place in heads}

    def _places(self, cells: Iterable[int], reaching: dict[int, int]) -> list[tuple[int, int]]:
        """Each cell with the first of its columns."""
        places: list[tuple[int, int]] = []
        taken = {place for place, rows in reaching.items() if rows > 0}
        for place in taken:
            reaching[place] -= 1
        place = 0
        for cell in cells:
            while place in taken:
                place += 1
            places.append((cell, place))
            columns, rows = self._flow.elements[cell].spans
            reaching |= dict.fromkeys(range(place, place + columns), rows - 1)
            place += columns
        return places

    def _above(self, index: int, tags: frozenset[str]) -> int | None:
        for _ in range(_LEVELS):
            if index < 0:
                return None
            if self._flow.elements[index].tag in tags:
                return index
            index = self._flow.elements[index].parent
        return None
