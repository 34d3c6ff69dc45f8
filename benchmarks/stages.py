"""How long each stage of one run takes, in one process.

    python benchmarks/stages.py ORDERS.csv SECONDS.json

Writes seconds as JSON: ``reading`` (files, and who is who), ``facts`` (one row a customer),
``knowing`` (forecasts, labels with reasons, profiles and suspicions: all that is said about
customers) and ``planning`` (the day's list).
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

# Run as a script, the folder above is not where Python looks.
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from shopcrm import pipeline
from shopcrm.outputs.people import all_preferences, all_types, suspects_of
from shopcrm.policy import load_policy
from shopcrm.sources.files import find_files

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY: Final = dt.date(2026, 11, 20)
STAGES: Final = {
    "know": "reading",
    "customer_facts": "facts",
    "expect_orders": "knowing",
    "assign_segments": "knowing",
    "due_contacts": "planning",
}
"""Functions of the pipeline, and the stage that each belongs to."""


def stage_seconds(source: Path) -> dict[str, float]:
    """Return the seconds of each stage of a run over one file."""
    took: Counter[str] = Counter()

    def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                took[stage] += time.perf_counter() - begun  # type: ignore[assignment]  # seconds

        return run

    for name, stage in STAGES.items():
        setattr(pipeline, name, timed(stage, getattr(pipeline, name)))
    paths = find_files([str(source)], Path.cwd())
    shop = pipeline.run(paths, load_policy(None), TODAY, "zh")
    timed("knowing", all_preferences)(shop)
    timed("knowing", all_types)(shop)
    timed("knowing", suspects_of)(shop)
    return dict(took)


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(stage_seconds(Path(sys.argv[1]))), "utf-8")
