"""The owner's own register with the computed columns beside its table, and nothing else changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from shopcrm.labels import t
from shopcrm.outputs.computed import computed_columns
from shopcrm.outputs.enriched import NewColumn, Prepared, Refused
from shopcrm.outputs.write import Artifact, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from shopcrm.outputs.computed import Computed
    from shopcrm.shop import Shop
    from shopcrm.sources.report import FileReport

_WIDTHS: Final = {"reason": 60.0, "why": 34.0, "tags": 18.0}


@dataclass(frozen=True)
class EnrichedRegister:
    """One register: the copy to be written, None where it cannot be; and what to say of it."""

    artifact: Artifact | None
    said: str


def enriched_registers(shop: Shop, folder: Path, *, force: bool) -> list[EnrichedRegister]:
    """Return an enriched copy of each workbook that holds a register.

    Args:
        shop: the shop.
        folder: where the copies go.
        force: an earlier copy is replaced; else the new one gets a number.
    """
    columns = computed_columns(shop)
    by_path: dict[Path, list[tuple[int, FileReport]]] = {}
    for at, file in enumerate(shop.files):
        if file.layout.kind == "register" and file.sheet is not None:
            by_path.setdefault(file.path, []).append((at, file))
    return [
        _enriched(shop, path, sheets, columns, folder, force=force)
        for path, sheets in by_path.items()
    ]


def _enriched(
    shop: Shop,
    path: Path,
    sheets: Sequence[tuple[int, FileReport]],
    columns: Sequence[Computed],
    folder: Path,
    *,
    force: bool,
) -> EnrichedRegister:
    lang = shop.lang
    target = folder / f"{path.stem}.enriched{path.suffix}"
    target = target if force else numbered(target)
    added = [(file, _new_columns(shop, at, columns)) for at, file in sheets]
    try:
        first = _prepared(path, *added[0])
    except Refused as refused:
        why = t(f"enriched.{refused.key}", lang)
        return EnrichedRegister(None, t("enriched.refused", lang, file=path.name, why=why))

    def render(place: Path) -> None:
        first.render(place)
        for file, new in added[1:]:  # each further sheet on top of what is there
            _prepared(place.read_bytes(), file, new).render(place)

    done = first.done
    said = t(
        f"enriched.{done.placed}",
        lang,
        file=target.name,
        first=done.columns[0],
        last=done.columns[-1],
        why=t(f"enriched.{done.why}", lang) if done.why else "",
    )
    return EnrichedRegister(Artifact(target, render), said)


def _prepared(source: Path | bytes, file: FileReport, new: Sequence[NewColumn]) -> Prepared:
    return Prepared(source, str(file.sheet), file.header_row, new)


def _new_columns(shop: Shop, at: int, columns: Sequence[Computed]) -> list[NewColumn]:
    """Return the columns of one sheet's rows, by their row numbers."""
    here = (shop.register["file"] == at).to_numpy()
    rows = shop.register.loc[here, "row"].to_numpy()
    return [
        NewColumn(one.header, one.values[here].set_axis(rows), one.kind, _WIDTHS.get(one.name, 12))
        for one in columns
    ]
