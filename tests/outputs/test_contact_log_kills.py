"""A contact log after a crash, as the next run reads it: nothing lost, the torn line listed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from shopcrm.outputs.contact_log import append
from tests.making import fates, kinds, read
from tests.outputs.test_contact_log import BASE

FIRST = replace(BASE, buyer="tb001")
EARLIER = [replace(FIRST, buyer=f"tb{number:03d}") for number in range(1, 4)]
LAST = replace(FIRST, buyer="小野 佩奇", result="snoozed", next_date=date(2026, 4, 1))


def ids(path: Path) -> list[str]:
    """Return the ids of the records that the next run reads."""
    return sorted(read(path).log["id"].dropna())


def whole(path: Path, encoding: str) -> bytes:
    """Return a log of four records in an encoding, written by the program."""
    path.unlink(missing_ok=True)
    append(path, EARLIER[:1], lang="zh")
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode(encoding))
    append(path, [*EARLIER[1:], LAST], lang="zh")
    return path.read_bytes()


@pytest.mark.parametrize("encoding", ["utf-8-sig", pytest.param("gbk", marks=pytest.mark.slow)])
def test_torn_line_is_listed(tmp_path: Path, encoding: str) -> None:
    """Wherever a crash tore the last line: read as it is, and read after the next run.

    What was there before is read, the torn line is listed and is no record, and the record that
    it was to be is there once when it is written again.
    """
    path = tmp_path / "contacts.csv"
    content = whole(path, encoding)
    start = content.rstrip().rfind(b"\n") + 1
    lengths = range(start + 2, len(content) - 3, 17)
    earlier = sorted(record.id for record in EARLIER)
    for length in lengths:
        path.write_bytes(content[:length])
        assert set(earlier) <= set(ids(path))
        assert append(path, [*EARLIER, LAST], lang="zh") == 1
        found = read(path)
        assert sorted(found.log["id"]) == sorted([*earlier, LAST.id]), length
        assert len(found.log) == 4, length
        assert fates(found) == [(5, 4, 0, 1)], length
        assert kinds(found), length


WRITER = """
import os, sys
from datetime import date
from pathlib import Path
from shopcrm.outputs.contact_log import ContactRecord, append

dies = int(sys.argv[3])
real = os.write
def write(file, data):
    global dies
    dies -= 1
    if dies == 0:
        real(file, data[: len(data) * 2 // 3])
        os._exit(9)
    return real(file, data)
os.write = write
for number in range(30):
    append(Path(sys.argv[1]), [
        ContactRecord(date(2026, 1, 1), f"{sys.argv[2]}-{number}", "after_sale", 1, None, "phone",
                      "done", "好", None)
    ], lang="zh")
"""


def test_one_of_two_writers_is_killed(tmp_path: Path) -> None:
    """A process that dies in the middle of a line takes nothing of the other one's with it."""
    path = tmp_path / "contacts.csv"
    append(path, EARLIER, lang="zh")
    command = [sys.executable, "-c", WRITER, str(path)]
    running = [subprocess.Popen([*command, who, dies]) for who, dies in (("甲", "0"), ("乙", "12"))]
    assert [each.wait(timeout=60) for each in running] == [0, 9]
    found = read(path)
    buyers = set(found.log["buyer"])
    assert {f"甲-{number}" for number in range(30)} <= buyers
    assert {record.buyer for record in EARLIER} <= buyers
    written = {name for name in buyers if name.startswith("乙-")}
    assert written == {f"乙-{number}" for number in range(len(written))}
    assert len(written) <= 12
    assert found.log["id"].is_unique
