"""Where the columns stand, what grows with them, and what happens when the owner changes things."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from shopcrm.errors import OutputError
from shopcrm.outputs.enriched import REASONS, Enriched, NewColumn, Refused, column_of, enrich
from shopcrm.outputs.enriched.columns import Kind
from tests.outputs.enriched import parts as p
from tests.outputs.enriched.books import SHEET, Add, book, signed, table
from tests.outputs.enriched.lossless import faults
from tests.outputs.enriched.test_laws import held


def texts(*headers: str, rows: Sequence[int] = range(2, 10)) -> list[NewColumn]:
    """Return a column of texts for each header."""
    return [
        column_of(
            header, pd.Series([f"{header}{row}" for row in rows], list(rows), dtype="str"), "text"
        )
        for header in headers
    ]


def run(
    before: bytes, folder: Path, columns: list[NewColumn], row: int = 1
) -> tuple[bytes, Enriched]:
    done = enrich(before, folder / "new.xlsx", SHEET, row, columns, force=True)
    return (folder / "new.xlsx").read_bytes(), done


def part(data: bytes, name: str = p.SHEET) -> str:
    return p.parts(data)[name].decode()


def marked(*places: str) -> Add:
    """Return what makes columns in these places ours: header, three cells and the mark."""

    def add(workbook: Any, sheet: Any) -> None:
        for number, column in enumerate(places, 1):
            name = f"'{SHEET}'!_shopcrm_column_{number}"
            workbook.define_name(name, f"='{SHEET}'!${column}$1:${column}$9")
            for row in range(1, 5):
                sheet.write_string(f"{column}{row}", f"旧{number}")

    return add


def together(*adds: Add) -> Add:
    def add(workbook: Any, sheet: Any) -> None:
        for each in adds:
            each(workbook, sheet)

    return add


def cell(place: str, value: str) -> Add:
    return lambda _, sheet: sheet.write(place, value)


def test_filter_and_printed_area_grow(tmp_path: Path) -> None:
    """The sheet's filter, its hidden name and the printed area reach to the new columns."""

    def add(_: Any, sheet: Any) -> None:
        sheet.autofilter("A1:G9")
        sheet.print_area("A1:G9")

    once, _ = run(book(add), tmp_path, texts("甲", "乙"))
    assert '<autoFilter ref="A1:I9"' in part(once)
    names = re.findall(r'name="_xlnm\.(\w+)".*?>([^<]*)<', part(once, p.BOOK))
    assert dict(names) == {
        "_FilterDatabase": f"'{SHEET}'!$A$1:$I$9",
        "Print_Area": f"'{SHEET}'!$A$1:$I$9",
    }
    assert '<dimension ref="A1:I9"/>' in part(once)


def test_what_ends_elsewhere_does_not_grow(tmp_path: Path) -> None:
    """A filter or printed area of some of the table's columns stays as it is."""

    def add(_: Any, sheet: Any) -> None:
        sheet.autofilter("A1:C9")
        sheet.print_area("A1:E9")

    once, _ = run(book(add), tmp_path, texts("甲"))
    assert '<autoFilter ref="A1:C9"' in part(once)
    assert f"'{SHEET}'!$A$1:$E$9" in part(once, p.BOOK)


def test_a_table_grows_and_its_headers_are_unique(tmp_path: Path) -> None:
    """A Table gets columns with new ids; a header it has already gets a number."""
    once, done = run(book(table()), tmp_path, texts("备注", "标签"))
    assert done.headers == ("备注2", "标签")
    sheet = openpyxl.load_workbook(io.BytesIO(once))[SHEET]
    found = sheet.tables["顾客"]
    assert (found.ref, found.autoFilter.ref) == ("A1:I9", "A1:I9")
    assert [(each.id, each.name) for each in found.tableColumns[-2:]] == [(8, "备注2"), (9, "标签")]
    assert [sheet["H1"].value, sheet["I1"].value] == ["备注2", "标签"]


@pytest.mark.parametrize("more", [None, table()])
@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_columns(more: Add | None, count: int, tmp_path: Path) -> None:
    """With more or fewer columns than before the sheet is as if there had been no first run."""
    before, others = book(more, gap=False), texts("子", "丑", "寅")[:count]
    once, _ = run(before, tmp_path, texts("甲", "乙"))
    fresh, _ = run(before, tmp_path, others)
    twice, done = run(once, tmp_path, others)
    assert (done.placed, done.replaced) == ("beside", 2)
    assert held(twice) == held(fresh)
    assert faults(twice, p.SHEET) == []
    for name in ("xl/tables/table1.xml", p.BOOK):
        assert p.parts(twice).get(name) == p.parts(fresh).get(name)


def test_a_column_between_ours_stays(tmp_path: Path) -> None:
    """A column that the owner put between ours stays there, and ours keep their places."""
    before = book(together(marked("H", "J"), cell("I1", "手记"), cell("I2", "送礼")))
    once, done = run(before, tmp_path, texts("甲", "乙"))
    assert (done.placed, done.columns) == ("again", ("H", "J"))
    values = held(once)
    assert [values[1, column] for column in (8, 10)] == ["甲", "乙"]
    assert [values[row, 9] for row in (1, 2)] == [held(before)[row, 9] for row in (1, 2)]


def test_our_columns_may_be_moved(tmp_path: Path) -> None:
    """Columns of ours that the owner moved, also in another order, are filled where they are."""
    once, done = run(book(marked("K", "I")), tmp_path, texts("甲", "乙"))
    assert done.columns == ("K", "I")
    assert (held(once)[2, 11], held(once)[2, 9]) == ("甲2", "乙2")


def test_sums_below_our_columns_stay(tmp_path: Path) -> None:
    """What the owner wrote below our columns stays, and formulas stay everywhere."""

    def add(_: Any, sheet: Any) -> None:
        sheet.write_formula("H5", "=1+1", None, 2)
        sheet.write_formula("H10", "=SUM(H2:H9)", None, 3)
        sheet.write_string("H11", "合计")

    before = book(together(marked("H"), add))
    once, done = run(before, tmp_path, texts("甲", rows=(2, 3)))
    assert done.placed == "again"
    assert "<f>SUM(H2:H9)</f>" in part(once)
    assert "<f>1+1</f>" in part(once)
    assert held(once)[11, 8] == p_text(before, "合计")
    assert (4, 8) not in held(once)


def p_text(data: bytes, text: str) -> str:
    """Return the number of a shared string."""
    found = re.findall(r"<si><t[^>]*>(.*?)</t></si>", part(data, "xl/sharedStrings.xml"))
    return str(found.index(text))


def test_what_came_below_our_columns_is_not_overwritten(tmp_path: Path) -> None:
    """Where new rows would run into the owner's words, the columns stand elsewhere."""
    before = book(together(marked("H"), cell("H10", "说明")))
    once, done = run(before, tmp_path, texts("甲", rows=range(2, 11)))
    assert (done.placed, done.why, done.columns) == ("apart", "occupied", ("J",))
    assert held(once)[10, 8] == p_text(before, "说明")


def test_a_table_with_a_column_behind_ours(tmp_path: Path) -> None:
    """Ours in the middle of a Table are replaced by as many, and refused by more."""

    def add(_: Any, sheet: Any) -> None:
        names = ["客户", "姓名", "等级", "首单", "金额", "次数", "备注", "旧1", "手记"]
        sheet.add_table("A1:I9", {"columns": [{"header": name} for name in names]})

    before = book(together(marked("H"), add))
    once, done = run(before, tmp_path, texts("甲"))
    assert (done.placed, done.table, done.columns) == ("again", "Table1", ("H",))
    assert 'name="甲"' in part(once, "xl/tables/table1.xml")
    assert faults(once, p.SHEET) == []
    with pytest.raises(Refused, match="own_columns_moved"):
        run(before, tmp_path, texts("甲", "乙"))


def _forgotten(data: bytes) -> bytes:
    """Return the book without its defined names, as some programs save it."""
    return p.changed(
        data, {p.BOOK: lambda text: re.sub("<definedNames>.*</definedNames>", "", text)}
    )


@pytest.mark.parametrize("shared", [False, True])
def test_a_lost_mark(shared: bool, tmp_path: Path) -> None:  # noqa: FBT001  # a parameter
    """Without the mark, the same three headers side by side are known, two are not."""

    def add(_: Any, sheet: Any) -> None:
        for column, header in enumerate(("甲", "乙", "丙 <&>"), 7):
            sheet.write_string(0, column, header)
            sheet.write_string(3, column, "旧")

    three = texts("甲", "乙", "丙 <&>")
    once = book(add) if shared else _forgotten(run(book(), tmp_path, three)[0])
    twice, done = run(once, tmp_path, three)
    assert (done.placed, done.columns, done.replaced) == ("again", ("H", "I", "J"), 3)
    assert held(twice)[4, 8] == "甲4"
    assert "_shopcrm_column_3" in part(twice, p.BOOK)
    assert run(once, tmp_path, three[:2])[1].columns == ("K", "L")
    assert run(once, tmp_path, [three[1], three[0], three[2]])[1].columns == ("K", "L", "M")


def test_hand_made_widths_of_our_columns_stay(tmp_path: Path) -> None:
    """A new column gets its width; one that was there keeps what the owner gave it."""
    once, _ = run(book(), tmp_path, texts("甲"))
    assert '<col min="8" max="8" width="12" customWidth="1"/>' in part(once)
    wide = p.changed(once, {p.SHEET: p.replaced('width="12"', 'width="33.5"')})
    twice, _ = run(wide, tmp_path, texts("甲"))
    assert 'width="33.5"' in part(twice)


def test_dates_that_count_from_1904(tmp_path: Path) -> None:
    """A workbook from an old Mac counts its days from 1904."""
    old = p.changed(book(), {p.BOOK: p.replaced("<workbookPr ", '<workbookPr date1904="1" ')})
    days = pd.Series(pd.to_datetime(["2026-11-20"]), [2])
    once, _ = run(old, tmp_path, [column_of("最近", days, "date")])
    assert openpyxl.load_workbook(io.BytesIO(once))[SHEET]["H2"].value.isoformat()[:10] == (
        "2026-11-20"
    )
    rows = CalamineWorkbook.from_filelike(io.BytesIO(once)).get_sheet_by_name(SHEET).to_python()
    assert str(rows[1][7])[:10] == "2026-11-20"


def test_new_cells_look_like_their_neighbours(tmp_path: Path) -> None:
    """Header and cells take the neighbour's fill and border; links are not taken for a look."""

    def add(_: Any, sheet: Any) -> None:
        sheet.write_url("G3", "https://example.com", string="链接")

    once, _ = run(book(add), tmp_path, texts("甲"))
    sheet = openpyxl.load_workbook(io.BytesIO(once))[SHEET]
    for row in (1, 2, 6):
        assert repr(sheet.cell(row, 8).fill) == repr(sheet.cell(row, 7).fill)
        assert repr(sheet.cell(row, 8).border) == repr(sheet.cell(row, 7).border)
    assert repr(sheet["H1"].font) == repr(sheet["G1"].font)
    assert sheet["G3"].font.underline
    assert not sheet["H3"].font.underline
    assert sheet["H2"].number_format == "@"


def test_a_formula_never_comes_of_a_text(tmp_path: Path) -> None:
    """A text that begins with = stays a text for every reader."""
    column = column_of("=1+1", pd.Series(["=HYPERLINK(1)"], [2]), "text")
    once, _ = run(book(), tmp_path, [column])
    sheet = openpyxl.load_workbook(io.BytesIO(once))[SHEET]
    assert [sheet["H1"].value, sheet["H2"].value] == ["=1+1", "=HYPERLINK(1)"]
    assert part(once).count("<f>") == part(book()).count("<f>")


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _named(name: str) -> bytes:
    return p.packed(p.parts(book()) | {name: b""})


def _far(_: Any, sheet: Any) -> None:
    sheet.write_string("XFC1", "最后")


REFUSED: dict[str, Callable[[], bytes]] = {
    "encrypted": lambda: (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    ),
    "old_book": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"Workbook" * 99,
    "not_a_workbook": "客户,金额\n".encode,
    "damaged": lambda: _cut(book()),
    "signed": lambda: signed(book()),
    "binary_book": lambda: _named("xl/workbook.bin"),
    "shared_book": lambda: _named("xl/revisions/revisionHeaders.xml"),
    "odd_archive": lambda: _named("XL/Workbook.xml"),
    "no_sheet": lambda: p.changed(book(), {p.BOOK: p.replaced(SHEET, "改名")}),
    "not_a_worksheet": lambda: p.changed(
        book(), {p.BOOK_RELS: p.replaced("/relationships/worksheet", "/relationships/chartsheet")}
    ),
    "no_header": lambda: book(header_row=2),
    "no_styles": lambda: p.changed(
        book(), {p.BOOK_RELS: p.replaced("/relationships/styles", "/relationships/other")}
    ),
    "no_room": lambda: book(_far),
    "odd_encoding": lambda: p.changed(book(), {p.SHEET: p.replaced("UTF-8", "GBK")}),
    "entities": lambda: p.changed(
        book(), {p.SHEET: p.replaced("<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet')}
    ),
    "odd_order": lambda: p.changed(book(), {p.SHEET: p.replaced('<row r="3"', '<row r="2"')}),
    "odd_xml": lambda: p.changed(book(), {p.SHEET: p.replaced("</row>", "</row><other/>")}),
}


@pytest.mark.parametrize("key", REFUSED)
def test_refused(key: str, tmp_path: Path) -> None:
    """Each reason to refuse is given, and nothing is written."""
    with pytest.raises(Refused) as refused:
        run(REFUSED[key](), tmp_path, texts("甲", "乙"))
    assert refused.value.key == key
    assert list(tmp_path.iterdir()) == []


def test_every_reason_is_tested() -> None:
    """No reason to refuse is without a test."""
    elsewhere = {"own_columns_moved", "changed_meanwhile", "too_long"}
    assert set(REFUSED) | elsewhere == set(REASONS)


def test_a_source_that_changes_meanwhile(tmp_path: Path) -> None:
    """A file saved between looking and writing is not mixed with what was seen before."""
    from shopcrm.outputs.enriched import Prepared

    source = tmp_path / "a.xlsx"
    source.write_bytes(book())
    prepared = Prepared(source, SHEET, 1, texts("甲"))
    source.write_bytes(book(gap=False))
    with pytest.raises(Refused, match="changed_meanwhile"):
        prepared.render(tmp_path / "b.xlsx")


def test_a_target_is_not_overwritten_unasked(tmp_path: Path) -> None:
    """An existing target stays unless it may be replaced; the source may be its own target."""
    target = tmp_path / "客户.xlsx"
    target.write_bytes(book())
    with pytest.raises(OutputError, match="exists"):
        enrich(target, target, SHEET, 1, texts("甲"))
    enrich(target, target, SHEET, 1, texts("甲"), force=True)
    assert held(target.read_bytes())[2, 8] == "甲2"
    assert [path.name for path in tmp_path.iterdir()] == ["客户.xlsx"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pd.Series([1.5], [2]), "money"),
        (pd.Series(["a"], [2]), "whole"),
        (pd.Series(["a"], [1]), "text"),
        (pd.Series(["a", "b"], [2, 2]), "text"),
        (pd.Series(["a"], [1_048_577]), "text"),
    ],
)
def test_wrong_calls(values: pd.Series, kind: Kind, tmp_path: Path) -> None:
    """A dtype that the kind does not take, or a row that cannot be, is the caller's mistake."""
    with pytest.raises(ValueError, match=r"take|rows"):
        run(book(), tmp_path, [column_of("甲", values, kind)])
    with pytest.raises(ValueError, match="no columns"):
        run(book(), tmp_path, [])


def test_readers_see_no_damage(tmp_path: Path) -> None:
    """Openpyxl reads an enriched Table without a word."""
    once, _ = run(book(table()), tmp_path, texts("甲"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        openpyxl.load_workbook(io.BytesIO(once))
