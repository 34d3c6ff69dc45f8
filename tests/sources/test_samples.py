"""The sample folders: every layout has one, and its files are read as its owner would read them."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from docs.samples import CHANGES, FOLDER, Sample, expected, samples, written
from shopcrm.sources.kinds.care_sheets import READERS
from shopcrm.sources.layouts import built_in
from tests.making import TODAY, fates, read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shopcrm.sources.read import Inputs

FOLDERS = sorted(path for path in FOLDER.iterdir() if path.is_dir())
TABLES = ("orders", "items", "reviews", "register", "log", *READERS)
UNMOVED = ["shuffled", "doubled", "spaces", "title row"]


def files(folder: Path) -> list[Path]:
    """Return the files of a sample folder, in the order of its expected.toml."""
    return [folder / name for name in expected(folder)["files"]]


def table_of(inputs: Inputs, name: str) -> pd.DataFrame:
    """Return a table that the files became."""
    found: pd.DataFrame = inputs.care[name] if name in READERS else getattr(inputs, name)
    return found


def plain(value: Any) -> Any:
    """Return a cell as expected.toml would write it: missing is an empty text."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return value.isoformat(" ")
    return value.item() if hasattr(value, "item") else value


def yuan(fen: Any) -> Any:
    return "" if pd.isna(fen) else Decimal(int(fen)) / 100


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, money in whole units of its currency."""
    turn = [name for name in ("order_no", "order", "item_no") if name in table]
    sort = table.sort_values([*turn, "file", "row"] if "row" in table else turn, kind="stable")
    return [
        {
            str(name).removesuffix("_fen"): yuan(value)
            if str(name).endswith("_fen")
            else plain(value)
            for name, value in row.items()
        }
        for _, row in sort.iterrows()
    ]


def matches(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether a row has what is expected of it, money compared as a number."""
    return all(
        row[name] == (Decimal(value) if isinstance(row[name], Decimal) else value)
        for name, value in wanted.items()
    )


def said(inputs: Inputs) -> dict[str, list[dict[str, Any]]]:
    """Return all that files say but where they stand."""
    return {
        name: sorted(
            ({k: v for k, v in row.items() if k not in ("file", "row")} for row in rows), key=str
        )
        for name in TABLES
        for rows in [rows_of(table_of(inputs, name))]
    }


def test_every_layout_has_a_sample() -> None:
    """No layout without a folder of its own, and no folder without a layout."""
    assert {folder.name for folder in FOLDERS} == {one.name for one in built_in()}
    assert {sample.layout.name for sample in samples()} == {one.name for one in built_in()}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
def test_read_as_expected(folder: Path) -> None:
    """Each file has its layout, encoding and key; each order, item and row is what it should be.

    Rows read are used, merged or listed; and no word of a sample is unknown.
    """
    wanted = expected(folder)
    inputs = read(*files(folder))
    for report, (name, file) in zip(inputs.files, wanted["files"].items(), strict=True):
        found = {"layout": report.layout.name, "encoding": report.encoding}
        if "key" in file:
            found["key"] = report.key or ""
        assert {"file": report.file, **found} == {"file": name, **file}
    for name in TABLES:
        rows, lines = rows_of(table_of(inputs, name)), list(wanted.get(name, []))
        if lines or name == "orders":
            assert len(rows) == len(lines), rows
        for line in lines:
            assert any(matches(row, line) for row in rows), (name, line, rows)
    assert all(total == used + merged + listed for total, used, merged, listed in fates(inputs))
    kinds = set(inputs.problems.table()["kind"])
    assert not {"unknown_status", "unknown_refund", "bad_optional"} & kinds


def test_all_in_one_folder() -> None:
    """Whatever lies beside it, each file is known as what it is, by the key that it has alone."""
    inputs = read(*(sample.path for sample in samples()))
    found = [(report.path, report.layout.name, report.key or "") for report in inputs.files]
    assert found == [
        (sample.path, sample.layout.name, wanted.get("key", report.key or ""))
        for sample, report in zip(samples(), inputs.files, strict=True)
        for wanted in [expected(sample.path.parent)["files"][sample.path.name]]
    ]


@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one.layout.name}-{one.path.stem}")
def test_moved_columns_say_the_same(sample: Sample, tmp_path: Path) -> None:
    """A file says the same with its columns moved, headers doubled and spaced, a title above.

    All at once; which of them is at fault if it does not, docs/layouts.md shows.
    """
    draw = random.Random(str(TODAY))  # noqa: S311  not for secrets
    changed = sample
    for change in UNMOVED:
        path = tmp_path / change / sample.path.name
        path.parent.mkdir()
        path.write_bytes(written(CHANGES[change](changed, draw), sample.encoding))
        changed = sample._replace(path=path)
    assert said(read(changed.path)) == said(read(sample.path))
