"""The fuzzing as a command: ``python -m tests.fuzz.run --files 2000 --seed 1``.

Cases run one after another in a process of their own, which is started anew when one of them
hangs, dies or takes too much memory. Any failure is shown with the seed that repeats it alone:
``--only SEED``.
"""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

SECONDS: Final = 10
MB: Final = 1 << 20
PEAK_MB: Final = 1024
_BOOK_EACH: Final = 20
_CEILING_MB: Final = 6144
"""Address space of a worker: what is over the limit is told, what is far over cannot harm."""


class Outcome(NamedTuple):
    """How a case ended: its seed, files, what was done, the key or traceback, cost."""

    seed: int
    files: int
    told: str
    key: str
    failure: str
    seconds: float
    peak_mb: float


def peak_mb(*, anew: bool = False) -> float:
    """Return the most memory this process has held, since the last time it was asked anew."""
    if anew:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    status = Path("/proc/self/status").read_text("ascii").split()
    return int(status[status.index("VmHWM:") + 1]) / 1024


def one_case(seed: int, folder: Path) -> Outcome:
    """Make and judge the case of a seed."""
    from tests.fuzz.check import judge
    from tests.fuzz.mutate import case

    made = case(seed, folder)
    unraised: list[str] = []
    sys.unraisablehook = lambda caught: unraised.append(repr(caught.exc_value))
    key, failure = "", ""
    peak_mb(anew=True)
    start = time.perf_counter()
    try:
        key = judge(made, book=folder / "结果.xlsx" if seed % _BOOK_EACH == 0 else None)
    except BaseException:  # noqa: BLE001  whatever it is, it is what is looked for
        failure = traceback.format_exc(limit=-12)
    seconds = time.perf_counter() - start
    peak = peak_mb()
    if not failure and unraised:
        failure = "\n".join(unraised)
    if not failure and peak > PEAK_MB:
        failure = f"{peak:.0f} MB"
    told = "\n  ".join(made.told)
    return Outcome(seed, len(made.paths), told, key, failure, seconds, peak)


def _work(pipe: Connection[Any, Any], folder: str) -> None:
    """Judge cases until there are no more."""
    warnings.simplefilter("error")
    resource.setrlimit(resource.RLIMIT_AS, (_CEILING_MB * MB, _CEILING_MB * MB))
    from tests.fuzz import check, mutate  # what they import belongs to no case

    mutate.bases()
    pipe.send(check.TODAY)
    while (seed := pipe.recv()) is not None:
        place = Path(folder) / str(seed)
        place.mkdir()
        faulthandler.dump_traceback_later(SECONDS - 0.5)
        outcome = one_case(seed, place)
        faulthandler.cancel_dump_traceback_later()
        pipe.send(outcome)
        if not outcome.failure:
            shutil.rmtree(place)


class _Worker:
    """A process that judges cases."""

    def __init__(self, folder: str) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_work, args=(other, folder), daemon=True)
        self.process.start()
        other.close()
        self.pipe.recv()

    def judge(self, seed: int) -> Outcome | str:
        """Return how a case ended, or what became of the process."""
        self.pipe.send(seed)
        start = time.perf_counter()
        try:
            # Making the files is not what is measured.
            if self.pipe.poll(2 * SECONDS):
                found: Outcome = self.pipe.recv()
                if found.seconds > SECONDS:
                    return f"{found.seconds:.1f} s: {found.told}"
                return found
        except EOFError:
            self.process.join()
            return f"the process died: {self.process.exitcode}"
        return f"no end after {time.perf_counter() - start:.0f} s"

    def stop(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


def fuzz(files: int, first: int, folder: str) -> int:
    """Run cases until so many files have been read; returns the number of failures."""
    worker = _Worker(folder)
    done, failed, keys = [], 0, Counter[str]()
    start, number, seed = time.perf_counter(), 0, first
    while number < files:
        found = worker.judge(seed)
        if isinstance(found, str):
            found = Outcome(seed, 1, "", "", found, 0, 0)
            worker.stop()
            worker = _Worker(folder)
        number += found.files
        done.append(found)
        keys[found.key or "FAILED"] += 1
        if found.failure:
            failed += 1
            _say(f"\nseed {seed}\n  {found.told}\n{found.failure}")
        seed += 1
    worker.stop()
    slow = max(done, key=lambda one: one.seconds)
    big = max(done, key=lambda one: one.peak_mb)
    _say(f"\n{number} files in {len(done)} cases, {time.perf_counter() - start:.0f} s")
    for key, count in keys.most_common():
        _say(f"  {count:5}  {key}")
    _say(f"slowest {slow.seconds:.1f} s (seed {slow.seed})")
    _say(f"most memory {big.peak_mb:.0f} MB (seed {big.seed})")
    _say(f"{failed} failures" + (f", files kept in {folder}" if failed else ""))
    return failed


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(words: Sequence[str] | None = None) -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="mutated files: a result or a clear error")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first case")
    parser.add_argument("--only", type=int, help="run the case of this seed, in this process")
    given = parser.parse_args(words)
    folder = tempfile.mkdtemp(prefix="shopcrm-fuzz-")
    if given.only is not None:
        warnings.simplefilter("error")
        found = one_case(given.only, Path(folder))
        _say(f"  {found.told}\n{found.failure or found.key}\nfiles: {folder}")
        return int(bool(found.failure))
    failed = fuzz(given.files, given.seed, folder)
    if not failed:
        shutil.rmtree(folder)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
