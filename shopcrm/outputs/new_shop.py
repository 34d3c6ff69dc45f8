"""A new shop folder: settings, sheets to fill in, the scripts, a folder for exports."""

from __future__ import annotations

import datetime as dt
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from shopcrm.labels import Lang, t
from shopcrm.outputs.blank_sheets import SHEETS, blank_sheet
from shopcrm.outputs.book import HEAD, PAPER, Book, display_width, for_print
from shopcrm.outputs.registers import COLUMNS, blank_register
from shopcrm.outputs.script_file import script_file
from shopcrm.outputs.write import Artifact
from shopcrm.policy import SHOP_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_SINCE_DAYS: Final = 30
_GUIDE_WIDTH: Final = 90
_ROWS: Final = 2000
"""Rows of the sheet that have drop-downs; more are typed freely."""

_CHOICES: Final = ("grade", "sex", "type")
_DAYS: Final = ("registered", "created", "last_contact")
_COLUMNS: Final = (
    "registered",
    "buyer",
    "grade",
    "product",
    "amount",
    "created",
    "name",
    "sex",
    "address",
    "type",
    "phone",
    "birthday",
    "last_contact",
    "note",
)


def new_shop(folder: Path, today: dt.date, lang: Lang) -> tuple[list[Artifact], Path]:
    """Return the files of a new shop, and the folder for exports that goes with them."""

    def settings(path: Path) -> None:
        templates = resources.files("shopcrm.outputs").joinpath("templates")
        text = templates.joinpath(f"shop.{lang}.toml").read_text("utf-8")
        since = today - dt.timedelta(days=_SINCE_DAYS)
        # Notepad of older Windows wants the mark to read UTF-8, and CRLF.
        path.write_text(text.format(since=since), encoding="utf-8-sig", newline="\r\n")

    register = t("register.file", lang)
    artifacts = [
        Artifact(folder / SHOP_FILE, settings),
        Artifact(folder / register, lambda path: _register(path, lang)),
        *(_by_commands(folder, name, lang) for name in COLUMNS),
        *(_by_hand(folder, name, lang) for name in SHEETS),
        Artifact(folder / t("register.scripts", lang), lambda path: _scripts(path, lang)),
    ]
    return artifacts, folder / t("register.exports", lang)


def _by_commands(folder: Path, name: str, lang: Lang) -> Artifact:
    """Return a register that commands add to, which only a csv allows without loss."""
    content = blank_register(name, lang)

    def render(path: Path) -> None:
        path.write_bytes(content)

    return Artifact(folder / t(f"register.{name}", lang), render)


def _by_hand(folder: Path, name: str, lang: Lang) -> Artifact:
    return Artifact(
        folder / t(f"register.{name}", lang), lambda path: blank_sheet(path, name, lang)
    )


def _scripts(path: Path, lang: Lang) -> None:
    path.write_text(script_file(lang), encoding="utf-8-sig", newline="\r\n")


def _register(path: Path, lang: Lang) -> None:
    book = Book(path, t("sheet.register", lang), lang)
    # Not one of the program's results: it is read as the owner's own sheet.
    book.file.set_properties({"title": t("sheet.register", lang), "author": ""})
    sheet = book.page(t("sheet.register", lang))
    head = book.style(bold=True, font_color=PAPER, bg_color=HEAD, align="center")
    for at, name in enumerate(_COLUMNS):
        word = t(f"register.{name}", lang)
        sheet.write_string(0, at, word, head)
        look = book.style(num_format=_shape(name))
        sheet.set_column(at, at, max(display_width(word) + 4, 13), look)
        _help(sheet, at, name, lang)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 2)
    sheet.hide_gridlines(0)
    for_print(sheet, len(_COLUMNS) - 1)
    sheet.repeat_rows(0)
    _guide(book, t("register.guide_text", lang).split("\n"))
    book.close()


def _guide(book: Book, lines: Sequence[str]) -> None:
    import pandas as pd

    from shopcrm.outputs.heights import row_heights

    guide = book.page(t("register.guide", book.lang))
    guide.set_column(0, 0, _GUIDE_WIDTH)
    # Excel makes room for a second line by itself, other programs only where they are told.
    heights = row_heights([(pd.Series(lines, dtype="str"), _GUIDE_WIDTH, None)], len(lines))
    for at, (line, height) in enumerate(zip(lines, heights.tolist(), strict=True)):
        guide.set_row(at, height)
        guide.write_string(at, 0, line, book.style(text_wrap=True))
    for_print(guide, 0)


def _shape(name: str) -> str:
    if name in _DAYS:
        return "yyyy-mm-dd"
    return "#,##0.00" if name == "amount" else "@"


def _help(sheet: Any, at: int, name: str, lang: Lang) -> None:
    if name in _CHOICES:
        rule: dict[str, object] = {
            "validate": "list",
            "source": t(f"register.{name}_choices", lang).split(),
            "error_type": "information",
        }
    elif name in _DAYS:
        rule = {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}
    elif name == "amount":
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    else:
        return
    message = {"input_message": t(f"register.{name}_help", lang)} if name in _DAYS else {}
    sheet.data_validation(1, at, _ROWS, at, {**rule, **message})
