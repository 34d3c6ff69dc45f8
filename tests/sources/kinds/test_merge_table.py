"""The owner's merge table: what is read, what is refused, and where it is said to be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError, PolicyError
from shopcrm.policy import load_policy
from shopcrm.sources.cells.clean import address_key
from shopcrm.sources.kinds.merge_table import Merges, merge_word, read_merges
from tests.making import examples


def merges_of(folder: Path, text: str | bytes, own: str = "") -> Merges:
    (folder / "shop.toml").write_text(own or '[shop]\nname = "x"\n', encoding="utf-8")
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / "merge.csv").write_bytes(raw)
    return read_merges(load_policy(folder / "shop.toml"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("head", ["旧ID,新ID\r\n", "Old ID,new id\r\n", "", "\r\n"])
def test_header_and_encoding(tmp_path: Path, head: str, encoding: str) -> None:
    """With a header of either language or none, in any encoding, blank lines and all."""
    table = merges_of(tmp_path, f"{head}小云,阿云\r\n\r\n,\r\nＴＢ001,老 陈\r\n".encode(encoding))
    assert table.new_by_old == {"小云": "阿云", "tb001": "老陈"}
    assert table.path == (tmp_path / "merge.csv").resolve()


def test_workbook(tmp_path: Path) -> None:
    """The merge table may be a workbook, with a title above and more columns beside."""
    with xlsxwriter.Workbook(tmp_path / "合并.xlsx") as book:
        sheet = book.add_worksheet()
        rows = (["合并表"], ["旧ID", "新ID", "备注"], ["a", "b", "换号"], [10001, "taobao：小云"])
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    own = '[identity]\nmerge = "合并.xlsx"\n'
    table = merges_of(tmp_path, "x,y\n", own)
    assert table.new_by_old == {"a": "b", "10001": "taobao:小云"}
    assert table.rows["10001"] == 4


def test_without_a_table(tmp_path: Path) -> None:
    """Without a shop, without the file, or with no name for it nothing is merged."""
    assert read_merges(load_policy(None)) == Merges()
    (tmp_path / "shop.toml").write_text("[shop]\n", encoding="utf-8")
    assert read_merges(load_policy(tmp_path / "shop.toml")) == Merges()
    assert merges_of(tmp_path, "a,b\n", '[identity]\nmerge = ""\n') == Merges()


def test_table_that_is_missing(tmp_path: Path) -> None:
    """A merge table that shop.toml names has to be there."""
    with pytest.raises(InputError) as caught:
        merges_of(tmp_path, "a,b\n", '[identity]\nmerge = "other.csv"\n')
    assert (caught.value.key, caught.value.exit_code) == ("missing_file", 3)


def test_one_column(tmp_path: Path) -> None:
    """A file without two columns is no merge table."""
    with pytest.raises(InputError) as caught:
        merges_of(tmp_path, "a\nb\n")
    assert caught.value.key == "merge_columns"


@pytest.mark.parametrize(
    ("text", "row"),
    [("a,b\nb,a\n", 2), ("旧ID,新ID\nx,y\na,b\nb,c\nc,a\n", 5), ("a,b\nb,c\nz,a\nc,b\n", 4)],
)
def test_ring(tmp_path: Path, text: str, row: int) -> None:
    """Ids that go round in a ring are refused, with the file and a row of the ring."""
    with pytest.raises(PolicyError) as caught:
        merges_of(tmp_path, text)
    assert (caught.value.key, caught.value.exit_code) == ("merge_ring", 5)
    assert caught.value.values["path"] == "merge.csv"
    assert caught.value.values["row"] == row


def test_two_new_ids(tmp_path: Path) -> None:
    """An old id with two new ones is refused, with its row; said twice alike it is one."""
    with pytest.raises(PolicyError) as caught:
        merges_of(tmp_path, "旧ID,新ID\na,b\nA ,c\n")
    assert caught.value.key == "merge_twice"
    assert caught.value.values == {
        "path": "merge.csv",
        "row": 3,
        "old": "A",
        "first": "b",
        "second": "c",
    }
    assert merges_of(tmp_path, "a,b\nＡ,b\n").new_by_old == {"a": "b"}


def test_rows_that_say_nothing(tmp_path: Path) -> None:
    """A row with one id, a masked one, or twice the same is kept to be mentioned."""
    table = merges_of(tmp_path, "旧ID,新ID\na,\nt**1,b\nc,Ｃ\nd,e\n")
    assert table.new_by_old == {"d": "e"}
    assert table.unclear == {2: "a = ", 3: "t**1 = b", 4: "c = Ｃ"}


def test_phone_as_phones_are_compared() -> None:
    """A mobile number is compared from its right end, as everywhere."""
    for text in ("13800138000", "+86 138-0013-8000", "013800138000", "0086 13800138000"):
        assert merge_word(text) == "13800138000"


@given(st.permutations("abcdefgh"), st.integers(1, 7), st.randoms(use_true_random=False))
@examples(6)
def test_chain(tmp_path_factory, names, length, rng) -> None:  # type: ignore[no-untyped-def]
    """A chain ends with its last id, in whatever order its rows stand."""
    rows = [f"{names[at]},{names[at + 1]}" for at in range(length)]
    rng.shuffle(rows)
    folder = tmp_path_factory.mktemp("m")
    table = merges_of(folder, "\n".join(rows) + "\n")
    assert table.new_by_old == dict.fromkeys(names[:length], names[length])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("广东省 广州市 天河区 和平路1号(510000)", "广东广州天河区和平路１号"),
        ("上海 上海市 浦东新区 世纪大道8号", "上海市浦东新区，世纪大道8号"),
        ("内蒙古自治区呼和浩特市新城区 北垣街2号楼", "内蒙古 呼和浩特 新城区北垣街2号楼"),
        ("江苏省苏州市昆山市玉山镇前进路9号", "江苏 苏州昆山市 玉山镇前进路9号"),
        ("广西壮族自治区南宁市青秀区民族大道1-2号", "广西南宁青秀区民族大道1－2号"),
    ],
)
def test_spellings_of_an_address(one: str, other: str) -> None:
    """Suffixes of province and city, blanks, width and a postcode at the end make no difference."""
    assert address_key("李 雨薇", one) == address_key("李雨薇", other) is not None


def test_other_addresses() -> None:
    """Another receiver, house or town is another address."""
    base = address_key("李雨薇", "广东省广州市天河区和平路1号")
    others = [
        address_key("李雨微", "广东省广州市天河区和平路1号"),
        address_key("李雨薇", "广东省广州市天河区和平路2号"),
        address_key("李雨薇", "广东省深圳市天河区和平路1号"),
    ]
    assert len({base, *others}) == 4


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("李**", "广东省广州市天河区和平路1号"),
        ("李某", "广东省广州市天河区和平路1号"),
        ("李雨薇", "广东省广州市天河区***"),
        ("李雨薇", "广东省广州市天河区"),
        ("", "广东省广州市天河区和平路1号"),
    ],
)
def test_no_address(name: str, address: str) -> None:
    """What is masked, or only a town, is no key."""
    assert address_key(name, address) is None
