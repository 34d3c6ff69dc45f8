"""``shopcrm audience``: buyers of a thing are told of a new one, by the rules of marketing."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import TODAY, Call, order, write_orders
from tests.making import write_csv


@pytest.fixture
def buyers(shop: Path) -> Path:
    """Return a shop with buyers of quilts and pillows whose after-sale talks are over."""
    quilt, pillow = "纯棉四件套 加大", "乳胶枕 一对"
    rows = [
        order(1, "a", "2026-05-01", **{"宝贝标题 ": quilt}),
        order(2, "a", "2026-06-01", **{"宝贝标题 ": pillow}),
        order(3, "b", "2026-05-02", **{"宝贝标题 ": quilt}),
        order(4, "c", "2026-05-03", **{"宝贝标题 ": pillow}),
        order(5, "d", "2026-05-04", **{"宝贝标题 ": quilt}),
        order(6, "e", "2026-05-05", **{"宝贝标题 ": quilt}, 订单状态="等待买家付款"),
        order(7, "f", "2026-05-06", **{"宝贝标题 ": quilt}),
        order(8, "g", "2026-11-15", **{"宝贝标题 ": quilt}),
    ]
    write_orders(shop / "订单" / "export.csv", rows)
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[callbacks]\nsince = "2026-11-01"\noff = ["winback", "repurchase", "first_order"]\n'
        )
        file.write('[preferences.categories]\n"床品" = ["四件套", "枕"]\n')
    return shop


def told(call: Call, word: str = "四件套", day: str = TODAY) -> list[str]:
    contacts = call("audience", word, "--today", day, "--json").data["contacts"]
    return sorted(one["customer"] for one in contacts)


def test_buyers_are_told_and_nobody_else(call: Call, buyers: Path) -> None:
    """By a word of the product or a category of the owner's; unpaid orders are no purchase."""
    assert told(call) == ["a", "b", "d", "f"]
    assert told(call, "床品") == ["a", "b", "c", "d", "f"]
    answer = call("audience", "洗衣机", "--today", TODAY)
    assert (answer.code, answer.out) == (7, "")


def test_each_left_out_has_a_reason(call: Call, buyers: Path) -> None:
    """Buyers are those told and those left out, and each rule leaves out its own."""
    talks = [("2026-11-10", "b", "勿扰", "")]
    talks += [(f"2026-11-{day}", "f", "已联系", day) for day in ("10", "12", "14", "16")]
    names = ("日期", "客户ID", "结果", "备注")
    write_csv(buyers / "contacts.csv", [dict(zip(names, talk, strict=True)) for talk in talks])
    (buyers / "名单.csv").write_text(
        "客户ID,名单,原因,日期\nd,黑名单,敲诈,2026-11-01\n", "utf-8-sig"
    )
    data = call("audience", "四件套", "订单", "名单.csv", "--today", TODAY, "--json").data
    assert data["left_out"] == {"opt_out": 1, "blacklist": 1, "cap": 1, "bought_lately": 1}
    assert data["buyers"] == len(data["contacts"]) + sum(data["left_out"].values()) == 5


@pytest.mark.parametrize(
    ("day", "lately"), [pytest.param("2027-01-14", 1, marks=pytest.mark.slow), ("2027-01-15", None)]
)
def test_who_has_just_bought_one_is_not_told(
    call: Call, buyers: Path, day: str, lately: int | None
) -> None:
    """For 60 days, by its own reason; from then on the other rules say."""
    data = call("audience", "四件套", "--today", day, "--json").data
    assert data["left_out"].get("bought_lately") == lately
    assert data["buyers"] == len(data["contacts"]) + sum(data["left_out"].values()) == 5


def test_nothing_is_recorded_until_it_is_done(call: Call, buyers: Path) -> None:
    """The sheet is read back like any other; who was told is not told again of the same."""
    call("audience", "四件套", "--today", TODAY, "-o", "上新.xlsx")
    assert not (buyers / "contacts.csv").exists()
    book = openpyxl.load_workbook(buyers / "上新.xlsx")
    page = book.worksheets[0]
    head = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        if row[head.index("客户ID")].value in ("a", "b"):
            row[head.index("结果")].value = "√"
    book.save(buyers / "上新.xlsx")
    assert call("done", "上新.xlsx", "--today", TODAY, "--json").data["recorded"] == 2
    assert told(call, day="2026-11-21") == ["d", "f"]
    data = call("audience", "四件套", "--today", "2026-11-21", "--json").data
    assert data["left_out"]["settled"] == 2
    assert "a" in told(call, "乳胶枕", day="2026-11-21")


def test_one_s_own_words(call: Call, buyers: Path) -> None:
    """--text is what is said, its placeholders filled; an unknown one is refused."""
    data = call(
        "audience", "乳胶枕", "--today", TODAY, "--text", "{称谓}，新枕头到了", "--json"
    ).data
    assert data["contacts"][0]["script"].endswith("，新枕头到了")
    assert call("audience", "乳胶枕", "--today", TODAY, "--text", "{折扣}").code == 5


def test_a_list_of_nicks(call: Call, buyers: Path) -> None:
    """The nicks go into a text file in batches, ready to paste."""
    call("audience", "四件套", "--today", TODAY, "-o", "a.xlsx", "--nicks", "名单.txt")
    lines = (buyers / "名单.txt").read_text("utf-8-sig").split()
    assert sorted(lines) == ["a", "b", "d", "f"]
