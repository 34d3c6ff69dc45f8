"""Asks the owner what a cell of a ticked sheet means that is none of the known words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from shopcrm.labels import names, t
from shopcrm.sources.kinds.results import likely
from shopcrm.sources.layouts import built_in
from shopcrm.sources.opening.grid import plain_header
from shopcrm.tables import rows_of

if TYPE_CHECKING:
    from shopcrm.cli.run import Run
    from shopcrm.sources.problems import Problems

_ASKED: Final = ("log_word", "no_result")


def ask_results(run: Run, problems: Problems, meant: dict[str, str]) -> bool:
    """Ask about each word once, and tell whether something was answered.

    Nobody is asked where standard input or error is no terminal: a scheduled run must not wait.

    Args:
        run: the call.
        problems: of the sheet.
        meant: answers so far, of the same run; the new ones come to it.
    """
    import typer

    if run.json or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    results, before = names("result"), len(meant)
    passed = set[str]()
    who = {word for one in built_in() if one.kind == "contacts" for word in one.columns["buyer"]}
    for row in rows_of(problems.table()):
        if row.kind not in _ASKED or row.value in meant or row.value in passed:
            continue
        if plain_header(row.column) in who:
            continue  # the customer is named where the row says nothing that has a meaning
        typer.echo(t("done.ask", run.lang, row=row.row, value=row.value), err=True)
        choices = [f"{at} {t(f'result.{name}', run.lang)}" for at, name in enumerate(results, 1)]
        typer.echo("  " + "  ".join(choices), err=True)
        near = likely(row.value)
        answer = typer.prompt(
            f"  {t('done.ask_number', run.lang)}",
            default=results.index(near) + 1 if near else 0,
            type=int,
            err=True,
        )
        if 0 < answer <= len(results):
            meant[row.value] = results[answer - 1]
        else:
            passed.add(row.value)
    return len(meant) > before
