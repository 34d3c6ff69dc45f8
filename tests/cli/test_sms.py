"""The SMS sheet: to whom, what, how long."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.outputs.sms import length, units
from tests.cli.conftest import TODAY, Call, order, write_orders


def phones(shop: Path, **who: str) -> None:
    """Give customers their numbers, by orders received a week ago."""
    rows = [
        order(60 + at, name, "2026-11-13", 联系手机=phone)
        for at, (name, phone) in enumerate(who.items())
    ]
    write_orders(shop / "订单" / "export.csv", rows)


def sent(path: Path) -> dict[str, str]:
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    return {line[0]: line[1] for line in lines[1:]}


def test_only_those_with_a_number_who_may_hear(call: Call, shop: Path) -> None:
    """No masked, fixed or virtual number, nobody who wants to be left alone, each number once."""
    phones(
        shop, a="13800138001", b="138****0002", c="057188888888", d="13800138004", e="13800138005",
        f="13800138005", g="15700138006-1234",
    )  # fmt: skip
    call("done", "d", "-r", "勿扰", "--today", "2026-11-19")
    answer = call("callbacks", "--today", TODAY, "--sms", "短信.csv", "-o", "a.xlsx")
    assert set(sent(shop / "短信.csv")) == {"13800138001", "13800138005"}
    assert "短信 2 位" in answer.out
    assert "8:00-21:00" in answer.out
    assert "没有可用手机号 3" in answer.out


def test_never_to_who_is_owed_and_opted_out(call: Call, shop: Path) -> None:
    """What is owed is still on the list, but goes by no SMS."""
    phones(shop, a="13800138001")
    (shop / "勿扰.csv").write_text("客户ID,名单,原因,日期\na,勿扰,,2026-11-01\n", "utf-8-sig")
    (shop / "承诺.csv").write_text(
        "客户ID,承诺,日期,到期\na,补一个枕套,2026-11-01,2026-11-19\n", "utf-8-sig"
    )
    files = ["订单", "勿扰.csv", "承诺.csv"]
    due = call("callbacks", *files, "--today", TODAY, "--json").data
    assert [one["kind"] for one in due] == ["promise"]
    call("callbacks", *files, "--today", TODAY, "--sms", "短信.csv", "-o", "a.xlsx")
    assert sent(shop / "短信.csv") == {}


def test_the_text_is_what_the_provider_wants(call: Call, shop: Path) -> None:
    """The shop's name is in front; what is marketing ends with how to stop it; units are right."""
    phones(shop, a="13800138001", b="13800138002")
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write("[audience]\nsince_days = 1\n")
    call("audience", "四件套", "--today", TODAY, "--sms", "短信.xlsx", "-o", "a.xlsx")
    assert not openpyxl.load_workbook(shop / "短信.xlsx").worksheets[0]["A2"].value  # due today
    call("done", "a", "b", "--today", "2026-11-18")
    call("audience", "四件套", "--today", TODAY, "--sms", "二.xlsx", "-o", "b.xlsx")
    page = openpyxl.load_workbook(shop / "二.xlsx").worksheets[0]
    _, *rows = page.iter_rows(values_only=True)
    assert {row[0] for row in rows} == {"13800138001", "13800138002"}
    for row in rows:
        text = str(row[1])
        assert text.startswith("【云朵家纺】")
        assert text.endswith("拒收请回复R")
        assert (row[2], row[3], row[4]) == (len(text), 1 if len(text) <= 70 else 2, 1)


def test_batches(call: Call, shop: Path) -> None:
    """Numbers are handed over in batches of the policy."""
    phones(shop, **{f"c{at}": f"1380013800{at}" for at in range(5)})
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write("[sms]\nbatch = 2\n")
    answer = call("callbacks", "--today", TODAY, "--sms", "短信.xlsx", "-o", "a.xlsx")
    assert "分 3 批" in answer.out
    page = openpyxl.load_workbook(shop / "短信.xlsx").worksheets[0]
    assert [row[4] for row in page.iter_rows(min_row=2, values_only=True)] == [1, 1, 2, 2, 3]


@pytest.mark.parametrize(
    "options",
    [
        ("--sms", "短信.txt"),
        ("--sms", "短信.xlsx", "--mask"),
        ("--sms", "a.csv", "--password", "x"),
    ],
)
def test_what_makes_no_sense_is_refused(call: Call, shop: Path, options: tuple[str, ...]) -> None:
    """Another ending, masked numbers, a CSV with a password: nothing is written."""
    assert call("callbacks", "--today", TODAY, *options).code == 2
    assert not (shop / "结果").exists()


@given(st.text(min_size=1, max_size=8), st.integers(0, 40))
def test_units_are_those_of_the_network(part: str, times: int) -> None:
    """70 characters are one; a longer text has as many parts of 67 as it needs, no more."""
    text = part * times
    size = length(text)
    assert size >= len(text)
    (number,) = units(np.array([size]), 70, 67)
    assert (number == 1) == (size <= 70)
    if number > 1:
        assert 67 * (number - 1) < size <= 67 * number
