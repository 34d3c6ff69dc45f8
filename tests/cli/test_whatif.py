"""``whatif``: other thresholds, tried without being kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import IN_BOTH, TODAY, Call


def test_who_would_change(call: Call, shop: Path) -> None:
    """People and money of each label, and who would change, with what goes and comes."""
    before = (shop / "shop.toml").read_bytes()
    data = call("whatif", "vip.amount=800", "--today", TODAY, "--json").data
    assert data["settings"] == {"vip.amount": {"before": 0.0, "after": 800}}
    assert data["changed"] == [
        {"customer": "小云", "net": "1434.50", "lost": [], "gained": ["tags.vip"]}
    ]
    (vip,) = [one for one in data["groups"] if one["label"] == "vip"]
    assert (vip["customers"], vip["customers_after"]) == (0, 1)
    assert (vip["net"], vip["net_after"]) == ("0.00", "1434.50")
    assert (shop / "shop.toml").read_bytes() == before


def test_the_present_values_change_nobody(call: Call, shop: Path) -> None:
    """With the values in force nobody changes."""
    settings = ["churn.factor=2.0", "vip.top_share=0.1", "vip.amount=0", "rfm.recency_days=[]"]
    data = call("whatif", *settings, "--today", TODAY, "--json").data
    assert data["changed"] == []
    assert len(data["settings"]) == len(settings)


def test_settings_and_files(call: Call, shop: Path) -> None:
    """What is no setting is a file to read."""
    words = ("stages.lost_days=9", "订单/export.csv")
    data = call("whatif", *words, "--today", TODAY, "--json").data
    assert {one["customer"] for one in data["changed"]} == {"小云"}
    assert call("whatif", "stages.lost_days=9", "nowhere.csv", "--today", TODAY).code == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["vip.amont=800"], "vip.amount?"),
        (["churn.factor=viel"], '"viel"'),
        (["churn.factor=-1"], ">= 0"),
        (["vip.top_share=3"], "0 ... 1"),
        (["stages.new_days=2.5"], "2.5"),
        (["rfm.recency_days=[1,2]"], "rfm.recency_days"),
        (["shop.name=x"], "shop.name"),
        (["订单"], "whatif vip.amount=800"),
    ],
)
def test_mistakes(call: Call, shop: Path, words: list[str], told: str) -> None:
    """A setting is checked as in shop.toml: its name, its type, its sense, and that it is one."""
    answer = call("whatif", *words, "--today", TODAY)
    assert answer.code == 2
    assert told in answer.err


@IN_BOTH
def test_the_screen(call: Call, shop: Path, lang: str) -> None:
    """The settings, the labels and the people fit in 80 columns, in either language."""
    words = ("vip.amount=800", "stages.new_days=1", "rfm.scores=3")
    out = call("whatif", *words, "--today", TODAY, "--lang", lang).out
    assert max(map(cell_len, out.splitlines())) <= 80
    for word in ("vip.amount", "小云", "VIP"):
        assert word in out
    nobody = call("whatif", "vip.amount=0", "--today", TODAY, "--lang", lang).out
    assert ("没有客户会变" if lang == "zh" else "Nobody would change") in nobody
