"""The results workbook, the Qianniu export and the figures, on the example shop."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries

from shopcrm.labels import t
from shopcrm.outputs.figures import figures, grouped_yuan, warnings, yuan
from shopcrm.outputs.qianniu import qianniu_export, qianniu_groups
from shopcrm.outputs.workbook import results_workbook
from shopcrm.outputs.write import write_all
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.shop import Shop
from shopcrm.sources.files import find_files
from shopcrm.tables import SUCCESSFUL

EXAMPLE = Path(__file__).parents[2] / "examples" / "shop"


@pytest.fixture(scope="module")
def shop() -> Shop:
    """The example shop on its day."""
    policy = load_policy(EXAMPLE / "shop.toml")
    names = [*policy.words("shop.files"), "contacts.csv"]
    return run(find_files(names, EXAMPLE), policy, dt.date(2026, 11, 20), "zh")


@pytest.fixture(scope="module")
def book(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """Its results workbook, read back."""
    path = tmp_path_factory.mktemp("results") / "结果.xlsx"
    write_all([results_workbook(shop, path)], force=False)
    return openpyxl.load_workbook(path)


def column(book: openpyxl.Workbook, sheet: str, header: str) -> list[object]:
    """Return the cells of a column by its header."""
    rows = list(book[sheet].iter_rows(values_only=True))
    at = list(rows[0]).index(header)
    return [row[at] for row in rows[1:]]


def test_sheets_in_their_order(book: openpyxl.Workbook) -> None:
    """All sheets are there, the page to look at first."""
    found = ["概览", "客户", "登记表", "回访", "画像", "代理商", "疑似名单", "问题", "说明"]
    assert book.sheetnames == found


def test_customers_reconcile_with_the_orders(book: openpyxl.Workbook, shop: Shop) -> None:
    """The customers' money and the orders without a customer add up to the sales."""
    orders = shop.orders[shop.orders["status"].isin(SUCCESSFUL)]
    without = orders.loc[orders["customer"].isna(), "net_fen"].sum()
    money = column(book, "客户", "净消费(元)")
    total = sum(round(float(str(amount)) * 100) for amount in money)
    assert total + without == orders["net_fen"].sum() == figures(shop).net_fen


def test_every_customer_has_label_and_reason(book: openpyxl.Workbook, shop: Shop) -> None:
    """One row a customer; none without a label, none without its reason."""
    assert len(column(book, "客户", "客户ID")) == len(shop.customers)
    assert all(column(book, "客户", "标签"))
    assert all(column(book, "客户", "原因"))


def test_ids_are_text(book: openpyxl.Workbook) -> None:
    """Ids of digits keep their leading zeros, and nothing anywhere is a formula."""
    ids = column(book, "客户", "客户ID")
    assert "0078123" in ids
    assert all(isinstance(one, str) for one in ids)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)


def test_owners_columns_come_out_again(book: openpyxl.Workbook) -> None:
    """Columns that no layout knows stay with the row and with the customer."""
    for sheet in ("登记表", "客户"):
        assert any(column(book, sheet, "床尺寸"))
        assert any(column(book, sheet, "跟进人"))


def test_register_keeps_rows_in_order(book: openpyxl.Workbook, shop: Shop) -> None:
    """The owner's rows stand in the owner's order."""
    rows = shop.register["row"]
    assert list(rows) == sorted(rows)
    assert len(column(book, "登记表", "客户ID")) == len(rows)


def test_hours_are_printed_on_the_list(book: openpyxl.Workbook) -> None:
    """The callback list on paper says when to call and when not to."""
    page: Any = book["回访"]
    assert "9:00-12:30" in page.oddHeader.left.text


def test_problems_are_all_there(book: openpyxl.Workbook, shop: Shop) -> None:
    """Every problem has a row with a reason and what to do."""
    assert len(column(book, "问题", "问题")) == len(shop.problems.table())
    assert all(column(book, "问题", "怎么办"))


def test_overview_shows_the_figures(book: openpyxl.Workbook, shop: Shop) -> None:
    """The page to look at first has the counts of the stages, and native charts."""
    page: Any = book["概览"]
    values = {cell.value for row in page.iter_rows() for cell in row}
    done = figures(shop)
    assert {done.orders, done.buyers, *done.stages.values()} <= values
    assert len(page._charts) == 2  # noqa: SLF001  openpyxl has no other way to ask


def test_notes_say_how(book: openpyxl.Workbook, shop: Shop) -> None:
    """Files, day and every policy key in force are written down."""
    values = [str(cell.value) for row in book["说明"].iter_rows() for cell in row]
    assert any("2026-11-20" in value for value in values)
    assert set(shop.policy.values) <= set(values)
    assert {file.file for file in shop.files} <= set(values)


def test_workbook_is_the_same_each_time(shop: Shop, tmp_path: Path) -> None:
    """The same shop gives the same workbook, byte for byte."""
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    write_all([results_workbook(shop, path) for path in paths], force=False)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_groups_hold_everyone_with_a_nick(shop: Shop) -> None:
    """Each with a nick is in the group of their stage and in no other's, the opted out in none."""
    kept, left_out = qianniu_groups(shop)
    assert left_out == []
    stages = [group for group in kept if group.label in set(shop.segments["stage"])]
    members = [member for group in stages for member in group.members]
    left_alone = shop.segments["tags"].fillna("").str.contains("opt_out")
    unread = (shop.segments["stage"] == "potential") & (shop.customers["unread_rows"] > 0)
    with_nick = (shop.customers["key_kind"] == "buyer") & ~left_alone & ~unread
    assert sorted(members) == sorted(shop.customers.index[with_nick])


def test_group_limits_hold(shop: Shop) -> None:
    """No more groups than allowed, the largest kept; no name longer than allowed."""
    values = {**shop.policy.values, "qianniu.max_groups": 3, "qianniu.name_length": 2}
    tight = type(shop.policy)(values, shop.policy.sources)
    kept, left_out = qianniu_groups(Shop(**{**shop.__dict__, "policy": tight}))
    assert len(kept) == 3
    assert min(len(one.members) for one in kept) >= max(len(one.members) for one in left_out)
    names = [group.name for group in (*kept, *left_out)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 2 for name in names)


def test_remarks_are_as_in_qianniu(shop: Shop, tmp_path: Path) -> None:
    """A remark is the 称谓 and the type or the city."""
    write_all(qianniu_export(shop, tmp_path / "千牛"), force=False)
    book = openpyxl.load_workbook(tmp_path / "千牛" / "千牛分组.xlsx")
    remarks = [str(one) for one in column(book, "VIP", "备注名") if one]
    titles = ("总", "先生", "女士")
    assert remarks
    assert any(title in remark for remark in remarks for title in titles)


def test_sheet_without_rows_still_opens(tmp_path: Path) -> None:
    """A shop with one unpaid order has a workbook as well."""
    path = tmp_path / "one.csv"
    path.write_text(
        "买家会员名,买家实际支付金额,订单状态,订单创建时间\na,0.00,等待买家付款,2026-11-19\n",
        encoding="utf-8",
    )
    policy = load_policy(None)
    one = run([(path, True)], policy, dt.date(2026, 11, 20), "en")
    write_all([results_workbook(one, tmp_path / "o.xlsx")], force=False)
    sheets = openpyxl.load_workbook(tmp_path / "o.xlsx").sheetnames
    assert sheets[0] == "Overview"
    assert warnings(one, "en") == []


@pytest.mark.parametrize(("last", "stale"), [(13, False), (12, True)])
def test_old_files_are_mentioned(tmp_path: Path, last: int, stale: bool) -> None:  # noqa: FBT001
    """An order a week old is the newest there can be; of an older one it is said."""
    path = tmp_path / "one.csv"
    path.write_text(
        "买家会员名,买家实际支付金额,订单状态,订单创建时间\n"
        f"a,0.00,等待买家付款,2026-11-{last}\nb,0.00,等待买家付款,2026-10-01\n",
        encoding="utf-8",
    )
    shop = run([(path, True)], load_policy(None), dt.date(2026, 11, 20), "zh")
    told = [t("warning.stale", "zh", day=f"2026-11-{last}", days=20 - last)]
    assert warnings(shop, "zh") == (told if stale else [])


@pytest.mark.parametrize(
    ("fen", "plain", "grouped"),
    [(0, "0.00", "0.00"), (123456789, "1234567.89", "1,234,567.89"), (-5, "-0.05", "-0.05")],
)
def test_money_is_exact_text(fen: int, plain: str, grouped: str) -> None:
    """Fen become yuan without passing a float."""
    assert (yuan(fen), grouped_yuan(fen)) == (plain, grouped)


def test_a_wide_register_prints_what_matters(shop: Shop, tmp_path: Path) -> None:
    """Of many columns few are printed: the owner's first, the label and why, the next contact.

    No column is lost for that.
    """
    wide = shop.cells.assign(**{f"我的{n}": "值" for n in range(20)})
    path = tmp_path / "a.xlsx"
    write_all([results_workbook(replace(shop, cells=wide), path)], force=False)
    book = openpyxl.load_workbook(path)
    sheet = book["登记表"]
    head = [cell.value for cell in sheet[1]]
    last = range_boundaries(sheet.print_area.split("!")[1])[2]
    assert last is not None
    assert last <= 14
    assert head[:9] == list(wide.columns[:9])
    assert head[9:last] == ["标签", "原因", "最晚联系日", "为什么联系"]
    assert {*wide.columns} < {*head}
    assert sheet.page_setup.orientation == "landscape"


def test_numbers_stand_under_their_headers(book: openpyxl.Workbook) -> None:
    """In the notes each count of rows stands as its header does, off the text beside it."""
    rows = list(book["说明"].iter_rows())
    head = next(row for row in rows if row[0].value == "文件")
    below = rows[rows.index(head) + 1]
    counts = [at for at, cell in enumerate(below) if isinstance(cell.value, int)]
    assert counts
    for at in counts:
        assert (head[at].alignment.horizontal, below[at].alignment.horizontal) == ("center",) * 2
