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
from tests.cli.conftest import TODAY, Call, called_in, order, small_shop, write_orders


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


EVIL = '=HYPERLINK("http://x","y")'


@pytest.fixture(scope="session")
def segmented(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What was said of a small shop, and where its workbook is beside one that was there before.

    It has a buyer with a formula for a nick. Made once, to be looked at only.
    """
    folder = small_shop(tmp_path_factory.mktemp("segment") / "我的 店铺")
    write_orders(folder / "订单" / "b.csv", [order(9, EVIL, "2026-11-01", 收货人姓名="+1+1")])
    there = folder / "结果" / "客户分层-2026-11-20.xlsx"
    there.parent.mkdir()
    there.write_bytes(b"there before")
    answer = called_in(folder, "segment", "--today", TODAY)
    assert answer.code == 0, answer.err
    return answer.out, there.with_name("客户分层-2026-11-20(2).xlsx")


def test_default_output_never_overwrites(segmented: tuple[str, Path]) -> None:
    """Beside a workbook that is there, the next gets a free name."""
    new = segmented[1]
    there = new.with_name("客户分层-2026-11-20.xlsx")
    assert sorted(new.parent.iterdir()) == sorted([new, there])
    assert there.read_bytes() == b"there before"


def test_workbook_has_every_sheet(segmented: tuple[str, Path]) -> None:
    """The workbook has its sheets, one row a customer, and ids as text."""
    book = openpyxl.load_workbook(segmented[1])
    assert book.sheetnames == ["概览", "客户", "回访", "画像", "问题", "说明"]
    rows = list(book["客户"].iter_rows(values_only=True))
    assert rows[0][0] == "客户ID"
    assert sorted(str(row[0]) for row in rows[1:]) == [EVIL, "小云", "老陈", "退退", "阿花"]


def test_formulas_from_outside_stay_text(segmented: tuple[str, Path]) -> None:
    """A nick that looks like a formula is text in the workbook."""
    cells = [cell for row in openpyxl.load_workbook(segmented[1])["客户"] for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert EVIL in [cell.value for cell in cells]


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
    call: Call, shop: Path, segmented: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--lang goes before SHOPCRM_LANG, which goes before shop.toml; both fit 80 columns."""
    settings = shop / "shop.toml"
    settings.write_text(settings.read_text("utf-8") + 'lang = "zh"\n', "utf-8")
    monkeypatch.setenv("SHOPCRM_LANG", "en")
    in_english = call("segment", "--today", TODAY, "-o", "a.xlsx").out
    assert "net sales" in in_english
    assert "没有" in call("promise", "list", "--today", TODAY, "--lang", "zh").out
    assert "净销售额" in segmented[0]
    for out in (in_english, segmented[0]):
        assert max(map(cell_len, out.splitlines())) <= 80
