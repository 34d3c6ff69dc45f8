"""The benchmark runs; what it measures is not a test's business."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.bench import QUICK
from benchmarks.table import render

BENCH = Path(__file__).resolve().parents[1] / "benchmarks" / "bench.py"
COLUMNS = 9


@pytest.mark.parametrize(
    ("case", "rows", "written"),
    [
        pytest.param("enrich", 1, f"-{QUICK.register_rows}-register.xlsx", marks=pytest.mark.slow),
        pytest.param("xlsx", 1, f"-{QUICK.xlsx_rows}-xlsx.xlsx", marks=pytest.mark.slow),
        pytest.param("csv", 2, f"-{QUICK.csv_lines}-csv.xlsx", marks=pytest.mark.slow),
        pytest.param("stages", 2, None, marks=pytest.mark.slow),
        ("help", 1, None),
    ],
)
def test_quick_run_fills_the_table(
    case: str, rows: int, written: str | None, tmp_path: Path
) -> None:
    """A quick run names the machine, fills every cell of its case and leaves both workbooks."""
    words = [sys.executable, str(BENCH), "--quick", "--only", case, "--data", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["CPU", "OS", "Python", "with"]
    rule = next(line for line in lines if line.startswith("---")).split("  ")
    assert len(rule) == COLUMNS
    ends = [line.split()[-1] for line in lines if line]
    assert sum(end in {"met", "missed"} for end in ends) >= rows
    if written is not None:
        for program in ("shopcrm", "script"):
            assert (tmp_path / f"{program}{written}").stat().st_size > 0


def test_table_columns_stand_under_each_other() -> None:
    """Every column of the table starts at one place in every line."""
    lines = list(render(("a", "b"), [("long", "1"), ("x", "2")]))
    assert lines == ["a     b", "----  -", "long  1", "x     2"]
