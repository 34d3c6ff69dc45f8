"""``shopcrm segment``."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from shopcrm.outputs.screen.screen import Screen
from tests.cli.conftest import TODAY, Call, order, write_orders


def test_json_has_the_figures(call: Call, shop: Path) -> None:
    """The promised fields are there and reconcile with the file; nothing is wrong or written."""
    before = sorted(shop.rglob("*"))
    answer = call("segment", "--json", "--strict", "--today", TODAY)
    data = answer.data
    assert answer.code == 0
    assert sorted(shop.rglob("*")) == before
    assert data["orders"] == 5
    assert data["net_sales"] == "1634.50"
    assert (data["customers"], data["buyers"], data["repeat_buyers"]) == (4, 3, 1)
    assert data["refund_only"] == 1
    assert sum(data["stages"].values()) == data["customers"]
    for file in data["files"]:
        parts = [file[f"rows_{part}"] for part in ("used", "merged", "listed")]
        assert file["rows_read"] == sum(parts)


def test_workbook_has_every_sheet(call: Call, shop: Path) -> None:
    """The workbook has its sheets, one row a customer, and ids as text."""
    answer = call("segment", "--today", TODAY, "-o", "out.xlsx")
    assert answer.code == 0
    book = openpyxl.load_workbook("out.xlsx")
    assert book.sheetnames == ["概览", "客户", "回访", "画像", "问题", "说明"]
    rows = list(book["客户"].iter_rows(values_only=True))
    assert rows[0][0] == "客户ID"
    assert sorted(str(row[0]) for row in rows[1:]) == ["小云", "老陈", "退退", "阿花"]


def test_default_output_never_overwrites(call: Call, shop: Path) -> None:
    """Beside a workbook that is there, the next gets a free name."""
    there = shop / "结果" / "客户分层-2026-11-20.xlsx"
    there.parent.mkdir()
    there.write_bytes(b"there before")
    assert call("segment", "--today", TODAY).code == 0
    names = sorted(path.name for path in (shop / "结果").iterdir())
    assert names == ["客户分层-2026-11-20(2).xlsx", there.name]
    assert there.read_bytes() == b"there before"


def test_own_output_is_not_read_again(call: Call, shop: Path) -> None:
    """A results workbook that lies among the exports changes no figure."""
    first = call("segment", "--json", "--today", TODAY).data
    call("segment", "--today", TODAY, "-o", "订单/结果.xlsx")
    again = call("segment", "--json", "--today", TODAY).data
    assert {**again, "problems": {}} == {**first, "problems": {}}
    assert again["problems"] == {"own_output": 1}


def test_screen_holds_in_a_gbk_console(shop: Path) -> None:
    """In a cp936 console every character of the report can be shown, and nothing fails."""
    environment = {**os.environ, "PYTHONIOENCODING": "cp936", "COLUMNS": "80"}
    ran = subprocess.run(
        [sys.executable, "-m", "shopcrm", "segment", "--today", TODAY],
        capture_output=True,
        check=True,
        env=environment,
    )
    text = ran.stdout.decode("cp936")
    assert "云朵家纺" in text
    assert "?" not in text


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A nick with an escape sequence in it cannot steer the terminal."""
    stream = io.StringIO()
    Screen(stream).line("坏\x1b[31m人\x07")
    assert "\x1b" not in stream.getvalue()
    assert "\x07" not in stream.getvalue()


def test_formulas_from_outside_stay_text(call: Call, shop: Path) -> None:
    """A nick that looks like a formula is text in the workbook."""
    evil = '=HYPERLINK("http://x","y")'
    write_orders(shop / "订单" / "b.csv", [order(9, evil, "2026-11-01", 收货人姓名="+1+1")])
    call("segment", "--today", TODAY, "-o", "out.xlsx")
    cells = [cell for row in openpyxl.load_workbook("out.xlsx")["客户"] for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert evil in [cell.value for cell in cells]


def test_no_key_no_repeat_figures(call: Call, tmp_path: Path) -> None:
    """Where no column tells buyers apart, repeat figures are refused and orders still count."""
    masked = [order(n, "t**3", "2026-11-01") for n in range(1, 6)]
    path = write_orders(tmp_path / "masked.csv", masked)
    answer = call("segment", path, "--json", "--today", TODAY, "-o", tmp_path / "o.xlsx")
    data = answer.data
    assert answer.code == 0
    assert data["orders"] == 5
    assert data["buyers"] is None
    assert data["repeat_buyers"] is None
    assert data["warnings"]
    assert (tmp_path / "o.xlsx").exists()


def test_language_by_option_and_environment(
    call: Call, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--lang goes before SHOPCRM_LANG, which goes before shop.toml; both fit 80 columns."""
    monkeypatch.setenv("SHOPCRM_LANG", "en")
    by_environment = call("segment", "--today", TODAY, "-o", "a.xlsx").out
    assert "net sales" in by_environment
    by_option = call("segment", "--today", TODAY, "-o", "b.xlsx", "--lang", "zh").out
    assert "净销售额" in by_option
    for out in (by_environment, by_option):
        assert max(map(cell_len, out.splitlines())) <= 80
