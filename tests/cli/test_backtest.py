"""``shopcrm backtest``, and the prospects that ``shopcrm customer`` shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from rich.cells import cell_len

from shopcrm.labels import LANGS, t
from tests.cli.conftest import TODAY, Call, order, write_orders
from tests.customers.returning.shops import DAY, steady_shop


@pytest.fixture
def long_shop(shop: Path) -> Path:
    """A shop with three years of orders of 80 buyers."""
    history = steady_shop(80, 1000, stop=0.1)
    first = dt.date(1970, 1, 1)
    rows = [
        order(n, f"buyer{code}", (first + dt.timedelta(days=int(day))).isoformat())
        for n, (code, day) in enumerate(zip(history.codes, history.days, strict=True))
        if day < DAY
    ]
    write_orders(shop / "订单" / "export.csv", rows)
    return shop


@pytest.mark.parametrize("lang", LANGS)
def test_the_report_fits_a_terminal(call: Call, long_shop: Path, lang: str) -> None:
    """The report names its days, says of each limit what to do, and is 80 columns wide at most."""
    answer = call("backtest", "--lang", lang, "--today", TODAY)
    assert answer.code == 0, answer.err
    assert "2026-08-22" in answer.out
    assert t("backtest_rule.chance", "zh" if lang == "zh" else "en") in answer.out
    assert "churn.factor" in answer.out
    assert "stages.lost_days" in answer.out
    assert max(map(cell_len, answer.out.splitlines())) <= 80


def test_the_data_are_those_of_the_report(call: Call, long_shop: Path) -> None:
    """With --json every part is there, and nothing is written."""
    before = sorted(long_shop.rglob("*"))
    data = call("backtest", "--json", "--today", TODAY).data
    assert len(data["days"]) == 4
    assert {one["rule"] for one in data["rules"]} >= {"chance", "silence", "overdue"}
    assert data["tenths"]
    assert data["windows"]["said"] > 0
    assert sorted(long_shop.rglob("*")) == before


def test_a_short_history_says_so(call: Call, tmp_path: Path) -> None:
    """A month of orders cannot be tried, and the report says how much it takes."""
    rows = [order(n, f"b{n}", f"2026-11-{n + 1:02d}") for n in range(15)]
    answer = call(
        "backtest", write_orders(tmp_path / "o.csv", rows), "--today", TODAY, "--lang", "en"
    )
    assert answer.code == 0
    assert "too short" in answer.out
    assert "240" in answer.out


def test_a_shop_without_buyers_cannot_be_tried(call: Call, tmp_path: Path) -> None:
    """Where no column tells customers apart it is an error with a hint."""
    rows = [order(n, "***", f"2026-{n + 1:02d}-01") for n in range(9)]
    answer = call("backtest", write_orders(tmp_path / "o.csv", rows), "--today", TODAY)
    assert answer.code == 3
    assert t("hint.backtest_no_key", "zh") in answer.err


def test_a_customer_has_prospects(call: Call, long_shop: Path) -> None:
    """The screen of a customer says when, how likely and how much, each with its evidence."""
    person = call("customer", "buyer3", "--json", "--today", TODAY).data
    assert 0 <= person["again_share"] <= 1
    assert person["next_basis"]
    answer = call("customer", "buyer3", "--lang", "en", "--today", TODAY)
    assert f"{person['again_alike']} customers were like this" in answer.out.replace("\n  ", " ")
    assert max(map(cell_len, answer.out.splitlines())) <= 80
