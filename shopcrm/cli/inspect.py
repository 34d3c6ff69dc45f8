"""``shopcrm inspect``: what each file is, how its columns were read, what was wrong."""

from __future__ import annotations

from shopcrm.cli.run import Files, Run


def inspect(run: Run, files: Files = None) -> None:
    """Say of each file: layout and why, encoding, header row, columns, rows, key, problems."""
    from shopcrm.outputs.json_data import file_data
    from shopcrm.outputs.screen.files import print_files

    shop = run.shop(files, with_log=False)
    if run.json:
        run.data([file_data(file) for file in shop.files])
    else:
        print_files(run.screen, shop)
    run.finish(shop.problems)
