"""Days without a year: the other dates of the file tell it, or nobody does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shopcrm.sources.cells.years import with_years
from tests.making import DEAL, at, fates, kinds, read, sheet_of, write_csv, write_xlsx


def days(path: Path, *pairs: tuple[Any, Any]) -> Any:
    """Read a register whose rows have these days of writing and of the deal."""
    rows = [DEAL | {"登记日期": written, "成交时间": deal} for written, deal in pairs]
    book = path.suffix == ".xlsx"
    return read(write_xlsx(path, sheet_of(rows)) if book else write_csv(path, rows))


@pytest.mark.parametrize(
    ("beside", "cell", "found"),
    [
        ("2026-11-10", "11.12", at(2026, 11, 12)),
        ("2026-11-10", "11月8日", at(2026, 11, 8)),
        ("2026-11-10", "11-08", at(2026, 11, 8)),
        ("2026-01-03", "12.30", at(2025, 12, 30)),
        ("2025-12-30", "1/2", at(2026, 1, 2)),
        ("2024-03-02", "2.29", at(2024, 2, 29)),
    ],
)
def test_beside_a_date(tmp_path: Path, beside: str, cell: str, found: dt.datetime) -> None:
    """Beside a whole date it is the nearest such day, across New Year too, and is a doubt."""
    inputs = days(tmp_path / "a.csv", (beside, cell))
    assert inputs.orders["created"].tolist() == [found]
    assert kinds(inputs) == ["year_filled"]
    assert inputs.files[0].rows.repairs["year_filled"] == 1


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("11.10", at(2026, 11, 10)),
        ("11.12", at(2026, 11, 12)),
        ("11.21", at(2025, 11, 21)),
        ("11.9", at(2026, 11, 9)),
        ("1.5", at(2026, 1, 5)),
    ],
)
def test_alone(tmp_path: Path, cell: str, found: dt.datetime) -> None:
    """Alone in its row it is the day nearest to the latest one of the file, and not after today."""
    inputs = days(tmp_path / "a.csv", ("", cell), ("2026-11-10", "2026-11-10"))
    assert inputs.orders.set_index("row")["created"][2] == found


def test_no_other_date(tmp_path: Path) -> None:
    """Without any whole date in the file nobody knows the year, and the row is listed."""
    inputs = days(tmp_path / "a.csv", ("", "11.12"))
    assert fates(inputs) == [(1, 0, 0, 1)]
    assert kinds(inputs) == ["bad_date"]


@pytest.mark.parametrize("beside", ["", "2026-11-10"])
def test_no_such_day(tmp_path: Path, beside: str) -> None:
    """29 February of years that have none is no day: it is listed, not made the 1st of March."""
    inputs = days(tmp_path / "a.csv", (beside, "2.29"), ("2026-11-10", "2026-11-10"))
    assert fates(inputs) == [(2, 1, 0, 1)]
    assert kinds(inputs) == ["bad_date"]


@pytest.mark.parametrize(("cell", "fine"), [(11.2, False), (11.12, True), (11.4, True)])
def test_numbers_of_excel(tmp_path: Path, cell: float, *, fine: bool) -> None:
    """11.2 may have been 11.20, so it is refused; 11.12 and 11.4 can be one day only."""
    inputs = days(tmp_path / "a.xlsx", (dt.date(2026, 11, 10), cell))
    assert kinds(inputs) == (["year_filled"] if fine else ["bad_date"])


def test_a_day_no_figure_hangs_on(tmp_path: Path) -> None:
    """A day of writing whose year nobody knows is a doubt; the deal's row is used."""
    inputs = days(tmp_path / "a.csv", ("2.29", "2026-11-10"))
    assert fates(inputs) == [(1, 1, 0, 0)]
    assert kinds(inputs) == ["bad_optional"]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), st.integers(-182, 182))
def test_nearest_day_comes_back(whole: dt.date, step: int) -> None:
    """Any day within half a year of the date beside it gets its own year back."""
    day = whole + dt.timedelta(days=step)
    assume((day.month, day.day) != (2, 29))
    bare = np.array([day.replace(year=2000)], "datetime64[us]")
    found = with_years(bare, np.array([whole], "datetime64[us]"))
    assert found is not None
    assert found.tolist() == [dt.datetime(day.year, day.month, day.day)]  # noqa: DTZ001


@given(st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31)), st.integers(0, 364))
def test_last_day_comes_back(latest: dt.date, ago: int) -> None:
    """Any day of the year before the file's latest gets its own year back."""
    day = latest - dt.timedelta(days=ago)
    assume((day.month, day.day) != (2, 29))
    bare = np.array([day.replace(year=2000), None], "datetime64[us]")
    found = with_years(bare, np.array([None, latest], "datetime64[us]"))
    assert found is not None
    assert found.tolist() == [dt.datetime(day.year, day.month, day.day), None]  # noqa: DTZ001
