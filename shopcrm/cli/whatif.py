"""``shopcrm whatif``: what would become of everybody if a threshold were another one."""

from __future__ import annotations

import re
from typing import Annotated, Final

import typer

from shopcrm.cli.run import Run
from shopcrm.errors import UsageError
from shopcrm.policy import Policy, changed_policy

Words = Annotated[list[str], typer.Argument(metavar="KEY=VALUE", help="settings")]

_SETTING: Final = re.compile(r"([A-Za-z_]+\.[A-Za-z_]+)=(.*)", re.DOTALL)
_NOT_OF_LABELS: Final = (
    "shop",
    "limits",
    "status",
    "identity",
    "callbacks",
    "qianniu",
    "scripts",
    "moves",
    "whatif",
)
"""Sections of the policy that no label depends on, or that change what is read."""


def whatif(run: Run, words: Words) -> None:
    """Label everybody by the policy in force and by a changed one, and show the difference."""
    from shopcrm.outputs.json_data import whatif_data
    from shopcrm.outputs.screen.whatif import print_whatif
    from shopcrm.pipeline import label
    from shopcrm.segments.compare import compare_labels
    from shopcrm.segments.own.assign import own_segments

    changed, files = wanted(run.policy, words)
    for policy in (run.policy, changed):
        own_segments(policy)
    known = run.known(files)
    now = label(known, run.policy, run.today, run.lang)
    then = label(known, changed, run.today, run.lang)
    found = compare_labels(now.customers, now.segments, then.segments)
    if run.json:
        run.data(whatif_data(found, run.policy, changed))
    else:
        print_whatif(run.screen, found, run.policy, changed, run.lang, now.currency)
    run.finish(known.inputs.problems)


def wanted(policy: Policy, words: list[str]) -> tuple[Policy, list[str]]:
    """Return the policy with the settings among some words, and the words that are files.

    Raises:
        UsageError: there is no such setting, its value makes no sense, or no label depends on it.
    """
    settings: dict[str, str] = {}
    files = []
    for word in words:
        found = _SETTING.fullmatch(word)
        if found:
            settings[found[1]] = found[2]
        else:
            files.append(word)
    if not settings:
        raise UsageError("no_settings")
    changed = changed_policy(policy, settings)
    for key in settings:
        if key.partition(".")[0] in _NOT_OF_LABELS:
            raise UsageError("not_of_labels", key=key)
    return changed, files
