"""What docs/layouts.md says of the built-in layouts, found out by reading their samples.

make layouts        writes docs/layouts.md
"""

from __future__ import annotations

import random
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docs.markdown import code, table
from docs.samples import CHANGES, Sample, expected, samples, written
from docs.source import PACKAGE
from shopcrm.errors import ShopcrmError
from shopcrm.labels import LANGS, names, t
from shopcrm.policy import load_policy
from shopcrm.sources.layouts import built_in
from shopcrm.sources.opening.grid import plain_header
from shopcrm.sources.problems import Problems
from shopcrm.sources.recognise import recognise

if TYPE_CHECKING:
    from shopcrm.policy import Policy
    from shopcrm.sources.layouts import Layout

DRAWS: Final = 3
"""So often each change is tried, each time drawn anew; the draws are always the same."""
YES: Final = "✓"
NO: Final = "✗"

_OF_PEOPLE: Final = ("orders", "register", "customers")
"""Kinds of file that say who a customer is."""


@cache
def layout_table() -> str:
    """Return, for every header list and every way of changing it, whether it is known again."""
    rows = [
        [code(one.layout.name), one.path.name, len(one.lines[0]), *_marks(one)] for one in samples()
    ]
    return table(("layout", "file", "columns", *CHANGES), rows)


def layouts() -> str:
    """Return every built-in layout: what it is, which columns fill which field, and the key."""
    return "\n\n".join(_layout(one) for one in built_in())


def platforms() -> str:
    """Return for each platform its layouts, and the columns that tell its customers apart."""
    rows = []
    for platform in names("platform"):
        mine = [one for one in built_in() if (one.platform or "register") == platform]
        mine = [one for one in mine if one.kind != "contacts"]
        told = {code(one.name): " · ".join(_telling(one)) for one in mine if one.kind in _OF_PEOPLE}
        if len(set(told.values())) == 1:
            keys = next(iter(told.values()))
        else:
            keys = "<br>".join(f"{name}: {key}" for name, key in told.items())
        title = " / ".join(dict.fromkeys(t(f"platform.{platform}", lang) for lang in LANGS))
        rows.append([title, " · ".join(code(one.name) for one in mine), keys])
    return table(("platform", "layouts", "customers are told apart by"), rows)


def recognised(lines: list[list[str]], sample: Sample, folder: Path) -> str | None:
    """Return the layout that the program says lines of cells have, None where it does not know."""
    path = folder / sample.path.name
    path.write_bytes(written(lines, sample.encoding))
    try:
        (report,) = recognise(path, _policy(), Problems())
    except ShopcrmError:
        return None
    return report.layout.name


@cache
def _policy() -> Policy:
    return load_policy(None)


def _marks(sample: Sample) -> list[str]:
    marks = []
    with tempfile.TemporaryDirectory() as folder:
        for name, change in CHANGES.items():
            draw = random.Random(f"{sample.path.name} {name}")
            tried = [recognised(change(sample, draw), sample, Path(folder)) for _ in range(DRAWS)]
            marks.append(YES if set(tried) == {sample.layout.name} else NO)
    return marks


def _layout(one: Layout) -> str:
    file = PACKAGE / "sources" / "layouts" / f"{one.name}.toml"
    data = tomllib.loads(file.read_text("utf-8"))
    mine = [sample for sample in samples() if sample.layout == one]
    lines = [f"### {one.name}", "", _about(one)]
    if keys := [key for sample in mine if (key := _key(sample))]:
        lines.append(f"The customer is told by {' or '.join(dict.fromkeys(keys))}.")
    elif one.kind == "orders":
        lines.append("Nothing in it tells one customer from another.")
    if "like" in data:
        lines.append(f"It has the columns of {code(data['like'])}; what is different:")
    seen = {plain_header(header) for sample in mine for header in sample.lines[0]}
    rows = [
        [code(field), "yes" if field in one.required else "", *_columns(columns, seen)]
        for field, columns in data.get("columns", {}).items()
    ]
    return "\n".join([*lines, "", table(("field", "needed", "columns", "also known as"), rows)])


def _telling(one: Layout) -> list[str]:
    """Return the columns of a layout's samples that can say who a customer is.

    Where there is a buyer's id nothing else is needed. A phone that is masked says nothing.
    """
    if ids := _headers(one, "buyer"):
        return ids
    phones = _headers(one, "phone")
    if not phones and any(_key(sample) for sample in samples() if sample.layout == one):
        phones = [f"the phone in {header}" for header in _headers(one, "address")]
    masked = [f"{header} where not masked" for header in phones]
    return [*masked, *_headers(one, "email")] or ["nothing"]


def _headers(one: Layout, field: str) -> list[str]:
    """Return the columns that fill a field in the samples of a layout."""
    found = []
    for sample in samples():
        header = sample.lines[0]
        if sample.layout == one:
            found += [code(header[at].strip()) for at in one.positions(header).get(field, ())]
    return list(dict.fromkeys(found))


def _about(one: Layout) -> str:
    text = f"{' / '.join(one.title[lang] for lang in LANGS)}. Kind {code(one.kind)}"
    text += f", platform {code(one.platform)}." if one.platform else "."
    if one.grain == "item":
        text += " One row an item."
    if one.only_with:
        text += f" Only a file with one of {_codes(one.only_with)}."
    return text + (f" Not a file with {_codes(one.not_with)}." if one.not_with else "")


def _codes(headers: frozenset[str]) -> str:
    return ", ".join(map(code, sorted(headers)))


def _columns(columns: str | list[str], seen: set[str]) -> list[str]:
    """Return the columns of a field that the samples have, and those that they have not."""
    names = [columns] if isinstance(columns, str) else columns
    here = [name for name in names if plain_header(name) in seen]
    others = [name for name in names if name not in here]
    return [" · ".join(map(code, here)) if names else "not read", " · ".join(map(code, others))]


def _key(sample: Sample) -> str:
    """Return the column that says who the customer is in a sample, as its folder expects it."""
    field = expected(sample.path.parent)["files"][sample.path.name].get("key", "")
    if not field:
        return ""
    header = sample.lines[0]
    places = (
        sample.layout.positions(header).get(field) or sample.layout.positions(header)["address"]
    )
    return f"{t(f'field.{field}', 'en')} ({code(header[places[0]].strip())})"
