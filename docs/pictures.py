"""The pictures of the example shop's workbook, as LibreOffice shows it: `make pictures`.

Needs LibreOffice (soffice), pdftoppm and pdftotext (poppler) and a Chinese font on the machine.
"""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.source import ROOT
from shopcrm.labels import LANGS, t
from shopcrm.outputs.workbook import results_workbook
from shopcrm.outputs.write import write_all
from shopcrm.pipeline import run
from shopcrm.policy import load_policy
from shopcrm.sources.files import find_files

if TYPE_CHECKING:
    from shopcrm.labels import Lang

SHOP: Final = ROOT / "examples" / "shop"
KEPT: Final = ("contacts", "promises", "suggestions", "standings", "activities")
"""Settings that name what the owner keeps beside the files."""
FOLDER: Final = ROOT / "docs" / "pictures"
TODAY: Final = dt.date(2026, 11, 20)
DPI: Final = 86

PAGES: Final = {
    "overview": "overview.segments",
    "customers": "column.trend",
    "callbacks": "column.script",
}
"""Each picture, and a label that stands on its page first of all pages."""


def main() -> None:
    """Draw the pictures in both languages."""
    FOLDER.mkdir(exist_ok=True)
    for lang in LANGS:
        with tempfile.TemporaryDirectory() as folder:
            pdf = _pdf(lang, Path(folder))
            for name, label in PAGES.items():
                target = FOLDER / f"{name}.{lang}"
                _draw(pdf, _page_with(pdf, t(label, lang)), target)
                print(target.name, f"{target.with_name(f'{target.name}.png').stat().st_size:,}")


def _pdf(lang: Lang, folder: Path) -> Path:
    policy = load_policy(SHOP / "shop.toml")
    kept = [policy.text(f"shop.{name}") for name in KEPT]
    files = find_files([*policy.words("shop.files"), *kept], SHOP)
    shop = run(files, policy, TODAY, lang)
    write_all([results_workbook(shop, folder / "shop.xlsx")], force=False)
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    book = folder / "shop.xlsx"
    _call("soffice", home, "--headless", "--convert-to", "pdf", "--outdir", folder, book)
    return folder / "shop.pdf"


def _page_with(pdf: Path, words: str) -> int:
    """Return the number of the first page on which these words stand."""
    pages = _call("pdftotext", pdf, "-").split("\f")
    return next(at for at, page in enumerate(pages, start=1) if words in page)


def _draw(pdf: Path, page: int, target: Path) -> None:
    _call("pdftoppm", "-png", "-r", DPI, "-f", page, "-l", page, "-singlefile", pdf, target)


def _call(program: str, *arguments: object) -> str:
    found = shutil.which(program)
    if found is None:
        missing = f"{program} is not installed"
        raise SystemExit(missing)
    told = subprocess.run([found, *map(str, arguments)], check=True, capture_output=True)
    return told.stdout.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
