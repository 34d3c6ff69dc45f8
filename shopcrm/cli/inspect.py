"""``shopcrm inspect``: what each file is, how its columns were read, what was wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli.run import Files, Out, Run, near
from shopcrm.errors import UsageError
from shopcrm.labels import t

NewLayout = Annotated[bool, typer.Option("--new-layout", help="new_layout")]


def inspect(
    run: Run, files: Files = None, output: Out = None, *, new_layout: NewLayout = False
) -> None:
    """Say of each file: layout and why, encoding, header row, columns, rows, key, problems."""
    from shopcrm.outputs.json_data import file_data
    from shopcrm.outputs.screen.files import print_files

    if new_layout:
        _new_layout(run, files or [], output)
        return
    if output is not None:
        raise UsageError("output_alone")
    inputs = run.known(files).inputs
    if run.json:
        run.data([file_data(file) for file in inputs.files])
    else:
        print_files(run.screen, inputs.files, inputs.problems, run.lang)
    run.finish(inputs.problems)


def _new_layout(run: Run, files: list[str], output: Path | None) -> None:
    """Write a first draft of the layout of one file; with --json print it and write nothing."""
    from shopcrm.outputs.layout_form import draft_data, layout_file, layout_name, missing_fields
    from shopcrm.outputs.write import numbered
    from shopcrm.sources.drafting.draft import draft_layout
    from shopcrm.sources.files import find_files

    found = find_files(files, Path.cwd())
    if len(found) != 1:
        raise UsageError("one_file", number=len(found))
    file = found[0][0]
    draft = draft_layout(file, run.policy, run.passwords([file]))
    if run.json:
        run.data(draft_data(draft))
        return

    def say(key: str, style: str = "", /, **values: object) -> None:
        run.screen.line(t(f"new_layout.{key}", run.lang, **values), style)

    kind = t(f"file_kind.{draft.kind}", run.lang)
    say("found", row=draft.header_row, kind=kind, columns=len(draft.columns))
    if draft.known:
        say("known", "yellow", layout=draft.known.title[run.lang])
    missing = missing_fields(draft, run.lang)
    if missing:
        say("missing", "yellow", fields=t("report.mark", run.lang).join(missing))
    unsure = [word for word, meaning in draft.status.items() if meaning is None]
    if unsure:
        say("unsure", "yellow", words=t("report.mark", run.lang).join(unsure))
    folder = run.shop_dir / "layouts"
    first = folder / f"{layout_name(file)}.toml"
    path = output or numbered(first)
    run.write([layout_file(draft, path, run.lang)])
    if output is None and path != first:
        say("another", "yellow", old=first.name, new=path.name)
    if run.policy.shop_dir is None:
        say("no_shop", "yellow")
    elif path.parent.resolve() != folder.resolve() or path.suffix != ".toml":
        say("elsewhere", "yellow", folder=folder)
    typed = files[0] if (Path.cwd() / files[0]).is_file() else near(file)
    say("next", file=f'"{typed}"' if " " in typed else typed)
