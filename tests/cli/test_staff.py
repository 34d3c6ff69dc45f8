"""Who does what: the list of one person, those who wait, on screen and in the sheets."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.cli.conftest import IN_BOTH, TODAY, Call, order, write_orders


@pytest.fixture
def staffed(shop: Path) -> Path:
    """Return a shop with two people for nine customers, seven a day between them."""
    rows = [order(at, f"c{at}", "2026-11-13") for at in range(9)]
    write_orders(shop / "订单" / "export.csv", rows)
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write('[callbacks]\nstaff = { "小王" = 4, "小李" = 3 }\n')
    return shop


def test_each_sees_their_own_and_together_it_is_all(call: Call, staffed: Path) -> None:
    """The lists of the people are the whole list, each customer on one, numbered anew.

    The screen says how many wait, and shows nobody who does.
    """
    whole = call("callbacks", "--today", TODAY, "--json").data
    waiting = [one["customer"] for one in whole if one["waiting"]]
    assert waiting
    screen = call("callbacks", "--today", TODAY).out
    assert f"等待的 {len(waiting)} 位" in screen
    assert not any(f"  {who}" in screen for who in waiting)
    lists = [
        call("callbacks", "--today", TODAY, "--staff", name, "--json").data
        for name in ("小王", "小李")
    ]
    assert sorted(one["customer"] for part in lists for one in part) == sorted(
        one["customer"] for one in whole
    )
    for part in lists:
        assert [one["priority"] for one in part] == list(range(1, len(part) + 1))
        assert [one["waiting"] for one in part] == sorted(one["waiting"] for one in part)


def test_nobody_of_that_name(call: Call, staffed: Path) -> None:
    """A name that is not in the policy is refused, the likely one offered."""
    answer = call("callbacks", "--today", TODAY, "--staff", "小玉")
    assert answer.code == 2
    assert "小王" in answer.err


def test_the_sheet_of_one_person(call: Call, staffed: Path) -> None:
    """It has their sheet and that of their customers who wait, and no one else's."""
    call("callbacks", "--today", TODAY, "--staff", "小李", "-o", "a.xlsx")
    names = openpyxl.load_workbook(staffed / "a.xlsx").sheetnames
    assert names[0] == "小李"
    assert set(names[1:]) <= {"等待"}


@IN_BOTH
def test_eighty_columns(call: Call, staffed: Path, lang: str) -> None:
    """No line is wider than the console, and every character is in its code page."""
    from rich.cells import cell_len

    for words in (("callbacks",), ("audience", "四件套"), ("effect",)):
        out = call(*words, "--today", TODAY, "--lang", lang).out
        assert max(map(cell_len, out.splitlines())) <= 80
        assert out.encode("cp936").decode("cp936") == out
