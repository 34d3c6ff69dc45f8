"""``inspect --new-layout``: a draft that is written and then used reads the file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from shopcrm.labels import LANGS
from shopcrm.policy import load_policy
from shopcrm.sources.layouts import Layout, built_in
from shopcrm.sources.own_layouts import of_the_shop
from tests.cli.conftest import IN_BOTH, TODAY, Call, order, write_orders
from tests.making import text_of, write_csv, write_xlsx

Table = list[dict[str, Any]]


def helper() -> Table:
    """Return what a helper program makes of Taobao orders, in its own words."""
    return [
        {
            "线上单号": f"33000000000000{n:05d}",
            "买家旺旺": f"tb{n % 4}",
            "收件人手机": f"138001380{n:02d}",
            "宝贝简称": "四件套",
            "宝贝数": 1,
            "优惠金额": "3.00",
            "买家已付金额": f"{100 + n}.00",
            "当前状态": ["买家已付款，等待卖家发货", "交易成功", "卖家已发货，等待买家确认"][n % 3],
            "拍下日期": f"2026-10-{n + 1:02d} 10:00:00",
        }
        for n in range(12)
    ]


def erp() -> Table:
    """Return the order list of an ERP."""
    return [
        {
            "系统单号": f"S{n}",
            "平台订单号": f"2610010000{n:05d}",
            "顾客网名": f"小云{n % 4}",
            "货品名称": "枕头",
            "货品总数量": 2,
            "实收总额": 59.5 + n,
            "处理状态": ["已审核", "已出库", "订单完成", "已作废"][n % 4],
            "制单日期": f"2026/10/{n + 1}",
            "快递公司": "顺丰",
        }
        for n in range(12)
    ]


def english() -> Table:
    """Return what somebody keeps by hand in English."""
    return [
        {
            "Day": f"2026-10-{n + 1:02d}",
            "Client": f"Ann {n % 4}",
            "What": "pillow",
            "Paid": f"{20 + n}.50",
            "Mobile": "13800138000",
            "Remarks": "likes blue",
        }
        for n in range(12)
    ]


def used(call: Call, path: Path) -> Any:
    """Return what inspect says of a file, by the only layout that the shop has."""
    answer = call("inspect", path, "--json", "--today", TODAY)
    assert answer.code == 0, answer.err
    (data,) = answer.data
    return data


def drafted(call: Call, shop: Path, path: Path, *more: str) -> Path:
    """Write the draft of a file and return where it is."""
    before = set((shop / "layouts").glob("*"))
    answer = call("inspect", "--new-layout", path, *more)
    assert answer.code == 0, answer.err
    (new,) = set((shop / "layouts").glob("*")) - before
    assert new.name in answer.out
    typed = f'"{path}"' if " " in str(path) else str(path)
    said = answer.out.replace("\n", "").replace(" ", "")
    assert f"inspect{typed}".replace(" ", "") in said
    return new


@IN_BOTH
@pytest.mark.parametrize(
    ("name", "kind"), [("helper", "orders"), ("erp", "orders"), ("english", "register"),
                       ("semicolons", "orders"), ("titled", "orders")]
)  # fmt: skip
def test_draft_is_used(call: Call, shop: Path, name: str, kind: str, lang: str) -> None:
    """A draft reads its file at once: every row is used, and customers are told apart."""
    if name == "helper":
        path = write_xlsx(shop / "助手 导出.xlsx", cells(helper()))
    elif name == "english":
        path = write_csv(shop / "sales.csv", english(), "utf-8")
    elif name == "semicolons":
        path = write_csv(shop / "分号.csv", erp(), "gb18030", delimiter=";")
    elif name == "titled":
        path = shop / "标题.csv"
        path.write_bytes(("十月订单一览\r\n\r\n" + text_of(erp())).encode("gb18030"))
    else:
        path = write_xlsx(shop / "erp.xlsx", cells(erp()))
    assert call("inspect", path).code == 4
    new = drafted(call, shop, path, "--lang", lang)
    data = used(call, path)
    assert tomllib.loads(new.read_text("utf-8-sig"))["kind"] == kind
    assert data["layout"] == new.stem
    assert (data["rows_read"], data["rows_used"], data["rows_listed"]) == (12, 12, 0)
    assert data["key"] == "buyer"
    assert data["header_row"] == (3 if name == "titled" else 1)


def cells(table: Table) -> list[list[Any]]:
    return [list(table[0]), *(list(row.values()) for row in table)]


def test_columns_are_found(call: Call, shop: Path) -> None:
    """Each column of a strange export becomes what it is; what is left is listed."""
    path = write_csv(shop / "a.csv", helper())
    data = call("inspect", "--new-layout", path, "--json").data
    assert data["mapped"] == {
        "order_no": ["线上单号"],
        "buyer": ["买家旺旺"],
        "phone": ["收件人手机"],
        "status": ["当前状态"],
        "created": ["拍下日期"],
        "amount": ["买家已付金额"],
        "quantity": ["宝贝数"],
        "product": ["宝贝简称"],
    }
    assert data["unmapped"] == ["优惠金额"]
    assert (data["platform"], data["missing"], data["layout"]) == ("taobao", [], None)


def test_json_writes_nothing(call: Call, shop: Path) -> None:
    """With --json the draft is data, and no file appears."""
    path = write_csv(shop / "a.csv", erp())
    assert call("inspect", "--new-layout", path, "--json").data["kind"] == "orders"
    assert not (shop / "layouts").exists()


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_never_overwrites(call: Call, shop: Path, force: tuple[str, ...]) -> None:
    """A second draft gets a name of its own, with --force too, and says that one must go."""
    path = write_csv(shop / "a.csv", erp())
    first = drafted(call, shop, path)
    before = first.read_bytes()
    answer = call("inspect", "--new-layout", path, *force)
    assert first.read_bytes() == before
    assert "a(2).toml" in answer.out
    assert "只留一个" in answer.out.replace("\n", "")


def test_output_names_the_file(call: Call, shop: Path) -> None:
    """With -o the draft goes there; an existing file only with --force."""
    path = write_csv(shop / "a.csv", erp())
    assert call("inspect", "--new-layout", path, "-o", "layouts/b.toml").code == 0
    assert call("inspect", "--new-layout", path, "-o", "layouts/b.toml").code == 6
    assert call("inspect", "--new-layout", path, "-o", "layouts/b.toml", "--force").code == 0
    assert [one.name for one in (shop / "layouts").iterdir()] == ["b.toml"]


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_file(call: Call, shop: Path, count: int) -> None:
    """Without a file, or with two, it is a mistake in the command."""
    paths = [write_csv(shop / f"{n}.csv", erp()) for n in range(count)]
    assert call("inspect", "--new-layout", *paths).code == 2
    assert call("inspect", "-o", "x.toml").code == 2


def test_known_file_says_so(call: Call, shop: Path) -> None:
    """A file that is known already is drafted all the same, and read as before."""
    path = write_orders(shop / "b.csv", [order(1, "小云", "2026-08-01")])
    answer = call("inspect", "--new-layout", path)
    assert "淘宝/天猫订单（旧版）" in answer.out.replace("\n", "")
    before = call("inspect", path, "--json", "--today", TODAY).data[0]
    (shop / "layouts" / "b.toml").unlink()
    after = call("inspect", path, "--json", "--today", TODAY).data[0]
    assert before.pop("layout") == "b"
    assert after.pop("layout") == "taobao_order_2016"
    assert before == after


@pytest.mark.parametrize("layout", built_in(), ids=lambda one: one.name)
def test_draft_of_a_known_layout(call: Call, shop: Path, layout: Layout) -> None:
    """Of a header that a layout of ours knows, the draft reads each column as that layout does."""
    header = list({aliases[0] for aliases in layout.columns.values()})
    header += [] if layout.only_with & set(header) else sorted(layout.only_with)[:1]
    path = write_csv(shop / "a.csv", [dict.fromkeys(header, "1")], "utf-8")
    drafted(call, shop, path)
    (own,) = of_the_shop(shop)
    assert own.claims(header)
    assert own.positions(header) == layout.positions(header)
    for name in ("kind", "platform", "required", "not_with", "only_with", "grain", "fill_down",
                 "order_day", "rating", "defaults"):  # fmt: skip
        assert getattr(own, name) == getattr(layout, name), name
    for section in ("status", "refund_status"):
        words, known = getattr(own, section), getattr(layout, section)
        assert {word: words.get(word) for word in known} == known


def test_items_of_an_order(call: Call, shop: Path) -> None:
    """Where an order takes several rows the draft says so, its number repeated or left blank."""
    repeated = [{**row, "平台订单号": f"26100100{n // 2:05d}"} for n, row in enumerate(erp())]
    path = write_csv(shop / "a.csv", repeated)
    data = call("inspect", "--new-layout", path, "--json").data
    assert (data["grain"], data["fill_down"]) == ("item", [])
    blank = [{**row, "平台订单号": row["平台订单号"] if n % 2 == 0 else ""}
             for n, row in enumerate(erp())]  # fmt: skip
    data = call("inspect", "--new-layout", write_csv(shop / "b.csv", blank), "--json").data
    assert (data["grain"], data["fill_down"]) == ("item", ["order_no"])


def test_missing_fields_are_comments(call: Call, shop: Path) -> None:
    """A draft that lacks something loads, says what is missing and claims no other file."""
    table = [{"单据编号": f"A{n}", "单据状态": "已完成", "备用": "x"} for n in range(5)]
    path = write_csv(shop / "半.csv", table)
    answer = call("inspect", "--new-layout", path)
    text = (shop / "layouts" / "半.toml").read_text("utf-8-sig")
    assert "实付" in answer.out
    assert '\n# amount = ["?"]' in text
    (layout,) = of_the_shop(shop)
    assert layout.required == ("order_no", "status")
    assert call("inspect", "订单/export.csv", "--json").data[0]["layout"] == "taobao_order_2016"


def test_nothing_found_claims_nothing(call: Call, shop: Path) -> None:
    """A draft in which nothing was found waits to be filled in, and leaves other files alone."""
    path = write_csv(shop / "x.csv", [{"甲": "a", "乙": "b"}])
    assert call("inspect", "--new-layout", path).code == 0
    assert call("inspect", path).code == 4
    assert call("inspect", "订单/export.csv", "--json").data[0]["layout"] == "taobao_order_2016"


def test_unsure_words_are_comments(call: Call, shop: Path) -> None:
    """A status word without a guess is left to the owner, and named on the screen."""
    table = [{**row, "处理状态": ["冻结", "订单完成"][n % 2]} for n, row in enumerate(erp())]
    path = write_csv(shop / "a.csv", table)
    answer = call("inspect", "--new-layout", path)
    assert "冻结" in answer.out
    text = (shop / "layouts" / "a.toml").read_text("utf-8-sig")
    assert '\n# "冻结" = "?"' in text
    assert tomllib.loads(text)["status"] == {"订单完成": "success"}


def test_odd_headers_stay_toml(call: Call, shop: Path) -> None:
    """Quotes, backslashes and line ends in headers, cells and file names do no harm."""
    table = [
        {
            '平台"订单号"': f"1{n:012d}",
            "买家\\账号": 'a"\n]',
            "实收\n金额": "5",
            "#状态": "已#完\n成",
        }
        for n in range(3)
    ]
    path = write_csv(shop / "它's (1)..csv", table, "utf-8")
    new = drafted(call, shop, path)
    (layout,) = of_the_shop(shop)
    assert layout.name == new.stem
    assert tomllib.loads(new.read_text("utf-8-sig"))


def test_example_cells_hide_people(call: Call, shop: Path) -> None:
    """A layout is handed on: no whole phone, name or address of a customer stands in it."""
    table = [
        {**row, "收货人姓名": "欧阳小云", "收货地址": "浙江省杭州市西湖区和平路1号"}
        for row in helper()
    ]
    new = drafted(call, shop, write_csv(shop / "a.csv", table))
    text = new.read_text("utf-8-sig")
    assert "138******" in text
    assert not any(word in text for word in ("13800138001", "欧阳小云", "和平路1号"))


def test_without_a_shop(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without shop.toml no layout is read, and that is said."""
    monkeypatch.chdir(tmp_path)
    write_csv(tmp_path / "a.csv", erp())
    answer = call("inspect", "--new-layout", "a.csv")
    assert (tmp_path / "layouts" / "a.toml").exists()
    assert "shopcrm init" in answer.out


@pytest.mark.parametrize("lang", LANGS)
def test_unknown_file_says_what_to_do(call: Call, shop: Path, lang: str) -> None:
    """Of an unknown file its header, the nearest kind by its title and the way on are told."""
    path = write_csv(shop / "a.csv", [{"订单编号": "1", "买家会员名": "a", "订单状态": "x"}])
    answer = call("inspect", path, "--lang", lang)
    title = {"zh": "淘宝/天猫订单（旧版）", "en": "Taobao/Tmall orders (old seller centre)"}[lang]
    assert all(word in answer.err for word in (title, "买家实际支付金额", "--new-layout"))
    assert "taobao_order" not in answer.err


def test_policy_of_the_shop_is_read(call: Call, shop: Path) -> None:
    """The draft lies where the layouts of the shop are read from."""
    drafted(call, shop, write_csv(shop / "a.csv", erp()))
    assert [one.name for one in of_the_shop(load_policy(shop / "shop.toml").shop_dir)] == ["a"]
