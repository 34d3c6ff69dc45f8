"""``promise``, ``suggestion`` and ``optout``: what the owner keeps, as the owner calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopcrm.labels import find
from tests.cli.conftest import TODAY, Call
from tests.making import sheet_of, write_csv, write_xlsx

if TYPE_CHECKING:
    from pathlib import Path

PROMISE = {"承诺日期": "2026-11-01", "客户ID": "小云", "承诺内容": "开票", "兑现日期": ""}


def kinds(call: Call) -> dict[str, str]:
    """Return the kind of contact that is due to each customer."""
    due = call("callbacks", "--json", "--today", TODAY).data
    return {one["customer"]: one["kind"] for one in due}


def test_promise_is_owed_until_it_is_kept(call: Call, shop: Path) -> None:
    """A promise added once is listed with its days, comes first in the plan, and is then kept."""
    for recorded in (1, 0):
        said = ("promise", "add", "小云", "下次带赠品", "--json", "--today", "2026-11-01")
        assert call(*said).data["recorded"] == recorded
    (owed,) = call("promise", "list", "--json", "--today", TODAY).data
    assert (owed["buyer"], owed["made"], owed["days"]) == ("小云", "2026-11-01", 19)
    assert owed["again"] == "2026-11-10"
    assert kinds(call)["小云"] == "promise"
    assert "2026-11-01 答应的，19 天了" in call("promise", "list", "--today", TODAY).out
    assert "已兑现" in call("promise", "kept", "小云", "--today", TODAY).out
    assert call("promise", "kept", owed["id"], "--json", "--today", TODAY).data == {"changed": 0}
    (kept,) = call("promise", "list", "--all", "--json", "--today", TODAY).data
    assert kept["kept"] == TODAY


def test_which_promise_is_asked(call: Call, shop: Path) -> None:
    """Of several the owner is asked for the id; of none there is nothing to keep."""
    write_csv(
        shop / "承诺.csv",
        [PROMISE | {"编号": "1"}, PROMISE | {"承诺内容": "补发", "编号": "2"}],
    )
    answer = call("promise", "kept", "小云", "--today", TODAY)
    assert answer.code == 7
    assert "1 开票，2 补发" in answer.err
    assert call("promise", "kept", "阿花", "--today", TODAY).code == 7


def test_suggestion_goes_round(call: Call, shop: Path) -> None:
    """A suggestion is routed, to the owner as they say it, decided on, told, and then over."""
    assert (find("team", "产品"), find("team", "老板")) == ("product", "owner")
    call("suggestion", "add", "阿花", "枕头低一点", "--to", "老板", "--today", "2026-11-18")
    assert call("suggestion", "told", "阿花", "--today", TODAY).code == 7
    decided = ("阿花", "采纳", "--on", "2026-11-19")
    assert "，采纳，" in call("suggestion", "decide", *decided, "--today", TODAY).out
    assert kinds(call)["阿花"] == "suggestion"
    assert "已告诉客户" in call("suggestion", "told", "阿花", "--today", TODAY).out
    (heard,) = call("suggestion", "list", "--all", "--json", "--today", TODAY).data
    assert (heard["team"], heard["outcome"], heard["told"]) == ("owner", "adopted", TODAY)


def test_lists_hold_back_from_their_day_on(call: Call, shop: Path) -> None:
    """Who is on a list gets its tag and no contact; taken off, both end and the row stays."""
    add = ("optout", "add", "阿花", "-l", "黑名单", "--reason", "要钱", "--by", "小王", "--json")
    assert call(*add, "--today", "2026-11-18").data["recorded"] == 1
    assert call(*add, "--today", TODAY).data["there_already"] == 1
    assert "阿花" not in kinds(call)
    assert "blacklist" in call("customer", "阿花", "--json", "--today", TODAY).data["tags"]
    assert call("optout", "remove", "阿花", "--today", TODAY).code == 7
    removed = call("optout", "remove", "阿花", "--list", "黑名单", "--today", TODAY)
    assert "从黑名单里拿掉了" in removed.out
    assert "阿花" in kinds(call)
    (off,) = call("optout", "list", "--all", "--json", "--today", TODAY).data
    assert (off["since"], off["reason"], off["by"]) == ("2026-11-18", "要钱", "小王")
    assert off["until"] == "2026-11-19"


def test_opt_out_of_the_log_is_told(call: Call, shop: Path) -> None:
    """Who said so in a talk stands in the log: to take that back is the owner's, and is said.

    Without a list named it is that of those who are to be left alone.
    """
    call("optout", "add", "老陈", "--today", TODAY)
    assert "从勿扰里拿掉了" in call("optout", "remove", "老陈", "--today", TODAY).out
    write_csv(shop / "contacts.csv", [{"日期": TODAY, "客户ID": "阿花", "结果": "勿扰"}])
    answer = call("optout", "remove", "阿花", "--today", TODAY)
    assert answer.code == 7
    assert TODAY in answer.err
    assert "contacts.csv" in answer.err


def test_sheet_of_excel_is_read_and_not_written(call: Call, shop: Path) -> None:
    """A register kept as a workbook is read; to write in it the owner is told where and what."""
    path = write_xlsx(shop / "承诺.xlsx", sheet_of([PROMISE]))
    before = path.read_bytes()
    for said, hint in (
        (("kept", "小云"), f"兑现日期」里填：{TODAY}"),
        (("add", "阿花", "补发"), "承诺内容 补发"),
    ):
        answer = call("promise", *said, "--today", TODAY)
        assert answer.code == 6
        assert "承诺.xlsx" in answer.err
        assert hint in answer.err
    assert path.read_bytes() == before
    assert not (shop / "承诺.csv").exists()


def test_templates_of_a_new_shop_are_no_problem(call: Call, shop: Path) -> None:
    """A new shop's blank sheets are read without a word, and are then written to."""
    call("init", "新店")
    made = shop / "新店"
    (shop / "订单" / "export.csv").rename(made / "订单" / "export.csv")
    (made / "登记表.xlsx").unlink()
    settings = made / "shop.toml"
    text = settings.read_text("utf-8-sig").replace('"登记表.xlsx", ', "")
    settings.write_text(text, "utf-8")
    answer = call("inspect", "--policy", settings, "--today", TODAY)
    assert all(name in answer.out for name in ("承诺.csv", "活动.xlsx", "店铺日子.xlsx"))
    assert "其他" not in answer.out
    answer = call("promise", "add", "小云", "开票", "--policy", settings, "--today", TODAY)
    assert (answer.code, answer.err) == (0, "")
    assert "开票" in (made / "承诺.csv").read_text("utf-8-sig")
