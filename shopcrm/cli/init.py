"""``shopcrm init``: a shop folder to start with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from shopcrm.cli.run import Run
from shopcrm.errors import OutputError
from shopcrm.labels import t

Dir = Annotated[Path | None, typer.Argument(metavar="DIR", help="dir")]


def init(run: Run, folder: Dir = None) -> None:
    """Make the folder; what is there already is never overwritten, ``--force`` adds the rest."""
    from shopcrm.outputs.new_shop import new_shop
    from shopcrm.outputs.write import write_all

    place = folder or Path()
    artifacts, exports = new_shop(place, run.today, run.lang)
    there = [artifact for artifact in artifacts if artifact.path.exists()]
    if there and not run.force:
        raise OutputError("shop_exists", path=there[0].path)
    missing = [artifact for artifact in artifacts if artifact not in there]
    write_all(missing, force=False)
    try:
        exports.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError("unwritable", path=exports) from error
    if run.json:
        run.data({"folder": str(place), "made": [str(one.path) for one in missing]})
        return
    kept = ("promises", "suggestions", "standings", "activities", "shop_days")
    names = {
        "folder": place,
        "register": artifacts[1].path.name,
        "exports": exports.name,
        "sheets": t("sheet_note.list_mark", run.lang).join(
            t(f"register.{name}", run.lang) for name in kept
        ),
        "scripts": t("register.scripts", run.lang),
    }
    for line in t("init.made", run.lang, **names).split("\n"):
        run.screen.line(line)
