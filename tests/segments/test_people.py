"""Types, agents, groups and suspicions."""

from __future__ import annotations

import pandas as pd
import pytest

from shopcrm.customers.agents import agent_profiles, match_of, score_of
from shopcrm.policy import Policy
from shopcrm.segments.agents import agents
from shopcrm.segments.groups import GROUPS, groups
from shopcrm.segments.suspicion import suspects
from shopcrm.segments.types import customer_types
from shopcrm.tables import REVIEWS, conform, empty
from tests.goods import rows_by
from tests.tables import TODAY, Row, deal, facts, labelled, orders_of, policy_with, register_of


def types(rows: list[Row], register: list[Row] | None = None) -> dict[str, Row]:
    people = facts(rows, register or []).reset_index(drop=True)
    table = customer_types(people, orders_of(rows), policy_with(), "zh")
    return rows_by(table, "customer")


def test_types_by_rule() -> None:
    """Pieces and money make wholesale, receivers dropshipping, titles custom, the rest retail."""
    rows = [deal(f"x{n}", 9, 100) for n in range(20)]
    rows += [deal("many", n, 100, quantity=12) for n in range(3)]
    rows += [deal("dear", n, 900) for n in range(3)]
    rows += [deal("sender", n, phone=f"1390000000{n}") for n in range(6)]
    rows += [deal("maker", n, product="窗帘 定制尺寸") for n in range(3)]
    rows += [deal("once", 3, 9_000, quantity=50), deal("asked", 3, status="unpaid")]
    found = types(rows)
    assert [found["many"]["type"], found["many"]["reason"]] == ["wholesale", "3 单，平时一单 12 件"]
    assert found["dear"]["reason"] == "3 单，平时一单 900.00，店里一般 100.00"
    assert [found["sender"]["type"], found["sender"]["reason"]] == [
        "dropship", "6 单寄给 6 个不同的收货人"
    ]  # fmt: skip
    assert [found["maker"]["type"], found["maker"]["reason"]] == ["custom", "3 单里 3 单写着定制"]
    assert found["once"]["type"] == "retail"  # one order proves nothing
    assert not isinstance(found["asked"]["type"], str)
    assert {one["type_by"] for one in found.values() if isinstance(one["type"], str)} == {"rule"}


def test_the_register_beats_the_rule() -> None:
    """What the owner wrote is the type, and the reason says that it is."""
    rows = [deal("a", n, quantity=50) for n in range(5)]
    found = types(rows, [{"who": "a", "type": "零售客户"}, {"who": "b", "type": "一件代发"}])
    assert [found["a"][name] for name in ("type", "type_by", "reason")] == [
        "retail", "register", "登记表写的是 零售客户"
    ]  # fmt: skip
    assert found["b"]["type"] == "dropship"


@pytest.mark.parametrize(
    ("text", "share"), [("90%", 0.9), ("0.9", 0.9), ("85", 0.85), ("高", None), (None, None)]
)
def test_category_match(text: str | None, share: float | None) -> None:
    """A match is a share however it is written; words are none."""
    assert match_of(text) == pytest.approx(
        share if share is not None else float("nan"), nan_ok=True
    )


def test_dsr() -> None:
    """Of the three scores the lowest counts; what is no score is none."""
    assert score_of("4.8/4.7/4.9") == 4.7
    assert pd.isna(score_of("48"))


def judged(rows: list[Row], register: list[Row], policy: Policy | None = None) -> pd.DataFrame:
    policy = policy or policy_with()
    people = facts(rows, register).reset_index(drop=True)
    orders, sheet = orders_of(rows), register_of(register)
    kinds = customer_types(people, orders, policy, "zh")
    return agents(people, kinds, orders, sheet, policy, TODAY, "zh").set_index("customer")


def test_agents() -> None:
    """Effective orders lately and has no weak mark; closed, silent or never ordered is dead."""
    shop = {"type": "代理商", "category_match": "90%", "dsr": "4.8", "shop_state": "正常"}
    names = ("good", "few", "badmatch", "lowdsr", "closed", "silent", "never")
    register = [{"who": who, **shop} for who in names]
    register[2]["category_match"], register[3]["dsr"] = "30%", "4.2"
    register[4]["shop_state"] = "已关店"
    rows = [deal(who, n + 1) for who in names[:5] for n in range(1 if who == "few" else 4)]
    rows += [deal("silent", 200 + n) for n in range(5)] + [deal("plain", 3)]
    found = judged(rows, register)
    assert found["quality"].to_dict() == {
        "good": "effective", "few": "weak", "badmatch": "weak", "lowdsr": "weak",
        "closed": "dead", "silent": "dead", "never": "dead",
    }  # fmt: skip
    said = rows_by(found.reset_index(), "customer")
    assert said["good"]["reason"] == "近 365 天 4 单，末单距今 1 天"
    assert said["silent"]["reason"] == "末单距今 200 天，超过 180 天"
    assert said["never"]["reason"] == "还没有成交过"
    assert said["lowdsr"]["reason"] == "DSR 4.2，低于 4.6"
    assert list(found["quality"]) == sorted(
        found["quality"], key=["effective", "weak", "dead"].index
    )


def test_profiles_take_the_latest_cell() -> None:
    """Of several rows of an agent the latest that says something counts."""
    rows = [{"who": "a", "medal": "一心", "dsr": "4.6", "registered": 9},
            {"who": "a", "medal": "三心", "registered": 3}]  # fmt: skip
    table = agent_profiles(register_of(rows[::-1]))
    assert [table["medal"][0], table["dsr"][0]] == ["三心", "4.6"]
    assert agent_profiles(register_of([{"who": "b"}])).empty


def test_each_customer_is_in_one_group() -> None:
    """VIP agents, agents, VIPs, buyers, the sampled and the others, the first that holds."""
    rows = [deal(who, n) for who in ("va", "v") for n in range(9)]
    rows += [
        deal("ag", 3),
        deal("b", 3),
        deal("s", 3, status="free"),
        deal("p", 3, status="unpaid"),
    ]
    register = [{"who": "va", "type": "代理"}, {"who": "ag", "type": "代理"},
                {"who": "n", "note": "已寄样"}]  # fmt: skip
    ladder = policy_with({"grade.ladder": [{"name": "VIP", "orders": 8, "vip": True}]})
    people = facts(rows, register).reset_index(drop=True)
    labels = labelled(people, ladder)[0].reset_index(drop=True)
    found = groups(people, labels, judged(rows, register).reset_index(), orders_of(rows), ladder)
    assert dict(zip(people["customer"], found, strict=True)) == {
        "va": "vip_agent", "ag": "agent", "v": "vip_customer", "b": "bought",
        "s": "sampled", "n": "sampled", "p": "prospect",
    }  # fmt: skip
    assert set(found) == set(GROUPS)


def review(order: str, who: str, rating: str) -> Row:
    return {"order": order, "customer": who, "rating": rating, "file": 0, "row": 1}


def test_suspicions_have_evidence() -> None:
    """Each pattern is said with its numbers; one case, or a small part of the orders, is none."""
    rows = [deal("bully", 60, refund=30), deal("bully", 50, refund=30), deal("bully", 9)]
    rows += [deal("unlucky", 60, refund=30), *[deal("unlucky", n) for n in range(5)]]
    rows += [deal("half", 60 + n, status="refunded") for n in range(2)] + [deal("half", 70, 60)]
    said = [review("o0", "bully", "bad"), review("o1", "bully", "neutral"),
            review("o3", "unlucky", "good")]  # fmt: skip
    reviews = conform(pd.DataFrame(said), REVIEWS)
    people = facts(rows).reset_index(drop=True)
    found = suspects(people, orders_of(rows), reviews, policy_with(), "zh")
    assert list(found["customer"]) == ["bully", "half"]
    told = rows_by(found, "customer")
    assert told["bully"]["patterns"] == "bad_review_refund kept_goods bad_reviews"
    assert told["bully"]["evidence"].split("；") == [
        "付款 3 单，2 单给了中差评又退款",
        "付款 3 单，2 单只退一部分钱、货没退",
        "2 条评价里 2 条中差评",
    ]
    assert told["half"]["patterns"] == "near_limit"


def test_the_whitelist_beats() -> None:
    """Who is on the whitelist is neither suspected nor a serial returner, however it is spelt."""
    rows = [deal("Tb１", 60 + n, status="refunded") for n in range(9)]
    rows = [{**row, "customer": "tb1", "buyer_key": "tb1"} for row in rows]
    people = facts(rows).reset_index(drop=True)
    assert "serial_returner" in labelled(people)[0]["tags"].iloc[0]
    spared = policy_with({"returns.whitelist": ["ＴＢ1"]})
    assert pd.isna(labelled(people, spared)[0]["tags"].iloc[0]) or (
        "serial_returner" not in labelled(people, spared)[0]["tags"].iloc[0]
    )
    few = [{**row, "customer": "tb1", "buyer_key": "tb1"}
           for row in [deal("tb1", 60, refund=50), deal("tb1", 50, refund=50)]]  # fmt: skip
    people, orders = facts(few).reset_index(drop=True), orders_of(few)
    assert len(suspects(people, orders, empty(REVIEWS), policy_with(), "zh")) == 1
    assert suspects(people, orders, empty(REVIEWS), spared, "zh").empty
    assert suspects(people, orders, empty(REVIEWS), policy_with(), "zh", {"tb1"}).empty


def test_open_refunds_wait() -> None:
    """An order whose refund is not settled says nothing of returns yet, whatever its age."""
    rows = [deal("a", 60 + n, status="refunded") for n in range(3)]
    table = facts([*rows, deal("a", 90, refund_open=True)])
    assert table.loc["a", "return_paid_orders"] == 3
