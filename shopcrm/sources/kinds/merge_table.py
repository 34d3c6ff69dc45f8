"""The owner's merge table: two columns, an old id and the new one that is the same customer.

What cannot be read is an InputError, as for any file. A table that contradicts itself is a
PolicyError: it is part of the shop's settings, and going on would make one person of two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import InputError, PolicyError
from shopcrm.policy import BUILT_IN
from shopcrm.sources.cells import clean
from shopcrm.sources.opening import delimited, html_tables, workbooks
from shopcrm.sources.opening.containers import open_content
from shopcrm.sources.opening.grid import plain_header

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from shopcrm.policy import Policy
    from shopcrm.sources.opening.grid import Grid

KEY: Final = "identity.merge"
_HEADERS: Final = frozenset(map(plain_header, clean.WORDS["merge_headers"]))
_SHOWN: Final = 6
_PHONE: Final = re.compile(r"(?:\+?86|0086|0)?(1[3-9]\d{9})")


@dataclass(frozen=True)
class Merges:
    """The merge table of a shop.

    Attributes:
        path: the file; None without one.
        new_by_old: folded new id by folded old one, chains resolved.
        rows: for each id as folded the row that names it first.
        written: for each id as folded how that row writes it.
        unclear: rows of which one id is missing or masked, or both are the same.
    """

    path: Path | None = None
    new_by_old: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    unclear: Mapping[int, str] = field(default_factory=dict)


def read_merges(policy: Policy, passwords: Sequence[str] = ()) -> Merges:
    """Read the merge table of the shop; without a file nothing is merged.

    Raises:
        InputError: the file cannot be read, or has no two columns; or it is named in ``shop.toml``
            and missing.
        PolicyError: ids go round in a ring, or an old id has two new ones; with file and row.
    """
    if policy.shop_dir is None or not policy.text(KEY):
        return Merges()
    path = (policy.shop_dir / policy.text(KEY)).resolve()
    if not path.exists():
        if policy.sources[KEY] == BUILT_IN:
            return Merges()
        raise InputError("missing_file", path=path)
    new_by_old: dict[str, str] = {}
    rows: dict[str, int] = {}
    written: dict[str, str] = {}
    unclear: dict[int, str] = {}
    last: dict[str, int] = {}
    for row, cells in _records(path, policy, passwords):
        shown = [clean.as_text(cell) or "" for cell in cells]
        if not any(shown) or all(plain_header(text) in _HEADERS for text in shown):
            continue
        old, new = (merge_word(cell) for cell in cells)
        if not old or not new or old == new:
            unclear[row] = " = ".join(shown)
            continue
        if new_by_old.setdefault(old, new) != new:
            first, second = written[new_by_old[old]], shown[1]
            raise PolicyError(
                "merge_twice", path=path.name, row=row, old=shown[0], first=first, second=second
            )
        last[old] = row
        for word, text in zip((old, new), shown, strict=True):
            rows.setdefault(word, row)
            written.setdefault(word, text)
    return Merges(path, _resolved(new_by_old, path, last, written), rows, written, unclear)


def merge_word(cell: object) -> str | None:
    """Return an id of the table as ids are compared; a phone as phones are; None if masked.

    >>> merge_word("ＴＢ 001"), merge_word("淘宝：小云"), merge_word("+86 138-0013-8000")
    ('tb001', '淘宝:小云', '13800138000')
    """
    text = clean.as_id(cell)
    if text is None:
        return None
    phone = _PHONE.fullmatch(re.sub(r"[\s-]", "", text))
    return phone[1] if phone else clean.fold(text)


def _resolved(
    new_by_old: Mapping[str, str], path: Path, rows: Mapping[str, int], written: Mapping[str, str]
) -> dict[str, str]:
    """Return the last new id by every old one.

    Raises:
        PolicyError: a ring.
    """
    found: dict[str, str] = {}
    for old in new_by_old:
        chain = [old]
        while chain[-1] in new_by_old and chain[-1] not in found:
            chain.append(new_by_old[chain[-1]])
            if chain[-1] in chain[:-1]:
                ring = chain[chain.index(chain[-1]) :]
                row = max(rows[name] for name in ring)
                names = " > ".join([written[name] for name in ring][-_SHOWN:])
                raise PolicyError("merge_ring", path=path.name, row=row, names=names)
        last = found.get(chain[-1], chain[-1])
        found.update(dict.fromkeys(chain[:-1], last))
    return found


def _records(
    path: Path, policy: Policy, passwords: Sequence[str]
) -> Iterator[tuple[int, list[Any]]]:
    """Yield row number and the first two cells of each row, the first row too: it may be no header.

    Raises:
        InputError: no sheet has two columns.
    """
    content = open_content(path, policy, passwords)
    head = content.head(html_tables.PEEK)
    if workbooks.is_workbook(head):
        sheets = workbooks.read_workbook(content, _first_row, policy)
    elif html_tables.is_html(head):
        sheets = html_tables.read_html(content, _first_row, policy)
    else:
        sheets = iter([("", delimited.read_delimited(path, _first_row, policy, content.kept))])
    grid = next((grid for _, grid in sheets if grid is not None), None)
    if grid is None:
        raise InputError("merge_columns", path=path.name)
    yield grid.header_row, _two(list(grid.header))
    yield from _below(grid)


def _below(grid: Grid) -> Iterator[tuple[int, list[Any]]]:
    columns = [grid.column(at) for at in range(len(grid.header))]
    for place, row in enumerate(grid.rows.tolist()):
        yield row, _two([cells.at(place) for cells in columns])


def _two(cells: list[Any]) -> list[Any]:
    """Return the first two cells, whatever stands beside them."""
    return ["" if cell is None else cell for cell in [*cells, None, None][:2]]


def _first_row(records: list[list[Any]]) -> int | None:
    """Return the index of the first row with two cells, None without one."""
    for index, record in enumerate(records):
        if sum(bool(str(cell if cell is not None else "").strip()) for cell in record) > 1:
            return index
    return None
