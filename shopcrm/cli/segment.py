"""``shopcrm segment``: the report on screen and the results workbook."""

from __future__ import annotations

from shopcrm.cli.run import Files, Lock, Mask, Out, Run
from shopcrm.labels import t


def segment(
    run: Run, files: Files = None, output: Out = None, *, lock: Lock = None, mask: Mask = False
) -> None:
    """Say who each customer is, and write the workbook; with --json alone, data and no file."""
    from shopcrm.outputs.enriched_register import enriched_registers
    from shopcrm.outputs.json_data import segment_data
    from shopcrm.outputs.screen.segments import print_segments
    from shopcrm.outputs.workbook import results_workbook

    writes = output is not None or not run.json
    password = run.lock(wanted=lock) if writes else None
    shop = run.masked(run.shop(files), wanted=mask)
    if run.json:
        run.data(segment_data(shop))
    else:
        print_segments(run.screen, shop)
    if writes:
        path = run.output(output, run.book_name("overview.workbook", masked=mask))
        # An enriched copy is the owner's own file, with every cell as it was.
        registers = [] if mask else enriched_registers(shop, path.parent, force=run.force)
        copies = [one.artifact for one in registers if one.artifact is not None]
        run.write_books([results_workbook(shop, path), *copies], password)
        run.say_masked(masked=mask)
        if mask and len(shop.register):
            run.screen.line(t("mask.no_copy", run.lang), "dim")
        for one in registers:
            run.screen.line(one.said, "dim")
    run.finish(shop.problems)
