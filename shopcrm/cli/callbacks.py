"""``shopcrm callbacks``: whom to contact today, and the sheet to tick."""

from __future__ import annotations

from typing import Annotated

import typer

from shopcrm.cli.run import Files, Out, Run
from shopcrm.labels import t

Days = Annotated[int, typer.Option("--days", help="days", min=0, max=366)]


def callbacks(run: Run, files: Files = None, days: Days = 0, output: Out = None) -> None:
    """Print the contacts that are due, and write them as a sheet to tick."""
    from shopcrm.outputs.json_data import contacts_data
    from shopcrm.outputs.screen.contacts import print_contacts
    from shopcrm.outputs.workbook import callback_workbook

    shop = run.shop(files, days=days)
    if run.json:
        run.data(contacts_data(shop))
    else:
        print_contacts(run.screen, shop, days)
    if output is not None or (not run.json and len(shop.contacts)):
        name = f"{t('sheet.callbacks', run.lang)}-{run.today}.xlsx"
        run.write([callback_workbook(shop, run.output(output, name))])
    run.finish(shop.problems)
