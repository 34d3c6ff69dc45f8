"""What an owner types wrong or sets in vain is answered in words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopcrm.cli.customer import find_customer
from shopcrm.errors import NotFoundError
from shopcrm.labels import LANGS, t
from shopcrm.policy import load_policy
from shopcrm.segments.own.assign import own_segments
from shopcrm.segments.own.words import folded, vocabulary
from shopcrm.shop import Shop
from tests.cli.conftest import TODAY, Call, order, write_orders


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("suggestion", "add", "小云", "x", "--to", "老扳"), "不认识「老扳」"),
        (("done", "小云", "--result", "哈哈"), "不认识「哈哈」"),
        (("promise", "add", "小云", "x", "--due", "2026-11-01"), "2026-11-01，这天已经过去了"),
        (("callbacks", "--days", "400"), "--days 要写 0 到 366 的整数"),
        (("callbacks", "--capacity", "-3"), "--capacity 要写整数，不小于 0"),
        (("audience",), "还少一样：商品或类目"),
    ],
)
def test_usage(call: Call, shop: Path, words: tuple[str, ...], told: str) -> None:
    """A call that makes no sense is refused, the word in question quoted; nothing is written."""
    answer = call(*words, "--today", TODAY)
    assert answer.code == 2
    assert told in answer.err
    assert "nput should" not in answer.err
    assert not list(shop.glob("*.csv"))


def test_a_promise_may_be_due_today(call: Call, shop: Path) -> None:
    """The day itself is not over, and a day without a year is the coming one."""
    for due in (TODAY, "11-19"):
        words = ("promise", "add", "小云", f"到 {due}", "--due", due, "--json")
        assert call(*words, "--today", TODAY).data["recorded"] == 1


@pytest.mark.parametrize("command", ["segment", "callbacks"])
def test_a_workbook_has_its_ending(call: Call, shop: Path, command: str) -> None:
    """Excel refuses a workbook that is called otherwise, so it is not written."""
    answer = call(command, "-o", "x.doc", "--today", TODAY)
    assert answer.code == 2
    assert "x.xlsx" in answer.err
    assert not (shop / "x.doc").exists()


def test_a_name_is_found_by_its_part(
    call: Call, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part of a name, or a name with one wrong character, offers ids with their names."""
    named = [("a77", "刘晓丽"), ("b88", "王芳"), ("c99", "王芳")]
    rows = [
        order(at, who, "2026-10-01", 收货人姓名=name, 联系手机=f"1390000000{at}")
        for at, (who, name) in enumerate(named)
    ]
    write_orders(shop / "订单" / "named.csv", rows)
    shops: list[Shop] = []

    def finding(shop: Shop, who: str) -> str:
        shops.append(shop)
        return find_customer(shop, who)

    monkeypatch.setattr("shopcrm.cli.customer.find_customer", finding)
    answer = call("customer", "刘晓", "--today", TODAY)
    assert answer.code == 7
    assert "a77 刘晓丽" in answer.err
    for who, told in (
        ("刘晓", "a77 刘晓丽"),
        ("刘晓莉", "a77 刘晓丽"),
        ("王", "b88 王芳"),
        ("王芳", "b88 王芳, c99 王芳"),
        ("赵铁柱", ""),
    ):
        with pytest.raises(NotFoundError) as refused:
            find_customer(shops[0], who)
        near = str(refused.value.values["near"])
        assert (told in near) if told else ("刘" not in near)


def test_settings_in_vain_are_told(call: Call, shop: Path) -> None:
    """A script for a type that nobody has, and a capacity beside a staff, are mentioned."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[callbacks]\nstaff = { "小王" = 4 }\ncapacity = 9\n[scripts.texts]\n'
            '"after_sale_1@零买" = "好"\n"after_sale_1@vip" = "好"\n"after_sale_1@代发" = "好"\n'
        )
    out = call("callbacks", "--today", TODAY).out
    assert "零买" in out
    assert "capacity 不起作用" in out.replace("\n", "")
    assert "@vip" not in out
    assert "@代发" not in out


@pytest.mark.parametrize("lang", LANGS)
def test_examples_of_a_new_shop_hold(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """The examples of staff, capacity and segments in a new shop's settings can be uncommented."""
    call("init", tmp_path / "s", "--lang", lang, "--today", TODAY)
    settings = tmp_path / "s" / "shop.toml"
    text = settings.read_text("utf-8-sig")
    wanted = ("# staff", "# capacity", "# [[segments]]", '# name = "', "# when")
    lines = [line[2:] if line.startswith(wanted) else line for line in text.splitlines()]
    assert sum(line.startswith("[[segments]]") for line in lines) == 2
    settings.write_text("\n".join(lines), "utf-8")
    monkeypatch.chdir(settings.parent)
    policy = load_policy(settings)
    assert len(policy.table("callbacks.staff")) == 2
    assert len(own_segments(policy)) == 2


@pytest.mark.parametrize("lang", LANGS)
def test_words_of_the_hint_are_words_of_rules(lang: str) -> None:
    """Every word that the hint on an unknown word names can be written in a rule."""
    hint = t("hint.rule_no_word", "zh" if lang == "zh" else "en")
    listed = hint.replace("：", ":").partition(":")[2]
    listed = listed.replace("；", ";").partition(";")[0]
    for mark in ("标签名如", "and labels as", "、"):
        listed = listed.replace(mark, ",")
    words = [folded(one) for one in listed.split(",") if one.strip()]
    assert len(words) > 6
    assert set(words) <= set(vocabulary())
