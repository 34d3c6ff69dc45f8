"""Workbooks."""

from __future__ import annotations

import random
import struct
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import ShopcrmError
from shopcrm.sources.opening.content import OLE, Content
from shopcrm.sources.opening.exact import exact_wholes
from shopcrm.sources.opening.workbooks import own_output
from tests.making import (
    DEAL,
    ORDER,
    examples,
    fates,
    kinds,
    order,
    raw_row,
    read,
    said,
    sheet_of,
    write_csv,
    write_raw_xlsx,
    write_xlsx,
)
from tests.sources.opening.locking import old_book

HEADER = ["订单编号", "买家会员名", "买家实际支付金额", "订单状态", "订单付款时间"]
CELLS = ["#2893000000000000123", "tb001", "#88.5", "交易成功", "2026-10-01 10:05:00"]


def key_of(path: Path, shop: str = "") -> str:
    with pytest.raises(ShopcrmError) as caught:
        read(path, shop=shop)
    return caught.value.key


def test_same_as_csv(tmp_path: Path) -> None:
    """An export says the same as a workbook and as a text file."""
    rows = [order(at, 买家会员名=nick) for at, nick in enumerate(["李", "0078123", "=tb88", "x,y"])]
    book = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    text = read(write_csv(tmp_path / "a.csv", rows))
    assert said(book.orders) == said(text.orders)


def test_long_numbers_exact(tmp_path: Path) -> None:
    """An order number of 19 digits that a program stored as a number is read to its last digit."""
    rows = [raw_row(1, HEADER), raw_row(2, CELLS), raw_row(3, ["#2893000000000000999", *CELLS[1:]])]
    inputs = read(write_raw_xlsx(tmp_path / "a.xlsx", rows))
    assert inputs.orders["order_no"].tolist() == ["2893000000000000123", "2893000000000000999"]
    assert inputs.orders["gross_fen"].tolist() == [8850, 8850]


@pytest.mark.parametrize("number", ["2.893E+18", "2893000000000000000", "2.8930000000000123E18"])
def test_digits_lost(tmp_path: Path, number: str) -> None:
    """An order number that Excel has rounded is refused, for it would be another one's."""
    rows = [raw_row(1, HEADER), raw_row(2, [f"#{number}", *CELLS[1:]]), raw_row(3, CELLS)]
    inputs = read(write_raw_xlsx(tmp_path / "a.xlsx", rows))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == ["digits_lost"]
    assert inputs.problems.table()["row"].tolist() == [2]


CELL = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.integers(10**14, 10**17).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.just(""),
)


@given(st.lists(st.lists(CELL, max_size=4), max_size=4), st.data())
@examples(100)
def test_exact_as_openpyxl(tmp_path: Path, rows: list[list[str]], data: st.DataObject) -> None:
    """Long numbers are those that openpyxl reads too, however the sheet spells its places."""
    named = data.draw(st.booleans())
    lines = []
    for at, row in enumerate(rows, start=1):
        places = [f' r="{chr(65 + column)}{at}"' if named else "" for column in range(len(row))]
        cells = [f"<v>{text}</v>" if text else "" for text in row]
        line = "".join(f"<c{place}>{one}</c>" for place, one in zip(places, cells, strict=True))
        lines.append(f'<row r="{at}">{line}</row>' if named else f"<row>{line}</row>")
    path = write_raw_xlsx(tmp_path / "a.xlsx", lines)
    book = openpyxl.load_workbook(path, read_only=True)
    wanted = {
        (at, column): value
        for at, row in enumerate(book["Sheet1"].iter_rows(values_only=True))
        for column, value in enumerate(row)
        if isinstance(value, int) and abs(value) >= 10**15 and str(abs(value))[15:].strip("0")
    }
    book.close()
    with path.open("rb") as file:
        assert exact_wholes(file, "Sheet1") == wanted


def test_exact_leaves_other_cells(tmp_path: Path) -> None:
    """Texts, booleans and a sheet that is not there have no numbers."""
    text = '<c r="A1" t="str"><v>2893000000000000123</v></c>'
    path = write_raw_xlsx(tmp_path / "a.xlsx", [f'<row r="1">{text}</row>'])
    with path.open("rb") as file:
        assert exact_wholes(file, "Sheet1") == {}
        assert exact_wholes(file, "Sheet2") == {}


def test_text_ids(tmp_path: Path) -> None:
    """Ids written as text keep their leading zeros, NA and null among them."""
    nicks = ["000121", "NA", "None", "1275927", "nul"]
    rows = [order(at, 买家会员名=nick) for at, nick in enumerate(nicks)]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", sheet_of(rows)))
    assert inputs.orders.sort_values("order")["buyer"].tolist() == nicks


def test_merged_across_is_one_cell(tmp_path: Path) -> None:
    """A block merged over several columns says its text once, and is no amount."""
    cells = sheet_of([DEAL, DEAL | {"客户ID": "tb002"}])
    cells += [["以上为九月的成交，请核对", *[None] * 5], [None] * 6, [None] * 6]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", cells, merges=[(3, 0, 5, 5)]))
    assert fates(inputs) == [(3, 2, 0, 1)]
    assert kinds(inputs) == ["no_customer"]


def test_blank_rows(tmp_path: Path) -> None:
    """Rows with nothing in them are no rows, and the others keep the numbers that Excel shows."""
    cells = sheet_of([order(1), order(2)])
    cells[2:2] = [[None] * 16, ["", " ", "\t"]]
    cells += [[None] * 16, [" "]]
    inputs = read(write_xlsx(tmp_path / "a.xlsx", [["订单"], [], *cells]))
    assert fates(inputs) == [(2, 2, 0, 0)]
    assert sorted(inputs.orders["row"]) == [4, 7]


def test_errors_and_formulas_without_value(tmp_path: Path) -> None:
    """A cell that Excel shows as an error says nothing, and the row is listed for it."""
    row = (
        raw_row(3, CELLS)
        .replace("<v>88.5</v>", "<v>#N/A</v>")
        .replace('<c r="C3">', '<c r="C3" t="e">')
    )
    inputs = read(write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS), row]))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == ["no_amount"]


def test_several_sheets(tmp_path: Path) -> None:
    """Each sheet is read as what it is; one that no layout knows is mentioned, an empty one not."""
    others = {"说明": [["本表每月更新", "请勿删除"]], "空": [], "登记": sheet_of([DEAL])}
    path = write_xlsx(tmp_path / "a.xlsx", sheet_of([ORDER]), sheet="订单", others=others)
    inputs = read(path)
    assert [one.file for one in inputs.files] == ["a.xlsx[订单]", "a.xlsx[登记]"]
    problems = inputs.problems.table()
    assert problems[["kind", "column"]].to_numpy().tolist() == [["sheet_skipped", "说明"]]


def test_chart_sheet(tmp_path: Path) -> None:
    """A sheet that is a chart does no harm."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("订单")
        for at, row in enumerate(sheet_of([order(1), order(2)])):
            for column, text in enumerate(row):
                page.write_string(at, column, text)
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=订单!$G$2:$G$3"})
        book.add_chartsheet("图").set_chart(chart)
    assert len(read(path).orders) == 2


def test_own_output(tmp_path: Path) -> None:
    """A workbook of ours is passed over with a note, and an owner's is not."""
    own = write_xlsx(tmp_path / "a.xlsx", sheet_of([ORDER]), author="shopcrm")
    theirs = write_xlsx(tmp_path / "b.xlsx", sheet_of([ORDER]), author="云眠家纺")
    inputs = read(own, theirs)
    assert [one.path for one in inputs.files] == [theirs]
    assert kinds(inputs) == ["own_output"]
    assert own_output(Content(own))
    assert not own_output(Content(theirs))
    assert key_of(own) == "nothing_to_read"


# What is refused


def test_encrypted_zip(tmp_path: Path) -> None:
    """An archive whose parts are flagged as encrypted says so."""
    path = write_xlsx(tmp_path / "a.xlsx", sheet_of([ORDER]))
    raw = bytearray(path.read_bytes())
    at = -1
    while (at := raw.find(b"PK\x01\x02", at + 1)) >= 0:
        raw[at + 8] |= 1
    path.write_bytes(raw)
    assert key_of(path) == "encrypted_kind"


def test_damaged(tmp_path: Path) -> None:
    """Wherever a workbook is cut or spoilt, it is read or refused, never a traceback."""
    whole = write_xlsx(tmp_path / "a.xlsx", sheet_of([order(at) for at in range(9)])).read_bytes()
    rng = random.Random(1)  # noqa: S311
    path = tmp_path / "b.xlsx"
    seen = set()
    for _ in range(60):
        raw = bytearray(whole)
        for _ in range(rng.choice((1, 9))):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(raw[: rng.choice((len(raw), rng.randrange(8, len(raw))))])
        try:
            read(path)
        except ShopcrmError as error:
            seen.add(error.key)
    assert "damaged" in seen


@pytest.mark.parametrize("junk", [OLE + bytes(2000), OLE[:8], b"PK\x03\x04", b"PK\x03\x04" * 300])
def test_no_workbook(tmp_path: Path, junk: bytes) -> None:
    """What only begins like a workbook is damaged."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(junk)
    assert key_of(path) == "damaged"


def test_other_archive(tmp_path: Path) -> None:
    """An archive that is no workbook is no table."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("photo.jpg", b"\xff\xd8\xff")
    assert key_of(path) == "not_a_table"


def test_other_document(tmp_path: Path) -> None:
    """A letter is no table, whatever it is called."""
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    assert key_of(path) == "not_a_table"


def test_binary_workbook(tmp_path: Path) -> None:
    """A workbook of the binary kind says what to do with it."""
    path = tmp_path / "a.xlsb"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.bin", b"x")
    assert key_of(path) == "binary_book"


def test_zip_bomb(tmp_path: Path) -> None:
    """A workbook that unpacks to more than the limit is refused before it is unpacked."""
    junk = {"xl/media/a.bin": bytes(3 << 20)}
    path = write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS)], junk)
    assert path.stat().st_size < 1 << 16
    assert key_of(path, "[limits]\nexpanded_mb = 2\n") == "zip_bomb"
    assert len(read(path, shop="[limits]\nexpanded_mb = 4\n").orders) == 1


def test_lying_size(tmp_path: Path) -> None:
    """A part that is larger than the archive says it is, is damage."""
    path = write_raw_xlsx(
        tmp_path / "a.xlsx",
        [raw_row(1, HEADER), raw_row(2, CELLS)],
        {"xl/sharedStrings.xml": b"<sst>" + b" " * (4 << 20) + b"</sst>"},
    )
    raw = path.read_bytes()
    told = struct.pack("<I", (4 << 20) + 11)
    assert raw.count(told) == 2
    path.write_bytes(raw.replace(told, struct.pack("<I", 900)))
    assert key_of(path, "[limits]\nexpanded_mb = 2\n") == "damaged"


FAR = {
    "corner": '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "corner without row number": '<row><c r="XFD1048576"><v>1</v></c></row>',
    "last row, column ZZ": '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>',
}


@pytest.mark.parametrize("far", FAR.values(), ids=list(FAR))
@pytest.mark.parametrize("first", [False, True])
def test_far_cell(tmp_path: Path, far: str, *, first: bool) -> None:
    """A single cell at the end of the world is refused before a dense table is made of it."""
    rows = [raw_row(1, HEADER), raw_row(2, CELLS)]
    path = write_raw_xlsx(tmp_path / "a.xlsx", [far, *rows] if first else [*rows, far])
    assert key_of(path) == "too_many_cells"


def test_far_row(tmp_path: Path) -> None:
    """A stray cell in the last row alone is read, as blank rows and a row of no use."""
    far = '<row r="30000"><c r="B30000" t="inlineStr"><is><t>x</t></is></c></row>'
    inputs = read(write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS), far]))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert inputs.problems.table()["row"].tolist() == [30000]


def test_wide_export_of_many_rows(tmp_path: Path) -> None:
    """The limit counts the columns there are: seventy of them are not seven hundred."""
    header = [*HEADER, *[f"列{at}" for at in range(70)]]
    path = write_xlsx(tmp_path / "a.xlsx", [header, ["1", "tb", 8, "交易成功", date(2026, 1, 2)]])
    assert len(read(path, shop="[limits]\ncells = 200\n").orders) == 1
    assert key_of(path, "[limits]\ncells = 140\n") == "too_many_cells"


def test_too_many_rows(tmp_path: Path) -> None:
    """A sheet of more rows than the limit is refused."""
    path = write_xlsx(tmp_path / "a.xlsx", sheet_of([order(at) for at in range(20)]))
    assert key_of(path, "[limits]\nrows = 10\n") == "too_many_cells"


def test_header_only(tmp_path: Path) -> None:
    """A sheet with a header and no row is told from an empty workbook."""
    assert key_of(write_xlsx(tmp_path / "a.xlsx", [list(ORDER)])) == "header_only"
    assert key_of(write_xlsx(tmp_path / "b.xlsx", [])) == "empty_file"


# Other kinds, and what they are called


@pytest.mark.parametrize("name", ["a.xlsm", "a.XLS", "a.csv", "订单"])
def test_called_otherwise(tmp_path: Path, name: str) -> None:
    """A workbook is what its bytes say, whatever it is called."""
    path = write_xlsx(tmp_path / "a.xlsx", sheet_of([order(1)])).rename(tmp_path / name)
    inputs = read(path)
    assert fates(inputs) == [(1, 1, 0, 0)]
    assert inputs.files[0].encoding == "xlsx"


def test_old_workbook(tmp_path: Path) -> None:
    """An .xls says the same as a text file."""
    rows = [order(at) for at in range(5)]
    path = tmp_path / "a.xls"
    path.write_bytes(old_book(sheet_of(rows)))
    inputs = read(path)
    assert said(inputs.orders) == said(read(write_csv(tmp_path / "a.csv", rows)).orders)
    assert inputs.files[0].encoding == "xls"


@pytest.mark.parametrize("reference", ["A1", "A1:B1", "A1:XFD1048576", "A1:A9999999"])
def test_wrong_dimensions(tmp_path: Path, reference: str) -> None:
    """What a sheet says of its size is not asked: all rows there are are read."""
    path = write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS)])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    told = f'<dimension ref="{reference}"/><sheetData>'.encode()
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<sheetData>", told)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert fates(read(path)) == [(1, 1, 0, 0)]


def test_blank_formatted_rows(tmp_path: Path) -> None:
    """Rows that only have a format are none, up to the end of the sheet."""
    blank = [f'<row r="{at}"><c r="A{at}" s="0"/><c r="E{at}" s="0"/></row>' for at in FORMATTED]
    rows = [raw_row(1, HEADER), raw_row(2, CELLS), *blank]
    inputs = read(write_raw_xlsx(tmp_path / "a.xlsx", rows))
    assert fates(inputs) == [(1, 1, 0, 0)]


FORMATTED = range(3, 60001)


# OpenDocument


def cell_of(value: object) -> str:
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value}"/>'
    if isinstance(value, float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    if value is None:
        return "<table:table-cell/>"
    return (
        f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
    )


def ods(path: Path, body: str, manifest: str = "") -> Path:
    content = (
        '<office:document-content xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x">'
        f'<office:body><office:spreadsheet><table:table table:name="表">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        told = (
            f'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{manifest}'
        )
        archive.writestr("META-INF/manifest.xml", f"{told}</m:manifest>")
        archive.writestr("content.xml", content)
    return path


def row_of(cells: list[object], repeated: int = 1) -> str:
    told = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    tail = '<table:table-cell table:number-columns-repeated="16000"/>'
    return f"<table:table-row{told}>{''.join(map(cell_of, cells))}{tail}</table:table-row>"


BLANK = row_of([], 1000000)


def test_ods(tmp_path: Path) -> None:
    """An .ods says the same as an .xlsx: text ids, dates, amounts, and blank rows to its end."""
    rows = [DEAL | {"客户ID": nick, "成交金额": 88.5} for nick in ("000121", "李雨薇")]
    cells = sheet_of(rows)
    plain = read(write_xlsx(tmp_path / "a.xlsx", cells))
    body = row_of(cells[0]) + row_of(cells[1]) + row_of([], 3) + row_of(cells[2]) + BLANK
    inputs = read(ods(tmp_path / "a.ods", body))
    assert inputs.orders["buyer"].tolist() == plain.orders["buyer"].tolist() == ["000121", "李雨薇"]
    for column in ("gross_fen", "paid"):
        assert inputs.orders[column].tolist() == plain.orders[column].tolist()
    assert inputs.orders["row"].tolist() == [2, 6]
    assert inputs.files[0].encoding == "ods"


def test_ods_long_numbers(tmp_path: Path) -> None:
    """An order number that the sheet holds as a number has been rounded, and is refused."""
    rows: list[list[object]] = [
        [*HEADER],
        [2.893e18, *CELLS[1:2], 88.5, *CELLS[3:]],
        ["2893000000000000123", *CELLS[1:]],
    ]
    rows[2][2] = 88.5
    inputs = read(ods(tmp_path / "a.ods", "".join(row_of(row) for row in rows)))
    assert kinds(inputs) == ["digits_lost"]
    assert inputs.orders["order_no"].tolist() == ["2893000000000000123"]


def test_ods_locked(tmp_path: Path) -> None:
    """An .ods with a password says so."""
    locked = "<m:file-entry><m:encryption-data/></m:file-entry>"
    assert key_of(ods(tmp_path / "a.ods", row_of(["x"]), locked)) == "encrypted_kind"


ODS_BOMBS = {
    "rows": row_of(["a", "b"], 10**8),
    "rows behind blank ones": row_of(["a"]) + row_of([], 10**12) + row_of(["b"]),
    "columns": '<table:table-row table:number-rows-repeated="99999"><table:table-cell '
    'table:number-columns-repeated="16000" office:value-type="float" office:value="1"/>'
    "</table:table-row>",
    "spaces": '<table:table-row><table:table-cell office:value-type="string"><text:p>'
    '<text:s text:c="99999999999"/></text:p></table:table-cell></table:table-row>',
    "no number": '<table:table-row table:number-rows-repeated="1e9">'
    "<table:table-cell office:value-type='float' office:value='1'/></table:table-row>",
}


@pytest.mark.parametrize("body", ODS_BOMBS.values(), ids=list(ODS_BOMBS))
def test_ods_bomb(tmp_path: Path, body: str) -> None:
    """A table that repeats itself without end is refused before room is made for it."""
    assert key_of(ods(tmp_path / "a.ods", row_of(list(HEADER)) + body)) == "too_many_cells"
