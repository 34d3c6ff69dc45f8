"""docs/json.md against what the commands really print with ``--json``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from docs.parts import commands
from docs.source import ROOT
from tests.cli.conftest import TODAY, Call, order, write_orders

PAGE = (ROOT / "docs" / "json.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", PAGE, re.MULTILINE))
ARGUMENTS = {
    "audience": ["四件套"],
    "customer": ["小云", "--why"],
    "whatif": ["vip.amount=800"],
    "done": ["小云"],
    "init": ["新店"],
    "promise add": ["小云", "补发枕套"],
    "promise kept": ["小云"],
    "suggestion add": ["小云", "再厚一点"],
    "suggestion decide": ["小云", "采纳"],
    "suggestion told": ["小云"],
    "optout add": ["小云"],
    "optout remove": ["小云"],
}
SHEETS = {
    "承诺.csv": "客户ID,承诺内容,承诺日期,兑现日期\n小云,下次带赠品,2026-10-01,\n",
    "建议.csv": "客户ID,建议内容,建议日期,处理结果,处理日期,告知日期\n"
    "小云,出一款大号,2026-10-01,{},,\n",
    "名单.csv": "客户ID,名单,原因,日期,截止日期\n小云,勿扰,说了别再发,2026-10-01,\n",
}
"""What the owner keeps, of the customer whom the commands are about."""


@pytest.fixture
def busy_shop(shop: Path) -> Path:
    """Return a shop of which nothing is empty: a tag, a problem, a column that is not used."""
    write_orders(
        shop / "订单" / "more.csv",
        [
            order(7, "小云", "2026-11-18", 订单状态="等待买家付款"),
            order(8, "小云", "不是日期"),
        ],
    )
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('[[segments]]\nname = "大客"\nwhen = "net >= 800"\n')
    export = shop / "订单" / "export.csv"
    text = export.read_text("gb18030").splitlines()
    lines = [f"{text[0]},自己的列", *(f"{line},1" for line in text[1:])]
    export.write_text("\r\n".join(lines) + "\r\n", "gb18030")
    return shop


def documented(section: str) -> set[str]:
    return set(re.findall(r"^\| `([^`]+)` \|", SECTIONS[section], re.MULTILINE))


def paths(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every value that holds no others."""
    if isinstance(value, dict):
        if not value:
            yield path
        for name, inner in value.items():
            yield from paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        here = f"{path}[]" if path else ""
        if not value:
            yield here
        for inner in value:
            yield from paths(inner, here)
    else:
        yield path


def matches(field: str, path: str, *, below: bool = False) -> bool:
    """Tell whether a documented field is this path, or stands above it."""
    pattern = re.sub(r"<[^>]+>", ".+", re.escape(field))
    return re.fullmatch(pattern + (r"(\.|\[\]).*" if below else ""), path) is not None


def of_a_register(section: str) -> bool:
    """Tell whether a command is about what the owner keeps; in every run the lists are asked."""
    return section.split(maxsplit=1)[0] in ("promise", "suggestion", "optout")


@pytest.mark.parametrize(
    "section",
    [
        pytest.param(
            section,
            marks=pytest.mark.slow
            if of_a_register(section) and not section.endswith("list")
            else (),
        )
        for section in SECTIONS
    ],
)
def test_the_fields_are_those_documented(call: Call, busy_shop: Path, section: str) -> None:
    """Every field that is printed is in docs/json.md, and every field there is printed."""
    if of_a_register(section):
        outcome = "采纳" if section == "suggestion told" else ""
        for name, text in SHEETS.items():
            (busy_shop / name).write_text(text.format(outcome), "utf-8-sig")
    answer = call(*section.split(), *ARGUMENTS.get(section, []), "--json", "--today", TODAY)
    assert answer.code == 0
    fields, found = documented(section), set(paths(answer.data))
    parents = {field for field in fields if not any(matches(field, f, below=True) for f in fields)}

    for path in found:
        above = any(matches(field, path, below=True) for field in parents)
        assert above or any(matches(field, path) for field in fields), path
    for field in fields:
        assert any(matches(field, p) or matches(field, p, below=True) for p in found), field


def test_every_command_with_data_is_documented() -> None:
    """Every command has a section."""
    assert set(SECTIONS) == set(commands())
