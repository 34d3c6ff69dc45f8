"""Measures shopcrm against what a user would write, as whole processes, and prints one table.

    python benchmarks/bench.py [--only enrich|xlsx|csv|help] [--quick] [--data DIR]

Each pair runs in turn, A B A B, and medians are compared: times vary with the machine and with
what else runs on it, ratios much less. The inputs are made once by examples/make_shop.py.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import machine
from benchmarks.measure import ROOT, Command, Figures, compile_all, in_turn, start
from benchmarks.table import render

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES: Final = ("enrich", "xlsx", "csv", "stages", "help")
ENRICH_FASTER: Final = 15
SEGMENT_FASTER: Final = 8
PEAK: Final = 900_000_000
HELP_RATIO: Final = 1.3
LIST_SECONDS: Final = 1.5
TODAY: Final = "2026-11-20"
"""The day after the last order of the generated files."""


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    register_rows: int
    xlsx_rows: int
    csv_lines: int
    stages_customers: int
    runs: int
    csv_runs: int
    help_runs: int


FULL: Final = Size(
    register_rows=50_000,
    xlsx_rows=100_000,
    csv_lines=1_000_000,
    stages_customers=300_000,
    runs=3,
    csv_runs=1,
    help_runs=11,
)
QUICK: Final = Size(
    register_rows=500,
    xlsx_rows=2_000,
    csv_lines=20_000,
    stages_customers=6_000,
    runs=1,
    csv_runs=1,
    help_runs=1,
)


@dataclass(frozen=True)
class Result:
    """One row of the table."""

    name: str
    ours: Figures
    other_name: str
    other: Figures
    target: str
    met: bool


def measure(case: str, size: Size, data: Path) -> Iterator[Result]:
    """Measure one case; yields its rows of the table."""
    if case == "enrich":
        rows = size.register_rows
        ours, other = in_turn(*_enrich_pair(rows, data), size.runs)
        name = f"5 columns beside a {rows:,}-row register"
        yield _times(name, ours, "openpyxl", other, ENRICH_FASTER)
    elif case == "xlsx":
        rows = size.xlsx_rows
        ours, other = in_turn(*_segment_pair(rows, "xlsx", data), size.runs)
        yield _times(f"segment {rows:,}-row xlsx", ours, "pandas script", other, SEGMENT_FASTER)
    elif case == "csv":
        rows = size.csv_lines
        ours, other = in_turn(*_segment_pair(rows, "csv", data), size.csv_runs)
        name = f"segment {rows:,}-line CSV"
        yield _times(name, ours, "pandas script", other, SEGMENT_FASTER)
        met = ours.peak is not None and ours.peak <= PEAK
        target = f"peak <= {PEAK / 1e6:.0f} MB"
        yield Result(f"{name}, memory", ours, "pandas script", other, target, met)
    elif case == "stages":
        yield from _stages(size.csv_lines, size.stages_customers, data)
    else:
        for name, first, second in _help_pairs(data):
            in_turn(first, second, 1)  # the first start reads from the disk
            ours, other = in_turn(first, second, size.help_runs)
            met = ours.seconds <= HELP_RATIO * other.seconds
            target = f"<= {HELP_RATIO} times bare"
            yield Result(name, ours, "bare Typer app", other, target, met)


def _stages(rows: int, customers: int, data: Path) -> Iterator[Result]:
    """Compare stages of one run: what is said about customers, and the day's list."""
    source, told = _orders(rows, "csv", data, customers), data / f"stages-{rows}.json"
    start((sys.executable, str(ROOT / "benchmarks" / "stages.py"), str(source), str(told)))
    took = json.loads(told.read_text("utf-8"))
    one = {name: Figures(seconds, seconds, seconds, None) for name, seconds in took.items()}
    met = took["knowing"] <= took["reading"]
    name = f"{rows:,} orders: forecasts, labels, profiles"
    yield Result(name, one["knowing"], "reading them", one["reading"], "<= reading", met)
    met = took["planning"] <= LIST_SECONDS
    name = f"{rows:,} orders of {customers:,} customers: the day's list"
    target = f"<= {LIST_SECONDS} s"
    yield Result(name, one["planning"], "reading them", one["reading"], target, met)


def _times(name: str, ours: Figures, other_name: str, other: Figures, target: int) -> Result:
    """Return a row of the table with a number of times faster as its target."""
    met = other.seconds >= target * ours.seconds
    return Result(name, ours, other_name, other, f">= {target} times faster", met)


def _enrich_pair(rows: int, data: Path) -> tuple[Command, Command]:
    """Return shopcrm and openpyxl, each adding the same columns to the same register."""
    source = data / f"register-{rows}.xlsx"
    script = (sys.executable, str(ROOT / "benchmarks" / "enriching.py"))
    if not source.exists():
        part = data / f"part-{source.name}"
        start((*script, "make", str(part), str(rows)))
        part.replace(source)
    ours, other = data / f"shopcrm-{rows}-register.xlsx", data / f"script-{rows}-register.xlsx"
    return (
        Command((*script, "shopcrm", str(source), str(rows), str(ours)), ours),
        Command((*script, "openpyxl", str(source), str(rows), str(other)), other),
    )


def _orders(rows: int, shape: str, data: Path, customers: int | None = None) -> Path:
    """Return a file of so many orders, made once; of so many customers, if that is said."""
    people = () if customers is None else ("--customers", str(customers))
    source = data / "-".join(["orders", str(rows), *people[1:]])
    source = source.with_suffix(f".{shape}")
    if not source.exists():
        part = data / f"part-{source.name}"
        maker = str(ROOT / "examples" / "make_shop.py")
        big = ("--big", str(rows), "--format", shape, "--out", str(part), *people)
        start((sys.executable, maker, *big))
        part.replace(source)
    return source


def _segment_pair(rows: int, shape: str, data: Path) -> tuple[Command, Command]:
    """Return shopcrm and the script, each from the same file to a workbook of its own."""
    source = _orders(rows, shape, data)
    with source.open("rb") as file:
        while file.read(1 << 24):  # both find the file in memory
            pass
    ours, other = data / f"shopcrm-{rows}-{shape}.xlsx", data / f"script-{rows}-{shape}.xlsx"
    segment = (sys.executable, "-m", "shopcrm", "segment", str(source), "-o", str(ours))
    script = (sys.executable, str(ROOT / "benchmarks" / "baseline.py"), str(source), str(other))
    return Command((*segment, "--today", TODAY, "--force"), ours), Command(script, other)


def _help_pairs(data: Path) -> Iterator[tuple[str, Command, Command]]:
    """Yield the ways of starting, and both programs started that way."""
    python = (sys.executable, "-m")
    yield (
        "python -m shopcrm --help",
        Command((*python, "shopcrm", "--help")),
        Command((*python, "benchmarks.bare_typer", "--help")),
    )
    script = Path(sys.executable).parent / "shopcrm"
    if script.exists():  # on Windows it is an .exe, of which there is no copy for the other app
        words = script.read_text(encoding="utf-8")
        bare = data / "bare_typer"
        bare.write_text(words.replace("shopcrm.cli", "benchmarks.bare_typer"), encoding="utf-8")
        bare.chmod(0o755)
        yield "shopcrm --help", Command((str(script), "--help")), Command((str(bare), "--help"))


def _cells(result: Result) -> tuple[str, ...]:
    ours, other = result.ours, result.other
    faster = other.seconds / ours.seconds
    times = f"{faster:.1f} times faster" if faster >= 1 else f"{1 / faster:.2f} times as long"
    verdict = "met" if result.met else "missed"
    return (
        result.name, _seconds(ours), _megabytes(ours), result.other_name, _seconds(other),
        _megabytes(other), times, result.target, verdict,
    )  # fmt: skip


def _seconds(figures: Figures) -> str:
    middle = f"{figures.seconds:.2f}"
    if figures.fastest == figures.slowest:
        return middle
    return f"{middle} ({figures.fastest:.2f}-{figures.slowest:.2f})"


def _megabytes(figures: Figures) -> str:
    return "-" if figures.peak is None else f"{figures.peak / 1e6:,.0f}"


HEAD: Final = (
    "what", "shopcrm s", "peak MB", "against", "its s", "its peak MB", "shopcrm is", "target",
    "result",
)  # fmt: skip


def main() -> None:
    """Read the command line, measure, and print the table."""
    parser = argparse.ArgumentParser(description="Measure shopcrm against the usual script.")
    parser.add_argument("--only", choices=CASES, help="one case alone")
    parser.add_argument("--quick", action="store_true", help="small and once: does it run at all?")
    parser.add_argument("--data", type=Path, default=ROOT / "benchmarks" / "data")
    asked = parser.parse_args()
    asked.data.mkdir(parents=True, exist_ok=True)
    data, size = asked.data.resolve(), QUICK if asked.quick else FULL
    about = machine()
    if not asked.quick:
        compile_all()
    cases = (asked.only,) if asked.only else CASES
    rows = [_cells(result) for case in cases for result in measure(case, size, data)]
    print("\n".join((*about, "", *render(HEAD, rows))))
    print("\nWhole processes, run in turn; medians (fastest-slowest).", end="")
    print(" QUICK: too small and too few to mean anything." if asked.quick else "")


if __name__ == "__main__":
    main()
