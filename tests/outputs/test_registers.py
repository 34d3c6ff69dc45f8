"""The registers are added to and filled in, and nothing else of them changes."""

from __future__ import annotations

import csv
import io
import os
import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.contacts.scripts import templates
from shopcrm.errors import OutputError
from shopcrm.labels import LANGS, Lang, names, t
from shopcrm.outputs.log_form import cell_spans, records
from shopcrm.outputs.registers import COLUMNS, add_row, blank_register, fill_row, register, row_of
from shopcrm.outputs.script_file import script_file
from shopcrm.policy import defaults, load_policy
from shopcrm.sources.layouts import built_in

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 11, 20)
Said = dict[str, str | date | None]
SAID: Said = {"date": DAY, "buyer": "小云", "promise": "下次带赠品"}
OTHER: Said = {"date": DAY, "buyer": "阿花", "promise": "=补发"}


def rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode(encoding), newline="")))


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("lang", LANGS)
def test_headers_are_those_of_the_layout(name: str, lang: Lang) -> None:
    """Every header that is written is one that the layout of the register reads."""
    layout = next(one for one in built_in() if one.name == name)
    header = blank_register(name, lang).decode("utf-8-sig").strip().split(",")
    assert set(layout.positions(header)) == set(COLUMNS[name])
    assert [register(name).column(text) for text in header] == list(COLUMNS[name])


def test_defaults_are_the_names_of_the_templates() -> None:
    """A shop without these settings finds the files that a Chinese `init` makes."""
    settings = {"shop_days": "shop.days"}
    for name in ("promises", "suggestions", "standings", "activities", "shop_days"):
        assert defaults()[settings.get(name, f"shop.{name}")] == t(f"register.{name}", "zh")


def test_added_twice_is_there_once(tmp_path: Path) -> None:
    """The same promise of one day is written once, in a new file and in one that is there."""
    path = tmp_path / "承诺.csv"
    row = row_of("promises", SAID, "zh")
    assert [add_row(path, "promises", row, "zh") for _ in range(2)] == [True, False]
    assert add_row(path, "promises", row_of("promises", OTHER, "zh"), "zh")
    assert [row["承诺内容"] for row in rows(path)] == ["下次带赠品", "'=补发"]


def test_gbk_of_excel_is_followed(tmp_path: Path) -> None:
    """A file that Excel saved, with a column of the owner's, is added to and filled in so."""
    path = tmp_path / "承诺.csv"
    before = "自己的列,客户,承诺内容,登记日期,兑现日期\r\n甲,小云,下次带赠品,2026/11/20,\r\n"
    path.write_bytes(before.encode("gb18030"))
    assert not add_row(path, "promises", row_of("promises", SAID | {"buyer": "小云"}, "zh"), "zh")
    assert add_row(path, "promises", row_of("promises", OTHER, "zh"), "zh")
    added = f"{before},阿花,'=补发,2026-11-20,\r\n"
    assert path.read_bytes() == added.encode("gb18030")
    fill_row(path, "promises", 2, row_of("promises", SAID, "zh"), {"kept": DAY}, "zh")
    filled = added.replace("2026/11/20,", "2026/11/20,2026-11-20")
    assert path.read_bytes() == filled.encode("gb18030")


CELLS = st.text(st.sampled_from('a,"\t云 \n1'), max_size=5)


@given(
    st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=4),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([",", "\t"]),
)
def test_records_are_the_text(lines: list[list[str]], newline: str, delimiter: str) -> None:
    """Records joined are the text, and the spans of one hold its cells, quotes and all."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(lines)
    found = list(records(text.getvalue(), delimiter))
    assert "".join(part for part, _ in found) == text.getvalue()
    assert [cells for _, cells in found] == lines
    for part, cells in found:
        quoted = [part[start:end] for start, end in cell_spans(part, delimiter)]
        assert [one[1:-1].replace('""', '"') if one[:1] == '"' else one for one in quoted] == cells


@given(st.lists(CELLS, min_size=1, max_size=4), st.data())
def test_only_the_cell_changes(
    tmp_path_factory: pytest.TempPathFactory, whats: list[str], data: st.DataObject
) -> None:
    """Filling in a cell changes that cell of that row, and every other byte stays."""
    path = tmp_path_factory.mktemp("shop") / "承诺.csv"
    said = [SAID | {"promise": f"{number}{what}"} for number, what in enumerate(whats)]
    made = [row_of("promises", one, "zh") for one in said]
    for row in made:
        assert add_row(path, "promises", row, "zh")
    before = path.read_bytes().decode("utf-8-sig")
    place = data.draw(st.integers(0, len(made) - 1))
    fill_row(path, "promises", place + 2, made[place], {"kept": DAY}, "zh")
    lines = before.split("\r\n")
    mark = made[place]["id"]
    lines[place + 1] = lines[place + 1].replace(f",{mark}", f"{DAY},{mark}")
    assert path.read_bytes().decode("utf-8-sig") == "\r\n".join(lines)


@pytest.mark.parametrize(
    "content",
    [
        "承诺日期,客户ID,承诺内容,编号\r\n2026-11-20,小云,下次带赠品,abc\r\n",  # no column
        "承诺日期,客户ID,承诺内容,兑现日期\r\n",  # no row
        "承诺日期,客户ID,承诺内容,兑现日期\r\n" + "2026-11-20,小云,下次带赠品,\r\n" * 2,  # two
        "承诺日期,客户ID,承诺内容,兑现日期\r\n2026-11-20,小云,下次带赠品,\xff\r\n",  # no text
    ],
    ids=["no column", "no row", "twice", "not text"],
)
def test_what_is_not_clear_is_left_alone(tmp_path: Path, content: str) -> None:
    """Where the row or the column is not clear the file stays, and the owner is told what to do."""
    path = tmp_path / "承诺.csv"
    path.write_bytes(content.encode("gb18030").replace("ÿ".encode("gb18030"), b"\xff\xff"))
    before = path.read_bytes()
    with pytest.raises(OutputError) as caught:
        fill_row(path, "promises", 2, row_of("promises", SAID, "zh"), {"kept": DAY}, "zh")
    assert caught.value.key == "fill_by_hand"
    assert caught.value.values["row"] == 2
    assert (caught.value.values["column"], caught.value.values["value"]) == (
        "兑现日期",
        "2026-11-20",
    )
    assert path.read_bytes() == before


def test_workbook_is_never_touched(tmp_path: Path) -> None:
    """A register kept as a workbook is not written to: the error says what to type where."""
    path = tmp_path / "承诺.xlsx"
    path.write_bytes(b"PK what the owner has")
    row = row_of("promises", SAID, "zh")
    with pytest.raises(OutputError) as caught:
        add_row(path, "promises", row, "zh")
    assert caught.value.key == "add_by_hand"
    assert "承诺内容 下次带赠品" in str(caught.value.values["cells"])
    with pytest.raises(OutputError) as caught:
        fill_row(path, "promises", 7, row, {"kept": DAY}, "zh")
    assert caught.value.values["row"] == 7
    assert path.read_bytes() == b"PK what the owner has"


def test_locked_by_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register that another program holds is one clear error, and stays as it was."""
    path = tmp_path / "承诺.csv"
    row = row_of("promises", SAID, "zh")
    add_row(path, "promises", row, "zh")
    before = path.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "used by another process")

    real = os.open

    def sharing_violation(name: Path | str, *rest: int, **options: int) -> int:
        if name == path.resolve():
            raise PermissionError(13, "used by another process")
        return real(name, *rest, **options)

    monkeypatch.setattr(type(path), "replace", refuse)
    monkeypatch.setattr(os, "open", sharing_violation)
    for work in (
        lambda: fill_row(path, "promises", 2, row, {"kept": DAY}, "zh"),
        lambda: add_row(path, "promises", row_of("promises", OTHER, "zh"), "zh"),
    ):
        with pytest.raises(OutputError) as caught:
            work()
        assert caught.value.key == "locked"
    assert path.read_bytes() == before


@pytest.mark.parametrize("lang", LANGS)
def test_scripts_are_the_built_in_ones(tmp_path: Path, lang: Lang) -> None:
    """As it is made the file changes nothing; with every remark taken away neither."""
    text = script_file(lang)
    assert tomllib.loads(text) == {}
    scripts = [line[2:] for line in text.split("\n") if " = " in line and '"' in line]
    scripts = [line for line in scripts if line.partition(" = ")[0] in names("script")]
    assert len(scripts) == len(names("script"))
    (tmp_path / "话术.toml").write_text("\n".join(scripts), "utf-8")
    (tmp_path / "shop.toml").write_text("", "utf-8")
    own = templates(load_policy(tmp_path / "shop.toml"), lang)
    assert own == templates(load_policy(None), lang)
