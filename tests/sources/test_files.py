"""Which files are meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shopcrm.errors import InputError
from shopcrm.sources.files import TABLES, find_files


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    names = [
        "登记表.xlsx",
        "订单/2025.csv",
        "订单/旧/2024.XLS",
        "订单/~$2025.xlsx",
        "说明.docx",
        ".a.csv",
    ]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def names(found: list[tuple[Path, bool]], shop: Path) -> list[tuple[str, bool]]:
    return [(path.relative_to(shop.resolve()).as_posix(), named) for path, named in found]


def test_folder(shop: Path) -> None:
    """A folder stands for the tables in it and below, but lock files and hidden ones."""
    assert names(find_files(["."], shop), shop) == [
        ("登记表.xlsx", False),
        ("订单/2025.csv", False),
        ("订单/旧/2024.XLS", False),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_named_and_found(shop: Path, order: int) -> None:
    """A file that is named and lies in a folder as well is read once, and was named."""
    asked = ["订单", "订单/2025.csv", "登记表.xlsx", "./登记表.xlsx"][::order]
    assert names(find_files(asked, shop), shop) == [
        ("登记表.xlsx", True),
        ("订单/2025.csv", True),
        ("订单/旧/2024.XLS", False),
    ]


def test_pattern(shop: Path) -> None:
    """A pattern stands for the tables that it matches, from here or from the root."""
    assert names(find_files(["订单/*.csv"], shop), shop) == [("订单/2025.csv", False)]
    assert names(find_files(["**/*.[xX]*"], shop), shop) == [
        ("登记表.xlsx", False),
        ("订单/旧/2024.XLS", False),
    ]
    everywhere = str(shop / "订单" / "*.csv")
    assert names(find_files([everywhere], Path("/nowhere")), shop) == [("订单/2025.csv", False)]


def test_brackets_in_a_name(shop: Path) -> None:
    """A file whose name looks like a pattern is that file."""
    (shop / "订单[1].csv").write_bytes(b"x")
    assert names(find_files(["订单[1].csv"], shop), shop) == [("订单[1].csv", True)]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("没有.csv", "missing_file"),
        ("*.ods", "missing_file"),
        ("链接.csv", "not_a_file"),
        ("空", "no_tables"),
        ("[", "missing_file"),
    ],
)
def test_nothing_found(shop: Path, name: str, key: str) -> None:
    """A name without a file, a link to nowhere, and a folder without tables, say so."""
    (shop / "链接.csv").symlink_to(shop / "没有.csv")
    (shop / "空").mkdir()
    with pytest.raises(InputError) as caught:
        find_files([name], shop)
    assert caught.value.key == key


def test_any_named_file(shop: Path) -> None:
    """A file that is named may have any extension, for its bytes say what it is."""
    assert names(find_files(["说明.docx"], shop), shop) == [("说明.docx", True)]
    assert all(name == name.casefold() for name in TABLES)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no symbolic links here")
def test_link(shop: Path) -> None:
    """A file and a link to it are one file."""
    (shop / "登记.xlsx").symlink_to(shop / "登记表.xlsx")
    assert len(find_files(["登记表.xlsx", "登记.xlsx"], shop)) == 1


@pytest.mark.parametrize("name", ["a.ods", "a.csv.gz", "a.ZIP", "a.xlsm"])
def test_every_kind_in_a_folder(tmp_path: Path, name: str) -> None:
    """A folder stands for packed tables and those of other office programs too."""
    (tmp_path / name).write_bytes(b"x")
    assert names(find_files(["."], tmp_path), tmp_path) == [(name, False)]
