"""The owner's register with columns beside its table: what `segment` writes and says."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.cli.conftest import Call
from tests.making import write_xlsx

TODAY = "2026-11-20"


def cells(path: Path) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def kept_register(shop: Path) -> Path:
    return write_xlsx(
        shop / "登记表.xlsx",
        [
            ["十一月登记"],
            ["登记日期", "客户ID", "商品名称", "成交金额", "成交时间", "备注"],
            ["2026-11-01", "小云", "枕头", 88.5, "2026-11-01", "=1+1 不是公式"],
            ["2026-11-02", "阿兰", "被子", 299, "2026-11-02", None],
        ],
    )


def test_register_is_kept_and_enriched(call: Call, shop: Path) -> None:
    """The owner's file stays as it is; the copy has its cells and the label of each row."""
    register = kept_register(shop)
    before = register.read_bytes()
    answer = call("segment", register, "订单", "--today", TODAY)
    assert answer.code == 0
    assert "登记表.enriched.xlsx" in answer.out
    assert register.read_bytes() == before
    (copy,) = shop.rglob("*.enriched.xlsx")
    old, new = cells(register), cells(copy)
    width = len(old[0])
    assert [row[:width] for row in new] == old
    head = next(row for row in new if "原因" in row)
    below = new[new.index(head) + 1 :]
    assert all(row[head.index("原因")] for row in below if any(row[:width]))


def test_enriched_again(call: Call, shop: Path) -> None:
    """A copy that is read as the register gets its columns replaced, never twice."""
    call("segment", kept_register(shop), "--today", TODAY)
    (copy,) = shop.rglob("*.enriched.xlsx")
    again = shop / "登记表2.xlsx"
    again.write_bytes(copy.read_bytes())
    answer = call("segment", again, "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    assert [len(row) for row in cells(Path("登记表2.enriched.xlsx"))] == [
        len(row) for row in cells(copy)
    ]


def test_register_that_cannot_be_copied(call: Call, shop: Path) -> None:
    """A register in a text file has its rows in the workbook, and nothing else is written."""
    path = shop / "记录.csv"
    path.write_text("客户ID,成交金额,成交时间\n甲,5,2026-11-01\n", encoding="utf-8")
    answer = call("segment", path, "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    assert not list(Path().glob("*.enriched*"))
