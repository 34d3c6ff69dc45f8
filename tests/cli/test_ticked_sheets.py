"""Ticked callback sheets as people really hand them back: changed, retyped, saved elsewhere."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.conftest import TODAY, Call, order, write_orders

Table = list[list[Any]]

TICKED = {
    "tb1": ("已联系", "很满意", ""),
    "tb2": ("未接通", "", ""),
    "tb3": ("改约", "在开会", "2026-11-25"),
    "13800138004": ("跳过", "", ""),
    "tb5": ("勿扰", "不想被打扰", ""),
    "tb6": ("已联系", "", ""),
}
"""Result, note and next day of each customer."""


@pytest.fixture
def busy(shop: Path) -> Path:
    """Return a shop in which eight customers are to be contacted today, two by a person each."""
    people = ["tb1", "tb2", "tb3", "13800138004", "tb5", "tb6", "tb7", "tb8"]
    rows = [order(100 + at, who, "2026-11-13") for at, who in enumerate(people)]
    rows.append(order(200, "tb1", "2026-11-14"))
    write_orders(shop / "订单" / "export.csv", rows)
    return shop


def read_sheet(path: Path) -> Table:
    page = openpyxl.load_workbook(path).worksheets[0]
    return [list(row) for row in page.iter_rows(values_only=True)]


WRITTEN: list[Table] = []
"""The sheet of the busy shop, which is the same each time and written once."""


def ticked(call: Call, shop: Path) -> Table:
    """Return today's sheet, ticked."""
    if not WRITTEN:
        call("callbacks", "--today", TODAY, "-o", "回访.xlsx", "--force")
        WRITTEN.append(read_sheet(shop / "回访.xlsx"))
    table = copy.deepcopy(WRITTEN[0])
    at = {name: table[0].index(name) for name in ("客户ID", "结果", "备注", "下次日期")}
    for row in table[1:]:
        result, note, day = TICKED.get(row[at["客户ID"]], ("", "", ""))
        row[at["结果"]], row[at["备注"]], row[at["下次日期"]] = result, note, day
    return table


def save(path: Path, table: Table) -> Path:
    """Save a table as a plain workbook, as WPS does under another name."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row in table:
        page.append(row)
    page.column_dimensions["A"].width = 3
    book.save(path)
    return path


def log_of(shop: Path) -> list[tuple[str, ...]]:
    """Return the lines of the log in no order."""
    path = shop / "contacts.csv"
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    path.unlink()
    return sorted(map(tuple, lines))


def reworded(table: Table, name: str, words: dict[str, Any]) -> Table:
    at = table[0].index(name)
    return [
        [words.get(cell, cell) if i == at else cell for i, cell in enumerate(row)] for row in table
    ]


def extra_columns(table: Table) -> Table:
    """Somebody writes remarks of their own beside it, and a total below."""
    return [
        ["我的记号", *row, "天气"] if at == 0 else [at, *row, "晴"] for at, row in enumerate(table)
    ]


def sorted_rows(table: Table) -> Table:
    at = table[0].index("称谓")
    return [table[0], *sorted(table[:0:-1], key=lambda row: str(row[at]))]


def deleted_rows(table: Table) -> Table:
    """What was not dealt with is deleted."""
    at = table[0].index("结果")
    return [row for row in table if row[at]]


def moved_columns(table: Table) -> Table:
    return [row[::-1] for row in table]


def other_words(table: Table) -> Table:
    words = {"已联系": "√", "未接通": "没人接", "跳过": "不用", "勿扰": "拉黑", "改约": "改天再打"}
    return reworded(table, "结果", words)


def note_in_the_result(table: Table) -> Table:
    """Everything goes into one cell."""
    head = table[0]
    result, note = head.index("结果"), head.index("备注")
    found = [head]
    for row in table[1:]:
        new = list(row)
        if row[result] and row[note]:
            new[result], new[note] = f"{row[result]}，{row[note]}", None
        found.append(new)
    return found


def next_day_in_words(table: Table) -> Table:
    return reworded(table, "下次日期", {"2026-11-25": "周三"})


def short_next_day(table: Table) -> Table:
    return reworded(table, "下次日期", {"2026-11-25": "11.25"})


def ids_as_numbers(table: Table) -> Table:
    """Excel offers to make numbers of the ids, and the long order numbers lose their ends."""
    head = table[0]
    buyer, number = head.index("客户ID"), head.index("订单号")
    found = [head]
    for row in table[1:]:
        new = list(row)
        new[buyer] = int(row[buyer]) if str(row[buyer]).isdecimal() else row[buyer]
        new[number] = float(row[number])
        found.append(new)
    return found


def blank_rows(table: Table) -> Table:
    return [table[0], [], *(part for row in table[1:] for part in (row, []))]


CHANGES: tuple[Callable[[Table], Table], ...] = (
    sorted_rows,
    deleted_rows,
    extra_columns,
    moved_columns,
    other_words,
    note_in_the_result,
    next_day_in_words,
    short_next_day,
    ids_as_numbers,
    blank_rows,
)


def recorded(call: Call, shop: Path, path: Path) -> list[tuple[str, ...]]:
    answer = call("done", path, "--today", TODAY, "--json")
    assert answer.code == 0, answer.err
    assert answer.data["not_taken"] == []
    return log_of(shop)


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_changed_in_one_human_way(call: Call, busy: Path, change: Callable[[Table], Table]) -> None:
    """Each change alone gives the log of the sheet as it was written."""
    table = ticked(call, busy)
    plain = recorded(call, busy, save(busy / "原样.xlsx", table))
    assert recorded(call, busy, save(busy / "改过.xlsx", change(table))) == plain


def test_changed_in_human_ways_it_gives_the_same_log(call: Call, busy: Path) -> None:
    """All changes at once give the log of the sheet as written, and so does the short day."""
    table = ticked(call, busy)
    plain = recorded(call, busy, save(busy / "原样.xlsx", table))
    assert len(plain) == 1 + len(TICKED)
    assert recorded(call, busy, save(busy / "短.xlsx", short_next_day(table))) == plain
    together = table
    for change in (one for one in CHANGES if one is not short_next_day):
        together = change(together)
    assert recorded(call, busy, save(busy / "都改.xlsx", together)) == plain


def test_saved_as_csv(call: Call, busy: Path) -> None:
    """The sheet saved as CSV, in the way of Excel or another, gives the same log."""
    table = ticked(call, busy)
    plain = recorded(call, busy, save(busy / "原样.xlsx", table))
    text = io.StringIO(newline="")
    csv.writer(text).writerows(table)
    path = busy / "回访.csv"
    for encoding in ("gb18030", "utf-8-sig"):
        path.write_bytes(text.getvalue().encode(encoding))
        assert recorded(call, busy, path) == plain, encoding


def test_a_csv_that_excel_opened_and_saved(call: Call, busy: Path) -> None:
    """Order numbers that became 2.893E+16 are found again by the id of the line."""
    table = ticked(call, busy)
    plain = recorded(call, busy, save(busy / "原样.xlsx", table))
    at = table[0].index("订单号")
    rounded = [table[0]] + [
        [f"{float(cell):.5E}" if i == at else cell for i, cell in enumerate(row)]
        for row in table[1:]
    ]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rounded)
    path = busy / "回访.csv"
    path.write_bytes(text.getvalue().encode("gb18030"))
    assert recorded(call, busy, path) == plain


def tick_one(path: Path, table: Table, result: str, note: str = "", day: str = "") -> Path:
    """Save the sheet with one line ticked."""
    head = table[0]
    line = list(next(row for row in table if row[head.index("客户ID")] == "tb1"))
    line[head.index("结果")] = result
    line[head.index("备注")] = note
    line[head.index("下次日期")] = day
    return save(path, [head, line])


def test_an_unknown_word_is_asked_about(call: Call, busy: Path) -> None:
    """Without a terminal it is listed with what it likely means, and nothing is recorded."""
    likely = {"打过了呀": "done", "没接到电话": "no_answer", "天气不错": None}
    head, *rows = ticked(call, busy)
    at = head.index("结果")
    lines = [[*row[:at], cell, *row[at + 1 :]] for row, cell in zip(rows, likely, strict=False)]
    path = save(busy / "一.xlsx", [head, *lines])
    data = call("done", path, "--today", TODAY, "--json").data
    assert data["recorded"] == 0
    assert {one["value"]: one["likely"] for one in data["not_taken"]} == likely


def test_at_a_terminal_it_is_asked_once(
    call: Call, busy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who sits there is asked what a word means, once a run, and the word goes to the note."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    asked: list[Sequence[object]] = []

    def prompt(*words: object, **_: object) -> int:
        asked.append(words)
        return 1

    monkeypatch.setattr("typer.prompt", prompt)
    table = ticked(call, busy)
    at = table[0].index("结果")
    for row in table[1:4]:
        row[at] = "搞定啦"
    path = save(busy / "一.xlsx", [table[0], *table[1:4]])
    assert "记下 3 条" in call("done", path, "--today", TODAY).out
    assert len(asked) == 1
    assert "搞定啦" in (busy / "contacts.csv").read_text("utf-8-sig")


def test_a_corrected_note_is_a_line_more(call: Call, busy: Path) -> None:
    """A note that was corrected is recorded once more, on the day of the talk, and only once."""
    table = ticked(call, busy)
    for note, day, added in (
        ("满意", TODAY, 1),
        ("满意", "2026-11-22", 0),
        ("满意，要发票", "2026-11-22", 1),
        ("满意，要发票", "2026-11-23", 0),
        ("", "2026-11-23", 0),
    ):
        path = tick_one(busy / "一.xlsx", table, "已联系", note)
        assert call("done", path, "--today", day, "--json").data["recorded"] == added
    lines = [line for line in log_of(busy) if "tb1" in line]
    assert {line[0] for line in lines} == {TODAY}


@pytest.mark.parametrize("typed_first", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_typed_and_ticked_is_one_talk(call: Call, busy: Path, *, typed_first: bool) -> None:
    """Who records a talk by nick and ticks it in the sheet too has talked once."""
    path = tick_one(busy / "一.xlsx", ticked(call, busy), "已联系")
    words = ["tb1", path] if typed_first else [path, "tb1"]
    found = [call("done", word, "--today", TODAY, "--json").data["recorded"] for word in words]
    assert found == [1, 0]


def test_a_ticked_line_without_its_result_is_said(call: Call, busy: Path) -> None:
    """A day alone is not dropped: it is asked what came of the talk."""
    path = tick_one(busy / "一.xlsx", ticked(call, busy), "", "", "周三")
    assert (
        call("done", path, "--today", TODAY, "--json").data["not_taken"][0]["problem"]
        == "no_result"
    )


def test_what_has_not_been_done_stays(call: Call, busy: Path) -> None:
    """没打 contains 打 and is no talk."""
    path = tick_one(busy / "一.xlsx", ticked(call, busy), "没打")
    call("done", path, "--today", TODAY)
    assert not (busy / "contacts.csv").exists()


def test_a_decision_is_no_talk(call: Call, busy: Path) -> None:
    """跳过 is told as a decision."""
    path = tick_one(busy / "一.xlsx", ticked(call, busy), "跳过")
    assert "决定不联系 1 位" in call("done", path, "--today", TODAY).out


def test_sheets_of_the_staff_come_back(call: Call, busy: Path) -> None:
    """Each person has a sheet, those who wait are on the last, and all are read back."""
    with (busy / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('[callbacks]\nstaff = { "小王/早班" = 3, "小李" = 3 }\n')
    call("callbacks", "--today", TODAY, "-o", "回访.xlsx")
    book = openpyxl.load_workbook(busy / "回访.xlsx")
    assert book.sheetnames == ["小李", "小王早班", "等待"]
    total = 0
    for page in book.worksheets:
        head = [cell.value for cell in page[1]]
        for row in page.iter_rows(min_row=2):
            row[head.index("结果")].value = "√"
            total += 1
    book.save(busy / "回访.xlsx")
    assert total == len(call("callbacks", "--today", TODAY, "--json").data) == 8
    assert call("done", "回访.xlsx", "--today", TODAY, "--json").data["recorded"] == 8


def test_results_workbook_is_read_back_silently(call: Call, busy: Path) -> None:
    """Of the results workbook the sheet to tick is read, and not a word said of the others."""
    call("segment", "--today", TODAY, "-o", "分层.xlsx")
    with pytest.warns(UserWarning, match="xtension"):  # what openpyxl does not keep
        book = openpyxl.load_workbook(busy / "分层.xlsx")
    sheet = book["回访"]
    head = [cell.value for cell in sheet[1]]
    sheet.cell(2, head.index("结果") + 1).value = "已联系"
    sheet.cell(3, head.index("下次日期") + 1).value = "周三"
    book.create_sheet("我的").append(["随便", "写写"])
    book.save(busy / "勾好.xlsx")
    answer = call("done", "勾好.xlsx", "--today", TODAY)
    told = [line for line in answer.out.splitlines() if "，" in line]
    buyer = sheet.cell(3, head.index("客户ID") + 1).value
    # A day agreed on without a result is told by its customer; a sheet of the owner's by its name.
    assert told[0].startswith("我的：")
    assert told[1].startswith(f"第 3 行没有记：{buyer} ")
    assert told[2].startswith("记下 1 条")
    assert "NA" not in answer.out


def test_no_hole_where_a_row_says_nothing(call: Call, busy: Path) -> None:
    """A row without a customer is told by its number alone."""
    table = ticked(call, busy)
    at = table[0].index("客户ID")
    assert table[1][table[0].index("结果")]
    table[1][at] = None
    answer = call("done", save(busy / "表.xlsx", table), "--today", TODAY)
    assert "第 2 行没有记：没" in answer.out
    assert "： " not in answer.out
