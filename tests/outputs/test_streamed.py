"""Columns in, valid sheet part out."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import math
import re
import shutil
import subprocess
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from shopcrm.outputs import packing, streamed
from shopcrm.outputs.cell_xml import tails
from shopcrm.outputs.column_cells import cells_of
from shopcrm.outputs.streamed import Column, StreamedWorkbook, StreamedWorksheet
from tests.making import examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from shopcrm.outputs.cell_xml import Kind

NUMBER_FORMATS = {"date": "yyyy-mm-dd", "datetime": "yyyy-mm-dd hh:mm:ss", "money": "0.00"}
NASTY = (
    *("=1+1", "+1", "-1", "@SUM(A1)", "{=1}", "http://a.b", "001", "NA", "6955123412341234567"),
    *(
        "_x0041_",
        "_x0041_x0042_",
        "_x0041\x01",
        "\x00_x",
        "a\r\nb",
        "\t",
        " ",
        " a",
        "a ",
        "|",
        "%s %d",
    ),
    *("<&>'\"", "]]>", "\ufffe\uffff", "\ud800", "\udc00\ud83d", "é" * 40_000, "a" + "😀" * 20_000),
    "".join(map(chr, range(32))),
)
MARCH_1900 = dt.datetime.fromisoformat("1900-03-01")
INT64 = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats(allow_subnormal=False)
SOME_FLOAT = st.none() | st.floats(-1e300, 1e300, allow_subnormal=False)
ANY_TEXT = st.one_of(
    st.none(), st.sampled_from(NASTY), st.text(st.characters(exclude_categories=()))
)
CLEAN_TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="_", codec="utf-8"),
    max_size=20,
)


def book(
    *columns: tuple[pd.Series, Kind], chunk: int = 3, options: Any = None, packed: bool = False
) -> io.BytesIO:
    """Return a workbook of a header and the streamed columns, written ``chunk`` rows at a time."""
    file = io.BytesIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        (StreamedWorkbook if packed else xlsxwriter.Workbook)(
            file, {"in_memory": True, **(options or {})}
        ) as workbook,
    ):
        patch.setattr(streamed, "CHUNK_ROWS", chunk)
        sheet = workbook.add_worksheet("表", worksheet_class=StreamedWorksheet)
        sheet.write_row(0, 0, [f"h{number}" for number in range(len(columns))])
        sheet.stream(1, [Column(values, kind, style(workbook, kind)) for values, kind in columns])
    return file


def style(workbook: Any, kind: str) -> Any:
    pattern = NUMBER_FORMATS.get(kind)
    return workbook.add_format({"num_format": pattern}) if pattern else None


def opened(file: io.BytesIO) -> Worksheet:
    sheet = openpyxl.load_workbook(file).active
    assert sheet is not None
    return sheet


def by_openpyxl(file: io.BytesIO, rows: int) -> list[list[Any]]:
    """Return the columns below the header, Excel's escapes undone."""
    cells = [[cell.value for cell in row] for row in opened(file).iter_rows(2, rows + 1)]
    columns = [list(column) for column in zip(*cells, strict=True)]
    return [[undone(value) for value in column] for column in columns]


def by_calamine(file: io.BytesIO, rows: int) -> list[list[Any]]:
    cells = (
        CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue()))
        .get_sheet_by_index(0)
        .to_python()[1:]
    )
    columns = [list(column) for column in zip(*cells, strict=True)] or [[]] * 7
    return [
        [None if v == "" else v for v in column] + [None] * (rows - len(cells))
        for column in columns
    ]


def undone(value: Any) -> Any:
    """Return what Excel shows for a text that is in the file."""
    escape = re.compile("_x([0-9A-Fa-f]{4})_")
    return escape.sub(lambda it: chr(int(it[1], 16)), value) if isinstance(value, str) else value


def repaired(text: str | None) -> str | None:
    """Return the text by the stated rule: no lone surrogates, 32,767 units, none for empty."""
    whole = re.sub("[\ud800-\udfff]", "\ufffd", text or "")
    while len(whole.encode("utf-16-le")) > 2 * 32_767:
        whole = whole[:-1] if len(whole) <= 32_767 else whole[:32_767]
    return whole or None


def same(read: Any, meant: Any) -> bool:
    """Whether a cell read is what was meant; a reader may know a time to the millisecond."""
    if isinstance(meant, dt.datetime):
        if type(read) is dt.date:
            read = dt.datetime.combine(read, dt.time())
        return isinstance(read, dt.datetime) and abs(read - meant) <= dt.timedelta(milliseconds=1)
    return bool(read == meant) and isinstance(read, str) == isinstance(meant, str)


def stamps(first: str, last: str = "9999-12-31T23:59:59") -> st.SearchStrategy[dt.datetime | None]:
    return st.none() | st.datetimes(*map(dt.datetime.fromisoformat, (first, last)))


TIMES = stamps("1900-03-01")


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[pd.Series, Kind, list[Any]]]:
    """Draw columns of every kind, with what a reader should give back."""
    rows = draw(st.integers(1, 7))

    def some(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    texts, whole, fen = some(ANY_TEXT), some(st.none() | INT64), some(INT64)
    numbers, rates = some(FLOAT | st.none()), some(st.floats(-1, 1))
    unit = draw(st.sampled_from(["s", "ms", "us", "ns"]))
    last = "2262-04-11" if unit == "ns" else "9999-12-31"
    days, times = some(stamps("1700-01-01", last)), some(stamps("0001-01-01"))
    storable = not any(text and re.search("[\ud800-\udfff]", text) for text in texts)
    return [
        (pd.Series(texts, dtype="str" if storable else object), "text", list(map(repaired, texts))),
        (pd.Series(whole, dtype="Int64"), "whole", list(map(whole_read, whole))),
        (pd.Series(fen, dtype="int64"), "money", [float(f"{each}e-2") for each in fen]),
        (pd.Series(numbers, dtype="float64"), "number", list(map(number_read, numbers))),
        (pd.Series(rates, dtype="float64"), "percent", rates),
        (pd.Series(days, dtype=f"datetime64[{unit}]"), "date", list(map(date_read, days))),
        (pd.Series(times, dtype="datetime64[us]"), "datetime", list(map(time_read, times))),
    ]


def whole_read(value: int | None) -> int | str | None:
    return value if value is None or abs(value) < 10**15 else str(value)


def number_read(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def date_read(value: dt.datetime | None) -> dt.datetime | str | None:
    day = value and value.replace(hour=0, minute=0, second=0, microsecond=0)
    return day.date().isoformat() if day and day < MARCH_1900 else day


def time_read(value: dt.datetime | None) -> dt.datetime | str | None:
    early = value is not None and value < MARCH_1900
    return str(np.datetime_as_string(np.datetime64(value), unit="auto")) if early else value


@examples(60)
@given(tables(), st.booleans())
def test_what_is_streamed_is_read_back(
    table: list[tuple[pd.Series, Kind, list[Any]]],
    packed: bool,  # noqa: FBT001  # drawn
) -> None:
    """Every value of every kind comes back through openpyxl and calamine, by the stated rules."""
    file = book(*((values, kind) for values, kind, _ in table), packed=packed)
    rows = len(table[0][0])
    for read, (_, kind, meant) in zip(by_openpyxl(file, rows), table, strict=True):
        assert all(map(same, read, meant)), (kind, read, meant)
    for read, (_, kind, meant) in zip(by_calamine(file, rows), table, strict=True):
        assert all(map(same, read, map(left_by_calamine, meant))), (kind, read, meant)


FEW = pd.Series(["甲", None, "", "乙", "甲", " 丙", "甲"], dtype="category")


@examples(15)
@given(tables(), st.data())
def test_rows_are_taken_in_any_order(
    table: list[tuple[pd.Series, Kind, list[Any]]], data: st.DataObject
) -> None:
    """With ``rows`` a sheet is the one of the values in that order, -1 being a missing one."""
    rows = np.array(data.draw(st.lists(st.integers(-1, len(table[0][0]) - 1), max_size=9)), int)
    parts = []
    for before_it in (True, False):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as workbook:
            sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
            columns = []
            for values, kind, _ in [*table, (FEW, "text", [])]:
                whole = values.astype("Int64") if values.dtype == "int64" else values
                before = whole.reindex(rows).reset_index(drop=True)
                columns.append(
                    Column(before, kind) if before_it else Column(whole, kind, rows=rows)
                )
            sheet.stream(0, columns)
        parts.append(part(file))
    assert parts[0] == parts[1]


def test_nothing_of_a_workbook_in_memory_is_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of a workbook that is written to memory wait there, however many they are."""
    monkeypatch.delattr(streamed, "SpooledTemporaryFile")
    file = io.BytesIO()
    with StreamedWorkbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        sheet.stream(0, [Column(pd.Series(range(200_000)) ** 2, "whole")])
        assert sheet.room is io.BytesIO
    assert zipfile.ZipFile(file).testzip() is None


def test_nasty_texts_are_read_back() -> None:
    """Each text that needs care comes back, also where nothing else in its chunk needs any."""
    meant = list(map(repaired, NASTY))
    file = book((pd.Series(NASTY, dtype=object), "text"), chunk=1)
    assert by_openpyxl(file, len(NASTY)) == [meant]
    assert by_calamine(file, len(NASTY)) == [list(map(left_by_calamine, meant))]


def test_every_character_is_written_so_that_it_is_read() -> None:
    """Whatever the character, in a text between others or alone, XML gives it back."""
    for shape in ("a%sb", "%s"):
        texts = [shape % chr(code) for code in (*range(0x11000), *range(0x1F600, 0x1F650))]
        made = tails("text", cells_of("text", pd.Series(texts, dtype=object)))
        root = ET.fromstring("<r>" + "".join(f"<c{tail}" for tail in made if tail) + "</r>")  # noqa: S314
        read = [undone(element.text) for element in root.iterfind(".//t")]
        assert read == [repaired(text) for text in texts]


def left_by_calamine(meant: Any) -> Any:
    if not isinstance(meant, str):
        return meant
    return meant.replace("\ufffe", "_xFFFE_").replace("\uffff", "_xFFFF_")


@examples(30)
@given(st.lists(st.tuples(CLEAN_TEXT, st.integers(-(10**14), 10**14), SOME_FLOAT, TIMES)))
def test_xlsxwriter_writes_the_same(
    rows: list[tuple[str, int, float | None, dt.datetime | None]],
) -> None:
    """Plain XlsxWriter gives the same values, types, number formats, references and extent."""
    texts, fens, values, times = ([row[n] for row in rows] for n in range(4))
    ours = book(
        (pd.Series(texts, dtype="str"), "text"),
        (pd.Series(fens, dtype="int64"), "money"),
        (pd.Series(values, dtype="float64"), "number"),
        (pd.Series(times, dtype="datetime64[us]"), "datetime"),
    )
    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        money, time = style(workbook, "money"), style(workbook, "datetime")
        sheet.write_row(0, 0, ["h0", "h1", "h2", "h3"])
        for number, (text, fen, value, stamp) in enumerate(rows, 1):
            if text:
                sheet.write_string(number, 0, text)
            sheet.write_number(number, 1, fen / 100, money)
            if value is not None:
                sheet.write_number(number, 2, value)
            if stamp:
                sheet.write_datetime(number, 3, stamp, time)
            else:
                sheet.write_blank(number, 3, None, time)
    left, right = opened(ours), opened(plain)
    assert left.calculate_dimension() == right.calculate_dimension()
    for our_row, their_row in zip(left.iter_rows(), right.iter_rows(), strict=True):
        for our, their in zip(our_row, their_row, strict=True):
            for name in ("coordinate", "data_type", "number_format"):
                assert getattr(our, name) == getattr(their, name)
            if isinstance(our.value, float):  # XlsxWriter writes 16 digits where 17 may be needed
                assert our.value == pytest.approx(their.value, rel=1e-15)
            else:
                assert same(our.value, their.value)


def part(file: io.BytesIO, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(file).read(name).decode()


def cells(file: io.BytesIO) -> dict[str, str]:
    """Return the raw cells below the header: reference to the rest of the cell."""
    return dict(re.findall(r'<c r="([A-Z]+(?!1")\d+)"(.*?(?:/>|</c>))', part(file)))


def test_every_row_and_cell_is_numbered() -> None:
    """Rows and cells have their references, in order, across chunks; the dimension covers all."""
    numbers = pd.Series([1.5, np.nan, 2.5, np.nan, 3.5, 4.5, 5.5, 6.5])
    file = book((numbers, "number"), (numbers.fillna(0), "number"), chunk=3)
    root = ET.fromstring(part(file))  # noqa: S314  # our own file
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    rows = root.findall("x:sheetData/x:row", space)
    assert [row.get("r") for row in rows] == [str(number) for number in range(1, 10)]
    for row in rows:
        columns = [str(cell.get("r")).removesuffix(str(row.get("r"))) for cell in row]
        assert columns in (["A", "B"], ["B"])
    assert root.findall("x:dimension", space)[0].get("ref") == "A1:B9"


@pytest.mark.parametrize(
    ("values", "kind", "meant"),
    [
        (
            pd.Series([12345, -5, 0, -12300, 7]),
            "money",
            ["123.45", "-0.05", "0.00", "-123.00", "0.07"],
        ),
        (
            pd.Series([2**63 - 1, -(2**63)]),
            "money",
            ["92233720368547758.07", "-92233720368547758.08"],
        ),
        (pd.Series([10**15 - 1, -(10**15) + 1]), "whole", ["999999999999999", "-999999999999999"]),
        (pd.Series([0.1, 1e300, 1 / 3]), "number", ["0.1", "1e+300", "0.3333333333333333"]),
        (pd.Series(["1900-03-01", "9999-12-31"], dtype="M8[s]"), "date", ["61", "2958465"]),
        (pd.Series(["2024-01-01 12:00"], dtype="M8[ns]"), "datetime", ["45292.5"]),
        (pd.Series([3], dtype="uint8"), "percent", ["3"]),
    ],
)
def test_numbers_are_exact(values: pd.Series, kind: Kind, meant: list[str]) -> None:
    """Money has all its fen and a float all its digits; a date is Excel's serial."""
    raw = cells(book((values, kind)))
    assert [re.sub(".*<v>|</v>.*", "", cell) for cell in raw.values()] == meant
    assert not any("t=" in cell for cell in raw.values())


@pytest.mark.parametrize(
    ("values", "kind", "meant"),
    [
        (pd.Series([10**15, -(10**15), 1]), "whole", ["1000000000000000", "-1000000000000000", 1]),
        (pd.Series(["1900-02-28"], dtype="M8[us]"), "date", ["1900-02-28"]),
        (pd.Series(["1899-12-31 23:30"], dtype="M8[us]"), "datetime", ["1899-12-31T23:30"]),
        (pd.Series([np.datetime64("12024-01-01", "s")]), "date", ["12024-01-01"]),
        (pd.Series(["b", "a", None], dtype="category"), "text", ["b", "a", None]),
        (pd.Series([1, "x", None, 2.5], dtype=object), "text", ["1", "x", None, "2.5"]),
    ],
)
def test_what_excel_cannot_hold_is_text(values: pd.Series, kind: Kind, meant: list[Any]) -> None:
    """A number of more than 15 digits and a day outside Excel's calendar are kept as text."""
    assert by_openpyxl(book((values, kind)), len(values)) == [meant]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://a")'])
@pytest.mark.parametrize("dtype", ["str", "object"])
def test_text_is_never_a_formula(text: str, dtype: str) -> None:
    """What begins like a formula is a string for every reader, and no formula or link is made."""
    file = book((pd.Series([text, "x"], dtype=dtype), "text"))
    cell = opened(file)["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert by_calamine(file, 2) == [[text, "x"]]
    assert "<f" not in part(file)
    assert "hyperlink" not in part(file)


def test_columns_put_together_of_several_are_written() -> None:
    """Rows come out whole and in order where pandas keeps a column in several arrays."""
    halves = [pd.Series(["a", None, "&"], dtype="str"), pd.Series(["b", "c"], dtype="str")]
    texts = pd.concat(halves, ignore_index=True)
    sizes = pd.concat([texts.str.len().astype("Int64"), pd.Series([7], dtype="Int64")])
    texts = pd.concat([texts, pd.Series(["", "d"], dtype="str")], ignore_index=True)
    assert type(pa.array(texts)) is pa.ChunkedArray
    for chunk in (2, 100):
        file = book((texts.iloc[:6], "text"), (sizes, "whole"), chunk=chunk)
        read = by_openpyxl(file, 6)
        assert read == [["a", None, "&", "b", "c", None], [1, None, 1, 1, 1, 7]]


def test_missing_values_keep_the_style_only() -> None:
    """A missing value has no cell, or an empty one where the column has a format."""
    nothing = pd.Series([None, None, None], dtype="Int64")
    file = book((pd.Series([np.nan, np.inf, -np.inf]), "number"), (nothing, "money"))
    assert cells(file) == {"B2": ' s="1"/>', "B3": ' s="1"/>', "B4": ' s="1"/>'}


@pytest.mark.parametrize("same", [True, False])
def test_missing_values_have_no_cell_where_the_column_has_the_look(*, same: bool) -> None:
    """With the format of ``set_column`` a missing value needs no cell; with another it does."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        yellow, white = (
            workbook.add_format({"bg_color": colour}) for colour in ("yellow", "white")
        )
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        sheet.set_column(0, 0, 20, yellow)
        gaps = pd.Series(["x", None, ""], dtype="str")
        sheet.stream(0, [Column(gaps, "text", yellow if same else white)])
    assert re.findall(r'<c r="(\w+)"', part(file)) == (["A1"] if same else ["A1", "A2", "A3"])
    assert '<col min="1" max="1" width="20.7109375" style="1"' in part(file)


MIXED: list[Any] = [
    *("5", 5, 2.5, True, None, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 13, 30)),  # noqa: DTZ001
    *(
        np.nan,
        "=1+1",
        False,
        2**70,
        6955123412341234567,
        pd.Timestamp("2024-02-29"),
        dt.time(9, 30),
    ),
    *(
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        np.int64(7),
        np.float64(0.5),
        np.bool_(1),
        "",
        pd.NaT,
    ),
    *(-1, math.inf, dt.date(1899, 1, 1)),
]
MIXED_READ: list[Any] = [
    *("5", 5, 2.5, True, None, dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 13, 30)),  # noqa: DTZ001
    *(None, "=1+1", False, str(2**70), "6955123412341234567", dt.date(2024, 2, 29), "09:30:00"),
    *("2024-01-01 00:00:00+00:00", 7, 0.5, True, None, None, -1, None, "1899-01-01"),
]


@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_mixed_cells_keep_their_types(chunk: int) -> None:
    """Numbers, texts, dates and truth values in one column are each read back as what they are."""
    file = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch, StreamedWorkbook(file) as workbook:
        patch.setattr(streamed, "CHUNK_ROWS", chunk)
        look, day = (workbook.add_format({"num_format": it}) for it in ("General", "yyyy-mm-dd"))
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        formats: dict[Kind, Any] = {"date": day, "datetime": day}
        sheet.stream(0, [Column(pd.Series(MIXED, dtype=object), "mixed", look, formats)])
    cells = [row[0] for row in opened(file).iter_rows()]
    for cell, meant in zip(cells, MIXED_READ, strict=True):
        expected = meant
        if type(meant) is dt.date:
            expected = dt.datetime.combine(meant, dt.time())
        assert cell.value == expected
        assert isinstance(cell.value, bool) == isinstance(meant, bool)
        assert cell.is_date == isinstance(meant, dt.date)
    read = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0)
    assert [None if row[0] == "" else row[0] for row in read.to_python()] == MIXED_READ


def test_set_column_gives_the_format() -> None:
    """Without a format of its own a column has that of ``set_column``, as a normal cell has."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        sheet.set_column(0, 0, 20, workbook.add_format({"num_format": "0.000"}))
        sheet.stream(0, [Column(pd.Series([1, 2]), "whole")])
        sheet.set_column(1, 1, 30)  # beside what is streamed
    assert opened(file)["A2"].number_format == "0.000"
    assert opened(file).column_dimensions["B"].width > 30
    assert '<dimension ref="A1:A2"/>' in part(file)


def test_everything_else_of_the_sheet_works(tmp_path: Path) -> None:
    """Table, freeze, filter, validation, conditional format, comments, print set-up stay."""
    path = tmp_path / "all.xlsx"
    with StreamedWorkbook(path) as workbook:
        sheet = workbook.add_worksheet("客户", worksheet_class=StreamedWorksheet)
        sheet.write(0, 0, "标题", workbook.add_format({"bold": True}))
        header = [{"header": "客户"}, {"header": "金额"}, {"header": "记"}]
        assert sheet.add_table("A3:C10", {"columns": header, "name": "customers"}) == 0
        sheet.freeze_panes(3, 1)
        sheet.set_column(0, 0, 30)
        sheet.data_validation(3, 2, 9, 2, {"validate": "list", "source": ["是", "否"]})
        sheet.conditional_format(3, 1, 9, 1, {"type": "data_bar"})
        sheet.write_comment(2, 0, "above")
        sheet.stream(
            3,
            [
                Column(pd.Series(list("abcdefg")), "text"),
                Column(pd.Series(range(7)) * 100, "money"),
                Column(pd.Series([None] * 7, dtype="str"), "text"),
            ],
        )
        sheet.write_comment(4, 1, "inside")
        sheet.repeat_rows(2)
        sheet.print_area(0, 0, 9, 2)
        sheet.set_landscape()
        chart = workbook.add_chart({"type": "column"})
        chart.add_series({"values": ["客户", 3, 1, 9, 1]})
        sheet.insert_chart("E3", chart)
        other = workbook.add_worksheet("别", worksheet_class=StreamedWorksheet)
        other.autofilter(0, 0, 2, 0)
        other.write(0, 0, "h")
        other.stream(1, [Column(pd.Series(["x", "y"]), "text")])
    loaded = openpyxl.load_workbook(path)
    read = loaded["客户"]
    table = read.tables["customers"]
    assert (table.ref, table.autoFilter.ref) == ("A3:C10", "A3:C10")
    assert [column.name for column in table.tableColumns] == ["客户", "金额", "记"]
    assert [cell.value for cell in read[3]] == ["客户", "金额", "记"]
    assert [cell.value for cell in read[10]] == ["g", 6, None]
    assert (read["A1"].value, read["A1"].font.b, read.freeze_panes) == ("标题", True, "B4")
    assert str(read.data_validations.dataValidation[0].sqref) == "C4:C10"
    assert [str(each.sqref) for each in read.conditional_formatting] == ["B4:B10"]
    assert [read[cell].comment.text for cell in ("A3", "B5")] == ["above", "inside"]
    assert (read.print_title_rows, read.page_setup.orientation) == ("$3:$3", "landscape")
    assert loaded["别"].auto_filter.ref == "A1:A3"
    assert [cell.value for cell in loaded["别"]["A"]] == ["h", "x", "y"]


@pytest.mark.parametrize(
    "options",
    [
        {"data": [["a", 1], ["b", 2], ["c", 3]]},
        {"columns": [{}, {"formula": "=1+1"}]},
        {"columns": [{"total_string": "Σ"}, {}], "total_row": True},
        {"header_row": False, "name": "x"},
        {"autofilter": False},
        {},
    ],
)
@pytest.mark.parametrize("where", ["A2:B5", "A2:B3", "A2:B2", "B5:A2", "B2:A5"])
def test_tables_are_as_xlsxwriter_makes_them(options: dict[str, Any], where: str) -> None:
    """Where nothing is streamed a Table and its cells are just those of a plain worksheet."""
    parts = []
    for worksheet in (None, StreamedWorksheet):
        file = io.BytesIO()
        with xlsxwriter.Workbook(file) as workbook:
            sheet = workbook.add_worksheet(worksheet_class=worksheet)
            if where == "A2:B2" and options.get("header_row", True):
                with pytest.warns(UserWarning, match="at least one data row"):
                    sheet.add_table(where, options)
            else:
                sheet.add_table(where, options)
        names = [
            name for name in zipfile.ZipFile(file).namelist() if "sheet1" in name or "table" in name
        ]
        parts.append({name: part(file, name) for name in names})
    assert parts[0] == parts[1]


@pytest.mark.slow
def test_libreoffice_reads_the_same(tmp_path: Path) -> None:
    """LibreOffice's CSV of a streamed sheet is the data."""
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    texts = ["=1+1", "张三 & <b>", " 空 ", '引"号,', "多\n行", "\x01_x0041_", "6955123412341234567"]
    mixed = ["007", 7, True, None, 0.5, dt.date(2024, 2, 29), "𠮷😀￥"]
    with StreamedWorkbook(tmp_path / "lo.xlsx") as workbook:
        sheet = workbook.add_worksheet("a", worksheet_class=StreamedWorksheet)
        sheet.add_table(0, 0, 7, 4)
        day = style(workbook, "date")
        sheet.stream(
            1,
            [
                Column(pd.Series(texts), "text"),
                Column(pd.Series([12345, -5, 0, 1, 100, 10**14, 7]), "money"),
                Column(pd.Series([2**63 - 1, None, 1, 2, 3, 4, 5], dtype="Int64"), "whole"),
                Column(pd.Series(["2024-02-29"] * 7, dtype="M8[s]"), "date", day),
                Column(pd.Series(mixed, dtype=object), "mixed", formats={"date": day}),
            ],
        )
    profile = (tmp_path / "profile").as_uri()
    to_csv = ["--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", str(tmp_path)]
    subprocess.run(
        [
            soffice,
            f"-env:UserInstallation={profile}",
            "--headless",
            *to_csv,
            str(tmp_path / "lo.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    with (tmp_path / "lo.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    read = [list(column) for column in zip(*rows, strict=True)]
    assert read[0] == texts
    assert read[1] == ["123.45", "-0.05", "0", "0.01", "1", "1000000000000", "0.07"]
    assert read[2] == ["9223372036854775807", "", "1", "2", "3", "4", "5"]
    assert read[3] == ["2024-02-29"] * 7
    assert read[4] == ["007", "7", "TRUE", "", "0.5", "2024-02-29", "𠮷😀￥"]


ONE = [Column(pd.Series([1]), "whole")]


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda s: (s.stream(1, ONE), s.stream(5, ONE)), "once"),
        (lambda s: (s.stream(1, ONE), s.write(1, 9, "lost")), "row 2 is not free"),
        (lambda s: (s.write(7, 0, "lost"), s.stream(1, ONE)), "row 8 is not free"),
        (lambda s: (s.stream(1, ONE), s.set_row(5, 30)), "row 6 is not free"),
        (lambda s: (s.set_row(5, 30), s.stream(1, ONE)), "row 6 is not free"),
        (lambda s: (s.stream(1, ONE), s.set_column("A:C", 30)), "set_column comes first"),
        (lambda s: (s.stream(1, ONE), s.set_column_pixels(3, 0, 30)), "set_column comes first"),
        (lambda s: (s.stream(1, ONE), s.merge_range("A2:B2", "x")), "row 2 is not free"),
        (lambda s: (s.add_table("A1:A9", {"total_row": True, "columns": [{"total_string": "Σ"}]}),
                    s.stream(1, ONE)), "row 9 is not free"),
        (lambda s: s.stream(1_048_576, ONE), "not on a sheet"),
        (lambda s: s.stream(-1, ONE), "not on a sheet"),
        (lambda s: s.stream(0, ONE * 16_385), "not on a sheet"),
        (lambda s: s.stream(0, []), "one length"),
        (lambda s: s.stream(0, [*ONE, Column(pd.Series([1, 2]), "whole")]), "one length"),
        (lambda s: s.stream(0, [Column(pd.Series([1.5]), "money")]), "float64, which money"),
        (lambda s: s.stream(0, [Column(pd.Series(["1"]), "number")]), "str, which number"),
        (lambda s: s.stream(0, [Column(pd.Series([1]), "date")]), "int64, which date"),
        (lambda s: s.stream(0, [Column(pd.Series([], dtype="datetime64[us, UTC]"), "date")]),
         "UTC.*which date"),
    ],
)  # fmt: skip
def test_misuse_is_refused(misuse: Callable[[Any], object], message: str) -> None:
    """What could not be written whole and right is refused at the call that asks for it."""
    sheet = xlsxwriter.Workbook(io.BytesIO()).add_worksheet(worksheet_class=StreamedWorksheet)
    with pytest.raises(ValueError, match=message):
        misuse(sheet)


@pytest.mark.parametrize("option", ["constant_memory", "date_1904"])
def test_wrong_workbooks_are_refused(option: str) -> None:
    """XlsxWriter's own streaming and the 1904 calendar would lose or move what is streamed."""
    with pytest.raises(ValueError, match=option):
        book((pd.Series([1]), "whole"), options={"in_memory": False, option: True})


@pytest.mark.parametrize("first_row", [0, 1, 9])
def test_no_rows_are_a_valid_sheet(first_row: int) -> None:
    """An empty table leaves the normal cells as they are."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        if first_row:
            sheet.write(0, 0, "h")
        sheet.stream(first_row, [Column(pd.Series([], dtype="str"), "text")])
    assert [cell.value for cell in opened(file)["A"]] == ["h" if first_row else None]


def test_memory_does_not_grow_with_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times the rows need no more memory to write, Python's or Arrow's, Table included."""
    # Whether two pieces are there at a time is a matter of threads, and not measured here.
    monkeypatch.setattr(packing, "_SMALL", 1 << 30)

    def peak(rows: int) -> tuple[int, int]:
        columns = [
            Column(pd.Series(range(rows)), "whole"),
            Column(pd.Series(["a"] * rows, dtype="str"), "text"),
            Column(pd.Series([0.5] * rows), "number"),
        ]
        usual = pa.default_memory_pool()
        counted = pa.proxy_memory_pool(usual)
        pa.set_memory_pool(counted)
        tracemalloc.start()
        try:
            with StreamedWorkbook(tmp_path / "m.xlsx") as workbook:
                sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
                sheet.add_table(0, 0, rows, 2)
                sheet.stream(1, columns)
            return tracemalloc.get_traced_memory()[1], counted.max_memory()
        finally:
            tracemalloc.stop()
            pa.set_memory_pool(usual)

    peak(10)
    few, many = peak(3 * streamed.CHUNK_ROWS), peak(12 * streamed.CHUNK_ROWS)
    assert 0 < many[0] < 1.2 * few[0]
    assert 0 < many[1] < 1.2 * few[1]


@pytest.mark.parametrize("in_memory", [False, True])
def test_packing_changes_no_part(tmp_path: Path, *, in_memory: bool) -> None:
    """A streamed workbook has the parts of a plain one, in its order, and twice the same bytes."""
    names, parts, files = [], [], []
    for number, kind in enumerate((xlsxwriter.Workbook, StreamedWorkbook, StreamedWorkbook)):
        target: Any = io.BytesIO() if in_memory else tmp_path / f"{number}.xlsx"
        with kind(target, {"in_memory": in_memory}) as workbook:
            workbook.set_properties({"created": MARCH_1900})
            workbook.add_chartsheet()  # which is not numbered among the sheets
            workbook.add_worksheet("plain").write(0, 0, "x")
            money = workbook.add_format({"num_format": "0.00"})
            for name in ("首", "次"):
                sheet = workbook.add_worksheet(name, worksheet_class=StreamedWorksheet)
                sheet.write(0, 0, f"题 {name}")
                sheet.freeze_panes(1, 0)
                sheet.stream(1, [Column(pd.Series(range(20_000)) ** 2, "money", money)])
        file = target if in_memory else io.BytesIO(target.read_bytes())
        files.append(file.getvalue())
        with zipfile.ZipFile(file) as packed:
            assert packed.testzip() is None
            names.append(packed.namelist())
            parts.append({name: packed.read(name) for name in names[-1]})
    assert names[0] == names[1]
    assert parts[0] == parts[1]
    assert len(files[1]) < 1.1 * len(files[0])
    assert files[1] == files[2]


def test_xlsxwriter_is_left_as_it_was(tmp_path: Path) -> None:
    """Also when a workbook cannot be written, the next one is packed by its own class."""
    before = xlsxwriter.workbook.ZipFile
    with pytest.raises(xlsxwriter.exceptions.FileCreateError):
        StreamedWorkbook(tmp_path / "no" / "folder.xlsx").close()
    assert xlsxwriter.workbook.ZipFile is before


def test_a_failure_while_packing_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails in the packing thread, as on a full disk, fails the writing of the workbook."""
    full = OSError(errno.ENOSPC, "no space left")
    monkeypatch.setattr(packing, "_compressor", lambda: _Broken(full))
    with pytest.raises(xlsxwriter.exceptions.FileCreateError) as error:
        StreamedWorkbook(tmp_path / "full.xlsx").close()
    assert error.value.args == (full,)


class _Broken:
    def __init__(self, error: OSError) -> None:
        self._error = error

    def compress(self, _: object) -> bytes:
        raise self._error

    def flush(self) -> bytes:
        return b""


@pytest.mark.parametrize("limit", [2**31 - 1, 200_000])
def test_long_parts_are_announced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """A sheet beyond what a plain zip entry holds is marked so, and no other."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", limit)
    with StreamedWorkbook(tmp_path / "z.xlsx") as workbook:
        sheet = workbook.add_worksheet(worksheet_class=StreamedWorksheet)
        sheet.stream(0, [Column(pd.Series(range(20_000)), "whole")])
    with zipfile.ZipFile(tmp_path / "z.xlsx") as packed:
        marked = {info.filename for info in packed.infolist() if info.extract_version >= 45}
        assert packed.testzip() is None
    assert marked == ({"xl/worksheets/sheet1.xml"} if limit < 2**31 - 1 else set())
    read = CalamineWorkbook.from_path(tmp_path / "z.xlsx").get_sheet_by_index(0).to_python()
    assert [row[0] for row in read] == list(range(20_000))


def test_xlsxwriter_still_has_what_we_rely_on() -> None:
    """These are not XlsxWriter's public interface: look at streamed.py when one is gone."""
    sheet = xlsxwriter.Workbook(io.BytesIO()).add_worksheet()
    sheet.write(2, 1, "x")
    sheet.set_row(4, 30)
    sheet.set_column(0, 0, 9)
    sheet.add_table("A8:B10")
    assert (sheet.dim_rowmin, sheet.dim_rowmax) == (2, 7)
    assert {row for row in sheet.table if sheet.table[row]} == {2, 7}
    assert list(sheet.row_info) == [4]
    assert hasattr(sheet.col_info[0], "column_format")
    assert [sheet.tables[0][key] for key in ("range", "a_range", "autofilter")] == ["A8:B10"] * 3
    assert (sheet.xls_rowmax, sheet.xls_colmax) == (1_048_576, 16_384)
    assert not sheet.constant_memory
    assert not sheet.date_1904
    assert not sheet.is_chartsheet
    names: Sequence[str] = ("_write_rows", "_check_dimensions", "_write_sheet_data", "fh")
    assert [name for name in names if not hasattr(sheet, name)] == []
    called: list[str] = []
    sheet._write_rows = lambda: called.append("rows")  # noqa: SLF001
    sheet.fh = io.StringIO()
    sheet._write_sheet_data()  # noqa: SLF001
    assert called == ["rows"]
    assert sheet.fh.getvalue() == "<sheetData></sheetData>"
    assert hasattr(xlsxwriter.format.Format(), "_get_xf_index")
    assert "_store_workbook" in vars(xlsxwriter.workbook.Workbook)
