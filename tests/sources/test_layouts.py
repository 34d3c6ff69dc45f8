"""Layouts: which file is what."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import LayoutError, PolicyError
from shopcrm.labels import LANGS
from shopcrm.sources.layouts import (
    FIELDS,
    KINDS,
    REFUND_WORDS,
    STATUS_WORDS,
    Layout,
    built_in,
    of_the_shop,
    plain_word,
)
from tests.making import CONTACT, DEAL, ITEM, ORDER, read, text_of, write_csv

OWN = """
kind = "orders"
platform = "weidian"
title = { zh = "微店" }
required = ["order_no", "amount", "status"]
[columns]
order_no = "订单号"
buyer = ["买家"]
amount = ["实收"]
paid = ["时间"]
status = ["状态"]
[status]
"已完成" = "success"
"""
WEIDIAN = {"订单号": "W1", "买家": "小猪", "实收": "12", "时间": "2026-01-02", "状态": "已完成"}


def own(folder: Path, text: str, name: str = "weidian") -> Path:
    path = folder / "layouts" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_built_in(layout: Layout) -> None:
    """A layout of ours uses only words that the program knows, and claims its own header."""
    assert layout.kind in KINDS
    assert set(layout.columns) <= set(FIELDS)
    assert set(layout.required) <= set(layout.columns)
    assert set(layout.status.values()) <= set(STATUS_WORDS)
    assert set(layout.refund_status.values()) <= set(REFUND_WORDS)
    assert set(layout.title) == set(LANGS)
    assert (layout.kind == "orders") <= (layout.platform is not None)
    header = [layout.columns[name][0] for name in layout.required]
    assert layout.claims(header)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (ORDER, "taobao_order_2016"),
        (DEAL, "register"),
        (ITEM, "taobao_item_2023"),
        (CONTACT, "contact_log"),
    ],
)
@given(st.data())
def test_exactly_one_claims(row: dict[str, object], name: str, data: st.DataObject) -> None:
    """One layout claims a header, in any order of its columns and with others between."""
    columns = data.draw(st.permutations([*row, "", "其他", " 别的列 "]))
    assert [one.name for one in built_in() if one.claims(columns)] == [name]


@pytest.mark.parametrize(
    "header", ["买家会员名", " 买家会员名\t", "买家会员名\u200b", "\ufeff买家会员名"]
)
def test_header_dirt(header: str) -> None:
    """White space and invisible marks around a header are not part of it."""
    layout = next(one for one in built_in() if one.name == "taobao_order_2016")
    assert layout.positions([header, "x"])["buyer"] == [0]


def test_headers_coalesce(tmp_path: Path) -> None:
    """Of columns with the same header the first that has something in it counts, row by row."""
    lines = text_of([ORDER]).splitlines()
    lines = [
        f"{lines[0]},买家会员名 ,",
        f"{lines[1]},先不看,x",
        lines[1].replace("tb001", " ") + ",后一列,",
    ]
    lines[2] = lines[2].replace('0001"', '0002"')
    path = tmp_path / "a.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    assert sorted(read(path).orders["buyer"]) == ["tb001", "后一列"]


def test_report_of_columns(tmp_path: Path) -> None:
    """A report names the column of each field, and the headers that are not used."""
    row = ORDER | {"运送方式": "快递"}
    report = read(write_csv(tmp_path / "a.csv", [row])).files[0]
    assert report.mapped["paid"] == ["订单付款时间 "]
    assert report.unmapped == ["运送方式"]


def test_unknown(tmp_path: Path) -> None:
    """A header that nobody knows is shown, with the nearest layouts and what they lack."""
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [{"订单编号": "1", "买家会员名": "x", "体重": "60"}]))
    assert caught.value.key == "unknown_layout"
    assert caught.value.values["header"] == "订单编号 | 买家会员名 | 体重"
    assert "taobao_order_2016 (- 买家实际支付金额, 订单状态)" in str(caught.value.values["near"])


def test_unknown_shows_the_header_split(tmp_path: Path) -> None:
    """The header of an unknown file is shown cell by cell, whatever its delimiter."""
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [{"身高": "1", "体重": "60"}], delimiter="\t"))
    assert caught.value.values["header"] == "身高 | 体重"


def test_own_layout(tmp_path: Path) -> None:
    """A layout in the shop's folder makes a new kind of file known, without any Python."""
    own(tmp_path, OWN)
    orders = read(write_csv(tmp_path / "a.csv", [WEIDIAN]), shop="[shop]\n").orders
    assert orders["order"].tolist() == ["weidian:W1"]
    assert orders["net_fen"].tolist() == [1200]


def test_own_layout_first(tmp_path: Path) -> None:
    """The owner's layouts are asked before ours."""
    text = (
        OWN.replace("订单号", "订单编号")
        .replace("实收", "买家实际支付金额")
        .replace("状态", "订单状态")
    )
    own(tmp_path, text.replace("已完成", "交易成功").replace("时间", "订单付款时间"))
    inputs = read(write_csv(tmp_path / "a.csv", [ORDER]), shop="[shop]\n")
    assert inputs.files[0].layout.name == "weidian"
    assert inputs.files[0].layout.title == {"zh": "微店", "en": "weidian"}


def test_two_claim(tmp_path: Path) -> None:
    """Two layouts that claim one file are an error that names both."""
    own(tmp_path, OWN)
    own(tmp_path, OWN, "other")
    with pytest.raises(LayoutError) as caught:
        read(write_csv(tmp_path / "a.csv", [WEIDIAN]), shop="[shop]\n")
    assert (caught.value.key, caught.value.values["layouts"]) == ("two_layouts", "other, weidian")


@pytest.mark.parametrize(
    ("old", "new", "key", "word", "line"),
    [
        ("buyer =", "buyre =", "layout_word", "buyer", 8),
        ('kind = "orders"', 'kind = "order"', "layout_word", "orders", 2),
        ('kind = "orders"', "kind = 3", "wrong_value", "", 2),
        ('"success"', '"sucess"', "layout_word", "success", 13),
        ('"status"]', '"phone"]', "layout_word", "", 5),
        ("title", "titel", "layout_word", "title", 4),
        ('{ zh = "微店" }', '"微店"', "wrong_value", "", 4),
        ('"买家"', "3", "wrong_value", "", 6),
        ('["order_no", "amount", "status"]', '"order_no"', "wrong_value", "", 5),
        ("[status]", "[defaults]\nstatus = 'done'\n[status]", "layout_word", "", 13),
        ("[status]", "[refund_status]\n'退款' = 'maybe'\n[status]", "layout_word", "", 13),
    ],
)
def test_mistakes(tmp_path: Path, old: str, new: str, key: str, word: str, line: int) -> None:
    """A mistake in an owner's layout is told with its line and the likely word."""
    assert OWN.count(old) == 1
    own(tmp_path, OWN.replace(old, new))
    with pytest.raises(PolicyError) as caught:
        of_the_shop(tmp_path)
    assert caught.value.key == key
    assert word in str(caught.value.values.get("near", ""))
    assert caught.value.values["line"] == line


@pytest.mark.parametrize("name", ["kind", "required"])
def test_lacks(tmp_path: Path, name: str) -> None:
    """A layout that leaves out what it cannot do without is told what."""
    text = "\n".join(line for line in OWN.splitlines() if not line.startswith(name))
    own(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        of_the_shop(tmp_path)
    assert (caught.value.key, caught.value.values["key"]) == ("layout_lacks", name)


def test_plain_word() -> None:
    """A status word is the same with a comma of either width and with any white space."""
    assert plain_word("卖家已发货，等待买家确认") == plain_word(" 卖家已发货, 等待买家确认\u3000")


def test_items_below_their_order(tmp_path: Path) -> None:
    """Rows whose order-level cells are blank go on with the order above: its money counts once."""
    text = OWN.replace("[columns]", 'fill_down = ["order_no", "amount", "status"]\n[columns]')
    own(tmp_path, text.replace('buyer = ["买家"]', 'buyer = ["买家"]\nproduct = ["品名"]'))
    blank = dict.fromkeys(WEIDIAN, "")
    rows = [
        WEIDIAN | {"品名": "枕头"},
        blank | {"品名": "床笠"},
        WEIDIAN | {"订单号": "W2", "品名": "毛毯"},
        blank | {"品名": "凉席"},
    ]
    inputs = read(write_csv(tmp_path / "a.csv", rows), shop="[shop]\n")
    orders = inputs.orders.sort_values("order")
    assert orders["product"].tolist() == ["枕头，床笠", "毛毯，凉席"]
    assert orders["gross_fen"].tolist() == [1200, 1200]
    (report,) = inputs.files
    assert (report.rows_read, report.count(0), report.count(1), report.count(2)) == (4, 2, 2, 0)
