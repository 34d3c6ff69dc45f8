"""Runs whole processes, in turn, and says how long each took and how much memory at its peak."""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
_SET_ASIDE: Final = ("PYTHONDONTWRITEBYTECODE", "SHOPCRM_LANG", "SHOPCRM_DEBUG")


@dataclass(frozen=True)
class Command:
    """A process to measure, and the file that it must have written (None: it only prints)."""

    words: tuple[str, ...]
    writes: Path | None = None


@dataclass(frozen=True)
class Figures:
    """Medians over the runs of one command; seconds, and bytes where the system tells them."""

    seconds: float
    fastest: float
    slowest: float
    peak: int | None


def in_turn(first: Command, second: Command, runs: int) -> tuple[Figures, Figures]:
    """Run the two commands A B A B and return the medians of each."""
    took: tuple[list[tuple[float, int | None]], ...] = ([], [])
    for _ in range(runs):
        took[0].append(_run(first))
        took[1].append(_run(second))
    return _figures(took[0]), _figures(took[1])


def start(words: Sequence[str]) -> None:
    """Run a process that is not measured, and end with its words when it fails.

    Raises:
        SystemExit: it failed.
    """
    _run(Command(tuple(words)))


def compile_all() -> None:
    """Write the bytecode of everything the processes import: without it they time the compiler."""
    folders = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    for folder in (*sorted(folders), ROOT / "shopcrm", ROOT / "benchmarks"):
        compileall.compile_dir(str(folder), quiet=2)


def _figures(took: Sequence[tuple[float, int | None]]) -> Figures:
    seconds = [one for one, _ in took]
    peaks = [peak for _, peak in took if peak is not None]
    return Figures(
        median(seconds), min(seconds), max(seconds), int(median(peaks)) if peaks else None
    )


def _run(command: Command) -> tuple[float, int | None]:
    """Run one process to its end; returns its seconds and its peak resident bytes."""
    if command.writes is not None:
        command.writes.unlink(missing_ok=True)
    env = {name: value for name, value in os.environ.items() if name not in _SET_ASIDE}
    env["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        with subprocess.Popen(
            command.words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said
        ) as process:
            peak = _wait(process)
            seconds = time.perf_counter() - begun
        said.seek(0)
        words = said.read().decode("utf-8", errors="replace")[-2000:]
    if process.returncode != 0:
        _stop(command, f"\n{words}\nexit code {process.returncode}")
    if command.writes is not None and not command.writes.stat().st_size:
        _stop(command, f" wrote an empty {command.writes}")
    return seconds, peak


def _stop(command: Command, why: str) -> NoReturn:
    raise SystemExit(" ".join(command.words) + why)


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    """Wait for the process; returns its peak resident bytes, None where nobody counts them."""
    if sys.platform != "win32":
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    else:  # noqa: RET505  mypy knows this way which part is for which system
        process.wait()
        return None
