"""The measurement of the forecasts runs on files like those of the literature."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import evidence


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with made files of both layouts, 150 customers in each."""
    maker = np.random.default_rng(1)
    first = np.datetime64("1997-01-01", "D")
    lines = []
    for who in range(1, 151):
        when = int(maker.integers(0, 90))
        while when < 545:
            day = str(first + when).replace("-", "")
            lines.append((f"{who:05d}", day, "1", f"{maker.integers(5, 60)}.50"))
            if maker.random() < 0.25:
                break
            when += int(maker.integers(5, 120))
    master = "\n".join(["id date number dollars", *("  ".join(line) for line in lines)])
    with gzip.open(tmp_path / "cdnow_master.txt.gz", "wt", encoding="ascii") as file:
        file.write(master + "\n")
    sample = "\n".join(" ".join(("00004", *line)) for line in lines)
    (tmp_path / "cdnow_sample.txt").write_text(sample + "\n", "ascii")
    return tmp_path


def test_both_files_are_read_alike(folder: Path) -> None:
    """The two layouts say the same: customers, days and money."""
    master, sample = evidence.read_data(folder)
    assert master.purchases.equals(sample.purchases)
    assert master.purchases["fen"].mod(50).eq(0).all()
    assert master.history().size == 150


def test_the_table_is_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part is measured, and what is wanted is judged by what was found."""
    monkeypatch.setattr(evidence, "SPLITS", evidence.SPLITS[:2])
    monkeypatch.setattr(evidence, "SIZES", (100,))
    monkeypatch.setattr(evidence, "DRAWS", 2)
    lines = list(evidence.measure(folder))
    for part in ("ranking", "calibration", "tenth 5", "windows", "ranges", "shops of 100"):
        assert any(one.what.startswith(part) for one in lines), part
    assert all((one.met is None) == (not one.wanted) for one in lines)
    told = evidence.table(lines).splitlines()
    assert len(told) == len(lines) + 2
    assert {line.count("|") for line in told} == {6}


def test_missing_data_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the files it says which, where they are named, and ends with 2."""
    monkeypatch.delenv(evidence.VARIABLE, raising=False)
    for arguments in ([], [str(tmp_path)]):
        monkeypatch.setattr(sys, "argv", ["evidence.py", *arguments])
        assert evidence.main() == 2
        told = capsys.readouterr().err
        assert "cdnow_master.txt.gz" in told
        assert "DATA=" in told


def test_the_page_has_a_place_for_the_table() -> None:
    """docs/evidence.md holds both marks once, and a table between them."""
    page = evidence.PAGE.read_text("utf-8")
    assert page.count(evidence.BEGIN) == page.count(evidence.END) == 1
    table = page.partition(evidence.BEGIN)[2].partition(evidence.END)[0]
    assert table.startswith("| what |")
    assert "missed" not in table
