"""Web pages that call themselves .xls: each table in one as a sheet.

lxml's parser hands out what it meets one by one and builds no tree; it loads nothing, and a page's
entities are HTML's own. Every cell is text: an id keeps its zeros.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from shopcrm.errors import InputError
from shopcrm.sources.opening.delimited import decoded, sniff_encoding
from shopcrm.sources.opening.workbooks import HeaderFinder, Range, grid_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.content import Content
    from shopcrm.sources.opening.grid import Grid

PEEK: Final = 1 << 14
_PAGE: Final = re.compile(
    rb"<(?:!doctype\s+html|(?:html|head|meta|body|table|tr|style)[\s>])", re.IGNORECASE
)
_MARKS: Final = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_NOT_SHOWN: Final = ("script", "style")
_CELL: Final = ("td", "th")
_WIDEST: Final = 1000
_TALLEST: Final = 65534
"""The most that HTML lets a cell span, whatever it says."""


def is_html(head: bytes) -> bool:
    """Tell from the first bytes, in any encoding, whether this is a web page."""
    plain = head.replace(b"\x00", b"").lstrip(_MARKS)
    return plain.startswith(b"<") and _PAGE.search(plain) is not None


def read_html(
    content: Content, find_header: HeaderFinder, policy: Policy
) -> Iterator[tuple[str, Grid | None]]:
    """Read every table of a web page.

    Args:
        content: the page, in any encoding that a text file may have; what its ``<meta>`` says of
            it is wrong too often to be asked.
        find_header: given the first rows, returns the index of the header row, or None.
        policy: for ``limits``.

    Yields:
        Number of the table, and its grid; None for one in which no header was found.

    Raises:
        InputError: no table, no text, or over the limits.
    """
    from lxml import etree

    path, raw = content.path, content.whole()
    tables = _Tables(path, policy)
    parser = etree.HTMLParser(target=tables, encoding="utf-8", no_network=True)
    try:
        for piece in decoded(raw, sniff_encoding(path, raw)):
            parser.feed(piece.encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError as error:
        raise InputError("damaged", path=path) from error
    filled = [one for one in tables.found if any(one.rows)]
    if not filled:
        raise InputError("not_a_table", path=path)
    for number, table in enumerate(filled, start=1):
        width = max(map(len, table.rows))
        records = [row + [""] * (width - len(row)) for row in table.rows]
        yield str(number), grid_of(path, str(number), "html", records, table.spans, find_header)


class _Table:
    """One table while it is read."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.spans: list[Range] = []
        self.open: dict[int, int] = {}  # column: the last row that a cell from above covers
        self.cell: list[str] | None = None
        self.size = (1, 1)

    def begin_row(self) -> None:
        """Begin a row."""
        self.rows.append([])

    def begin_cell(self, wide: int, tall: int) -> None:
        """Begin a cell, in a row of its own if there is none yet."""
        if not self.rows:
            self.begin_row()
        self.cell, self.size = [], (wide, tall)

    def end_cell(self) -> int:
        """Put the cell in the first free place of the row; return how many places it took."""
        if self.cell is None:
            return 0
        row, at = self.rows[-1], len(self.rows) - 1
        before = len(row)
        while self.open.get(len(row), -1) >= at:
            row.append("")
        left, (wide, tall) = len(row), self.size
        lines = "".join(self.cell).split("\n")
        row.append("\n".join(" ".join(line.split()) for line in lines).strip())
        row.extend([""] * (wide - 1))
        if tall > 1:
            self.spans.append(((at, left), (at + tall - 1, left + wide - 1)))
            self.open.update(dict.fromkeys(range(left, left + wide), at + tall - 1))
        self.cell = None
        return len(row) - before


class _Tables:
    """What lxml calls at each tag; tables within tables are tables of their own."""

    def __init__(self, path: Path, policy: Policy) -> None:
        self.found: list[_Table] = []
        self._within: list[_Table] = []
        self._path = path
        self._most_rows = policy.whole("limits.rows")
        self._most_cells = policy.whole("limits.cells")
        self._rows = self._cells = 0
        self._silent = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take an opening tag."""
        if tag == "table":
            self._within.append(_Table())
            self.found.append(self._within[-1])
        elif tag in _NOT_SHOWN:
            self._silent += 1
        elif self._within:
            table = self._within[-1]
            if tag == "tr":
                self._end_cell(table)
                table.begin_row()
                self._rows += 1
                if self._rows > self._most_rows:
                    raise InputError("too_many_cells", path=self._path)
            elif tag in _CELL:
                self._end_cell(table)
                wide = _number(attributes.get("colspan"), _WIDEST)
                table.begin_cell(wide, _number(attributes.get("rowspan"), _TALLEST))
            elif tag == "br" and table.cell is not None:
                table.cell.append("\n")

    def end(self, tag: str) -> None:
        """Take a closing tag."""
        if tag in _NOT_SHOWN:
            self._silent -= 1
        elif self._within and tag in (*_CELL, "tr", "table"):
            self._end_cell(self._within[-1])
            if tag == "table":
                self._within.pop()

    def data(self, text: str) -> None:
        """Take text, which may come in pieces."""
        if self._within and not self._silent and self._within[-1].cell is not None:
            self._within[-1].cell.append(text.replace("\n", " "))

    def close(self) -> None:
        """Take the end of the page, which may leave tables open."""
        for table in self._within:
            self._end_cell(table)

    def _end_cell(self, table: _Table) -> None:
        self._cells += table.end_cell()
        if self._cells > self._most_cells:
            raise InputError("too_many_cells", path=self._path)


def _number(text: str | None, most: int) -> int:
    found = re.match(r"\s*(\d{1,9})", text or "")
    return min(max(int(found[1]), 1), most) if found else 1
