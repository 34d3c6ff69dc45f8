"""What starting up is measured against: an empty Typer app of as many commands and options.

python -m benchmarks.bare_typer --help
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="An app that does nothing.", no_args_is_help=True)

Files = Annotated[list[str] | None, typer.Argument(metavar="FILE", help="Files to read.")]
Who = Annotated[list[str], typer.Argument(metavar="WHO", help="Whom.")]
Out = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write.")]
Days = Annotated[int, typer.Option("--days", min=0, max=366, help="Days ahead.")]
Result = Annotated[str, typer.Option("--result", "-r", metavar="WORD", help="Result.")]
Today = Annotated[str | None, typer.Option("--today", metavar="DATE", help="Day to count from.")]
Lang = Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="Language.")]
Policy = Annotated[Path | None, typer.Option("--policy", metavar="FILE", help="Thresholds.")]
Json = Annotated[bool, typer.Option("--json", help="Data on stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite.")]


@app.command()
def init(today: Today = None, lang: Lang = None, force: Force = False) -> None:  # noqa: FBT002
    """Make a shop's folder."""
    print(today, lang, force)


@app.command()
def inspect(files: Files = None, lang: Lang = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Say what each file is."""
    print(files, lang, as_json)


@app.command()
def segment(
    files: Files = None, output: Out = None, today: Today = None, lang: Lang = None,
    policy_file: Policy = None, as_json: Json = False, force: Force = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Say who each customer is."""
    print(files, output, today, lang, policy_file, as_json, force)


@app.command()
def callbacks(
    files: Files = None, days: Days = 0, output: Out = None, today: Today = None,
    lang: Lang = None, policy_file: Policy = None, as_json: Json = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Say whom to contact."""
    print(files, days, output, today, lang, policy_file, as_json)


@app.command()
def done(who: Who, result: Result = "done", today: Today = None, lang: Lang = None) -> None:
    """Record a contact."""
    print(who, result, today, lang)


@app.command()
def customer(who: Who, files: Files = None, lang: Lang = None, policy_file: Policy = None) -> None:
    """Show one customer."""
    print(who, files, lang, policy_file)


@app.command()
def policy(policy_file: Policy = None, lang: Lang = None, as_json: Json = False) -> None:  # noqa: FBT002
    """Print the thresholds."""
    print(policy_file, lang, as_json)


@app.command()
def export(
    files: Files = None, output: Out = None, today: Today = None, lang: Lang = None,
    policy_file: Policy = None, force: Force = False,  # noqa: FBT002
) -> None:  # fmt: skip
    """Write files for another program."""
    print(files, output, today, lang, policy_file, force)


program = app

if __name__ == "__main__":
    program()
