"""``customer``: found by any id, e-mail or phone, with the ids that were folded into one."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from shopcrm.cli.customer import find_customer
from shopcrm.shop import Shop
from tests.cli.conftest import IN_BOTH, TODAY, Call, order, write_orders

P1 = "13800138000"
JD = """kind = "orders"
platform = "jd"
required = ["order_no", "buyer", "amount", "status"]
[columns]
order_no = "京东单号"
buyer = "账号"
amount = "应付"
status = "状态词"
paid = "付款日"
phone = "手机"
email = "邮件"
[status]
"完成" = "success"
"""


@pytest.fixture
def two(shop: Path) -> Path:
    """A shop on two platforms: one person on both, one nick that two people have."""
    (shop / "layouts").mkdir()
    (shop / "layouts" / "jd_own.toml").write_text(JD, encoding="utf-8")
    write_orders(
        shop / "订单" / "export.csv",
        [
            order(1, "小云", "2026-08-01", 联系手机=P1),
            order(2, "小 云", "2026-09-01"),
            order(3, "阿花", "2026-11-15"),
            order(4, "小云", "2026-09-09"),
        ],
    )
    rows = [
        "京东单号,账号,应付,状态词,付款日,手机,邮件",
        f"1,yun_88,50,完成,2026-10-01 10:00:00,{P1},yun@x.cn",
        "2,阿花,60,完成,2026-10-02 10:00:00,,",
    ]
    (shop / "订单" / "jd.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (shop / "merge.csv").write_text("旧ID,新ID\n云云,小云\n没有过,小云\n", encoding="utf-8")
    return shop


def test_found_by_any_id(call: Call, two: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids folded into a customer, old ones, phones in any spelling and e-mails find the same."""
    shops: list[Shop] = []

    def finding(shop: Shop, who: str) -> str:
        shops.append(shop)
        return find_customer(shop, who)

    monkeypatch.setattr("shopcrm.cli.customer.find_customer", finding)
    data = call("customer", "云云", "--json", "--today", TODAY).data
    assert data["customer"] == "小云"
    assert data["orders"] == 4
    told = {(one["id"], one["platform"], one["by"], one["count"]) for one in data["ids"]}
    assert {("小云", "taobao", "key", 2), ("yun_88", "jd", "phone", 1)} <= told
    assert ("云云", None, "merge_table", 0) in told
    (shop,) = shops
    ids = ("小云", "小 云", "taobao:小云", "YUN_88", "jd:yun_88", "云云")
    others = (P1, "+86 138-0013-8000", "Yun@x.cn")
    assert len({find_customer(shop, who) for who in (*ids, *others)}) == 1


def test_nick_of_two_platforms(call: Call, two: Path) -> None:
    """A nick that two platforms have is asked back, each with its platform; with it it is found."""
    answer = call("customer", "阿花", "--today", TODAY)
    assert answer.code == 7
    assert "taobao:阿花" in answer.err
    assert "jd:阿花" in answer.err
    data = call("customer", "jd:阿花", "--json", "--today", TODAY).data
    assert (data["customer"], data["orders"]) == ("jd:阿花", 1)


@IN_BOTH
def test_block_of_ids(call: Call, two: Path, lang: str) -> None:
    """The screen shows each id, whose it is, by what it was folded, and its rows."""
    head = {"zh": "这些号都算同一位客户", "en": "ids folded into one"}[lang]
    out = call("customer", "小云", "--today", TODAY, "--lang", lang).out
    assert head in out
    for word in ("yun_88", "京东" if lang == "zh" else "JD", "云云"):
        assert word in out
    alone = call("customer", "taobao:阿花", "--today", TODAY, "--lang", lang).out
    assert head not in alone


def test_merge_table_is_no_order_file(call: Call, two: Path) -> None:
    """A merge table in the folder that is read is not read as orders, and unused ids are told."""
    (two / "shop.toml").write_text('[shop]\nfiles = ["."]\n', encoding="utf-8")
    data = call("segment", "--json", "--today", TODAY).data
    assert data["orders"] == 6
    assert "merge.csv" not in {one["file"] for one in data["files"]}
    assert data["problems"]["merge_unused"] == 2
    assert "not_a_table" not in data["problems"]


def test_merge_table_with_a_ring(call: Call, two: Path) -> None:
    """A ring in the merge table ends the run, with file and row."""
    (two / "merge.csv").write_text("a,b\nb,a\n", encoding="utf-8")
    answer = call("segment", "--today", TODAY)
    assert answer.code == 5
    assert "merge.csv" in answer.err
    assert "2" in answer.err


@IN_BOTH
def test_what_a_customer_is_like(call: Call, shop: Path, lang: str) -> None:
    """Tastes, type, group, suspicion and offers stand on the screen as in the data, with why."""
    goods = ("纯棉四件套", "记忆枕", "冰丝凉席")
    orders = [
        order(3 * who + n, f"客{who}", f"2026-0{n + 6}-1{who}", **{"宝贝标题 ": goods[n]})
        for who in range(8)
        for n in range(1 if who == 7 else 3)
    ]
    orders += [order(40 + n, "退退", f"2026-0{n + 4}-01", 退款金额="30.00") for n in range(4)]
    write_orders(shop / "订单" / "export.csv", orders)
    text = (shop / "shop.toml").read_text("utf-8")
    words = '[preferences]\ncategories = { "床品" = ["四件套"] }\n'
    (shop / "shop.toml").write_text(f"{text}\n{words}", "utf-8")
    asked = ("--today", TODAY, "--lang", lang)
    data = call("customer", "退退", "--json", *asked).data
    assert (data["kind"]["type"], data["kind"]["by"], data["group"]) == ("retail", "rule", "bought")
    assert data["agent"] is None
    (taste,) = [one for one in data["preferences"] if one["kind"] == "category"]
    assert (taste["value"], taste["orders"], taste["known"]) == ("床品", 4, 4)
    assert data["suspicion"]["patterns"] == ["kept_goods"]
    answer = call("customer", "退退", *asked)
    lines = [line.strip() for line in answer.out.splitlines()]
    assert {taste["text"], data["suspicion"]["evidence"]} <= {*lines}
    assert any(data["kind"]["reason"] in line for line in lines)
    offers = call("customer", "客7", "--json", *asked).data["next_products"]
    assert {one["product"] for one in offers} == {"记忆枕", "冰丝凉席"}
    answer = call("customer", "客7", *asked)
    assert all(one["product"] in answer.out for one in offers)
    assert max(map(cell_len, answer.out.splitlines())) <= 80
