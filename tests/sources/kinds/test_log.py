"""The contact log and ticked callback sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcrm.errors import ShopcrmError
from shopcrm.policy import load_policy
from shopcrm.sources.read import read_contact_sheet
from tests.making import (
    CONTACT,
    ORDER,
    TODAY,
    Row,
    at,
    fates,
    kinds,
    order,
    read,
    sheet_of,
    text_of,
    write_csv,
    write_xlsx,
)


def contact(**cells: str) -> Row:
    return CONTACT | cells


def test_log(tmp_path: Path) -> None:
    """A line of the log is a record, its words the program's."""
    later = contact(
        结果="改约", 下次日期="2026-12-01", 编号="a2", 方式="消息", 类型="一周电话", 轮次=""
    )
    inputs = read(write_csv(tmp_path / "contacts.csv", [CONTACT, later], "utf-8-sig"))
    assert inputs.log["result"].tolist() == ["done", "snoozed"]
    assert inputs.log["kind"].tolist() == ["after_sale", "one_week"]
    assert inputs.log["channel"].tolist() == ["phone", "message"]
    assert inputs.log["round"].isna().tolist() == [False, True]
    assert inputs.log["date"].tolist() == [at(2026, 10, 5)] * 2
    assert inputs.log["next_date"].iloc[1] == at(2026, 12, 1)


def test_english_words(tmp_path: Path) -> None:
    """The words of the log may be of either language, in any letter case."""
    row = {"date": "2026-10-05", "customer id": "x", "kind": "after-sale", "result": "No Answer"}
    inputs = read(write_csv(tmp_path / "a.csv", [row]))
    assert inputs.log[["kind", "result"]].to_numpy().tolist() == [["after_sale", "no_answer"]]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"结果": "随便"}, "log_word"),
        ({"结果": ""}, "log_torn"),
        ({"客户ID": ""}, "no_customer"),
        ({"日期": "前天"}, "bad_date"),
        ({"下次日期": "过几天"}, "bad_date"),
    ],
)
def test_listed(tmp_path: Path, cells: Row, kind: str) -> None:
    """A record of no use is listed with what is wrong."""
    rows = [CONTACT, contact(编号="a2", **cells)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == [kind]


def test_torn_line(tmp_path: Path) -> None:
    """A line that a crash cut, and that stands whole below, is listed and not counted twice."""
    lines = text_of([CONTACT, CONTACT]).splitlines()
    lines[1] = lines[1].rsplit(",", 3)[0]
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).encode("utf-8"))
    inputs = read(path)
    assert len(inputs.log) == 1
    assert kinds(inputs) == ["log_torn"]


def test_same_record_once(tmp_path: Path) -> None:
    """A record that stands twice, in one log or in two, is one, if it has a number."""
    one = write_csv(
        tmp_path / "a.csv", [CONTACT, CONTACT, contact(编号="a2"), contact(客户ID="x", 编号="")]
    )
    two = write_csv(
        tmp_path / "b.csv", [contact(编号="a2"), contact(编号="a3"), contact(客户ID="x", 编号="")]
    )
    inputs = read(one, two)
    assert inputs.log["id"].dropna().tolist() == ["a1", "a2", "a3"]
    assert fates(inputs) == [(4, 3, 1, 0), (3, 2, 1, 0)]


def test_ticked_sheet(tmp_path: Path) -> None:
    """Of a callback sheet of ours only the ticked rows are records, dated today."""
    rows: list[Row] = [
        {"客户ID": "tb001", "类型": "售后回访", "轮次": 1, "结果": "已联系", "备注": "合适"},
        {"客户ID": "tb002", "类型": "售后回访", "轮次": 2, "结果": None, "备注": None},
        {"客户ID": "0078", "类型": None, "轮次": None, "结果": "勿扰", "备注": None},
    ]
    path = write_xlsx(
        tmp_path / "a.xlsx",
        [["今日回访"], *sheet_of(rows)],
        sheet="回访",
        others={"订单": sheet_of([ORDER])},
        author="shopcrm",
    )
    log, problems = read_contact_sheet(path, load_policy(None), TODAY)
    assert log[["buyer", "result", "note"]].astype(object).to_numpy().tolist()[0] == [
        "tb001",
        "done",
        "合适",
    ]
    assert log["buyer"].tolist() == ["tb001", "0078"]
    assert set(log["date"]) == {at(2026, 11, 20)}
    assert set(problems.table()["kind"]) == {"sheet_skipped"}


def test_no_results(tmp_path: Path) -> None:
    """A file without a column of results is refused when results are wanted."""
    with pytest.raises(ShopcrmError) as caught:
        read_contact_sheet(write_csv(tmp_path / "a.csv", [ORDER]), load_policy(None), TODAY)
    assert caught.value.exit_code in (3, 4)


def test_log_without_a_line(tmp_path: Path) -> None:
    """A contact log in which nothing has been written yet is no error."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(text_of([CONTACT]).splitlines()[0].encode("utf-8-sig"))
    inputs = read(write_csv(tmp_path / "a.csv", [order(1)]), path)
    assert len(inputs.log) == 0
    assert fates(inputs)[1] == (0, 0, 0, 0)
