"""Tables whose cells are facts: a label and its value, or a label, a column's name and the value where they meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vesicle.website.importing.tree import HEADINGS, Node

_LAYS_OUT = frozenset({"table", "ul", "ol", "form", *HEADINGS})
_MOST_CELLS = 20_000


def is_table_of_facts(table: Node) -> bool:
    """Return whether a table holds facts rather than laying out a page: short cells, at least two in a row."""
    if table.has_main_heading or table.attributes.get("role", "").lower() in ("presentation", "none"):
        return False
    rows = _rows(table)
    if not rows or max(len(row) for row in rows) < 2 or all(_holds_both(cell) for row in rows for cell in row):
        return False
    return not any(
        isinstance(child, Node) and child.name in _LAYS_OUT for row in rows for cell in row for child in cell.children
    )


def _rows(table: Node) -> list[list[Node]]:
    rows: list[list[Node]] = []
    waiting: list[Node] = [table]
    while waiting and len(rows) < _MOST_CELLS:
        node = waiting.pop()
        if node.name == "tr":
            rows.append([child for child in node.children if isinstance(child, Node) and child.name in ("td", "th")])
        else:
            parts = [c for c in node.children if isinstance(c, Node) and c.name in ("tr", "tbody", "thead", "tfoot")]
            waiting.extend(reversed(parts))
    return [row for row in rows if row]


def _holds_both(cell: Node) -> bool:
    """Return whether a cell is a tile of its own: a label in bold and its value in the next line."""
    parts = [one for one in cell.children if not isinstance(one, str) or one.strip()]
    return [one.name for one in parts[:2] if isinstance(one, Node)] in (["b", "br"], ["strong", "br"])


def rows_of(table: Node, text_in: Callable[[Node], str]) -> Iterator[tuple[str, str, str, Node]]:
    """Yield label, name of the column (empty in a table of two), value and its cell."""
    rows = _rows(table)
    texts = [[text_in(cell) for cell in row] for row in rows]
    width = max(len(row) for row in rows)
    has_names = width > 2 or (all(cell.name == "th" for cell in rows[0]) and len(rows) > 1)
    names = texts[0] if has_names else []
    if has_names and width == 2 and len(rows) == 2 and len(texts[0]) == 2:
        # Two names above two values: each name is the label of its value.
        yield from zip(texts[0], ("", ""), texts[1], rows[1], strict=False)
        return
    if has_names and len(rows) == 2 and all(cell.name == "td" for cell in rows[1]):
        yield from zip(texts[0], [""] * width, texts[1], rows[1], strict=False)
        return
    for row, cells in list(zip(texts, rows, strict=True))[1 if has_names else 0 :]:
        if len(row) == 1:
            yield "", "", row[0], cells[0]
        for place in range(1, len(row)):
            column = names[place] if width > 2 and place < len(names) else ""
            yield row[0], column, row[place], cells[place]
