"""``shopcrm callbacks``: whom to contact today, and the sheet to tick."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcrm.cli.run import Files, Lock, Mask, Out, Run

Days = Annotated[int, typer.Option("--days", help="days", min=0, max=366)]
Segment = Annotated[str | None, typer.Option("--segment", help="only_segment", metavar="NAME")]
Why = Annotated[str | None, typer.Option("--why", help="why_contact", metavar="WHO")]
Capacity = Annotated[int | None, typer.Option("--capacity", help="capacity", min=0, metavar="N")]


def callbacks(
    run: Run,
    files: Files = None,
    days: Days = 0,
    output: Out = None,
    *,
    lock: Lock = None,
    mask: Mask = False,
    segment: Segment = None,
    why: Why = None,
    capacity: Capacity = None,
) -> None:
    """Print the contacts that are due, and write them as a sheet to tick."""
    if capacity is not None:
        run.set("callbacks.capacity", capacity)
    if why is not None:
        _explain(run, files, why, days)
        return
    from shopcrm.cli.named import only_segment
    from shopcrm.outputs.json_data import contacts_data
    from shopcrm.outputs.screen.contacts import print_contacts
    from shopcrm.outputs.workbook import callback_workbook

    password = run.lock(wanted=lock) if output is not None or not run.json else None
    shop = only_segment(run.shop(files, days=days), segment)
    shop = run.masked(shop, wanted=mask)
    if run.json:
        run.data(contacts_data(shop))
    else:
        print_contacts(run.screen, shop, days)
    if output is not None or (not run.json and len(shop.contacts)):
        path = run.output(output, run.book_name("sheet.callbacks", masked=mask))
        run.write_books([callback_workbook(shop, path)], password)
        run.say_masked(masked=mask)
    run.finish(shop.problems)


def _explain(run: Run, files: Files, who: str, days: int) -> None:
    """Say of one customer what would be due, and which rule holds it back."""
    from shopcrm.cli.customer import find_customer
    from shopcrm.outputs.json_data import considered_data
    from shopcrm.outputs.screen.contacts import print_considered
    from shopcrm.pipeline import considered

    shop = run.shop(files, days=days)
    customer = find_customer(shop, who)
    tasks = considered(shop, customer, days)
    if run.json:
        run.data(considered_data(tasks))
    else:
        print_considered(run.screen, shop, customer, tasks)
    run.finish(shop.problems)
