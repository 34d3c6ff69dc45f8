"""What is worked out of people where it is shown: of one as of all, masked as plain, bounded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from shopcrm.outputs.book import Book
from shopcrm.outputs.masked import Pseudonyms, masked_shop
from shopcrm.outputs.people import (
    agents_of,
    groups_of,
    one_person,
    people,
    preferences_of,
    profiled,
    shown,
    suspects_of,
    types_of,
)
from shopcrm.outputs.qianniu import qianniu_groups, remarks
from shopcrm.outputs.sheets.notes import notes_sheet
from shopcrm.outputs.sheets.people import profiles_sheet
from shopcrm.pipeline import run
from shopcrm.segments.groups import GROUPS
from shopcrm.shop import Shop
from shopcrm.sources.files import find_files
from shopcrm.tables import STANDINGS, conform
from tests.cli.conftest import order, write_orders
from tests.making import write_csv
from tests.tables import TODAY, policy_with

SECRETS = ("小满", "买买", "退退", "13812345678", "138555")
AGENT = {
    "客户ID": "小满", "客户类型": "一件代发", "店铺主营类目": "买买家的家纺 13812345678",
    "勋章等级": "三心", "类目匹配度": "90%", "DSR": "4.8", "店铺状态": "正常",
}  # fmt: skip
POLICY = {"preferences.categories": {"床品": ["四件套"]}, "products.min_pair": 2}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop with everything that is said of people: tastes, types, an agent and a suspect."""
    folder = tmp_path_factory.mktemp("people")
    goods = ("纯棉四件套", "记忆枕", "冰丝凉席")
    orders = [
        order(n, f"客{n % 5}", f"2026-{n % 9 + 1:02d}-1{n % 5}", **{"宝贝标题 ": goods[n * 7 % 3]})
        for n in range(30)
    ]
    orders += [order(40 + n, "退退", "2026-08-01", 退款金额="30.00") for n in range(2)]
    # Six receivers whose phones differ only where a masked copy has stars.
    orders += [
        order(50 + n, "买买", f"2026-0{n + 1}-05", 联系手机=f"'138555{n}1111", 收货人姓名="张小姐")
        for n in range(6)
    ]
    paths = [write_orders(folder / "a.csv", orders), write_csv(folder / "代理商.csv", [AGENT])]
    found = find_files([str(path) for path in paths], folder)
    return run(found, policy_with(POLICY), TODAY, "zh")


def under(shop: Shop, **policy: object) -> Shop:
    """Return the shop under another policy: only of what is worked out late."""
    named = {name.replace("__", "."): value for name, value in policy.items()}
    return replace(shop, policy=policy_with({**POLICY, **named}))


def test_of_one_as_of_all(shop: Shop) -> None:
    """Of one customer alone the same is said as among all others."""
    every = profiled(shop)
    assert {*every.types["type"].dropna()} == {"dropship", "retail"}
    assert not any(one.empty for one in (every.preferences, every.agents, every.proposals))
    for at, customer in enumerate(every.customers["customer"]):
        one = one_person(shop, customer)
        assert one.groups.iloc[0] == every.groups[at]
        for name in ("types", "preferences", "agents", "suspects", "proposals"):
            whole: pd.DataFrame = getattr(every, name)
            theirs = whole[whole["customer"] == customer].reset_index(drop=True)
            assert_frame_equal(getattr(one, name), theirs)


def test_suspects_are_looked_for_among_all(shop: Shop) -> None:
    """A bound for the profiles is none for the suspects, and nobody is passed over."""
    shop = under(shop, workbook__profiles=1)
    found = suspects_of(shop)
    assert list(found["customer"]) == ["退退"]
    assert_frame_equal(found, people(shop, shop.customers.index).suspects)


def test_the_owner_s_whitelist(shop: Shop) -> None:
    """Whom the owner's list of standings whitelists, on this day, is no suspect."""
    for until, number in (("2026-11-20", 0), ("2026-11-19", 1)):
        row = {"customer": "退退", "standing": "whitelist", "file": 0, "row": 2}
        row |= {"until": pd.Timestamp(until)}
        care = replace(shop.care, standings=conform(pd.DataFrame([row]), STANDINGS))
        assert len(suspects_of(replace(shop, care=care))) == number


def test_few_are_profiled_in_a_large_shop(shop: Shop, tmp_path: Path) -> None:
    """The biggest have a profile, as many as the policy says, and stated agents; the notes tell."""
    shop = under(shop, workbook__profiles=2)
    biggest = shop.customers.sort_values(["net_fen", "customer"], ascending=[False, True])
    assert list(shown(shop)) == [*biggest["customer"][:2], "小满"]
    assert list(agents_of(shop)["customer"])[-1] == "小满"
    book = Book(tmp_path / "out.xlsx", "x", "zh")
    profiles_sheet(book, shop)
    notes_sheet(book, shop)
    book.close()
    profiles, notes = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert profiles.max_row == 4
    said = [str(row[0]) for row in notes.iter_rows(values_only=True)]
    assert any("workbook.profiles" in line and "最多的 2 位" in line for line in said)


def test_a_masked_shop_says_the_same_of_nobody(shop: Shop) -> None:
    """What masked receivers would hide is worked out before; no name, id or phone is left."""
    pseudonyms = Pseudonyms(b"0" * 32)
    hidden = masked_shop(shop, pseudonyms)
    assert list(types_of(hidden)["type"]) == list(types_of(shop)["type"])
    assert list(groups_of(hidden)) == list(groups_of(shop))
    assert list(shown(hidden)) == [pseudonyms.of("C", one) for one in shown(shop)]
    for table_of in (types_of, preferences_of, agents_of, suspects_of):
        plain, table = table_of(shop), table_of(hidden)
        assert len(plain) == len(table) > 0
        assert_frame_equal(plain.select_dtypes("number"), table.select_dtypes("number"))
        text = table.to_csv()
        assert [word for word in SECRETS if word in text] == []
    assert (preferences_of(hidden)["value"] == "床品").any()
    assert list(remarks(hidden).dropna().str[-4:]) == list(remarks(shop).dropna().str[-4:])


def test_families_of_qianniu_groups(shop: Shop) -> None:
    """Groups are made of the families that the owner wants; the six groups are a partition."""
    shop = under(shop, qianniu__groups=["groups", "types", "preferences"])
    kept, left_out = qianniu_groups(shop)
    assert left_out == []
    families = [group.label.partition(".")[0] for group in kept]
    assert list(dict.fromkeys(families)) == ["group", "type", "preference"]
    assert all(len(group.name) <= 15 for group in kept)
    six = [group for group in kept if group.label.startswith("group.")]
    assert {group.label.removeprefix("group.") for group in six} <= {*GROUPS}
    assert sorted(row for group in six for row in group.members) == list(shop.customers.index)
    tastes = {group.label: group for group in kept}
    who = shop.customers["customer"][tastes["preference.category.床品"].members]
    told = preferences_of(shop)
    assert set(who) == set(told.loc[told["value"] == "床品", "customer"])
    assert tastes["preference.category.床品"].name == "品类-床品"


def test_remarks_have_the_type_found(shop: Shop) -> None:
    """Where the register says no type, the remark has the one that the orders show."""
    told = dict(zip(shop.customers["customer"], remarks(shop), strict=True))
    assert str(told["买买"]).endswith("一件代发")
    assert "零售" not in "".join(map(str, told.values()))
