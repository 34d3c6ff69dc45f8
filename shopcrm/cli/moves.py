"""``shopcrm moves``: who moved between stages since an earlier day."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from shopcrm.cli.day import day_of
from shopcrm.cli.run import Files, Run
from shopcrm.errors import UsageError

Since = Annotated[str | None, typer.Option("--since", help="since", metavar="DATE")]


def moves(run: Run, files: Files = None, since: Since = None) -> None:
    """Compare the stages of two days, both told from the orders; nothing is stored between runs."""
    from shopcrm.outputs.json_data import moves_data
    from shopcrm.outputs.screen.moves import print_moves
    from shopcrm.pipeline import known_on, label
    from shopcrm.segments.moves import moves_between
    from shopcrm.segments.own.assign import own_segments

    day = run.today - dt.timedelta(days=run.policy.whole("moves.days"))
    if since is not None:
        day = day_of(since)
    if day > run.today:
        raise UsageError("since_later", since=day, today=run.today)
    own_segments(run.policy)
    known = run.known(files)
    # Orders that are dated later than today are no part of either day.
    now = label(known_on(known, run.today), run.policy, run.today, run.lang)
    then = now
    if day != run.today:
        then = label(known_on(known, day), run.policy, day, run.lang)
    found = moves_between(then.segments, now.customers, now.segments, day)
    if run.json:
        run.data(moves_data(found, day, run.today))
    else:
        print_moves(run.screen, found, run.policy, day, run.today, run.lang, now.currency)
    run.finish(known.inputs.problems)
