"""The torture set: workbooks with everything in them that a library loses when it saves."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import openpyxl
import xlsxwriter

from tests.outputs.enriched import parts as p

SHEET = "客户 表"
HEADERS = ("客户", "姓名", "等级", "首单", "金额", "次数", "备注")
ROWS = 8
"""Of the table; row 5 is missing unless a book needs it."""

Add = Callable[[Any, Any], None]


def book(add: Add | None = None, *, header_row: int = 1, gap: bool = True) -> bytes:
    """Return a styled register of seven columns, and what ``add`` puts there besides."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet, other = workbook.add_worksheet(SHEET), workbook.add_worksheet("别的")
        other.write_column(0, 0, ["甲", "乙", "丙"])
        head = workbook.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        stripes = [
            workbook.add_format({"border": 1, "bg_color": c}) for c in ("#FFFFFF", "#F2F2F2")
        ]
        dates = [
            workbook.add_format({"border": 1, "bg_color": c, "num_format": "yyyy/m/d"})
            for c in ("#FFFFFF", "#F2F2F2")
        ]
        for column, header in enumerate(HEADERS):
            sheet.write_string(header_row - 1, column, header, head)
        for number in range(1, ROWS + 1):
            row, style = header_row - 1 + number, stripes[number % 2]
            if gap and number == 4:
                continue
            sheet.write_string(row, 0, f"tb{number:05d}", style)
            sheet.write_string(row, 1, f"张{number} <&>", style)
            sheet.write_string(row, 2, "金" if number % 2 else "银", style)
            sheet.write_number(row, 3, 45_000 + number, dates[number % 2])
            sheet.write_number(row, 4, 12.5 * number, style)
            sheet.write_formula(row, 5, f"=1+{number}", style, number + 1)
            if number % 3:
                sheet.write_blank(row, 6, None, style)
        if add:
            add(workbook, sheet)
    return file.getvalue()


def picture() -> io.BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\x00" + b"\xff\x66\x00" * 4) * 4)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def table(*, totals: bool = False) -> Add:
    def add(_: Any, sheet: Any) -> None:
        columns: list[dict[str, Any]] = [{"header": header} for header in HEADERS]
        if totals:
            columns[4]["total_function"] = "sum"
        last = ROWS + (1 if totals else 0)
        sheet.add_table(0, 0, last, 6, {"columns": columns, "name": "顾客", "total_row": totals})

    return add


def _merged(_: Any, sheet: Any) -> None:
    sheet.merge_range("A1:G1", "顾客登记表")
    sheet.merge_range("A12:G12", "以上数据截至昨天")
    sheet.merge_range("C4:C5", "银")


def _views(_: Any, sheet: Any) -> None:
    sheet.freeze_panes(1, 2)
    sheet.set_column("B:C", 20, None, {"level": 1})
    sheet.set_column("D:D", 9, None, {"hidden": True})
    sheet.set_row(3, 30, None, {"hidden": True})
    sheet.set_zoom(85)
    sheet.autofilter("A1:G9")
    sheet.filter_column("C", "x == 金")
    sheet.print_area("A1:G9")
    sheet.repeat_rows(0)
    sheet.set_landscape()


def _conditional(workbook: Any, sheet: Any) -> None:
    red = workbook.add_format({"font_color": "#FF0000"})
    sheet.conditional_format("E2:E9", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("F2:F9", {"type": "icon_set", "icon_style": "3_arrows"})
    sheet.conditional_format("A2:XFD9", {"type": "formula", "criteria": "=$E2>50", "format": red})
    sheet.data_validation("C2:C9", {"validate": "list", "source": ["金", "银"]})


def _sparkline(_: Any, sheet: Any) -> None:
    sheet.add_sparkline("G2", {"range": f"'{SHEET}'!E2:F2"})


def _comments(_: Any, sheet: Any) -> None:
    sheet.write_comment("B3", "常客")
    sheet.write_comment("E4", "欠 3 元", {"visible": True})


def _drawings(workbook: Any, sheet: Any) -> None:
    sheet.insert_image("B12", "p.png", {"image_data": picture()})
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": [SHEET, 1, 4, 8, 4]})
    sheet.insert_chart("B14", chart)
    sheet.insert_textbox("B30", "形状里的字", {"width": 200})
    sheet.insert_button("B34", {"caption": "按"})


def _chart_beside(workbook: Any, sheet: Any) -> None:
    chart = workbook.add_chart({"type": "column"})
    chart.add_series({"values": [SHEET, 1, 4, 8, 4]})
    sheet.insert_chart("I2", chart)


def _protected(_: Any, sheet: Any) -> None:
    sheet.protect("geheim", {"sort": True})


def _rich(workbook: Any, sheet: Any) -> None:
    bold = workbook.add_format({"bold": True, "font_color": "#C00000"})
    sheet.write_rich_string("B2", "张", bold, "大", "户")
    sheet.write_url("G3", "https://example.com/?a=1&b=2", string="链接")
    sheet.write_array_formula("F2:F2", "{=SUM(E2:E3*1)}", None, 37.5)
    sheet.write_boolean("G5", True)  # noqa: FBT003  # a cell, not a switch
    sheet.write_formula("G6", "=1/0", None, "#DIV/0!")
    workbook.define_name("顾客们", f"='{SHEET}'!$A$1:$G$9")


def _beside(_: Any, sheet: Any) -> None:
    sheet.write_string("I4", "说明：红色是欠款")
    sheet.write_number("K6", 5)


def _styled_beyond(workbook: Any, sheet: Any) -> None:
    grey = workbook.add_format({"bg_color": "#EEEEEE"})
    for row in range(20):
        for column in range(7, 30):
            sheet.write_blank(row, column, None, grey)
    sheet.set_column("H:XFD", 5, grey, {"hidden": True})


def _other_table(_: Any, sheet: Any) -> None:
    sheet.add_table("I2:J5", {"columns": [{"header": "a"}, {"header": "b"}]})


def _two_tables(workbook: Any, sheet: Any) -> None:
    table()(workbook, sheet)
    sheet.add_table("I1:J5", {"columns": [{"header": "a"}, {"header": "b"}]})


def long_ids(data: bytes) -> bytes:
    """Return the book with 19-digit numbers as some shops' tools write them."""
    cell = '<c r="A2" s="1"><v>6955123412341234567</v></c>'
    old = re.compile(r'<c r="A2"[^>]*>.*?</c>')
    return p.changed(data, {p.SHEET: lambda text: old.sub(cell, text, count=1)})


def shared_formula(data: bytes) -> bytes:
    """Return the book with a shared formula that reaches beyond the table's edge."""
    old = re.compile(r'(<c r="F2"[^>]*>)<f>[^<]*</f>')
    new = r'\1<f t="shared" ref="F2:M9" si="0">1+1</f>'
    return p.changed(data, {p.SHEET: lambda text: old.sub(new, text, count=1)})


def without_references(data: bytes) -> bytes:
    """Return the book without ``r`` attributes, dimension and spans, as old libraries write it.

    Such a file knows no gaps.
    """

    def change(text: str) -> str:
        text = re.sub(r"<dimension[^>]*/>", "", text)
        return re.sub(r'<(row|c) r="[^"]*"(?: spans="[^"]*")?', r"<\1", text)

    return p.changed(data, {p.SHEET: change})


def by_wps(data: bytes) -> bytes:
    """Return the book in the manner of WPS: its own extension, empty cells, other attributes."""

    def change(text: str) -> str:
        text = text.replace("?>\n", "?>\r\n", 1).replace(
            "<sheetFormatPr ", '<sheetFormatPr defaultColWidth="9" outlineLevelRow="1" '
        )
        text = re.sub(
            r'(<row r="\d+") spans="1:7"', r'\1 customFormat="1" s="1" spans="1:16384"', text
        )
        for row in range(2, 10):
            text = re.sub(
                rf'(<row r="{row}"[^>]*>.*?)</row>',
                rf'\1<c r="H{row}" s="2"/><c r="I{row}" s="2"/><c r="XFD{row}" s="2"/></row>',
                text,
            )
        wps = "http://www.wps.cn/officeDocument/2017/etCustomData"
        more = f'<extLst><ext uri="{{X}}" xmlns:etc="{wps}"><etc:rowHeight/></ext></extLst>'
        return text.replace("</worksheet>", more + "</worksheet>")

    return p.changed(data, {p.SHEET: change})


def by_google(data: bytes) -> bytes:
    """Return the book in the manner of Google Sheets: many namespaces, a style on every column."""

    def change(text: str) -> str:
        text = text.replace(
            "<worksheet ",
            '<worksheet xmlns:mx="http://schemas.microsoft.com/office/mac/excel/2008/main" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:mv="urn:schemas-microsoft-com:mac:vml" ',
        )
        text = re.sub(r"<dimension[^>]*/>", "", text)
        text = re.sub(r' spans="[^"]*"', ' ht="15.75" customHeight="1"', text)
        columns = '<cols><col customWidth="1" min="1" max="26" width="12.63"/></cols>'
        return text.replace("<sheetData>", columns + "<sheetData>")

    return p.changed(data, {p.SHEET: change})


def by_libreoffice(data: bytes) -> bytes:
    """Return the book in the manner of LibreOffice: every attribute spelt out, a style on all."""

    def change(text: str) -> str:
        text = text.replace(
            "<sheetViews>",
            '<sheetPr filterMode="false"><pageSetUpPr fitToPage="false"/></sheetPr><sheetViews>',
        )
        # The schema has sheetPr before the dimension.
        dimension = re.search(r"<dimension[^>]*/>", text)
        assert dimension
        text = text.replace(dimension[0], "").replace("<sheetViews>", f"{dimension[0]}<sheetViews>")
        rest = 'hidden="false" outlineLevel="0" collapsed="false"'
        columns = (
            f'<cols><col {rest} customWidth="true" min="1" max="7" style="0" width="15.2"/>'
            f'<col {rest} customWidth="false" min="8" max="16384" style="0" width="11.53"/></cols>'
        )
        text = text.replace("<sheetData>", columns + "<sheetData>").replace(
            "<f>", '<f aca="false">'
        )
        rows = f' customFormat="false" ht="12.8" customHeight="false" {rest}'
        text = re.sub(r' spans="[^"]*"', rows, text)
        # The kind of each cell is named, and comes last.
        return re.sub(r'(<c r="[A-Z]+\d+" s="\d+")(>)', r'\1 t="n"\2', text)

    return p.changed(data, {p.SHEET: change})


def by_numbers(data: bytes) -> bytes:
    """Return the book in the manner of Numbers: no spans, kinds before styles, cells far beyond."""

    def change(text: str) -> str:
        text = re.sub(r' s="(\d+)" t="(\w+)"', r' t="\2" s="\1"', text)
        text = re.sub(r' spans="[^"]*"', ' ht="20.05" customHeight="1"', text)
        columns = (
            '<cols><col min="1" max="7" width="16.35" style="1" customWidth="1"/>'
            '<col min="8" max="16384" width="16.35" style="1" customWidth="1"/></cols>'
        )
        text = text.replace("<sheetData>", columns + "<sheetData>")
        return re.sub(
            r'(<row r="(\d+)".*?)</row>', r'\1<c r="H\2" s="2"/><c r="I\2" s="2"/></row>', text
        )

    return p.changed(data, {p.SHEET: change})


def by_openpyxl(data: bytes) -> bytes:
    """Return the book as openpyxl saves it: what many shops' tools are made with."""
    file = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(file)
    return file.getvalue()


def pretty(data: bytes) -> bytes:
    """Return the book with line breaks, single quotes and a comment before the rows."""

    def change(text: str) -> str:
        text = re.sub(r"(<row |</row>|<c |</sheetData>)", "\r\n  \\1", text)
        text = re.sub(r'r="([A-Z]+\d+)"', r"r='\1'", text)
        return text.replace("<sheetViews>", "<!-- <sheetData> made by hand --><sheetViews>")

    return p.changed(data, {p.SHEET: change})


def foreign_rows(data: bytes) -> bytes:
    return p.changed(data, {p.SHEET: p.replaced("</row>", "<!-- here --></row>")})


def in_utf16(data: bytes) -> bytes:
    entries = p.parts(data)
    text = entries[p.SHEET].decode().replace("UTF-8", "UTF-16")
    entries[p.SHEET] = text.encode("utf-16")
    return p.packed(entries)


def signed(data: bytes) -> bytes:
    return p.packed(p.parts(data) | {"_xmlsignatures/origin.sigs": b""})


@dataclass(frozen=True)
class Case:
    """One book of the set: how it is made, and what is to become of it."""

    name: str
    make: Callable[[], bytes]
    header_row: int = 1
    placed: str = "beside"
    why: str | None = None
    table: str | None = None
    first: str = "H"
    refused: str | None = None
    readers: bool = True
    """Whether openpyxl and calamine read such books at all; LibreOffice reads them all."""


def _everything() -> bytes:
    def add(workbook: Any, sheet: Any) -> None:
        for each in (_conditional, _sparkline, _comments, _drawings, _protected, _rich):
            each(workbook, sheet)
        table()(workbook, sheet)
        sheet.freeze_panes(1, 1)

    data = book(add)
    for more in (
        p.with_external_link,
        p.with_connections,
        p.with_custom_xml,
        p.with_printer_settings,
        p.with_form_control,
        p.with_x14_validation,
        p.with_threaded_comment,
        p.with_pivot,
        p.with_macro,
    ):
        data = more(data)
    return data


CASES = (
    Case("plain", book),
    Case("without gaps", lambda: book(gap=False)),
    Case("filter, frozen, hidden, print area", lambda: book(_views)),
    Case("merged cells, title above", lambda: book(_merged, header_row=2, gap=False), header_row=2),
    Case("conditional formats, validation", lambda: book(_conditional)),
    Case("x14 validation", lambda: p.with_x14_validation(book(_conditional))),
    Case("sparkline", lambda: book(_sparkline)),
    Case("comments", lambda: book(_comments)),
    Case("threaded comment", lambda: p.with_threaded_comment(book(_comments))),
    Case("picture, chart, shape, button", lambda: book(_drawings)),
    Case(
        "chart beside the table",
        lambda: book(_chart_beside),
        placed="apart",
        why="occupied",
        first="R",
    ),
    Case("protected", lambda: book(_protected)),
    Case("rich text, links, array formula, errors", lambda: book(_rich)),
    Case("table", lambda: book(table(), gap=False), table="顾客"),
    Case("slicer", lambda: p.with_slicer(book(table())), table="顾客"),
    Case(
        "table with totals",
        lambda: book(table(totals=True)),
        placed="apart",
        why="totals_row",
        first="I",
    ),
    Case(
        "table from a query",
        lambda: p.with_query_table(p.with_connections(book(table()))),
        placed="apart",
        why="query_table",
        first="I",
    ),
    Case(
        "table of something else beside",
        lambda: book(_other_table),
        placed="apart",
        why="occupied",
        first="L",
    ),
    Case("two tables", lambda: book(_two_tables), placed="apart", why="several_tables", first="L"),
    Case(
        "cells beside the table", lambda: book(_beside), placed="apart", why="occupied", first="M"
    ),
    Case("styled empty cells, hidden columns", lambda: book(_styled_beyond)),
    Case("pivot", lambda: p.with_pivot(book())),
    Case("macro", lambda: p.with_macro(book())),
    Case("external link", lambda: p.with_external_link(book())),
    Case("connections", lambda: p.with_connections(book())),
    Case("customXml", lambda: p.with_custom_xml(book())),
    Case("printer settings", lambda: p.with_printer_settings(book())),
    Case("form control in AlternateContent", lambda: p.with_form_control(book())),
    Case("19-digit ids", lambda: long_ids(book())),
    Case("shared formula across the edge", lambda: shared_formula(book())),
    Case("no r, no dimension, no spans", lambda: without_references(book(gap=False))),
    Case("WPS", lambda: by_wps(book())),
    Case("Google", lambda: by_google(book())),
    Case("LibreOffice", lambda: by_libreoffice(book())),
    Case("Numbers", lambda: by_numbers(book())),
    Case("openpyxl", lambda: by_openpyxl(book(_views))),
    Case("line breaks, single quotes, comment", lambda: pretty(book())),
    Case("x: before every tag", lambda: p.prefixed(book(_views))),
    Case("strict", lambda: p.strict(book()), readers=False),
    Case("stored, not deflated", lambda: p.packed(p.parts(book()), 0)),
    Case("everything at once", _everything, table="顾客"),
    Case("comment among the rows", lambda: foreign_rows(book()), refused="odd_xml"),
    Case("UTF-16", lambda: in_utf16(book()), refused="odd_encoding"),
    Case("signed", lambda: signed(book()), refused="signed"),
)
