"""``shopcrm promise``: what the shop owes its customers (承诺)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.day import day_of
from shopcrm.cli.registers import (
    change,
    id_of,
    note_down,
    rows_meant,
    rows_of_customer,
    shop_of,
)
from shopcrm.cli.run import Run
from shopcrm.errors import UsageError

if TYPE_CHECKING:
    from shopcrm.cli.registers import Said

Who = Annotated[str, typer.Argument(metavar="WHO", help="customer_id")]
Some = Annotated[str | None, typer.Argument(metavar="WHO", help="customer_id")]
What = Annotated[str, typer.Argument(metavar="WHAT", help="promise_what")]
Which = Annotated[str, typer.Argument(metavar="WHICH", help="which_row")]
Due = Annotated[str | None, typer.Option("--due", help="promise_due", metavar="DATE")]
Order = Annotated[str | None, typer.Option("--order", help="promise_order", metavar="NUMBER")]
On = Annotated[str | None, typer.Option("--on", help="on_day", metavar="DATE")]
All = Annotated[bool, typer.Option("--all", help="all_rows")]


def promise_add(run: Run, person: Who, what: What, due: Due = None, order: Order = None) -> None:
    """Write down what was promised today.

    Raises:
        UsageError: the last day is over.
    """
    shop = shop_of(run)
    _, buyer = id_of(shop, person)
    by = None if due is None else day_of(due, run.today)
    if by is not None and by < run.today:
        raise UsageError("due_past", due=by, today=run.today)
    said: Said = {"date": run.today, "buyer": buyer, "promise": what, "due": by, "order_no": order}
    note_down(run, "promises", said)


def promise_list(run: Run, person: Some = None, *, everything: All = False) -> None:
    """Show what is owed, the longest due first; with ``--all`` what was kept too."""
    from shopcrm.outputs.register_data import owed_promises, promise_data
    from shopcrm.outputs.screen.registers import print_promises

    shop = shop_of(run)
    rows = rows_of_customer(shop, owed_promises(shop, everything=everything), person)
    if run.json:
        run.data(promise_data(rows))
    else:
        print_promises(run.screen, shop, rows)


def promise_kept(run: Run, which: Which, on: On = None) -> None:
    """Write down that a promise was kept."""
    shop = shop_of(run)
    table = shop.care.promises
    rows = rows_meant(run, shop, table, table["kept"].isna(), which)
    day = run.today if on is None else day_of(on)
    change(run, shop, "promises", rows[rows["kept"].isna()], {"kept": day})
