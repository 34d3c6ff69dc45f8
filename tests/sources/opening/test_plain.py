"""Plainly written workbooks, which are not read by calamine cell by cell."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError
from shopcrm.policy import load_policy
from shopcrm.sources.opening.content import Content
from shopcrm.sources.opening.grid import Cells, Grid, Words
from shopcrm.sources.opening.plain_book import PlainBook
from shopcrm.sources.opening.workbooks import read_workbook
from tests.making import at as moment
from tests.making import examples, write_raw_xlsx

POLICY = load_policy(None)
SMALL = "shopcrm.sources.opening.plain_book._PIECE"


def first_told(records: list[list[Any]]) -> int | None:
    """Take the first row with a text for the header."""
    texts = [any(isinstance(cell, str) for cell in row) for row in records]
    return texts.index(True) if any(texts) else None


def spelt(cells: Cells) -> tuple[Any, ...]:
    """Return all that a column is, types and signs of zero included."""
    distinct = [(type(value).__name__, repr(value)) for value in cells.distinct[:]]
    return cells.codes.tolist(), cells.codes.dtype, isinstance(cells.distinct, Words), distinct


def said(grid: Grid | None) -> Any:
    if grid is None:
        return None
    columns = [spelt(grid.column(at)) for at in range(len(grid.header))]
    covered = {at: flags.tolist() for at, flags in grid.covered.items()}
    return grid.encoding, grid.header_row, grid.header, grid.rows.tolist(), columns, covered


def told(path: Path) -> Any:
    """Return all sheets of a file, or the error's key; and what the header was looked for in."""
    tops: list[Any] = []

    def finder(records: list[list[Any]]) -> int | None:
        tops.append([[(type(cell).__name__, repr(cell)) for cell in row] for row in records])
        return first_told(records)

    try:
        found = read_workbook(Content(path), finder, POLICY)
        return [(name, said(grid)) for name, grid in found], tops
    except InputError as error:
        return error.key


def both_ways(path: Path, piece: int = 1 << 21) -> bool:
    """Hold that a file is the same to both readers; return whether the plain one read it."""
    plain = []
    sheets = PlainBook.sheets

    def watched(book: PlainBook) -> Any:
        plain.append(sheets(book))
        return plain[-1]

    with patch(SMALL, piece), patch.object(PlainBook, "sheets", watched):
        quick = told(path)
    with patch.object(PlainBook, "take", lambda *_: False):
        assert quick == told(path)
    return bool(plain) and plain[0] is not None


# The law

WORDS = st.one_of(
    st.sampled_from(["订单编号", "000121", "NA", " 左", "右\t", "a\nb", "a\rb", "&<>\"'", "&amp;"]),
    st.sampled_from(["_x000D_", "_x005F_x0041_", "_xD83D_", "a_x", "\u3000", "\xa0x\xa0", "", " "]),
    st.sampled_from(["2893000000000000123", "1", "TRUE", "2026-01-02", "😀", "𠮷", "</t>", "]]>"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
)
NUMBERS = st.one_of(
    st.integers(-9, 9),
    st.integers(0, 10**17),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.0, -0.0, 1e300, 1e-300, 88.5, 2**53, 10**15, 1234567890123456]),
)
MOMENTS = st.one_of(
    st.datetimes(moment(1900, 3, 1), moment(9999, 12, 31)),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(40)),
)
CELLS = st.one_of(st.none(), WORDS, NUMBERS, st.booleans(), MOMENTS)
ROWS = st.lists(
    st.one_of(st.lists(CELLS, max_size=6), st.lists(WORDS, max_size=6), st.just([])), max_size=8
)
FORMATS = [
    *({}, {"bold": True}, {"num_format": "0.00"}, {"num_format": "yyyy-mm-dd hh:mm"}),
    *({"num_format": 'm"月"d"日"'}, {"num_format": "[h]:mm"}, {"num_format": 31}),
]


def put(page: Any, at: int, column: int, cell: Any, form: Any, data: st.DataObject) -> None:
    """Write a cell in one of the ways that XlsxWriter has for it."""
    if isinstance(cell, str) and data.draw(st.integers(0, 5)) == 0:
        page.write_formula(at, column, "=1+1", form, cell)
    elif form and isinstance(cell, str) and cell.strip() and data.draw(st.integers(0, 9)) == 0:
        page.write_rich_string(at, column, form, "a", form, cell)
    elif isinstance(cell, str):
        page.write_string(at, column, cell, form)
    elif cell is None:
        page.write_blank(at, column, None, form)
    elif isinstance(cell, (bool, int, float)) and data.draw(st.integers(0, 5)) == 0:
        values = [cell, "#N/A", "#DIV/0!", 0]
        page.write_formula(at, column, "=A1", form, data.draw(st.sampled_from(values)))
    else:
        page.write(at, column, cell, form)


@given(st.lists(ROWS, min_size=1, max_size=2), st.data())
@examples(40)
def test_xlsxwriter(tmp_path: Path, sheets: list[list[list[Any]]], data: st.DataObject) -> None:
    """Whatever XlsxWriter writes is the same to both readers."""
    path = tmp_path / "a.xlsx"
    options = {
        "constant_memory": data.draw(st.booleans()),
        "date_1904": data.draw(st.booleans()),
        "default_date_format": data.draw(st.sampled_from(["yyyy-mm-dd", "hh:mm:ss", "[h]:mm"])),
    }
    with xlsxwriter.Workbook(path, options) as book:
        forms = [book.add_format(one) for one in FORMATS]
        for rows in sheets:
            page = book.add_worksheet()
            if data.draw(st.booleans()):
                page.merge_range(0, 0, 0, 4, "", forms[1])
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    put(page, at, column, cell, data.draw(st.sampled_from([None, *forms])), data)
            if data.draw(st.integers(0, 9)) == 0:
                page.merge_range(1, 0, 3, 0, "x", forms[1])
    both_ways(path, data.draw(st.sampled_from([1 << 21, 700])))


UNFIT = ("_xD83D_",)
"""What openpyxl does not take."""


@given(st.lists(ROWS, min_size=1, max_size=2))
@examples(30)
def test_openpyxl(tmp_path: Path, sheets: list[list[list[Any]]]) -> None:
    """Whatever openpyxl writes is the same to both readers."""
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for rows in sheets:
        page = book.create_sheet()
        for row in rows:
            page.append([cell if cell not in UNFIT else None for cell in row])
    book.save(path)
    assert both_ways(path)


PLACED = st.sampled_from(["A", "B", "C", "Z", "AA", "AZ", "ZZ", "AAA"])
VALUES = st.sampled_from(
    [
        *("0", "1", "12", "1.50", "-3", "1E5", "1e-7", "45000", "45000.5", "0.25", "-1", "3000000"),
        *("2893000000000000123", " 2893000000000000123", "2893000000000000000", "9007199254740993"),
        *("abc", "", " ", "1 ", "+1", ".5", "1.", "inf", "nan", "0x1", "1_0", "1e999", "a&amp;b"),
        *("&#20080;", "&#x4e70;", "&bad;", "#N/A", "#DIV/0!", "#WRONG", "2026-10-01", "a\r\nb"),
        *("2026-10-01T10:05:00", "PT1H", "买家", " 买 ", "_x000D_", "a>b", "true", "</v", "<x/>"),
    ]
)
ATTRIBUTES = st.sampled_from(
    [
        *("", ' s="0"', ' s="1"', ' s="2"', ' s="9"', ' t="n"', ' t="s"', ' t="str"', ' t="b"'),
        *(' t="e"', ' t="d"', ' s="1" t="n"', ' t="n" s="1"', ' cm="1"', ' t="inlineStr"'),
        *(' t="inlineStr" s="2"', ' t="odd"', ' s="x"', " s='1'", "  s='1'", ' x:y="1"', " bare"),
    ]
)
SHAPES = st.sampled_from(
    [
        *["<v>{}</v>"] * 4,
        *["<is><t>{}</t></is>"] * 2,
        '<is><t xml:space="preserve">{}</t></is>',
        *("<f>A1&lt;2</f><v>{}</v>", '<f t="shared" si="0"/><v>{}</v>', "<f/><v>{}</v>"),
        *("<f>1</f>", "<v/>", "<v></v>", "<is><t/></is>", "<is></is>", "<is/>", ""),
        *(
            "<v>{}</v><f>1</f>",
            "<is><r><t>{}</t></r></is>",
            "<is><t>{}</t><rPh><t>x</t></rPh></is>",
        ),
        *("\n<v>{}</v>\n", "<v>\n{}</v>", "<!-- x --><v>{}</v>", "<v><![CDATA[{}]]></v>", "<x/>"),
    ]
)


@st.composite
def raw_rows(draw: st.DrawFn) -> list[str]:
    """Return rows of XML in which nearly nothing is as it should be."""
    tidy = draw(st.booleans())  # nearly all cells are plain, so that whole sheets can be
    attributes = st.sampled_from(["", ' s="1"', ' t="str"', ' t="b"']) if tidy else ATTRIBUTES
    shapes = st.sampled_from(["<v>{}</v>", "<f>1</f><v>{}</v>", "<f/><v>{}</v>", "\n<v>{}</v>\n"])
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 5))):
        number += draw(st.sampled_from([1, 1, 1, 2, 9] if tidy else [1, 1, 1, 2, 0]))
        cells = ""
        for letters in sorted(draw(st.sets(PLACED, max_size=4)), key=lambda one: (len(one), one)):
            said = draw(attributes)
            inner = draw(shapes if tidy else SHAPES).format(draw(VALUES))
            if said == ' s="1"' and draw(st.booleans()):
                cells += f'<c r="{letters}{number}"{said}/>'
            else:
                cells += f'<c r="{letters}{number}"{said}>{inner}</c>'
        space = draw(st.sampled_from(["", "\n", "\r\n", ' spans="1:3" ht="15"']))
        said, line = (space, "") if "=" in space else ("", space)
        rows.append(f'<row r="{number}"{said}>{line}{cells}</row>')
        rows.append(draw(st.sampled_from(["", "", "\n", f'<row r="{number + 1}"/>'])))
        number += "/>" in rows[-1]
    return rows


STYLES = b"""<styleSheet><numFmts count="1">
<numFmt numFmtId="170" formatCode="yyyy&quot;\xe5\xb9\xb4&quot;m"/></numFmts>
<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="2"/></cellXfs>
</styleSheet>"""
STRINGS = (
    *("<si><t>买家</t></si>", "<si><t>1</t></si>", "<si><t>a</t><phoneticPr fontId='1'/></si>"),
    *("<si><t>&amp;</t></si>", "<si><t> 左</t></si>", '<si><t xml:space="preserve"> x</t></si>'),
    *("<si><t/></si>", "<si><r><t>a</t></r><r><t>b</t></r></si>", "<si><t>&odd;</t></si>", "<si/>"),
    *("<si><t>买家</t></si>", "\n<si>\n<t>x</t></si>", "<si><t>x</t><rPh><t>y</t></rPh></si>"),
)


@given(raw_rows(), st.lists(st.sampled_from(STRINGS), max_size=14), st.sampled_from([1 << 21, 60]))
@examples(160)
def test_raw_rows(tmp_path: Path, rows: list[str], strings: list[str], piece: int) -> None:
    """However rows and strings are spelt, both readers say the same, errors included."""
    extra = {"xl/styles.xml": STYLES}
    if strings:
        table = f'<?xml version="1.0"?>\n<sst count="9">{"".join(strings)}</sst>'
        extra["xl/sharedStrings.xml"] = table.encode()
    both_ways(write_raw_xlsx(tmp_path / "a.xlsx", rows, extra), piece)


# What is plain, and what is not

HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>买家</t></is></c></row>'


def body(cells: str, number: int = 2) -> list[str]:
    return [HEADER, f'<row r="{number}">{cells}</row>']


PLAIN = {
    "inline": body('<c r="A2" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>'),
    "number": body('<c r="A2" s="1"><v>45000</v></c><c r="B2"><v>2893000000000000123</v></c>'),
    "formula": body('<c r="A2" t="str"><f>A1&amp;"x"</f><v>买家x</v></c>'),
    "lines": [HEADER + "\n", '<row r="2" ht="15">\n<c r="A2" t="n"><v>1.0</v></c></row>\r\n'],
    "gap": body('<c r="C9"><v>1</v></c>', 9),
    "blank": body('<c r="A2" s="1"/><c r="B2"></c>'),
    "long beside odd": [
        *body('<c r="A2"><v>+1e20</v></c><c r="B2"><v>1234567890123456</v></c>'),
        '<row r="3"><c r="B3"><v>+1</v></c></row>',
    ],
}
AWKWARD = {
    "no places": body("<c><v>1</v></c>"),
    "small letters": body('<c r="a2"><v>1</v></c>'),
    "quotes": body("<c r='A2'><v>1</v></c>"),
    "another row's place": body('<c r="A3"><v>1</v></c>'),
    "not ascending": body('<c r="B2"><v>1</v></c><c r="A2"><v>2</v></c>'),
    "twice": body('<c r="A2"><v>1</v></c><c r="A2"><v>2</v></c>'),
    "rows twice": [HEADER, *body('<c r="A2"><v>1</v></c>')],
    "prefixed": body('<x:c r="A2"><v>1</v></x:c>'),
    "comment": body('<c r="A2"><v>1</v></c><!-- <c r="B2"><v>1</v></c> -->'),
    "CDATA": body('<c r="A2" t="str"><v><![CDATA[x]]></v></c>'),
    "runs": body('<c r="A2" t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r></is></c>'),
    "entity": body('<c r="A2" t="str"><v>&odd;</v></c>'),
    "digits as entities": body('<c r="A2"><v>&#50;893000000000000123</v></c>'),
    "not UTF-8": body('<c r="A2" t="str"><v>\udcff</v></c>'),
    "unknown type": body('<c r="A2" t="x"><v>1</v></c>'),
    "unclosed": body('<c r="A2"><v>1</v>'),
    "other tag": body('<c r="A2"><v>1</v><extLst/></c>'),
    "last cell blank": body('<c r="A2" t="str"><v></v></c>'),
}


def raw(path: Path, rows: list[str]) -> Path:
    """Write rows that need not be text."""
    write_raw_xlsx(path, ["ROWS"], {"xl/styles.xml": STYLES})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    inner = "".join(rows).encode("utf-8", "surrogateescape")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"ROWS", inner))
    return path


@pytest.mark.parametrize("rows", PLAIN.values(), ids=list(PLAIN))
def test_plain(tmp_path: Path, rows: list[str]) -> None:
    """What all writers write is read without the full reader, to the same effect."""
    assert both_ways(raw(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize("rows", AWKWARD.values(), ids=list(AWKWARD))
def test_awkward(tmp_path: Path, rows: list[str]) -> None:
    """What only a full reader can know is left to it."""
    assert not both_ways(raw(tmp_path / "a.xlsx", rows))


def test_merged_rows(tmp_path: Path) -> None:
    """A block merged over rows is left to the full reader, one in a title is not."""
    for last, plain in ((0, True), (2, False)):
        path = tmp_path / f"{last}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet()
            page.merge_range(last and 1, 0, last, 2, "订单")
            page.write_row(3, 0, ["a", "b", "c"])
        assert both_ways(path) is plain


def test_strings_of_excel(tmp_path: Path) -> None:
    """Shared strings are read at once, also where Excel adds how they are sorted."""
    strings = '<sst><si><t>买家</t><phoneticPr fontId="1" type="noConversion"/></si></sst>'
    extra = {"xl/sharedStrings.xml": strings.encode()}
    rows = [f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in (1, 2)]
    assert both_ways(write_raw_xlsx(tmp_path / "a.xlsx", rows, extra))
    rows[1] = rows[1].replace("<v>0", "<v>1")
    assert told(write_raw_xlsx(tmp_path / "b.xlsx", rows, extra)) == "damaged"


@pytest.mark.parametrize("part", ["sharedStrings.xml", "xl/more/sharedStrings.xml"])
def test_strings_elsewhere(tmp_path: Path, part: str) -> None:
    """Shared strings are those that the full reader takes, not any part of such a name."""
    rows = ['<row r="1"><c r="A1" t="s"><v>0</v></c></row>']
    extra = {part: b"<sst><si><t>x</t></si></sst>"}
    assert not both_ways(write_raw_xlsx(tmp_path / "a.xlsx", rows, extra))


def test_sheets_apart(tmp_path: Path) -> None:
    """Charts, hidden sheets, empty ones and pictures do no harm, and keep their order."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=订单!$A$2:$A$3"})
        book.add_chartsheet("图").set_chart(chart)
        page = book.add_worksheet("订单")
        page.write_column(0, 0, ["数", 1, 2])
        page.hide()
        page.set_row(1, None, None, {"hidden": True})
    assert both_ways(path)
    assert [name for name, _ in told(path)[0]] == ["空", "图", "订单"]


def test_lies_about_a_plain_part(tmp_path: Path) -> None:
    """A plain sheet that is longer or other than the archive says is damaged, as ever."""
    rows = [HEADER.replace("1", str(number)) for number in range(1, 400)]
    path = write_raw_xlsx(tmp_path / "a.xlsx", rows)
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    for number in (entry.CRC, entry.file_size):
        spelt_so = number.to_bytes(4, "little")
        path.write_bytes(whole.replace(spelt_so, (number - 1).to_bytes(4, "little")))
        assert told(path) == "damaged"
