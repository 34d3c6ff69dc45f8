"""Order numbers that have gone through Excel: different orders must never become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.making import kinds, order, read, write_csv


@pytest.mark.parametrize(
    "number", ["1.87E+18", "1.87400000000000E+18", "2E18", "1874000000000000000"]
)
def test_rounded_numbers(tmp_path: Path, number: str) -> None:
    """Five orders of five buyers that Excel gave one number are listed, each, and none counts."""
    rows = [order(at, 买家会员名=f"买家{at}", 订单编号=number) for at in range(1, 6)]
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert kinds(inputs) == ["digits_lost"] * 5
    assert inputs.orders.empty


def test_one_round_number(tmp_path: Path) -> None:
    """One number among others may end in zeros by chance."""
    rows = [order(at) for at in range(1, 6)]
    rows[0] |= {"订单编号": "1874000000000000000"}
    inputs = read(write_csv(tmp_path / "a.csv", rows))
    assert len(inputs.orders) == 5
    assert not kinds(inputs)
