"""Memory: a large file is read in bounded space, measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import ORDER

LINES = 250_000
MOST_MB = 300
READS = """
import datetime, pathlib, sys
from shopcrm.policy import load_policy
from shopcrm.sources.read import read_files
file, today = pathlib.Path(sys.argv[1]), datetime.date(2026, 11, 20)
inputs = read_files([(file, True)], load_policy(None), today)
status = pathlib.Path("/proc/self/status").read_text().split()
print(len(inputs.orders), int(status[status.index("VmHWM:") + 1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of a process")
def test_many_lines(tmp_path: Path) -> None:
    """A GB18030 CSV of 250,000 lines is read under 300 MB, every line an order."""
    kept = list(ORDER)[:8] + list(ORDER)[9:13]
    path = tmp_path / "a.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write(",".join(kept) + "\r\n")
        for at in range(LINES):
            hour = f"{at % 24:02d}:{at % 60:02d}:{at % 59:02d}"
            day = f"2026-{at % 10 + 1:02d}-{at % 28 + 1:02d} {hour}"
            who, fen = at * 7919 % 200_000, at % 9000 + 1000
            file.write(
                f'="{2_000_000_000_000_000_000 + at}",tb{who:06d},{fen / 100:.2f},{fen / 100:.2f},'
                f"0.00,交易成功,李雨薇,广东省 广州市 天河区 和平路{who % 999}号,{day},{day},"
                f"云感四件套{at % 300},1\r\n"
            )
    ran = subprocess.run(
        [sys.executable, "-c", READS, str(path)], capture_output=True, text=True, check=True
    )
    orders, peak = map(int, ran.stdout.split())
    assert orders == LINES
    assert peak < MOST_MB
