"""``shopcrm policy``: the thresholds in force and where each comes from."""

from __future__ import annotations

import json

from shopcrm.cli.run import Run
from shopcrm.labels import t
from shopcrm.policy import BUILT_IN


def policy(run: Run) -> None:
    """Print every setting with its value, source and meaning."""
    in_force, lang = run.policy, run.lang
    if run.json:
        run.data(
            {
                key: {"value": value, "source": in_force.sources[key]}
                for key, value in in_force.values.items()
            }
        )
        return
    section = ""
    for key, value in in_force.values.items():
        head, _, _ = key.partition(".")
        if head != section:
            run.screen.line()
            run.screen.line(f"[{head}]", "bold cyan")
            section = head
        shown = json.dumps(value, ensure_ascii=False, default=str)
        source = in_force.sources[key]
        own = "" if source == BUILT_IN else f"  ({source})"
        run.screen.line(f"{key.partition('.')[2]} = {shown}{own}", "bold" if own else "")
        run.screen.line(t(f"policy.{key.replace('.', '_')}", lang), "dim", indent=4)
