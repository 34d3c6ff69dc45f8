"""``shopcrm callbacks``, ``done`` and ``customer``: the owner's day."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import TODAY, Call
from tests.making import write_csv

LEFT_ALONE = {"日期": TODAY, "类型": "", "轮次": "", "订单号": "", "方式": "", "结果": "勿扰"}
"""A line of the contact log, but for the customer."""


@pytest.fixture
def with_sheet(shop: Path, sheet_of_today: bytes) -> Path:
    """The small shop with its callback sheet of today."""
    (shop / "回访.xlsx").write_bytes(sheet_of_today)
    return shop


def tick(sheet: Path, results: dict[str, str], column: str = "结果") -> None:
    """Fill in results as the owner does, by customer id."""
    book = openpyxl.load_workbook(sheet)
    page = book["回访"]
    head = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        who = row[head.index("客户ID")].value
        if who in results:
            row[head.index(column)].value = results[str(who)]
    book.save(sheet)


def test_list_says_whom_why_when_what(call: Call, shop: Path) -> None:
    """Each contact has every promised field, and is one of the customers who received goods."""
    contacts = call("callbacks", "--json", "--today", TODAY).data
    assert {one["customer"] for one in contacts} == {"小云", "阿花", "老陈"}
    names = "customer kind round order due_from due_by days_overdue channel reason script"
    for one in contacts:
        assert {*names.split(), "receipt_date", "receipt_from"} <= set(one)
        assert one["script"]
        assert one["receipt_from"] == "paid"


def test_ticked_sheet_comes_back_once(call: Call, with_sheet: Path) -> None:
    """A ticked sheet is recorded once, however often and on whatever day it is read."""
    tick(with_sheet / "回访.xlsx", {"小云": "已联系", "阿花": "未接通"})
    assert call("done", "回访.xlsx", "--json", "--today", TODAY).data["recorded"] == 2
    again = call("done", "回访.xlsx", "--json", "--today", "2026-11-23").data
    assert again == {"recorded": 0, "there_already": 2, "not_taken": []}
    due = {one["customer"] for one in call("callbacks", "--json", "--today", TODAY).data}
    assert due == {"老陈"}
    later = call("callbacks", "--json", "--today", "2026-11-21").data
    missed = next(one for one in later if one["customer"] == "阿花")
    assert missed["attempts"] == 1


def test_a_new_result_is_a_new_contact(call: Call, with_sheet: Path) -> None:
    """A line ticked anew with another result is recorded too."""
    tick(with_sheet / "回访.xlsx", {"阿花": "未接通"})
    call("done", "回访.xlsx", "--today", TODAY)
    tick(with_sheet / "回访.xlsx", {"阿花": "已联系"})
    assert call("done", "回访.xlsx", "--json", "--today", "2026-11-21").data["recorded"] == 1


def test_unknown_result_is_asked_about(call: Call, with_sheet: Path) -> None:
    """A result that is not in the list is not recorded, not dropped, but named with its row."""
    tick(with_sheet / "回访.xlsx", {"小云": "打过了呀", "阿花": "已联系"})
    answer = call("done", "回访.xlsx", "--today", TODAY)
    assert "打过了呀" in answer.out
    assert "记下 1 条" in answer.out


def test_sheet_with_nothing_ticked(call: Call, with_sheet: Path) -> None:
    """A sheet without a result says so and records nothing."""
    assert call("done", "回访.xlsx").code == 3
    assert not (with_sheet / "contacts.csv").exists()


def test_done_by_id_settles_what_is_due(call: Call, shop: Path) -> None:
    """A contact recorded by id, in any spelling, starts the window of the next round."""
    assert call("done", " 小云 ", "--today", TODAY, "--note", "很满意").code == 0
    assert "很满意" in (shop / "contacts.csv").read_text("utf-8-sig")
    later = call("callbacks", "--json", "--today", "2026-11-30").data
    mine = next(one for one in later if one["customer"] == "小云")
    assert (mine["round"], mine["due_from"], mine["due_by"]) == (2, "2026-11-27", "2026-11-30")


def test_another_day_and_do_not_disturb(call: Call, shop: Path) -> None:
    """Another day comes first on that day; who asked to be left alone is not on any list."""
    call("done", "阿花", "--result", "改约", "--next", "2026-11-28", "--today", TODAY)
    call("done", "小云", "-r", "勿扰", "--today", TODAY)

    def due(day: str) -> list[str]:
        return [one["customer"] for one in call("callbacks", "--json", "--today", day).data]

    assert due("2026-11-27") == ["老陈"]
    assert due("2026-11-28") == ["阿花", "老陈"]


@pytest.mark.parametrize("result", ["随便", "maybe"])
def test_unknown_result_word(call: Call, shop: Path, result: str) -> None:
    """--result takes the words of the drop-down only, and names them."""
    answer = call("done", "小云", "--result", result)
    assert answer.code == 2
    assert "已联系" in answer.err


def test_done_outside_a_shop(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a shop folder there is no log to write to, and that is said."""
    monkeypatch.chdir(tmp_path)
    assert call("done", "小云").code == 3


def test_customer_shows_everything(call: Call, shop: Path) -> None:
    """One customer's label, reason, orders and next contact are on one screen, asked no more.

    Four buyers teach nothing of what is to come: the screen says so in place of figures.
    """
    answer = call("customer", "小云", "--today", TODAY)
    assert answer.out.count("样本不足") >= 3
    for word in ("小云", "回头客", "1,234.50", "2026-08-01", "该联系了"):
        assert word in answer.out
    data = call("customer", "小云", "--json", "--today", TODAY).data
    assert data["net"] == "1434.50"
    assert len(data["order_list"]) == 3
    assert "why" not in data


def test_unknown_customer_offers_similar_ones(call: Call, shop: Path) -> None:
    """A customer who is not there is exit code 7, with the nearest id."""
    answer = call("customer", "小雲")
    assert answer.code == 7
    assert "小云" in answer.err


def test_a_log_that_cannot_be_read_stops(call: Call, shop: Path) -> None:
    """A contact log with a broken header is an error: it says whom not to contact."""
    write_csv(shop / "contacts.csv", [{**LEFT_ALONE, "客户代号": "小云"}])
    for command in ("callbacks", "segment"):
        answer = call(command, "--today", TODAY)
        assert answer.code == 4
        assert "contacts.csv" in answer.err


def test_an_unclear_line_of_the_log_is_said_aloud(call: Call, shop: Path) -> None:
    """A result in the log that nobody knows is on the screen: it may have been an opt-out."""
    write_csv(shop / "contacts.csv", [{**LEFT_ALONE, "客户ID": "小云", "结果": "随便吧"}])
    assert "contacts.csv" in call("callbacks", "--today", TODAY).out


def test_each_note_is_kept(call: Call, shop: Path) -> None:
    """What is typed is recorded, unless it is the same command again."""
    for note, added in (("上午打过", 1), ("下午又打", 1), ("下午又打", 0)):
        answer = call("done", "小云", "--note", note, "--today", TODAY, "--json")
        assert answer.data["recorded"] == added


def test_a_note_without_a_result_is_said(call: Call, with_sheet: Path) -> None:
    """A line with a note and no result is not recorded, and the owner is told."""
    tick(with_sheet / "回访.xlsx", {"小云": "说下周再买"}, "备注")
    assert "没有选结果" in call("done", "回访.xlsx", "--today", TODAY).out


def test_next_goes_with_another_day_only(call: Call, shop: Path) -> None:
    """A next date that would play no part is refused."""
    assert call("done", "小云", "--next", "2026-12-01").code == 2


def test_leave_alone_in_a_register_note(call: Call, shop: Path) -> None:
    """Whoever the register's note says to leave alone is on no list; all notes are kept."""
    (shop / "订单" / "登记.csv").write_text(
        "日期,旺旺,金额,备注\n2026-11-01,小红,50,喜欢素色\n2026-11-05,小红,60,勿扰！\n"
        "2026-11-05,小绿,70,\n",
        encoding="gb18030",
    )
    due = {one["customer"] for one in call("callbacks", "--json", "--today", TODAY).data}
    assert "小绿" in due
    assert "小红" not in due
    assert call("customer", "小红", "--json", "--today", TODAY).data["note"] == "喜欢素色；勿扰！"
