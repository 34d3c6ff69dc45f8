"""The language of the owner's rules: what it means, and what it says of mistakes."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import PolicyError
from shopcrm.segments.assign import assign_segments
from shopcrm.segments.own.assign import members, own_counts
from shopcrm.segments.own.evaluate import Facts
from shopcrm.segments.own.parse import parse_rule
from shopcrm.segments.own.words import marks, spellings, vocabulary
from shopcrm.segments.past import Past
from shopcrm.tables import CUSTOMERS, ITEMS, OWN_MARK, TAGS, conform
from tests.making import examples
from tests.tables import TODAY, Row, day, deal, facts, log_of, orders_of, policy_with, sheet_deal

DEALS: list[Row] = [
    deal("a", 10, 300, province="广东", city="广州", product="乳胶床垫 1.8米"),
    deal("a", 200, 500, province="广东", city="广州", product="四件套"),
    deal("b", 61, 99.99, province="浙江", city="杭州", product="四件套"),
    deal("c", 5, 40, status="unpaid"),
    deal("d", 400, 5000, product="床 垫"),
]
ITEM_ROWS = conform({"order": ["o2"], "product": ["记忆棉枕头"]}, ITEMS)


def assigned(own: list[dict[str, str]], deals: list[Row]) -> tuple[pd.DataFrame, Facts]:
    """Return SEGMENTS with these segments of the owner's, and what rules are held against."""
    policy = policy_with({"segment.own": own})
    people = facts(deals, policy=policy, items=ITEM_ROWS).reset_index(drop=True)
    past = Past(orders_of(deals), ITEM_ROWS, TODAY)
    table, _ = assign_segments(people, log_of([]), policy, "zh", past=past)
    flags = pd.DataFrame({tag: members(table, tag) for tag in TAGS})
    return table, Facts(people, table, flags, past)


@cache
def shop_facts() -> Facts:
    return assigned([], DEALS)[1]


def inside(rule: str) -> str:
    """Return the customers for whom a rule holds, as one word."""
    held = shop_facts()
    return "".join(held.customers.loc[held.mask(parse_rule(rule, "x")), "customer"])


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ("orders >= 2", "a"),
        ("成交单数≥2", "a"),
        ("orders = 1", "bd"),
        ("orders != 1", "ac"),
        ("orders in [1, 2]", "abd"),
        ("orders between 1 and 2", "abd"),
        ("单数 1 到 2", "abd"),
        ("net >= 800", "ad"),
        ("消费金额 < 100 元", "bc"),
        ("net = 99.99", "b"),
        ("净消费 > 0.1万", "d"),
        ('province in ["广东", "浙江省"]', "ab"),
        ("省份 在 【“广东”，“浙江”】", "ab"),
        ('province not in ["广东"]', "bcd"),
        ('province != "广东"', "bcd"),
        ('city = "广州市"', "a"),
        ("known province", "ab"),
        ("没有省份", "cd"),
        ("last_order within 61 days", "ab"),
        ("last_order within 60 days", "a"),
        ("末单最近60天内", "a"),
        ("末单 在 60 天内", "a"),
        ("末单 60天以内", "a"),
        ("last_order > 61 days ago", "d"),
        ("last_order >= 61 days", "bd"),
        (f"last_order >= {day(61).date()}", "ab"),
        (f'first_order < "{day(199).date()}"', "ad"),
        ("last_order between 5 days and 61 days", "ab"),
        ('bought "床垫"', "ad"),
        ('买过 ["枕头", "床垫"]', "abd"),
        ('bought "床垫" within 30 days', "a"),
        ("买过「四件套」最近 100 天", "b"),
        ('product contains "垫"', "ad"),
        ('product not contains "垫"', "bc"),
        ('商品 含 ["垫", "枕"]', "abd"),
        ("potential", "c"),
        ("流失 or 潜在客户", "cd"),
        ('stage = "回头客"', "a"),
        ('stage in ["lost", "new"]', "bd"),
        ("unpaid_order", "c"),
        ("有未付款单", "c"),
        ("not unpaid_order", "abd"),
        ("anyone", "abcd"),
        ("所有人", "abcd"),
        ("orders >= 1 and not (lost or net > 500)", "b"),
        ("orders>=1且非（流失或净消费>500）", "b"),
        ("orders = 1 or orders = 2 and lost", "bd"),
        ("not not lost", "d"),
        ("R 分 = 1", "d"),
        ("recency_score 4 到 5", "a"),
        ("M >= 1 AND F <= 5", "abd"),
        ("days_since > 60 天", "bd"),
        ("overdue > 100", ""),
        ('platform = "淘宝"', ""),
        ("  orders\n>=\t2  ", "a"),
    ],
)
def test_what_a_rule_means(rule: str, who: str) -> None:
    """Each way of writing a test holds for whom it says, in either language."""
    assert inside(rule) == who


@pytest.mark.parametrize(
    ("rule", "key", "column", "near"),
    [
        ("ordrs >= 3", "rule_word", 1, "orders"),
        ("orders >= 3 and provnce = '广东'", "rule_word", 17, "province"),
        ("成交单树>=3", "rule_word", 1, "成交单数"),
        ("orders >= 3 adn vip", "rule_word", 13, "and"),
        ("qwxyzk = 3", "rule_no_word", 1, None),
        ("orders", "rule_compare", 7, None),
        ("orders >= ", "rule_number", 11, None),
        ("orders >= '3'", "rule_number", 11, None),
        ("orders contains '3'", "rule_compare", 8, None),
        ("province >= '广东'", "rule_compare", 10, None),
        ("province = 广东", "rule_no_word", 12, None),
        ("province in '广东'", "rule_list", 13, None),
        ("province in ['广东' '浙江']", "rule_list", 19, None),
        ("province in ['广东'", "rule_list", 18, None),
        ("last_order within 60", "rule_days", 21, None),
        ("last_order within 6.5 days", "rule_days", 19, None),
        ("last_order >= 2026-13-45", "rule_no_word", 15, None),
        ("last_order >= '上周'", "rule_day", 15, None),
        ("orders between 3", "rule_to", 17, None),
        ("(orders >= 3", "rule_close", 13, None),
        ("orders >= 3)", "rule_end", 12, None),
        ("orders >= 3 vip", "rule_end", 13, None),
        ("and vip", "rule_fact", 1, None),
        ("vip and", "rule_fact", 8, None),
        ("", "rule_fact", 1, None),
        ("bought", "rule_text", 7, None),
        ("bought []", "rule_text", 10, None),
        ("known", "rule_fact", 6, None),
        ('stage = "回头课"', "rule_value", 9, "回头客"),
        ('segment "y"', "rule_segment", 9, None),
        ("(" * 60 + "vip" + ")" * 60, "rule_deep", 51, None),
        ('province = "广东', "rule_no_word", 12, None),
    ],
)
def test_what_a_mistake_is_told(rule: str, key: str, column: int, near: str | None) -> None:
    """A mistake is told with its kind, its place and the likely word; nothing else is raised."""
    with pytest.raises(PolicyError) as caught:
        parse_rule(rule, "x")
    assert (caught.value.key, caught.value.values["column"]) == (key, column)  # noqa: PD011
    if near is not None:
        assert caught.value.values["near"] == near  # noqa: PD011


PIECES = [*"()[]\"'≥=<>!,0129.%万天 \n且或非在内", "orders ", "vip ", "省份", "末单", "within "]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@examples(150)
def test_any_text_is_a_rule_or_refused(pieces: list[str]) -> None:
    """Whatever is written, it is a rule or an error that tells a place in it."""
    rule = "".join(pieces)
    try:
        parse_rule(rule, "x")
    except PolicyError as error:
        assert 1 <= int(str(error.values["column"])) <= len(rule) + 1  # noqa: PT017


RULES = st.recursive(
    st.sampled_from(["orders >= 2", "lost", 'province = "广东"', "net > 100", "known city"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda parts: f"({parts[0]}) {parts[1]} ({parts[2]})"
        ),
    ),
    max_leaves=5,
)


@given(RULES, RULES)
@examples(30)
def test_rules_are_sets(one: str, other: str) -> None:
    """And, or and not are what they are of sets of customers."""
    left, right = set(inside(one)), set(inside(other))
    assert set(inside(f"({one}) and ({other})")) == left & right
    assert set(inside(f"({one}) or ({other})")) == left | right
    assert set(inside(f"not ({one})")) == set("abcd") - left


def test_the_words_of_the_sheets_are_words_of_rules() -> None:
    """Every fact has its name as a word, and the labels have theirs."""
    known = vocabulary()
    for column in set(CUSTOMERS) - {"customer"}:
        assert known[spellings(column)[0]].name == column
    for tag in TAGS:
        assert tag in known
    facts_of = {word for word, one in known.items() if one.kind != "mark"}
    assert not marks() & facts_of


def test_a_stated_history_has_days_too() -> None:
    """Who stands in the register alone is held against the same facts."""
    own = [{"name": "x", "when": "last_order within 3 days"}]
    assert list(assigned(own, [sheet_deal("s", 3, 50)])[0]["own"]) == ["x"]


def test_groups_names_and_counts() -> None:
    """In a group the first that fits is the only one; a rule may speak of those above it."""
    own = [
        {"name": "大客", "when": "net >= 800", "group": "g"},
        {"name": "其他人", "when": "其余", "group": "g"},
        {"name": "爱睡", "when": '买过 "垫"'},
        {"name": "又", "when": 'segment "大客" and not segment "爱睡" or 分群「其他人」'},
    ]
    table, _ = assigned(own, DEALS)
    told = [str(text).split(OWN_MARK) for text in table["own"]]
    assert told == [["大客", "爱睡"], ["其他人", "又"], ["其他人", "又"], ["大客", "爱睡"]]
    counts = own_counts(table, policy_with({"segment.own": own}))
    assert counts == {"大客": 2, "其他人": 2, "爱睡": 2, "又": 2}


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["a", "a"], "own_taken"),
        (["VIP"], "own_taken"),
        (["a、b"], "own_mark"),
        (["lost"], "own_taken"),
    ],
)
def test_a_name_is_one_name(names: list[str], key: str) -> None:
    """A name is not taken, neither by a label, and has no mark that parts names."""
    own = [{"name": name, "when": "vip"} for name in names]
    with pytest.raises(PolicyError) as caught:
        assigned(own, DEALS)
    assert caught.value.key == key


def test_no_customers() -> None:
    """In an empty shop a rule holds for nobody."""
    own = [{"name": "x", "when": 'orders >= 1 or vip or bought "x"'}]
    assert assigned(own, [])[0].empty
