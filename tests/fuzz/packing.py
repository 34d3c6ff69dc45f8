"""What a table is written as: text in several encodings, workbooks, archives, web pages."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import html
import io
import random
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Final

import openpyxl
import xlsxwriter
import xlwt

from tests.fuzz.tables import Lines
from tests.sources.opening.locking import agile, rc4, standard

KNOWN: Final = "secret"
_LONGEST: Final = 32_767
_FORMATS: Final = ("yyyy/m/d", "h:mm", "[h]:mm:ss", "mm:ss.0", "0%", "@", '"合计"0', "m月d日")
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MADE: Final = dt.datetime(2026, 11, 20)  # noqa: DTZ001  the same bytes every time
_ENTRY: Final = (2026, 11, 20, 0, 0, 0)


class Packed:
    """A file as bytes.

    Attributes:
        suffix: of its name.
        raw: the bytes.
        even: whether each line stands on a row of its own with the cells as they are, so that
            the rows can be counted.
    """

    def __init__(self, suffix: str, raw: bytes, *, even: bool = False) -> None:
        self.suffix = suffix
        self.raw = raw
        self.even = even


Packer = Callable[[Lines, random.Random], Packed]


def as_text(lines: Lines, encoding: str, draw: random.Random, delimiter: str = ",") -> bytes:
    """Return lines as delimited text; what the encoding lacks becomes a question mark."""
    text = io.StringIO(newline="")
    ends = draw.choice(("\r\n", "\n"))
    writer = csv.writer(text, delimiter=delimiter, lineterminator=ends)
    if draw.random() < 0.5:
        writer = csv.writer(text, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL)
    writer.writerows(lines)
    return text.getvalue().encode(encoding, "replace")


def plain(lines: Lines, draw: random.Random) -> Packed:
    """Write a CSV file in an encoding that exports have."""
    encoding = draw.choice(("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"))
    delimiter = draw.choice((",", ",", "\t", ";"))
    raw = as_text(lines, encoding, draw, delimiter)
    return Packed(draw.choice((".csv", ".csv", ".txt", ".xls")), raw)


def gb_text(lines: Lines, draw: random.Random) -> Packed:
    """Write a CSV file as the platforms do: every line is a row."""
    return Packed(".csv", as_text(lines, "gb18030", draw), even=True)


def careless(lines: Lines, draw: random.Random) -> Packed:
    """Write a text file without any quotes."""
    mark = draw.choice((",", "\t", ";"))
    text = draw.choice(("\n", "\r\n", "\r")).join(mark.join(row) for row in lines)
    return Packed(".csv", text.encode(draw.choice(("utf-8", "gb18030")), "replace"))


def in_gzip(lines: Lines, draw: random.Random) -> Packed:
    """Pack a text file with gzip."""
    return Packed(".csv.gz", gzip.compress(plain(lines, draw).raw, mtime=0))


def in_zip(lines: Lines, draw: random.Random) -> Packed:
    """Pack a file into an archive."""
    inner = draw.choice((plain, gb_text, with_xlsxwriter))(lines, draw)
    name = draw.choice(("订单", "a/b", "..\\..\\x", "/etc/x", "\u202e")) + inner.suffix
    return Packed(".zip", zipped({name: inner.raw}))


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return an archive, always the same for the same parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in parts.items():
            entry = zipfile.ZipInfo(name, _ENTRY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, raw)
    return out.getvalue()


def _xml(cell: str, longest: int = _LONGEST) -> str:
    return _NOT_IN_XML.sub("\ufffd", cell)[:longest]


def _typed(cell: str, draw: random.Random) -> str | float | dt.datetime:
    """Return a cell as Excel would store it when it is typed in, mostly."""
    if draw.random() < 0.7:
        try:
            return float(cell) if abs(float(cell)) < 1e300 else cell
        except ValueError:
            pass
        try:
            moment = dt.datetime.fromisoformat(cell).replace(tzinfo=None)
        except ValueError:
            return cell
        return moment if 1900 < moment.year < 9999 else cell
    return cell


def with_xlsxwriter(lines: Lines, draw: random.Random) -> Packed:
    """Write a workbook; sometimes with merged cells, formulas and more sheets."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        day = book.add_format({"num_format": "yyyy/m/d h:mm"})
        odd = book.add_format({"num_format": draw.choice(_FORMATS)})
        if draw.random() < 0.2:
            book.add_worksheet("说明").write_string(0, 0, "导出说明")
        page = book.add_worksheet("订单")
        even = draw.random() < 0.6
        for at, row in enumerate(lines):
            for column, cell in enumerate(row):
                value = _typed(cell, draw) if at else cell
                if isinstance(value, dt.datetime):
                    page.write_datetime(at, column, value, day)
                elif isinstance(value, float):
                    page.write_number(at, column, value, odd if draw.random() < 0.1 else None)
                else:
                    page.write_string(at, column, _xml(value))
        if not even:
            _merge(page, lines, draw)
            if draw.random() < 0.3:
                last = len(lines)
                page.write_formula(last, 0, "=SUM(A1:A2)", None, draw.choice((1, "x", "#REF!")))
            if draw.random() < 0.1:
                page.write_boolean(len(lines) + 1, 0, boolean=True)
                page.write_blank(50_000, 0, None, day)
    return Packed(draw.choice((".xlsx", ".xlsm", ".xls")), out.getvalue(), even=even)


def _merge(page: Any, lines: Lines, draw: random.Random) -> None:
    width, height = max(map(len, lines), default=1), len(lines)
    for _ in range(draw.choice((0, 1, 3))):
        at, left = draw.randrange(height + 2), draw.randrange(width + 1)
        down, right = at + draw.randrange(4), left + draw.randrange(3)
        if (down, right) != (at, left):
            try:
                page.merge_range(at, left, down, right, draw.choice(("", "合并", "1")))
            except xlsxwriter.exceptions.OverlappingRange:
                continue


def with_openpyxl(lines: Lines, draw: random.Random) -> Packed:
    """Write a workbook as other programs do; its properties are a moment of their own."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = _MADE
    page = book.active
    assert page is not None
    for row in lines:
        page.append([_typed(_xml(cell), draw) for cell in row])
    for cells in page.iter_rows():
        for cell in cells:
            if cell.data_type == "f" and draw.random() < 0.5:
                cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.pop("docProps/core.xml", None)  # the moment of saving
    return Packed(".xlsx", zipped(parts))


def old_book(lines: Lines, draw: random.Random) -> Packed:
    """Write an .xls of the old kind."""
    return Packed(".xls", _old(lines, draw))


def _old(lines: Lines, draw: random.Random) -> bytes:
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    odd = xlwt.easyxf(num_format_str=draw.choice(_FORMATS))
    for at, row in enumerate(lines):
        for column, cell in enumerate(row[:256]):
            value = _typed(_xml(cell, 5_000), draw) if at else _xml(cell, 5_000)
            dated = isinstance(value, dt.datetime) or draw.random() < 0.05
            page.write(at, column, value, odd if dated else xlwt.Style.default_style)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def locked(lines: Lines, draw: random.Random) -> Packed:
    """Lock a workbook, sometimes with a password that is not known."""
    word = draw.choice((KNOWN, KNOWN, "other"))
    which = draw.randrange(5)
    if which == 0:
        return Packed(".xlsx", agile(with_xlsxwriter(lines, draw).raw, word))
    if which < 3:
        return Packed(".xls", rc4(_old(lines, draw), word))
    return Packed(".xlsx", standard(with_xlsxwriter(lines, draw).raw, word))


def page_of(lines: Lines, draw: random.Random) -> Packed:
    """Write a web page with a table, as many shop tools do and call it .xls."""
    spans = ("", "", "", ' rowspan="2"', ' colspan="3"', ' rowspan="999999"', ' colspan="-1"')
    odd = draw.random() < 0.3
    rows = [
        "<tr>"
        + "".join(
            f"<td{draw.choice(spans) if odd else ''}>{html.escape(cell)}</td>" for cell in row
        )
        + "</tr>"
        for row in lines
    ]
    charset = draw.choice(("utf-8", "gb18030"))
    said = draw.choice((charset, "utf-8", "x-none"))
    text = f'<html><meta charset="{said}"><table>{"".join(rows)}</table></html>'
    return Packed(".xls", text.encode(charset, "replace"))


_ODS: Final = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Sheet1">{}</table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST: Final = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
)


def open_document(lines: Lines, draw: random.Random) -> Packed:
    """Write an .ods."""
    repeats = (
        "",
        "",
        ' table:number-columns-repeated="2"',
        ' table:number-columns-repeated="9999"',
    )
    odd = draw.random() < 0.3
    rows = []
    for row in lines:
        cells = [
            f'<table:table-cell office:value-type="string"{draw.choice(repeats) if odd else ""}>'
            f"<text:p>{html.escape(_xml(cell))}</text:p></table:table-cell>"
            for cell in row
        ]
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": _ODS.format("".join(rows)).encode(),
        "META-INF/manifest.xml": _MANIFEST.encode(),
    }
    return Packed(".ods", zipped(parts))


PACKERS: Final[Mapping[Packer, int]] = {
    gb_text: 5,
    plain: 4,
    careless: 2,
    in_gzip: 1,
    in_zip: 2,
    with_xlsxwriter: 6,
    with_openpyxl: 2,
    old_book: 3,
    locked: 1,
    page_of: 2,
    open_document: 2,
}
"""Every packing, and how often it is chosen."""
