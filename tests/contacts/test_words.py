"""Laws of receipt dates, of how a customer is reached and addressed, and of scripts and reasons."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.honorific import honorifics, surname
from shopcrm.contacts.scripts import templates
from shopcrm.errors import PolicyError
from shopcrm.labels import LANGS, Lang, t
from tests.making import examples
from tests.tables import (
    Row,
    after_sale_policy,
    contact,
    day,
    deal,
    people_of,
    plan_of,
    sheet_deal,
    talk,
)

DATES = ["signed", "confirmed", "shipped", "paid"]


def script(
    values: dict[str, Any] | None = None,
    lang: Lang = "zh",
    register: Row | None = None,
    **more: Any,
) -> str:
    """Return the script for one customer who got their order five days ago."""
    rows = [{"who": "a", **register}] if register else []
    deals = [deal("a", 10, signed=5, **more)]
    row = contact(plan_of(deals, policy=after_sale_policy(values), register=rows, lang=lang))
    return str(row["script"])


@pytest.mark.parametrize("first", range(4))
def test_receipt_falls_back(first: int) -> None:
    """Signed goes before confirmed, these before shipped and paid plus days on the road."""
    dates: Row = {name: 20 - at for at, name in enumerate(DATES) if at >= first}
    row = deal("a", 30, **dates) | {"paid": day(dates["paid"])}
    found = contact(plan_of([row]))
    road = 0 if first < 2 else 4
    assert found["receipt_from"] == DATES[first]
    assert found["receipt_date"] == day(20 - first - road)
    assert t(f"receipt.{DATES[first]}", "zh") in found["reason"]


def test_receipt_of_a_register_deal() -> None:
    """A deal of the register only has its own day: it arrives after days on the road."""
    found = contact(plan_of([sheet_deal("a", 9)]))
    assert (found["receipt_from"], found["receipt_date"]) == ("deal", day(5))
    policy = after_sale_policy({"callbacks.transit_days": 7})
    assert contact(plan_of([sheet_deal("a", 9)], policy=policy))["receipt_date"] == day(2)


def test_receipt_is_a_day() -> None:
    """Receipt late in the evening is receipt on that day."""
    assert contact(plan_of([deal("a", 9, signed=4.1)]))["receipt_date"] == day(5)


@pytest.mark.parametrize(
    ("kind", "phone", "channel"),
    [
        ("批发", "13800000001", "phone"),
        ("定制", "13800000001", "phone"),
        ("定制", None, "message"),
        ("零售", "13800000001", "message"),
        ("一件代发", "13800000001", "message"),
        (None, "13800000001", "message"),
    ],
)
def test_channel(kind: str | None, phone: str | None, channel: str) -> None:
    """Wholesale and made-to-order customers with a phone are phoned, others get a message."""
    register = [{"who": "a", "type": kind}]
    assert contact(plan_of([deal("a", 9, phone=phone)], register=register))["channel"] == channel


@pytest.mark.parametrize(("kind", "channel"), [("零售", "phone"), ("一件代发", "message")])
def test_channel_of_vips(kind: str, channel: str) -> None:
    """A VIP is phoned, but who passes orders on gets a message even as VIP."""
    ladder = [{"name": "VIP", "orders": 1, "vip": True}]
    register = [{"who": "a", "type": kind}]
    policy = after_sale_policy({"grade.ladder": ladder})
    deals = [deal("a", 9, phone="13800000001")]
    assert contact(plan_of(deals, policy=policy, register=register))["channel"] == channel


@pytest.mark.parametrize(
    ("name", "sex", "kind", "title"),
    [
        ("李雷", "男", "零售", "李先生"),
        ("李梅", "女", None, "李女士"),
        ("欧阳雪", "女", None, "欧阳女士"),
        ("欧阳", "男", None, "欧先生"),
        ("顾一", None, "定制", "顾总"),
        ("顾一", "女", "一件代发", "顾总"),
        ("王老师", "女", "批发", "王老师"),
        ("李雷", None, None, "李雷"),
        ("李雷", "保密", None, "李雷"),
        ("Anna Lee", "女", None, "Anna Lee女士"),
        (None, "女", "批发", None),
    ],
)
def test_honorific(name: str | None, sex: str | None, kind: str | None, title: str | None) -> None:
    """Surname and title by trade, else by sex; a title stays; without either the whole name."""
    found = honorifics(people_of([{"name": name, "sex": sex, "type": kind}]), after_sale_policy())[
        0
    ]
    assert (None if pd.isna(found) else found) == title


def test_surnames() -> None:
    """Double surnames are whole where a given name follows."""
    assert [surname(name) for name in ("司马光", "司马", "马云", "单于川")] == [
        "司马",
        "司",
        "马",
        "单于",
    ]


def test_nobodys_name() -> None:
    """Without a name the script opens with the platform's polite word."""
    assert script().startswith(t("honorific.nobody", "zh") + "，您好")
    assert "dear customer" in script(lang="en")
    assert script(register={"name": "李雷", "sex": "男"}).startswith("李先生，您好")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "plan", ["one_week", "both", pytest.param("after_sale", marks=pytest.mark.slow)]
)
def test_built_in_scripts(lang: Lang, plan: str) -> None:
    """Every round of every plan has words in both languages, with every gap filled."""
    policy = after_sale_policy({"callbacks.plan": plan, "callbacks.promotion": "双十二八折"})
    for rounds in range(1 if plan == "one_week" else 3):
        talks = [talk("a", 60 - 12 * n) for n in range(rounds)]
        deals = [deal("a", 70, signed=65, product="蚕丝被，枕头")]
        row = contact(plan_of(deals, talks, policy, lang=lang))
        for text in (row["script"], row["reason"]):
            assert not re.search(r"[{}]|\b(nan|None|NaT)\b|<NA>", text), text
        assert ("双十二八折" in row["script"]) == (plan != "after_sale" and rounds == 0)
        assert "蚕丝被" in row["script"]


def test_own_scripts() -> None:
    """The owner's own words replace the built-in, with placeholders in either language."""
    values = {
        "shop.name": "云眠家纺",
        "scripts.texts": {"after_sale_1": "{称谓} {shop}的{商品}，{下单日}买、{receipt_date}到。"},
    }
    said = script(values, product="蚕丝被")
    nobody = t("honorific.nobody", "zh")
    assert said == f"{nobody} 云眠家纺的蚕丝被，11月10日买、11月15日到。"
    assert script(values, "en", product="quilt").startswith("dear customer ")


def test_promotion_in_own_words() -> None:
    """The one-week call mentions the promotion, where the owner put it or else at the end, once."""
    for text in ("{称谓}好！{活动}再见", "{称谓}好！"):
        values = {
            "callbacks.plan": "one_week",
            "callbacks.promotion": "八折",
            "scripts.texts": {"one_week": text},
        }
        assert script(values).count("八折") == 1
        assert "八折" not in script({**values, "callbacks.promotion": ""})
        assert "{" not in script({**values, "callbacks.promotion": ""})


def test_braces_in_own_words() -> None:
    """Doubled braces are braces, and what customers are called is never read as a placeholder."""
    values = {"scripts.texts": {"after_sale_1": "{{送}} {称谓} {商品}"}}
    said = script(values, product="{shop}", register={"name": "{0}"})
    assert said == "{送} {0} {shop}"


@pytest.mark.parametrize(
    ("texts", "word", "near"),
    [
        ({"after_sal_1": "好"}, "after_sal_1", "after_sale_1"),
        ({"after_sale_9": "好"}, "after_sale_9", "after_sale_"),
        ({"after_sale_1": "{店铺名}您好"}, "{店铺名}", "店铺"),
        ({"after_sale_1": "{prodct}"}, "{prodct}", "product"),
        ({"after_sale_1": "{}"}, "{}", "称谓"),
        ({"after_sale_1": "{称谓.x}"}, "{称谓.x}", "称谓"),
        ({"after_sale_1": "{称谓"}, "{称谓", ""),
        ({"after_sale_1": "称谓}"}, "称谓}", ""),
    ],
)
def test_mistakes_in_own_words(texts: dict[str, str], word: str, near: str) -> None:
    """A kind or placeholder that does not exist is refused, with the likely one."""
    with pytest.raises(PolicyError) as caught:
        templates(after_sale_policy({"scripts.texts": texts}), "zh")
    said = dict(caught.value.values)
    assert said["word"] == word
    assert near in str(said["near"])


@given(st.text(max_size=12).filter(lambda text: not set(text) & set("{}")))
@examples(40)
def test_any_own_words(text: str) -> None:
    """Words without braces are said as they are written."""
    found = templates(after_sale_policy({"scripts.texts": {"one_week": text}}), "zh")
    assert found["one_week"].format() == text


def test_long_product() -> None:
    """A product's name is short enough to be said: the first of several, cut."""
    said = script(product="特别长的商品名称加上许多许多形容词和规格，枕头")
    assert "特别长的商品名称加上许多许多形容词和等" in said
    assert "宝贝" in script()


def test_every_word_of_a_reason() -> None:
    """The reason names receipt and source, last contact, attempts, what was agreed, and delay."""
    deals = [deal("a", 30, signed=25)]
    talks = [talk("a", 20), talk("a", 12, "snoozed", back_in=-6), talk("a", 5, "no_answer")]
    said = contact(plan_of(deals, talks))["reason"]
    assert said == (
        "上次联系 10-31，第 2 次回访应在其后 10 天内，"
        "约好 11-14 再联系，已有 1 次未接通，已逾期 6 天"
    )
    said = contact(plan_of(deals, lang="en"))["reason"]
    assert said == ("received 10-26 (signed); round 1 is due within 3 days of it, 22 days overdue")
