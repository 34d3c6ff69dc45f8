"""``moves``: who changed stage since an earlier day."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import TODAY, Call


def test_who_moved(call: Call, shop: Path) -> None:
    """Told from the orders: who was new then and is a repeat buyer now, and who is here since."""
    data = call("moves", "--since", "2026-08-15", "--today", TODAY, "--json").data
    assert (data["since"], data["today"]) == ("2026-08-15", TODAY)
    moved = {one["customer"]: (one["before"], one["now"]) for one in data["moved"]}
    assert moved == {
        "小云": ("new", "repeat"),
        "阿花": ("not_yet", "new"),
        "退退": ("not_yet", "potential"),
    }
    assert data["lists"]["second_order"] == ["小云"]
    assert data["matrix"]["lost"]["lost"] == 1
    assert sum(sum(row.values()) for row in data["matrix"].values()) == 4


def test_from_a_day_to_itself(call: Call, shop: Path) -> None:
    """From today to today nobody moves."""
    data = call("moves", "--since", TODAY, "--today", TODAY, "--json").data
    assert data["moved"] == []
    assert not any(data["lists"].values())


def test_the_usual_day_is_a_setting(call: Call, shop: Path) -> None:
    """Without a day it is so many days ago as the settings say."""
    assert call("moves", "--today", TODAY, "--json").data["since"] == "2026-10-21"
    with (shop / "shop.toml").open("a", encoding="utf-8") as file:
        file.write("[moves]\ndays = 7\n")
    assert call("moves", "--today", TODAY, "--json").data["since"] == "2026-11-13"


def test_a_day_to_come_is_refused(call: Call, shop: Path) -> None:
    """One cannot have moved since a day that is yet to come."""
    answer = call("moves", "--since", "2026-11-21", "--today", TODAY)
    assert answer.code == 2
    assert "2026-11-21" in answer.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_screen(call: Call, shop: Path, lang: str) -> None:
    """The matrix and the lists fit in 80 columns, in either language."""
    out = call("moves", "--since", "2026-08-15", "--today", TODAY, "--lang", lang).out
    assert max(map(cell_len, out.splitlines())) <= 80
    assert "小云" in out
    assert ("成了回头客" if lang == "zh" else "became repeat") in out
