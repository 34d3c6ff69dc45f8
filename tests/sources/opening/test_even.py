"""Text files that are rectangular."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.policy import load_policy
from shopcrm.sources.opening import delimited
from shopcrm.sources.opening.delimited import read_delimited
from tests.making import examples

if TYPE_CHECKING:
    from pathlib import Path

    from shopcrm.sources.opening.grid import Grid

POLICY = load_policy(None)
CELLS = st.sampled_from(
    ['="2000000000000000001"', "'2000000000000000002", "2026-10-01 10:00:01", "NULL", "李", ""]
)


def grid_of(path: Path) -> Grid:
    grid = read_delimited(path, lambda _rows: 0, POLICY)
    assert grid is not None
    return grid


def cells_of(grid: Grid, at: int) -> list[object]:
    return [grid.column(at).at(row) for row in range(len(grid.rows))]


def written(path: Path, rows: list[list[str]]) -> Path:
    text = "\n".join(",".join(row) for row in [["编号", "时间", "状态"], *rows])
    path.write_text(text + "\n", encoding="gb18030")
    return path


def moment(at: int) -> str:
    return f"2026-10-{at % 28 + 1:02d} {at % 23:02d}:{at % 60:02d}:{at % 59:02d}"


def test_numbers_and_moments_are_not_compared(tmp_path: Path) -> None:
    """Columns of long numbers and of moments have a cell a row, any other each cell once."""
    rows = [[f'="{2 * 10**18 + at}"', moment(at), "成功"] for at in range(200)]
    grid = grid_of(written(tmp_path / "a.csv", rows))
    for at in (0, 1):
        assert np.array_equal(grid.column(at).codes, np.arange(200))
    assert len(grid.column(2).distinct) == 1
    days = [[row[0], f"2026-10-{at % 28 + 1:02d} 00:00:00", "成功"] for at, row in enumerate(rows)]
    assert len(grid_of(written(tmp_path / "b.csv", days)).column(1).distinct) == 28


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12))
@examples(40)
def test_same_cells(tmp_path: Path, below: list[tuple[str, str, str]]) -> None:
    """Cells are what was written, also where equal ones stand in such a column, or other things."""
    first = [[f'="{2 * 10**18 + at}"', moment(at), "成功"] for at in range(60)]
    rows = [*first, *map(list, below), ["x", "y", "z"]]
    grid = grid_of(written(tmp_path / "a.csv", rows))
    for at in range(3):
        assert cells_of(grid, at) == [row[at] or None for row in rows]
        cells = grid.column(at)
        places = np.arange(len(cells.distinct))
        texts, turn = cells.once(places)
        again = texts if turn is None else [texts[one] for one in turn]
        assert again == cells.some(places)
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("spoilt", [b"\x81", b"\xff\xff"])
def test_spoilt_far_below(tmp_path: Path, spoilt: bytes) -> None:
    """A byte that is no GB18030 is found wherever it stands, and does no harm to other cells."""
    path = written(tmp_path / "a.csv", [[str(at), moment(at), "成功"] for at in range(100)])
    path.write_bytes(path.read_bytes() + b"101,," + spoilt + b"\n102,,\xb3\xc9\xb9\xa6\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_SAMPLE", 64)
        grid = grid_of(path)
    assert cells_of(grid, 2)[:100] + cells_of(grid, 2)[-1:] == ["成功"] * 101
