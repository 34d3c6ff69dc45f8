"""Masked copies: nobody in them, the same figures, and the same pseudonyms in each."""

from __future__ import annotations

import functools
import io
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from shopcrm.contacts.world import Care
from shopcrm.labels import t
from shopcrm.outputs.masked import PSEUDONYM
from shopcrm.outputs.masked.shop import OURS
from shopcrm.shop import Shop
from tests.cli.conftest import TODAY, Answer, Call, called_in, order, write_orders
from tests.making import write_xlsx

NICKS = ("tb_yunxi88", "爱笑的小云2", "Lily.Chen", "taobao660017", "梦里花落")
NAMES = ("欧阳雪晴", "李大宝", "Lily Chen", "陈老板", "王晓燕")
PHONES = ("13912345601", "13912345602", "13912345603", "13912345604", "13912345605")
EMAILS = ("yunxi88@qq.com", "baobao.li@163.com")
STREETS = ("体育西路103号1201室", "幸福小区3栋2单元")
OTHERS = ("wx_yunxi", "440106199001011234", "987654321", "1990-01-01", "3月5日生")
NUMBERS = tuple(f"28930000000000{at:05d}" for at in range(1, 6))
SECRETS = (*NICKS, *NAMES, *PHONES, *EMAILS, *STREETS, *OTHERS, *NUMBERS)

HEADER = (
    *("登记日期", "客户ID", "客户ID等级", "商品名称", "成交金额", "成交时间", "姓名", "性别"),
    *("地区", "联系电话", "生日", "备注", "邮箱", "微信号", "QQ", "介绍人", "身高"),
)


def deal(at: int, **cells: object) -> list[object]:
    row: dict[str, object] = {
        "登记日期": "2026-09-02",
        "客户ID": NICKS[at],
        "客户ID等级": "普通",
        "商品名称": "乳胶枕",
        "成交金额": 199,
        "成交时间": f"2026-11-{at + 5:02d}",
        "姓名": NAMES[at],
        "性别": "女",
        "地区": f"广东省广州市天河区{STREETS[0]}",
        "联系电话": PHONES[at],
        "备注": f"{NAMES[0]} 介绍来的，另一个号 {NICKS[2]}，打{PHONES[1]}，寄到{STREETS[1]}",
        **cells,
    }
    return [row.get(name) for name in HEADER]


def full_shop(folder: Path) -> Path:
    """Make a shop in which people stand wherever they can stand."""
    rows = [
        deal(0, 邮箱=EMAILS[0], 微信号=OTHERS[0], QQ=987654321, 生日="1990-01-01", 身高=170),
        deal(1, 邮箱=EMAILS[1], 生日=OTHERS[4], 介绍人=OTHERS[1]),
        deal(2, 介绍人=NICKS[0].upper(), 身高=165),
        deal(3, 客户ID=" Taobao660017", 成交金额="面议"),
        deal(4, 登记日期=f"找{NAMES[1]}问", 成交时间="2026-13-01"),
    ]
    write_xlsx(folder / "订单" / f"登记表{PHONES[0]}.xlsx", [list(HEADER), *rows])
    address = f"广东省 广州市 天河区 {STREETS[0]}"
    orders = [
        order(at + 1, nick, f"2026-11-0{at + 1}", 收货人姓名=name, 联系手机=f"'{phone}")
        | {"收货地址 ": address, "宝贝标题 ": f"{NAMES[1]}同款枕套"}
        for at, (nick, name, phone) in enumerate(zip(NICKS, NAMES, PHONES, strict=True))
    ]
    write_orders(folder / "订单" / "export.csv", [*orders, order(6, "", "2026-11-09", "x")])
    (folder / "shop.toml").write_text(
        '[shop]\nname = "云朵家纺"\nfiles = ["订单"]\noutput = "结果"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The full shop, its folder made the current one."""
    folder = full_shop(tmp_path / "店")
    monkeypatch.chdir(folder)
    return folder


@dataclass(frozen=True)
class Copy:
    """What a command with ``--mask`` said, and the files that it wrote."""

    answer: Answer
    files: tuple[Path, ...]


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, ...], Copy]:
    """Every masked copy of one full shop, under one key, by its command; to be looked at only."""
    folder = full_shop(tmp_path_factory.mktemp("masked") / "店")
    found = {}
    for command in (*COMMANDS, *AS_DATA, ALONE):
        before = {*folder.rglob("*")}
        answer = called_in(folder, *command, "--mask", "--today", TODAY)
        assert answer.code == 0, answer.err
        new = sorted(path for path in folder.rglob("*") if path.is_file() and path not in before)
        found[command] = Copy(answer, tuple(path for path in new if path.name != "mask.key"))
    return found


def contents(files: Iterable[Path]) -> dict[str, str]:
    """Return everything that is written in some files, and how they are called."""
    found: dict[str, str] = {}
    for path in files:
        raw = path.read_bytes()
        parts = {path.name: raw}
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                parts = {f"{path.name}/{name}": archive.read(name) for name in archive.namelist()}
        found |= {name: f"{name}\n{part.decode('utf-8-sig')}" for name, part in parts.items()}
    return found


@functools.lru_cache(maxsize=2)
def sheets(book: bytes) -> dict[str, list[tuple[Any, ...]]]:
    found = openpyxl.load_workbook(io.BytesIO(book))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in found}


def column(path: Path, sheet: str, header: str) -> list[Any]:
    rows = sheets(path.read_bytes())[sheet]
    return [row[rows[0].index(header)] for row in rows[1:]]


CUSTOMERS = t("sheet.customers", "zh")
WHO, NAME, CITY, SEGMENT, ORDERS, LAST = (
    t(f"column.{name}", "zh") for name in ("id", "name", "city", "segment", "orders", "last_order")
)
COMMANDS = (("segment",), ("callbacks",), ("export", "qianniu"))
AS_DATA = tuple((*command, "--json") for command in COMMANDS[1:])
ALONE = ("callbacks", "订单/export.csv", "--json")
"""The export without the register beside it."""


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nobody_is_in_a_masked_copy(
    command: tuple[str, ...], copies: Mapping[tuple[str, ...], Copy]
) -> None:
    """No id, name, phone, e-mail, address or order number of the shop is left, in no byte."""
    answer, files = copies[command].answer, copies[command].files
    folder = next(parent for parent in files[0].parents if parent.name == "店")
    everything = {**contents(files), "screen": answer.out + answer.err}
    joined = "".join(everything.values())
    assert "138****" not in joined  # nothing was masked before it came here
    assert "已脱敏" in answer.out
    for name, text in everything.items():
        assert [word for word in SECRETS if word.casefold() in text.casefold()] == [], name
    assert PSEUDONYM.search(joined)
    assert "139****5601" in joined or command == ("export", "qianniu")
    assert not list(folder.rglob("*.enriched.*"))
    assert (folder / "mask.key").read_text().strip() not in joined


def test_the_same_shop_is_in_it(
    full: Path, call: Call, copies: Mapping[tuple[str, ...], Copy]
) -> None:
    """Figures, days and labels are those of the plain workbook, and one customer is one row."""
    plain, (hidden,) = full / "a.xlsx", copies["segment",].files
    assert call("segment", "--today", TODAY, "-o", plain).code == 0
    for header in (SEGMENT, ORDERS, LAST, CITY, "身高"):
        both = [column(path, CUSTOMERS, header) for path in (plain, hidden)]
        assert sorted(map(str, both[0])) == sorted(map(str, both[1])), header
    names = dict(zip(column(hidden, CUSTOMERS, WHO), column(hidden, CUSTOMERS, NAME), strict=True))
    assert len(names) == len(NICKS)
    assert {*names.values()} == {name[0] + "**" for name in NAMES}
    register = zip(
        column(hidden, "登记表", "客户ID"), column(hidden, "登记表", "姓名"), strict=True
    )
    assert all(names[who] == name for who, name in register)
    assert {*column(hidden, "登记表", "地区")} == {"广东省广州市天河区****"}
    assert {*column(hidden, "登记表", "微信号")} == {"w**", None}


def test_two_copies_agree(copies: Mapping[tuple[str, ...], Copy]) -> None:
    """Under one key a customer has one pseudonym, whatever else is read."""
    (book,) = copies["segment",].files
    people = {*column(book, CUSTOMERS, WHO)}
    nicks = {
        line
        for path in copies["export", "qianniu"].files
        if path.parent.name == "昵称"
        for line in path.read_text("utf-8-sig").split()
    }
    assert nicks == people
    assert {one["customer"] for one in copies[ALONE].answer.data} == people


def test_json_is_masked_too(copies: Mapping[tuple[str, ...], Copy]) -> None:
    """Data that goes out as JSON is a copy like any other, and no file is written."""
    for command in AS_DATA:
        answer = copies[command].answer
        assert [word for word in SECRETS if word in answer.out] == []
        assert answer.data
        assert copies[command].files == ()


def ticked(path: Path) -> list[str]:
    """Tick every row of a callback sheet as talked to; returns whom it names."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, head.index("结果") + 1, "已联系")
    book.save(path)
    return [
        str(sheet.cell(row, head.index("客户ID") + 1).value) for row in range(2, sheet.max_row + 1)
    ]


@pytest.fixture
def with_sheet(full: Path, copies: Mapping[tuple[str, ...], Copy]) -> Path:
    """The full shop with a masked callback sheet, and the key that it was masked with."""
    (sheet,) = copies["callbacks",].files
    shutil.copy(sheet, full / "a.xlsx")
    shutil.copy(sheet.parents[1] / "mask.key", full)
    return full


def test_a_masked_sheet_is_read_back(with_sheet: Path, call: Call) -> None:
    """Results in a masked sheet go to the customers and orders that it means."""
    full = with_sheet
    plain = call("callbacks", "--today", TODAY, "--json").data
    ticked(full / "a.xlsx")
    assert call("done", "a.xlsx", "--today", TODAY).code == 0
    log = pd.read_csv(full / "contacts.csv", dtype=str, keep_default_na=False)
    found = zip(log["客户ID"], log["订单号"].str.lstrip("'"), strict=True)
    assert sorted(found) == sorted((one["customer"], one["order"] or "") for one in plain)
    assert call("callbacks", "--today", TODAY, "--json").data == []


def test_a_masked_sheet_of_nobody_is_refused(with_sheet: Path, call: Call) -> None:
    """Without the key, under another one, or with one customer unknown, nothing is recorded."""
    full = with_sheet
    (who, *_) = ticked(full / "a.xlsx")
    key = (full / "mask.key").read_text()
    (full / "mask.key").write_text("0" * 64)
    answer = call("done", "a.xlsx", "--today", TODAY)
    assert answer.code == 3
    assert PSEUDONYM.search(answer.err)
    (full / "mask.key").unlink()
    answer = call("done", "a.xlsx", "--today", TODAY)
    assert answer.code == 3
    assert "mask.key" in answer.err
    assert not (full / "mask.key").exists()
    (full / "mask.key").write_text(key)
    rows = (full / "订单" / "export.csv").read_bytes().split(b"\r\n")
    for path in (full / "订单").iterdir():
        path.unlink()
    (full / "订单" / "export.csv").write_bytes(b"\r\n".join([rows[0], rows[-2], b""]))
    assert call("done", "a.xlsx", "--today", TODAY).code == 3
    assert not (full / "contacts.csv").exists()
    assert re.fullmatch(PSEUDONYM, who)


def test_a_masked_copy_can_be_locked(full: Path, call: Call) -> None:
    """Both at once: a masked copy under a password, which the screen says of it."""
    words = ("--mask", "-o", "a.xlsx", "--password", "geheim")
    answer = call("callbacks", "--today", TODAY, *words)
    assert answer.code == 0, answer.err
    assert "已脱敏" in answer.out
    assert "已加打开密码" in answer.out
    assert not zipfile.is_zipfile(full / "a.xlsx")


def test_nothing_of_a_shop_is_passed_over() -> None:
    """Every part of a shop is a table, or known to name nobody, or masked in a way of its own."""
    nobody = {"today", "policy", "lang", "currency", "held", "thresholds", "matched"}
    of_its_own = {"files", "problems", "masked"}
    of_tables = {"care": Care}
    parts = dict(Shop.__annotations__)
    tables = {name for name, kind in parts.items() if kind == "pd.DataFrame"}
    assert {*parts} - tables == nobody | of_its_own | {*of_tables}
    for kind in of_tables.values():
        assert {*kind.__annotations__.values()} == {"pd.DataFrame"}
    assert not {"name", "note", "reason", "text", "product", "id", "buyer"} & OURS
