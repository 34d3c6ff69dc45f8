"""``init``, ``inspect``, ``export qianniu``, ``policy`` and help."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from shopcrm.cli.app import COMMANDS, GROUPS, build
from shopcrm.outputs.book import display_width
from tests.cli.conftest import TODAY, Call, order, write_orders


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_init_makes_a_shop_that_works(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    """A new shop folder reads its own settings, and an export put into it, at once."""
    folder = tmp_path / "新 店"
    assert call("init", folder, "--lang", lang, "--today", TODAY).code == 0
    monkeypatch.chdir(folder)
    exports = folder / ("订单" if lang == "zh" else "exports")
    assert exports.is_dir()
    write_orders(exports / "a.csv", [order(1, "小云", "2026-11-10")])
    due = call("callbacks", "--json", "--today", TODAY).data
    assert [one["customer"] for one in due] == ["小云"]
    since = call("policy", "--json").data["callbacks.since"]
    assert since["value"] == "2026-10-21"
    assert since["source"].startswith("shop.toml:")


def test_init_sheet_is_read_back(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registration template, filled in by hand, is the registration sheet."""
    call("init", tmp_path / "s", "--today", TODAY)
    monkeypatch.chdir(tmp_path / "s")
    book = openpyxl.load_workbook("登记表.xlsx")
    sheet = book.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    row: dict[str, str | int] = {
        "客户ID": "小云",
        "商品名称": "枕头",
        "成交金额": 88,
        "成交时间": "2026-11-01",
    }
    for name, value in row.items():
        sheet.cell(2, head.index(name) + 1, value)
    book.save("登记表.xlsx")
    data = call("segment", "--json", "--today", TODAY).data
    assert (data["orders"], data["net_sales"]) == (1, "88.00")


def test_init_sheets_are_ready_to_print(call: Call, tmp_path: Path) -> None:
    """A sheet to fill in prints across one page with its header, and no line of help is cut."""
    call("init", tmp_path / "s", "--today", TODAY)
    for name in ("登记表", "活动"):
        sheet = openpyxl.load_workbook(tmp_path / "s" / f"{name}.xlsx").worksheets[0]
        # One page wide is what a file need not say, and as many high as it takes.
        setup = (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight)
        assert (sheet.page_setup.orientation, *setup) == ("landscape", 1, 0)
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    guide = openpyxl.load_workbook(tmp_path / "s" / "登记表.xlsx").worksheets[1]
    for row, (cell,) in enumerate(guide.iter_rows(), start=1):
        lines = -(-display_width(str(cell.value)) // guide.column_dimensions["A"].width)
        assert guide.row_dimensions[row].height >= 14 * lines


def test_init_overwrites_nothing(call: Call, shop: Path) -> None:
    """In a folder with a shop it refuses; with --force it adds what is missing."""
    before = (shop / "shop.toml").read_bytes()
    assert call("init").code == 6
    assert call("init", "--force").code == 0
    assert (shop / "shop.toml").read_bytes() == before
    assert (shop / "登记表.xlsx").exists()


def test_inspect_says_how_many_it_does_not_list(call: Call, shop: Path) -> None:
    """Of every kind of problem what is listed and what is said to be more are all there are."""
    rows = [order(n, f"Tb{n % 16}", "2026-11-01") for n in range(16)]
    rows += [order(16 + n, f"tb{n}", "2026-11-02") for n in range(16)]
    rows += [order(40 + n, f"x{n}", "很久以前") for n in range(5)]
    write_orders(shop / "a.csv", rows)
    lines = call("inspect", "a.csv", "--today", TODAY).out.splitlines()
    heads = [at for at, line in enumerate(lines) if line.endswith(" 处") and "：" in line]
    assert len(heads) == 2
    for at in heads:
        number = int(lines[at].rsplit("：", 1)[1].split()[0])
        below = takewhile(lambda line: line.startswith("    "), lines[at + 1 :])
        more = [line for line in below if line.strip().startswith("还有")]
        shown = len([*takewhile(lambda line: line.startswith("    "), lines[at + 1 :])]) - len(more)
        assert shown + sum(int(line.split()[1]) for line in more) == number
        assert more


def test_inspect_tells_layout_and_key(call: Call, shop: Path) -> None:
    """Layout and why, encoding, header row, columns, key and rows are said of each file."""
    out = call("inspect", "--today", TODAY).out
    for word in ("taobao_order_2016", "gb18030", "第 1 行", "买家会员名", "6 行"):
        assert word in out
    data = call("inspect", "--json", "--today", TODAY).data
    assert data[0]["key"] == "buyer"
    assert data[0]["statuses"] == {"success": 5, "refunded": 1}


def test_qianniu_groups(call: Call, shop: Path) -> None:
    """Each group has a sheet of text cells and a list in batches of 20; names are short."""
    many = [order(100 + n, f"买家{n:02d}", "2026-11-15") for n in range(45)]
    write_orders(shop / "订单" / "b.csv", many)
    assert call("export", "qianniu", "--today", TODAY, "-o", "千牛").code == 0
    book = openpyxl.load_workbook("千牛/千牛分组.xlsx")
    assert book.sheetnames[0] == "目录"
    assert {"新客", "回头客", "流失", "潜在客户"} <= set(book.sheetnames)
    assert all(len(name) <= 15 for name in book.sheetnames)
    cells = [cell for row in book["新客"].iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert all(cell.value is None or isinstance(cell.value, str) for cell in cells)
    text = Path("千牛/昵称/新客.txt").read_text("utf-8-sig")
    batches = [batch.split("\n") for batch in text.strip().split("\n\n")]
    assert [len(batch) for batch in batches] == [20, 20, 6]


def test_policy_says_where_a_value_comes_from(call: Call, shop: Path) -> None:
    """A value of shop.toml is shown with its line, the others are built in."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write("[stages]\nnew_days = 45\n")
    data = call("policy", "--json").data
    assert data["stages.new_days"] == {"value": 45, "source": "shop.toml:6"}
    assert data["stages.lost_days"]["source"] == "policy.toml"
    assert "new_days = 45" in call("policy").out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["", *COMMANDS, "export", "export qianniu"])
def test_help_in_both_languages(call: Call, name: str, lang: str) -> None:
    """Every command has help in the language asked for, and no word of the other."""
    out = call("--lang", lang, *name.split(), "--help").out
    assert ("Usage" in out) == (lang == "en")
    assert ("用法" in out) == (lang == "zh")


def test_a_command_alone_is_as_among_all() -> None:
    """A command that is made without the others has the same arguments and the same help."""

    def told(made: Any) -> list[Any]:
        own = [(param.name, param.opts, param.help, param.metavar) for param in made.params]
        below = getattr(made, "commands", {})
        return [made.help, own, [(name, told(one)) for name, one in below.items()]]

    among_all = build("en").commands
    assert list(among_all) == [*COMMANDS, *GROUPS]
    for name, command in among_all.items():
        (alone,) = build("en", name).commands.values()
        assert told(alone) == told(command)


def test_start_is_light() -> None:
    """Help imports no heavy library."""
    code = (
        "import sys\n"
        "from shopcrm.cli import main\n"
        "try:\n    main(['segment', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'openpyxl', 'xlsxwriter', 'python_calamine'}\n"
        "print('HEAVY', sorted(heavy & set(sys.modules)))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert "HEAVY []" in ran.stdout.decode()


@pytest.mark.parametrize(
    ("given", "code", "told"), [("--version", 0, "shopcrm "), ("nothing", 2, "nothing")]
)
def test_a_process_says_all_before_it_ends(given: str, code: int, told: str) -> None:
    """What a process of its own prints arrives whole, and its exit code is that of ``main``."""
    ran = subprocess.run([sys.executable, "-m", "shopcrm", given], capture_output=True, check=False)
    assert ran.returncode == code
    assert told in (ran.stdout + ran.stderr).decode("utf-8", "replace")


def test_version(call: Call) -> None:
    """--version prints the version."""
    assert call("--version").out.startswith("shopcrm ")
