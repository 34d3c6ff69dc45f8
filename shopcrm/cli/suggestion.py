"""``shopcrm suggestion``: what customers suggest, and what became of it (建议)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.day import day_of
from shopcrm.cli.promise import All, On, Some, Which, Who
from shopcrm.cli.registers import (
    change,
    id_of,
    note_down,
    rows_meant,
    rows_of_customer,
    shop_of,
    word_of,
)
from shopcrm.cli.run import Run

if TYPE_CHECKING:
    from shopcrm.cli.registers import Said

What = Annotated[str, typer.Argument(metavar="WHAT", help="suggestion_what")]
To = Annotated[str | None, typer.Option("--to", help="team_word", metavar="WORD")]
Outcome = Annotated[str, typer.Argument(metavar="OUTCOME", help="outcome_word")]


def suggestion_add(run: Run, person: Who, what: What, to: To = None) -> None:
    """Write down what a customer suggested today, and who deals with it."""
    team = None if to is None else word_of("team", to, run)
    _, buyer = id_of(shop_of(run), person)
    said: Said = {"date": run.today, "buyer": buyer, "suggestion": what, "team": team}
    note_down(run, "suggestions", said)


def suggestion_list(run: Run, person: Some = None, *, everything: All = False) -> None:
    """Show what waits for a decision or for an answer; with ``--all`` what was answered too."""
    from shopcrm.outputs.register_data import open_suggestions, suggestion_data
    from shopcrm.outputs.screen.registers import print_suggestions

    shop = shop_of(run)
    rows = rows_of_customer(shop, open_suggestions(shop, everything=everything), person)
    if run.json:
        run.data(suggestion_data(rows))
    else:
        print_suggestions(run.screen, shop, rows)


def suggestion_decide(run: Run, which: Which, outcome: Outcome, on: On = None) -> None:
    """Write down whether a suggestion is adopted; the plan then says when to tell the customer."""
    word = word_of("outcome", outcome, run)
    shop = shop_of(run)
    table = shop.care.suggestions
    rows = rows_meant(run, shop, table, table["outcome"].isna(), which)
    day = run.today if on is None else day_of(on)
    change(run, shop, "suggestions", rows, {"outcome": word, "decided": day})


def suggestion_told(run: Run, which: Which, on: On = None) -> None:
    """Write down that the customer knows what became of it."""
    shop = shop_of(run)
    table = shop.care.suggestions
    waiting = table["told"].isna() & table["outcome"].notna()
    rows = rows_meant(run, shop, table, waiting, which)
    day = run.today if on is None else day_of(on)
    change(run, shop, "suggestions", rows[rows["told"].isna()], {"told": day})
