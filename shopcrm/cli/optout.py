"""``shopcrm optout``: who is not to be contacted, blacklisted or trusted (勿扰和黑白名单)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from shopcrm.cli.day import day_of
from shopcrm.cli.promise import All, Some, Who
from shopcrm.cli.registers import change, id_of, note_down, rows_of_customer, shop_of, word_of
from shopcrm.cli.run import Run
from shopcrm.errors import NotFoundError
from shopcrm.labels import t

if TYPE_CHECKING:
    from shopcrm.cli.registers import Said

List = Annotated[
    str, typer.Option("--list", "-l", help="list_word", metavar="WORD", show_default=False)
]
Reason = Annotated[str | None, typer.Option("--reason", help="list_reason", metavar="TEXT")]
By = Annotated[str | None, typer.Option("--by", help="list_by", metavar="NAME")]
Until = Annotated[str | None, typer.Option("--until", help="list_until", metavar="DATE")]


def optout_add(
    run: Run,
    person: Who,
    list_word: List = "opt_out",
    reason: Reason = None,
    by: By = None,
    until: Until = None,
) -> None:
    """Put a customer on a list from today on; who is on it already stays as it is."""
    from shopcrm.outputs.register_data import standings_on

    standing = word_of("standing", list_word, run)
    shop = shop_of(run)
    key, buyer = id_of(shop, person)
    last = None if until is None else day_of(until, run.today)
    holds = standings_on(shop)
    there = holds[(holds["customer"] == key) & (holds["standing"] == standing)]
    if len(there):
        if run.json:
            run.data({"recorded": 0, "there_already": 1, "id": None})
        else:
            path = shop.files[int(there["file"].iloc[0])].path.name
            run.screen.line(t("registers.known", run.lang, path=path, who=buyer), "green")
        return
    said: Said = {"date": run.today, "buyer": buyer, "standing": standing, "reason": reason}
    note_down(run, "standings", {**said, "by": by, "until": last})


def optout_list(run: Run, person: Some = None, *, everything: All = False) -> None:
    """Show who is on a list today; with ``--all`` who was taken off too."""
    from shopcrm.outputs.register_data import standing_data, standings_on
    from shopcrm.outputs.screen.registers import print_standings

    shop = shop_of(run)
    table = shop.care.standings if everything else standings_on(shop)
    rows = rows_of_customer(shop, table, person)
    if run.json:
        run.data(standing_data(rows))
    else:
        print_standings(run.screen, shop, rows)


def optout_remove(run: Run, person: Who, list_word: List = "opt_out") -> None:
    """Take a customer off a list: its row gets a last day, so that what was said stays known.

    Raises:
        NotFoundError: the customer is not on it.
    """
    from shopcrm.outputs.register_data import asked_in_log, standings_on

    standing = word_of("standing", list_word, run)
    shop = shop_of(run)
    found = rows_of_customer(shop, standings_on(shop), person)
    rows = found[found["standing"] == standing].drop_duplicates(["file", "row"])
    said_on = asked_in_log(shop, person) if standing == "opt_out" else None
    if rows.empty and said_on is not None:
        raise NotFoundError("opt_out_in_log", who=person, day=said_on, path=run.log_path.name)
    if rows.empty:
        raise NotFoundError("not_on_list", who=person, standing=t(f"standing.{standing}", run.lang))
    change(run, shop, "standings", rows, {"until": run.today - dt.timedelta(days=1)})
    if said_on is not None and not run.json:
        path = run.log_path.name
        run.screen.line(t("registers.in_log", run.lang, day=said_on, path=path), "yellow")
