"""A register of another kind of file as a new workbook: every cell in its place, with its type."""

from __future__ import annotations

import datetime as dt
import io
from itertools import zip_longest
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.enriched import Refused
from shopcrm.outputs.new_register import Sheet, new_workbook, sheet_names
from shopcrm.sources.opening.grid import Cells, encode
from shopcrm.sources.opening.whole import Whole
from tests.making import at, examples

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=9),
    st.datetimes(at(1900, 3, 1), at(9999, 12, 31)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


def whole(rows: list[list[Any]], above: int = 0, merges: Any = (), *, typed: bool = True) -> Whole:
    columns = [encode(list(column)) for column in zip(*rows[above + 1 :], strict=True)]
    return Whole(rows[:above], rows[above], columns, merges, typed)


def cells(data: bytes, sheet: str = "登记") -> list[list[Any]]:
    """Return the values of a sheet as openpyxl reads them."""
    rows = openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows(values_only=True)
    return [list(row) for row in rows]


def same(read: object, written: object) -> bool:
    """Tell whether a value came back: Excel keeps times in fractions of a day."""
    if isinstance(read, dt.datetime) and isinstance(written, dt.datetime):
        return abs(read - written) < dt.timedelta(seconds=1)
    if isinstance(read, bool) or isinstance(written, bool):
        return read is written
    return read == written


@examples(20)
@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=5))
def test_every_cell_comes_back(rows: list[list[Any]]) -> None:
    """Whatever a column mixes, each cell is there with its type, below titles and header."""
    titles: list[list[Any]] = [["客户登记", None, None], [None, 2026, None]]
    columns = []
    for column in zip(*rows, strict=True):
        codes = np.arange(len(rows), dtype=np.int32)
        columns.append(Cells(codes, list(column)))
    given_ = Whole(titles, ["甲", None, "丙"], columns, (), typed=True)
    read = cells(new_workbook([Sheet("登记", given_, {})]))
    wanted: list[list[Any]] = [*titles, ["甲", None, "丙"], *rows]
    for found, written in zip_longest(read, wanted, fillvalue=[None] * 3):  # blank ones at the end
        assert all(map(same, found, written)), (found, written)


def test_merged_cells_and_the_rest() -> None:
    """Merged cells stay merged with their values; the header stays in view and has a filter."""
    rows: list[list[Any]] = [
        ["登记", None],
        ["客户", "金额"],
        ["阿兰", 5],
        [None, 6],
        ["小云", dt.time(3, 4, 5)],
    ]
    merges = [((0, 0), (0, 1)), ((2, 0), (3, 0)), ((3, 0), (4, 0))]
    data = new_workbook([Sheet("登记", whole(rows, 1, merges), {})])
    sheet = openpyxl.load_workbook(io.BytesIO(data))["登记"]
    assert sorted(map(str, sheet.merged_cells.ranges)) == ["A1:B1", "A3:A4"]  # the third overlaps
    assert [sheet["A1"].value, sheet["A3"].value, sheet["B4"].value] == ["登记", "阿兰", 6]
    assert sheet["B5"].value == dt.time(3, 4, 5)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:B5")


def test_what_excel_cannot_hold_is_text() -> None:
    """Numbers of more digits than Excel keeps and days before its calendar lose nothing."""
    rows: list[list[Any]] = [
        ["a", "b"],
        [6955123412341234567, dt.date(1890, 5, 6)],
        [5, dt.date(2026, 11, 1)],
    ]
    read = cells(new_workbook([Sheet("登记", whole(rows), {})]))
    assert read[1] == ["6955123412341234567", "1890-05-06"]
    assert read[2] == [5, at(2026, 11, 1)]


def test_long_whole_numbers_are_shown() -> None:
    """A phone that is a number is shown with all its digits."""
    data = new_workbook([Sheet("登记", whole([["电话"], [13800138000.0]]), {})])
    assert openpyxl.load_workbook(io.BytesIO(data))["登记"]["A2"].number_format == "0"


def test_texts_by_their_fields() -> None:
    """In a text file the layout's fields say what is an id; others speak for themselves."""
    rows = [["客户", "金额", "几"], ["100", "88.50", "7"], ["200", "待定", "8"]]
    sheet = Sheet("登记", whole(rows, typed=False), {0: "id", 1: "money"})
    assert cells(new_workbook([sheet]))[1:] == [["100", 88.5, 7], ["200", "待定", 8]]


def test_it_is_not_taken_for_a_result_of_ours() -> None:
    """The copy is a register: it must be read again, so it does not name this program's author."""
    data = new_workbook([Sheet("登记", whole([["客户"], ["甲"]]), {})])
    assert openpyxl.load_workbook(io.BytesIO(data)).properties.creator != "shopcrm"


@pytest.mark.parametrize(
    ("rows", "width", "key"), [(1 << 20, 1, "too_long"), (1, 16385, "no_room")]
)
def test_more_than_a_sheet_holds(rows: int, width: int, key: str) -> None:
    """A register larger than Excel's sheets is refused."""
    column = Cells(np.zeros(rows, np.int32), ["甲"])
    large = Whole([], ["x"] * width, [column] * width, (), typed=True)
    with pytest.raises(Refused) as refused:
        new_workbook([Sheet("登记", large, {})])
    assert refused.value.key == key


@given(st.lists(st.text(max_size=40), max_size=6))
def test_names_of_sheets(wanted: list[str]) -> None:
    """Excel takes every name: no sign it forbids, 31 characters, none twice in any case."""
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert not any(name.startswith("'") or name.endswith("'") for name in names)
