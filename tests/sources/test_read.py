"""From files to tables, as a whole; and the example shop, of which the truth is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from examples.make_shop import make_shop
from shopcrm.errors import InputError, LayoutError
from shopcrm.policy import load_policy
from shopcrm.sources.files import find_files
from shopcrm.sources.problems import SEVERITIES, Problems
from shopcrm.sources.read import LISTED, Inputs, read_files
from shopcrm.tables import CONTACT_LOG, ITEMS, ORDERS, PROBLEMS, REGISTER, Table
from tests.making import (
    CONTACT,
    DEAL,
    ITEM,
    ORDER,
    TODAY,
    fates,
    kinds,
    order,
    read,
    sheet_of,
    write_csv,
    write_xlsx,
)


def test_tables(tmp_path: Path) -> None:
    """What is read has the columns and types of the tables, whatever files there are."""
    files = [
        write_csv(tmp_path / "a.csv", [ORDER]),
        write_csv(tmp_path / "b.csv", [ITEM]),
        write_csv(tmp_path / "c.csv", [CONTACT]),
        write_xlsx(tmp_path / "d.xlsx", sheet_of([DEAL])),
    ]

    def check(frame: pd.DataFrame, table: Table) -> None:
        assert list(frame.columns) == list(table)
        for name, column in table.items():
            assert frame[name].dtype == column.dtype, name

    for some in (files, files[:1], files[2:3], files[3:], files[:2]):
        inputs = read(*some)
        check(inputs.orders, ORDERS)
        check(inputs.items, ITEMS)
        check(inputs.register, REGISTER)
        check(inputs.log, CONTACT_LOG)
        check(inputs.problems.table(), PROBLEMS)
        assert len(inputs.cells) == len(inputs.register)


def test_copy_is_skipped(tmp_path: Path) -> None:
    """A file that is byte for byte another one is named and not read."""
    one = write_csv(tmp_path / "a.csv", [order(1)])
    two = write_csv(tmp_path / "b.csv", [order(1)])
    other = write_csv(tmp_path / "c.csv", [order(2)])
    inputs = read(one, two, other)
    assert [report.path for report in inputs.files] == [one, other]
    table = inputs.problems.table()
    assert table[["kind", "file", "value"]].to_numpy().tolist() == [["same_file", "b.csv", "a.csv"]]


JUNK: dict[str, bytes] = {
    "empty_file": b"",
    "not_a_table": b"%PDF-1.7" + bytes(100),
    "unknown_layout": "身高,体重\n180,60\n".encode("gb18030"),
    "damaged": b"PK\x03\x04junk",
}


@pytest.mark.parametrize("key", JUNK)
def test_stranger_in_a_folder(tmp_path: Path, key: str) -> None:
    """A file that only lay in a folder may be anything; one that was named must be a table."""
    good = write_csv(tmp_path / "a.csv", [ORDER])
    bad = tmp_path / "b.csv"
    bad.write_bytes(JUNK[key])
    inputs = read(bad, good, named=False)
    table = inputs.problems.table()
    assert table[["kind", "severity", "file", "value"]].to_numpy().tolist() == [
        ["not_a_table", "doubt", "b.csv", key]
    ]
    assert fates(inputs) == [(1, 1, 0, 0)]
    with pytest.raises((InputError, LayoutError)) as caught:
        read(bad, good)
    assert caught.value.key == key


def test_gone_file(tmp_path: Path) -> None:
    """A file that cannot be opened says so."""
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.key == "unreadable"


def test_nothing_to_read(tmp_path: Path) -> None:
    """When no file is a table there is nothing to work on, and that is an error."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(ORDER) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read(path, named=False)
    assert caught.value.key == "nothing_to_read"
    path.write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read(path, named=False)
    assert caught.value.key == "empty_file"


def test_cells_are_let_go(tmp_path: Path) -> None:
    """The cells of a file are let go when it has been read; what became of its rows is not."""
    report = read(write_csv(tmp_path / "a.csv", [ORDER])).files[0]
    with pytest.raises(LookupError):
        report.rows.grid.column(0)
    assert report.rows_read == 1


def test_step(tmp_path: Path) -> None:
    """Each file is announced before it is read."""
    files = [write_csv(tmp_path / f"{at}.csv", [order(at)]) for at in range(3)]
    told: list[tuple[str, int, int]] = []
    read_files(
        [(path, True) for path in files], load_policy(None), TODAY, lambda *step: told.append(step)
    )
    assert told == [("0.csv", 1, 3), ("1.csv", 2, 3), ("2.csv", 3, 3)]


def test_problems() -> None:
    """Problems are listed by file and row, each once, with no more of a cell than can be shown."""
    problems = Problems()
    assert list(problems.table().columns) == list(PROBLEMS)
    problems.add("bad_date", "b.csv", [7, 3], "日期", ["x" * 999, "y"])
    problems.add("bad_date", "b.csv", [3], "日期", ["y"])
    problems.add("own_output", "b.csv")
    problems.add("bad_money", "a.csv", [9], "金额", "z")
    table = problems.table()
    assert table["row"].fillna(0).tolist() == [9, 0, 3, 7]
    assert table["value"].str.len().max() == 200
    with pytest.raises(ValueError, match="as many"):
        problems.add("bad_date", "b.csv", [1, 2], "日期", ["x"])


@pytest.mark.parametrize("kind", SEVERITIES)
def test_severities(kind: str) -> None:
    """Each kind of problem has one of the three severities."""
    assert SEVERITIES[kind] in ("listed", "doubt", "note")


# The example shop


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inputs, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("example")
    make_shop(folder)
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))["totals"]
    return read_files(find_files(["shop"], folder), load_policy(None), TODAY), truth


def of_file(inputs: Inputs, name: str) -> list[str]:
    table = inputs.problems.table()
    return sorted(table.loc[table["file"] == Path(name).name, "kind"])


def test_example_rows(example: tuple[Inputs, dict[str, Any]]) -> None:
    """Every row of the example shop was read, and is used, merged or listed."""
    inputs, truth = example
    told = {Path(name).name: count for name, count in truth["rows_read"].items()}
    assert {report.file: report.rows_read for report in inputs.files} == told
    for all_rows, used, merged, listed in fates(inputs):
        assert all_rows == used + merged + listed
    used = sum(report.count(0) for report in inputs.files if report.layout.kind == "orders")
    assert used == (inputs.orders["origin"] == "export").sum()


def test_example_oddities(example: tuple[Inputs, dict[str, Any]]) -> None:
    """Every oddity that was planted is reported, and nothing else is."""
    inputs, truth = example
    planted = truth["planted"]
    register = planted["登记表.xlsx"]
    assert of_file(inputs, "登记表.xlsx") == sorted(
        ["bad_date"] * register["broken_date"]
        + ["bad_money"] * register["broken_amount"]
        + ["future_date"] * register["broken_future"]
        + ["negative_money"] * register["broken_negative"]
        + ["duplicate_row"] * register["identical_pairs"]
        + ["total_row"] * register["total_rows"]
    )
    second = planted["订单/ExportOrderList_2026.csv"]
    assert of_file(inputs, "ExportOrderList_2026.csv") == sorted(
        ["bad_money"] * second["amount_no_number"] + ["unknown_status"] * second["unknown_status"]
    )
    items = planted["订单/ExportOrderDetailList_2026.csv"]
    lonely = ["item_without_order"] * items["item_without_order"]
    assert of_file(inputs, "ExportOrderDetailList_2026.csv") == lonely
    for name in ("ExportOrderList_2025.csv", "contacts.csv", "千牛订单_2026-11.xlsx"):
        assert of_file(inputs, name) == []


def test_example_merging(example: tuple[Inputs, dict[str, Any]]) -> None:
    """Overlapping exports, an order that stands twice, and merged rows are merged."""
    inputs, truth = example
    planted = truth["planted"]
    merged = {report.file: report.count(1) for report in inputs.files}
    second = planted["订单/ExportOrderList_2026.csv"]
    twice = second["overlapping_orders"] + second["order_twice"]
    assert merged["ExportOrderList_2025.csv"] + merged["ExportOrderList_2026.csv"] == twice
    assert merged["登记表.xlsx"] == planted["登记表.xlsx"]["merged_deals"]
    deals = inputs.orders[inputs.orders["origin"] == "register"]
    assert len(deals) == truth["register_deals"]
    prospects = int(inputs.register["order"].isna().sum())
    listed = next(one.count(LISTED) for one in inputs.files if one.file == "登记表.xlsx")
    told = planted["登记表.xlsx"]
    assert prospects == (told["prospect_rows"] + told["merged_deals"] + listed - told["total_rows"])


def test_example_money(example: tuple[Inputs, dict[str, Any]]) -> None:
    """Of each file it is known whether paid is net, and refunds and free orders are as planted."""
    inputs, truth = example
    planted = truth["planted"]
    paid_is = {report.file: report.paid_is for report in inputs.files if report.paid_is}
    assert paid_is == {
        "ExportOrderList_2025.csv": "gross",
        "ExportOrderList_2026.csv": "gross",
        "千牛订单_2026-11.xlsx": "net",
    }
    exports = inputs.orders[inputs.orders["origin"] == "export"]
    sheet = exports[
        exports["file"] == [r.file for r in inputs.files].index("千牛订单_2026-11.xlsx")
    ]
    told = planted["订单/千牛订单_2026-11.xlsx"]
    partial = (sheet["refund_fen"] > 0) & (sheet["refund_fen"] < sheet["gross_fen"])
    assert (int(partial.sum()), int((sheet["status"] == "refunded").sum())) == (
        told["refunds_partial"],
        told["refunds_whole"],
    )
    assert (
        int(sheet["refund_open"].sum())
        == planted["订单/千牛宝贝_2026-11.xlsx"]["orders_with_open_refund"]
    )
    assert (
        int((exports["status"] == "free").sum())
        == (planted["订单/ExportOrderList_2026.csv"]["free_orders"])
    )
    assert int(sheet["phone"].notna().sum()) == told["phones_open"]


def test_example_turned(example: tuple[Inputs, dict[str, Any]], tmp_path: Path) -> None:
    """The files of the example in the reverse order say the same."""
    inputs, _ = example
    files = [(report.path, True) for report in inputs.files][::-1]
    turned = read_files(files, load_policy(None), TODAY)
    one, other = (each.orders.drop(columns=["file", "row"]) for each in (inputs, turned))
    pd.testing.assert_frame_equal(one, other)
    assert kinds(turned) == kinds(inputs)


def test_cut_file_of_the_example(example: tuple[Inputs, dict[str, Any]], tmp_path: Path) -> None:
    """An export that was cut off in the middle is read up to there."""
    inputs, _ = example
    whole = next(r.path for r in inputs.files if r.file == "ExportOrderList_2026.csv").read_bytes()
    path = tmp_path / "a.csv"
    path.write_bytes(whole[: len(whole) // 2])
    assert len(read(path).orders) > 400
