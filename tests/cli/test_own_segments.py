"""Segments of the owner's in ``shop.toml``: in every output, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from rich.cells import cell_len

from tests.cli.conftest import IN_BOTH, TODAY, Call

OWN = """
[[segments]]
name = "近客"
when = '末单 30 天内 且 不能漏 '

[[segments]]
name = "床品"
when = 'bought "四件套" and province in ["浙江省"]'
"""


@pytest.fixture
def own(shop: Path) -> Path:
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(OWN.replace(" 且 不能漏 ", ""))
    return shop


@pytest.mark.filterwarnings("ignore:.*extension is not supported")  # of openpyxl
def test_in_every_output(call: Call, own: Path) -> None:
    """The report, the data, the workbook and the groups for Qianniu have them."""
    data = call("segment", "--json", "--today", TODAY).data
    assert data["own"] == {"近客": 2, "床品": 3}
    answer = call("segment", "--today", TODAY, "-o", "o.xlsx")
    assert "近客 2  床品 3" in answer.out
    rows = openpyxl.load_workbook("o.xlsx")["客户"].iter_rows(values_only=True)
    told = {str(row[0]): " ".join(str(cell) for cell in row) for row in rows}
    assert "近客、床品" in told["阿花"]
    groups = call("export", "qianniu", "--json", "--today", TODAY).data
    members = {one["group"]: sorted(one["nicks"]) for one in groups}
    assert members["近客"] == sorted(["小云", "阿花"])
    assert len(members["床品"]) == 3
    person = call("customer", "阿花", "--json", "--today", TODAY).data
    assert person["own"] == ["近客", "床品"]


def test_callbacks_of_one_segment(call: Call, own: Path) -> None:
    """Only the contacts of a segment, by the owner's name or the word of a label."""
    for name, who in (("近客", {"小云", "阿花"}), ("新客", {"阿花"}), ("repeat", {"小云"})):
        data = call("callbacks", "--segment", name, "--json", "--today", TODAY).data
        assert {one["customer"] for one in data} == who
    answer = call("callbacks", "--segment", "近刻", "--today", TODAY)
    assert answer.code == 2
    assert "近客?" in answer.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_mistake_in_a_rule(call: Call, shop: Path, lang: str) -> None:
    """A wrong rule ends the run before files are read, with file, line and place."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(OWN.replace("末单", "最后下丹"))
    (shop / "订单" / "export.csv").write_bytes(b"")
    for command in ("segment", "moves"):
        answer = call(command, "--today", TODAY, "--lang", lang)
        assert answer.code == 5
        for word in ("shop.toml", "8", "近客", "最后下丹", "最后下单"):
            assert word in answer.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[segments]]\nname = "a"\nwenn = "vip"\n', "when"),
        ('[[segments]]\nname = "a"\n', "segments"),
        ('[segments]\nname = "a"\n', "[[segments]]"),
        ('[[segments]]\nname = ""\nwhen = "vip"\n', "segments"),
        ('[segment]\nown = [{name = "a", when = "vipp"}]\n', "vip"),
        ("[rfm]\nrecency_days = [30, 20, 40, 50]\n", "recency_days"),
        ("[rfm]\nrecency_days = [30, 60]\n", "recency_days"),
    ],
)
def test_a_mistake_in_the_settings(call: Call, shop: Path, text: str, told: str) -> None:
    """Wrong keys, missing ones, a wrong kind of table, bands that do not rise: all are told."""
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write(text)
    answer = call("segment", "--json", "--today", TODAY)
    assert answer.code == 5
    assert told in answer.err


@IN_BOTH
def test_why(call: Call, own: Path, lang: str) -> None:
    """``customer --why`` has every label with its rule, in 80 columns; JSON has the same."""
    out = call("customer", "小云", "--why", "--today", TODAY, "--lang", lang).out
    assert max(map(cell_len, out.splitlines())) <= 80
    for word in ("近客", "床品", "回头客" if lang == "zh" else "repeat", "末单 30 天内"):
        assert word in out
    data = call("customer", "小云", "--why", "--json", "--today", TODAY, "--lang", lang).data
    found = {(one["section"], one["label"]): one for one in data["why"]}
    assert found["own", "床品"]["holds"]
    assert found["stage", "repeat"]["change"]
