"""``shopcrm segment``: the report on screen and the results workbook."""

from __future__ import annotations

from shopcrm.cli.run import Files, Out, Run
from shopcrm.labels import t


def segment(run: Run, files: Files = None, output: Out = None) -> None:
    """Say who each customer is, and write the workbook; with --json alone, data and no file."""
    from shopcrm.outputs.enriched_register import enriched_registers
    from shopcrm.outputs.json_data import segment_data
    from shopcrm.outputs.screen.segments import print_segments
    from shopcrm.outputs.workbook import results_workbook

    shop = run.shop(files)
    if run.json:
        run.data(segment_data(shop))
    else:
        print_segments(run.screen, shop)
    if output is not None or not run.json:
        name = f"{t('overview.workbook', run.lang)}-{run.today}.xlsx"
        path = run.output(output, name)
        registers = enriched_registers(shop, path.parent, force=run.force)
        copies = [one.artifact for one in registers if one.artifact is not None]
        run.write([results_workbook(shop, path), *copies])
        for one in registers:
            run.screen.line(one.said, "dim")
    run.finish(shop.problems)
