"""What a newcomer stumbles over: each is said with the file or the person it is about."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
import pytest

from shopcrm.cli.day import day_of
from shopcrm.errors import UsageError
from shopcrm.labels import LANGS, Lang, t
from tests.cli.conftest import TODAY, Call, order, write_orders
from tests.making import write_xlsx

EMPTY_ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="Sheet1"><table:table-row '
    'table:number-rows-repeated="1048576"><table:table-cell '
    'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    "</office:spreadsheet></office:body></office:document-content>"
)
OWN = """kind = "orders"
platform = "own"
required = ["order_no", "buyer", "amount", "status"]
[columns]
order_no = "号码"
buyer = "账号"
amount = "应付"
status = "状态词"
paid = "付款日"
shop = "门店"
currency = "钱币"
[status]
"完成" = "success"
"""


def unreadable(folder: Path, number: int) -> Path:
    """Fill a folder with files of a kind that nobody knows."""
    folder.mkdir()
    for at in range(number):
        (folder / f"乱{at}.csv").write_text(f"甲,乙,丙\n1,2,{at}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("lang", "why", "more"),
    [("zh", "表头认不出来", "还有 2 个"), ("en", "unknown header", "2 more")],
)
def test_folder_in_which_nothing_is_read(
    call: Call, tmp_path: Path, lang: str, why: str, more: str
) -> None:
    """Five of the files are named with what is wrong with each, and the rest counted."""
    answer = call("segment", unreadable(tmp_path / "导出", 7), "--lang", lang)
    assert answer.code == 3
    lines = [line for line in answer.err.splitlines() if why in line]
    assert [line.strip()[:6] for line in lines] == [f"乱{at}.csv" for at in range(5)]
    assert more in answer.err


def test_folder_of_one_unknown_file(call: Call, tmp_path: Path) -> None:
    """The one file in a folder is told of as if it had been named."""
    folder = unreadable(tmp_path / "导出", 1)
    by_folder, by_name = call("segment", folder), call("segment", folder / "乱0.csv")
    assert (by_folder.code, by_folder.err) == (by_name.code, by_name.err)
    assert by_name.code == 4


def test_inspect_names_each_file_that_was_not_read(call: Call, shop: Path) -> None:
    """In a folder of good and bad files every bad one is in a line of its own."""
    for at in range(5):
        (shop / "订单" / f"乱{at}.csv").write_text(f"甲,乙,丙\n1,2,{at}\n", encoding="utf-8")
    out = call("inspect", "订单", "--today", TODAY).out
    lines = [line for line in out.splitlines() if "表头认不出来" in line]
    assert [line.split()[0] for line in lines] == [f"乱{at}.csv" for at in range(5)]


@pytest.mark.parametrize("name", ["空.xlsx", "空.ods", "空.xls"])
def test_empty_table(call: Call, tmp_path: Path, name: str) -> None:
    """A table without one filled cell is called empty, whatever its format."""
    path = tmp_path / name
    if name.endswith("xlsx"):
        openpyxl.Workbook().save(path)
    elif name.endswith("ods"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.writestr("content.xml", EMPTY_ODS)
    else:
        path.write_text("<html><table><tr><td> </td></tr></table></html>", encoding="utf-8")
    answer = call("inspect", path)
    assert answer.code == 3
    assert f"{name} 是空的" in answer.err


def test_long_blank_head_is_not_empty(call: Call, tmp_path: Path) -> None:
    """A table that begins below many blank rows is unknown, and not called empty."""
    path = write_xlsx(tmp_path / "低.xlsx", [[""]] * 200 + [["甲", "乙"], ["1", "2"]])
    assert call("inspect", path).code == 4


def namesakes(shop: Path, number: int) -> None:
    """Sell to so many people of one name."""
    rows = [order(at, f"买家{at}", "2026-10-01", 收货人姓名="李雨薇") for at in range(number)]
    write_orders(shop / "订单" / "export.csv", rows)


@pytest.mark.parametrize(("number", "said"), [(3, "有 3 位："), (7, "有 7 位，前 5 位：")])
def test_namesakes_are_counted(call: Call, shop: Path, number: int, said: str) -> None:
    """Of several people with one name it is said how many there are, and five are named."""
    namesakes(shop, number)
    answer = call("customer", "李雨薇", "--today", TODAY)
    assert answer.code == 7
    assert said in answer.err
    assert answer.err.splitlines()[0].count("买家") == min(number, 5)


def test_nobody_similar(call: Call, shop: Path) -> None:
    """When no id is like the one asked for, that is said."""
    answer = call("customer", "zzz", "--today", TODAY)
    assert answer.code == 7
    assert "也没有相近的" in answer.err


def test_next_step_names_the_file_as_typed(call: Call, shop: Path) -> None:
    """The command to run next can be copied: it has the folder that was typed."""
    (shop / "订单" / "别家.csv").write_text(
        "日子,顾客,花了\n2026-10-01,阿花,50\n2026-10-02,小云,60\n", encoding="utf-8"
    )
    answer = call("inspect", "--new-layout", "订单/别家.csv")
    assert "shopcrm inspect 订单/别家.csv" in answer.out.replace("\n", "")


def test_unused_ids_are_for_the_whole_shop(call: Call, shop: Path) -> None:
    """That no file has an id of the merge table is said of all files of the shop only."""
    (shop / "merge.csv").write_text("旧ID,新ID\n没有过,小云\n", encoding="utf-8")
    assert "没有过" in call("inspect", "--today", TODAY).out
    assert "没有过" not in call("inspect", "订单/export.csv", "--today", TODAY).out


def test_sources_by_sales(call: Call, shop: Path) -> None:
    """Shops stand by what they sold, the largest first, up to eight; another currency is last."""
    (shop / "layouts").mkdir()
    (shop / "layouts" / "own.toml").write_text(OWN, encoding="utf-8")
    lines = ["号码,账号,应付,状态词,付款日,门店,钱币"]
    lines += [f"{at},客{at},{at + 1}0000,完成,2026-10-01,店{at},CNY" for at in range(5)]
    lines += [f"9{at},客9,1,完成,2026-10-01,小店,CNY" for at in range(9)]
    lines += [f"8{at},客8,99999,完成,2026-10-01,远店,USD" for at in range(9)]
    (shop / "订单" / "own.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = call("segment", "--today", TODAY, "-o", "a.xlsx").out
    table = out[out.index("平台 / 店铺") :]
    places = [table.index(name) for name in ("店4", "店3", "店0", "淘宝", "小店", "远店")]
    assert places == sorted(places)


def test_many_contacts_have_a_comma(call: Call, shop: Path) -> None:
    """A thousand contacts are counted as all other numbers on the screen are."""
    rows = [order(at, f"买家{at}", "2026-11-10") for at in range(1100)]
    write_orders(shop / "订单" / "export.csv", rows)
    assert "今天该联系 1,100 位" in call("segment", "--today", TODAY, "-o", "a.xlsx").out


@pytest.mark.parametrize("lang", LANGS)
def test_locked_file_says_what_to_do(lang: Lang) -> None:
    """Where a locked file is only listed, the option that opens it stands beside it."""
    assert "--password-file" in t("unread.encrypted", lang)


def test_today_in_any_spelling(call: Call, shop: Path) -> None:
    """A day is understood as a sheet may write it."""
    spelled = ["2026.11.20", "2026/11/20", "20261120", "2026年11月20日", TODAY]
    assert {day_of(text) for text in spelled} == {dt.date(2026, 11, 20)}
    assert call("segment", "--json", "--today", spelled[3]).data["today"] == TODAY


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("11.25", dt.date(2026, 11, 25)),
        ("11-20", dt.date(2026, 11, 20)),
        ("1月3日", dt.date(2027, 1, 3)),
        ("2.29", dt.date(2028, 2, 29)),
        ("2026/12/1", dt.date(2026, 12, 1)),
    ],
)
def test_day_without_a_year_is_the_next_such_day(text: str, day: dt.date) -> None:
    """A day alone is the next one of its kind, today included; a full date is what it says."""
    assert day_of(text, dt.date(2026, 11, 20)) == day


@pytest.mark.parametrize("text", ["", "明天", "45000", "2.30", "2026-11-20至2026-11-25"])
def test_no_day(text: str) -> None:
    """What is not one day is refused."""
    with pytest.raises(UsageError):
        day_of(text, dt.date(2026, 11, 20))
