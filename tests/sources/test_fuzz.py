"""A small share of the fuzzing (``make fuzz``), and what the large one has found."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from shopcrm.errors import ShopcrmError
from tests.fuzz.check import judge
from tests.fuzz.mutate import case
from tests.making import DEAL, ITEM, fates, order, raw_row, read, text_of, write_csv, write_raw_xlsx

SEEDS = range(60)
_WHOLE_EACH = 20
HEADER = ["订单编号", "买家会员名", "买家实际支付金额", "订单状态", "订单付款时间"]
CELLS = ["#2893000000000000123", "tb001", "#88.5", "交易成功", "2026-10-01 10:05:00"]


@pytest.mark.parametrize("tens", range(0, len(SEEDS), 10))
def test_a_result_or_a_clear_error(tmp_path: Path, tens: int) -> None:
    """Changed files give a result whose rows add up, or one error that says what is wrong."""
    for seed in SEEDS[tens : tens + 10]:
        judge(case(seed, tmp_path), whole=seed % _WHOLE_EACH == 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_blank_line_under_the_header(tmp_path: Path, end: str) -> None:
    """Rows keep their numbers below a blank line, whichever way lines end."""
    header, *rows = text_of([order(1), order(2)], newline=end).split(end)
    (tmp_path / "a.csv").write_bytes(end.join([header, "", *rows]).encode("gb18030"))
    assert read(tmp_path / "a.csv").orders["row"].tolist() == [3, 4]


@pytest.mark.parametrize("block", ["A9:A12", "A9:C9", "B1048570:B1048576"])
def test_merged_below_all_cells(tmp_path: Path, block: str) -> None:
    """A merged block below the table merges nothing."""
    path = write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS)])
    merged = f'</sheetData><mergeCells count="1"><mergeCell ref="{block}"/></mergeCells>'
    changed(path, "xl/worksheets/sheet1.xml", b"</sheetData>", merged.encode())
    assert fates(read(path)) == [(1, 1, 0, 0)]


def test_long_numbers_beside_broken_relations(tmp_path: Path) -> None:
    """Where the XML leads to no sheet for certain, a number too long for a float is not used."""
    path = write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, CELLS)])
    changed(path, "_rels/.rels", b"<Relationships", b"<?xml version='9'?><Relationships")
    assert fates(read(path)) == [(1, 0, 0, 1)]


@pytest.mark.parametrize("name", ["a.csv", "xl/workbook.xml"])
def test_name_in_an_archive_that_is_no_text(tmp_path: Path, name: str) -> None:
    """An archive that spells a name in one way in its list and in another beside the entry."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("订" + name, text_of([order(1)]))
    raw = path.read_bytes().replace("订".encode(), b"\xff\xfe\xff", 1)
    path.write_bytes(raw)
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "damaged_archive"


@pytest.mark.parametrize("value", [2.3e19, 1e10])
def test_number_shown_as_a_duration(tmp_path: Path, value: float) -> None:
    """A number too large for the duration that its format says it is has a message of its own."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER)
        page.write_row(1, 0, CELLS)
        page.write_number(2, 0, value, book.add_format({"num_format": "[h]:mm:ss"}))
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "odd_duration"


def test_item_without_a_number_is_no_order(tmp_path: Path) -> None:
    """A row of an item export that names no order is listed, and no order is made of it."""
    items = [ITEM | {"买家会员名": "tb001"}, ITEM | {"主订单编号": "", "买家会员名": "tb002"}]
    inputs = read(write_csv(tmp_path / "a.csv", items))
    assert inputs.orders["row"].tolist() == [2]
    assert fates(inputs) == [(2, 1, 0, 1)]


@pytest.mark.parametrize("header", ["备注一", ""])
def test_one_header_a_thousand_times(tmp_path: Path, header: str) -> None:
    """An owner's column is kept under a name of its own; one that is blank throughout is none."""
    text = text_of([DEAL]).splitlines()
    path = tmp_path / "a.csv"
    cell = "x" if header else ""
    path.write_text(text[0] + f",{header}" * 1500 + "\n" + text[1] + f",{cell}" * 1500, "utf-8")
    cells = read(path).cells
    assert len(cells.columns) == len(DEAL) + (1500 if header else 0)
    assert cells.columns.is_unique


def test_more_columns_than_a_table_has(tmp_path: Path) -> None:
    """More headers than ``limits.columns`` are refused; blank columns on the right are none."""
    wide = write_csv(tmp_path / "a.csv", [order(1) | {f"x{at}": "" for at in range(2000)}])
    with pytest.raises(ShopcrmError) as caught:
        read(wide)
    assert caught.value.key == "too_many_cells"
    lines = text_of([order(1)]).splitlines()
    (tmp_path / "b.csv").write_text("\n".join(line + "," * 5000 for line in lines), "utf-8")
    assert fates(read(tmp_path / "b.csv")) == [(1, 1, 0, 0)]


@pytest.mark.parametrize("spelt", [' r="ZZZZZ2"', ' r="zzzzz2"', " r = 'ZZZZZ2'"])
def test_cell_beyond_all_columns(tmp_path: Path, spelt: str) -> None:
    """A cell in a column of four letters and more is refused before room is made for it."""
    row = raw_row(2, CELLS).replace(' r="B2"', spelt)
    path = write_raw_xlsx(tmp_path / "a.xlsx", [raw_row(1, HEADER), row])
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "too_many_cells"


def test_stray_cell_in_the_last_row(tmp_path: Path) -> None:
    """A cell in Excel's last row, far below a small table, is refused; a long table is not."""
    rows = [raw_row(1, HEADER), raw_row(2, CELLS)]
    path = write_raw_xlsx(tmp_path / "a.xlsx", [*rows, raw_row(1_048_576, ["x"])])
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "too_many_cells"
    assert fates(read(write_raw_xlsx(path, [*rows, raw_row(2_000, ["x"])]))) == [(2, 1, 0, 1)]


def test_header_without_an_end(tmp_path: Path) -> None:
    """A header longer than what is looked at is refused, and its rest not read as rows."""
    header, row = text_of([order(1)]).splitlines()
    path = tmp_path / "a.csv"
    path.write_text(header + ("," + "长" * 40_000) * 5 + "\n" + row + "\n", "utf-8")
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.key == "too_many_cells"


def test_header_in_a_message(tmp_path: Path) -> None:
    """A header in a message is short, and nothing in it steers a terminal."""
    path = tmp_path / "a.csv"
    path.write_text("身高\x1b[31m,体重" + "长" * 40_000 + "\n1,2\n", "utf-8")
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    header = str(caught.value.values["header"])
    assert "\x1b" not in header
    assert len(header) < 100


def changed(path: Path, part: str, old: bytes, new: bytes) -> None:
    """Replace bytes in a part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new, 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
