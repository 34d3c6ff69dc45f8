"""Promises, suggestions, lists of people: each row once, and no row lost."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from shopcrm.pipeline import know
from shopcrm.policy import load_policy
from shopcrm.sources.kinds.care_sheets import READERS, record_id
from tests.making import TODAY, fates, kinds, order, read, write_csv

if TYPE_CHECKING:
    from pathlib import Path

PROMISE = {
    "承诺日期": "2026-11-01",
    "客户ID": "tb001",
    "承诺内容": "补发枕套",
    "最晚日期": "",
    "兑现日期": "",
    "编号": "",
}
STANDING = {"登记日期": "2026-11-01", "客户ID": "tb001", "名单": "勿扰", "原因": "", "经办人": ""}


def test_a_promise_in_two_files_is_one(tmp_path: Path) -> None:
    """The same row in a copy of last month is MERGED, and what that copy lacks is not lost."""
    old = write_csv(tmp_path / "old.csv", [PROMISE])
    new = write_csv(tmp_path / "new.csv", [PROMISE | {"兑现日期": "2026-11-05"}])
    for paths in ((old, new), (new, old)):
        inputs = read(*paths)
        promises = inputs.care["promises"]
        assert promises["kept"].tolist() == [pd.Timestamp("2026-11-05")]
        assert promises["id"].tolist() == [record_id("tb001", "补发枕套", "2026-11-01")]
        assert sorted(fates(inputs)) == [(1, 0, 1, 0), (1, 1, 0, 0)]


def test_numbers_of_two_sheets_are_no_ids(tmp_path: Path) -> None:
    """Owners number the rows of each sheet 1, 2, 3: that makes no two promises one."""
    rows = [PROMISE | {"编号": "1"}, PROMISE | {"编号": "1", "客户ID": "tb002"}]
    inputs = read(write_csv(tmp_path / "a.csv", rows[:1]), write_csv(tmp_path / "b.csv", rows[1:]))
    promises = inputs.care["promises"]
    assert sorted(promises["buyer"]) == ["tb001", "tb002"]
    assert promises["id"].is_unique
    assert fates(inputs) == [(1, 1, 0, 0), (1, 1, 0, 0)]


def test_any_order_of_rows_says_the_same(tmp_path: Path) -> None:
    """Rows in another order make the same table."""
    rows = [
        PROMISE,
        PROMISE | {"兑现日期": "2026-11-05"},
        PROMISE | {"编号": "7", "承诺内容": "开票"},
        PROMISE | {"编号": "7"},
    ]
    said = []
    for number, turn in enumerate(permutations(rows)):
        inputs = read(write_csv(tmp_path / f"{number}.csv", turn))
        said.append(inputs.care["promises"].drop(columns=["file", "row"]).to_csv(index=False))
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ([PROMISE | {"客户ID": ""}], "no_customer"),
        ([PROMISE | {"承诺内容": ""}], "nothing_said"),
        ([PROMISE | {"承诺日期": "2027-01-01"}], "future_date"),
        ([STANDING | {"名单": "灰名单"}], "standing_word"),
        ([STANDING | {"名单": ""}], "nothing_said"),
        ([{"活动名称": "双12", "开始日期": ""}], "no_date"),
        (
            [{"活动名称": "双12", "开始日期": "2026-12-12", "结束日期": "2026-12-10"}],
            "ends_before",
        ),
    ],
)
def test_what_cannot_be_used_is_listed(
    tmp_path: Path, rows: list[dict[str, str]], kind: str
) -> None:
    """A row that does not say who, what or when is listed with its reason."""
    inputs = read(write_csv(tmp_path / "sheet.csv", rows))
    assert kind in kinds(inputs)
    assert fates(inputs) == [(1, 0, 0, 1)]


@pytest.mark.parametrize("kind", READERS)
def test_a_sheet_without_rows_is_no_problem(tmp_path: Path, kind: str) -> None:
    """A sheet in which nothing has been written yet is read and not complained about."""
    head = {
        "promises": "客户ID,承诺内容",
        "suggestions": "客户ID,建议内容",
        "standings": "客户ID,名单",
        "activities": "活动名称,开始日期",
        "shop_days": "节日名称,开始日期",
    }[kind]
    path = tmp_path / "sheet.csv"
    path.write_text(f"{head}\n", "utf-8")
    inputs = read(path)
    assert inputs.files[0].layout.kind == kind
    assert kinds(inputs) == []


def test_who_is_nowhere_else_is_mentioned(tmp_path: Path) -> None:
    """A customer that no other file knows is a doubt with its row, where all files are read."""
    paths = [
        (write_csv(tmp_path / "orders.csv", [order()]), True),
        (write_csv(tmp_path / "list.csv", [STANDING, STANDING | {"客户ID": "tb00l"}]), True),
    ]
    known = know(paths, load_policy(None), TODAY)
    found = known.inputs.problems.table()
    found = found[found["kind"] == "nobody_known"]
    assert found[["row", "column", "value"]].to_numpy().tolist() == [[3, "客户ID", "tb00l"]]
    assert known.care.standings["customer"].fillna("").tolist() == ["tb001", ""]
    some = know(paths, load_policy(None), TODAY, whole=False)
    assert "nobody_known" not in set(some.inputs.problems.table()["kind"])
