"""Files made to do harm: refused with one message, or inert."""

from __future__ import annotations

import gzip
import os
import struct
import zipfile
from pathlib import Path

import pytest

from shopcrm.errors import ShopcrmError
from shopcrm.labels import LANGS, t
from shopcrm.policy import load_policy
from shopcrm.sources.files import find_files
from shopcrm.sources.problems import Problems
from shopcrm.sources.recognise import recognise
from tests.making import order, raw_row, read, sheet_of, text_of, write_raw_xlsx
from tests.sources.opening.locking import old_book, stream_of, with_stream

HEADER = ["订单编号", "买家会员名", "买家实际支付金额", "订单状态", "订单付款时间"]
CELLS = ["#2893000000000000123", "tb001", "#88.5", "交易成功", "2026-10-01 10:05:00"]
ROWS = [raw_row(1, HEADER), raw_row(2, CELLS)]
CSV = text_of([order(1)]).encode("gb18030")
SMALL = "[limits]\nexpanded_mb = 2\n"
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 20}">' for at in range(1, 9))
    + "]>"
)


def refusal(path: Path, shop: str = "") -> str:
    """Return the key of the message, which has words in both languages and ends with code 3."""
    with pytest.raises(ShopcrmError) as caught:
        read(path, shop=shop)
    error = caught.value
    assert error.exit_code == 3
    for lang in LANGS:
        for part in ("error", "hint"):
            told = t(f"{part}.{error.key}", lang).format(**error.values)
            assert told.strip()
            assert "\n" not in told
        assert path.name in t(f"error.{error.key}", lang).format(**error.values)
    return error.key


def with_part(path: Path, name: str, change: bytes, at: bytes = b"") -> Path:
    """Put bytes in front of a place in a part of a workbook, or a new part into it."""
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts[name] = parts[name].replace(at, change + at, 1) if name in parts else change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return path


# Entities


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"]
)
@pytest.mark.parametrize(
    "declared", [LAUGHS, '<!DOCTYPE x [<!ENTITY a8 SYSTEM "file:///etc/passwd">]>']
)
def test_entities_in_a_workbook(tmp_path: Path, part: str, declared: str) -> None:
    """A workbook that declares entities, to blow up or to fetch a file, is refused."""
    path = write_raw_xlsx(
        tmp_path / "a.xlsx", [raw_row(1, HEADER), raw_row(2, ["&a8;", *CELLS[1:]])]
    )
    if part == "xl/sharedStrings.xml":
        path = with_part(path, part, b"<sst><si><t>&a8;</t></si></sst>")
    assert refusal(with_part(path, part, declared.encode(), b"<")) == "entities"


def test_entities_in_another_encoding(tmp_path: Path) -> None:
    """A part in UTF-16, where a search for declarations would miss them, is refused."""
    path = write_raw_xlsx(tmp_path / "a.xlsx", ROWS)
    sheet = f"{LAUGHS}<worksheet/>".encode("utf-16")
    assert refusal(with_part(path, "xl/sharedStrings.xml", sheet)) == "damaged"


def test_entities_in_an_ods(tmp_path: Path) -> None:
    """An .ods that declares entities is refused."""
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", LAUGHS + "<x>&a8;</x>")
    assert refusal(path) == "entities"


@pytest.mark.parametrize(
    "declared", [LAUGHS, '<!DOCTYPE html [<!ENTITY a8 SYSTEM "file:///etc/passwd">]>']
)
def test_entities_in_a_page(tmp_path: Path, declared: str) -> None:
    """A web page's own entities mean nothing: they stay the few letters that they are."""
    path = tmp_path / "a.xls"
    cells = "".join(f"<td>{name}</td>" for name in HEADER)
    row = "".join(f"<td>{text.strip('#')}</td>" for text in ["&a8;", *CELLS[1:]])
    path.write_text(f"{declared}<html><table><tr>{cells}<tr>{row}</table>", "utf-8")
    inputs = read(path)
    assert "root:" not in str(inputs.orders.to_dict())
    assert max(inputs.orders["order_no"].astype(str).str.len()) < 10


# Bombs


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_archive_bomb(tmp_path: Path, kind: str) -> None:
    """An archive that unpacks to more than the limit is refused while it is unpacked."""
    content = CSV + b"," * (3 << 20)
    path = tmp_path / f"a.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(content))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", content)
    assert path.stat().st_size < 1 << 14
    assert refusal(path, SMALL) == "zip_bomb"


def test_archive_bomb_that_lies(tmp_path: Path) -> None:
    """What an archive says of its sizes is not believed."""
    path = tmp_path / "a.zip"
    size = 3 << 20
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(size))
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<I", size), struct.pack("<I", 900)))
    assert refusal(path, SMALL) in {"damaged_archive", "zip_bomb"}
    gz = bytearray(gzip.compress(bytes(size)))
    gz[-4:] = struct.pack("<I", 900)
    (tmp_path / "a.gz").write_bytes(gz)
    assert refusal(tmp_path / "a.gz", SMALL) in {"damaged_archive", "zip_bomb", "not_a_table"}


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_bomb_within(tmp_path: Path, kind: str) -> None:
    """A workbook in an archive, small itself, that unpacks to more than the limit is refused."""
    inner = write_raw_xlsx(tmp_path / "b.xlsx", ROWS, {"xl/media/a.bin": bytes(3 << 20)})
    path = tmp_path / f"a.{kind}"
    if kind == "gz":
        path.write_bytes(gzip.compress(inner.read_bytes()))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(inner, "b.xlsx")
    assert refusal(path, SMALL) == "zip_bomb"


def test_bomb_in_the_properties(tmp_path: Path) -> None:
    """The part that names the author is not unpacked past its beginning before the check."""
    extra = {"docProps/core.xml": b"<x>" + bytes(9 << 20)}
    assert refusal(write_raw_xlsx(tmp_path / "a.xlsx", ROWS, extra), SMALL) == "zip_bomb"


# Dimensions


FAR = {
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "spaces": '<row r = "1048576"><c\nr = "XFD1048576"><v>1</v></c></row>',
    "small letters": '<row><c r="xfd1048576"><v>1</v></c></row>',
    "prefix": '<x:row r="1048576"><x:c s="0" r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
}


@pytest.mark.parametrize("far", FAR.values(), ids=list(FAR))
def test_far_cell(tmp_path: Path, far: str) -> None:
    """A cell at the end of the world is refused however its place is spelt."""
    path = write_raw_xlsx(tmp_path / "a.xlsx", [*ROWS, far])
    sheet = b"<worksheet "
    path = with_part(path, "xl/worksheets/sheet1.xml", b"", sheet)
    assert refusal(path) in {"too_many_cells", "damaged"}


def test_far_cell_in_an_odd_place(tmp_path: Path) -> None:
    """A sheet is looked at wherever in the archive it stands."""
    far = raw_row(1, HEADER) + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = write_raw_xlsx(tmp_path / "a.xlsx", [far])
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    parts["x/data.bin"] = parts.pop("xl/worksheets/sheet1.xml")
    links = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = links.replace(b"worksheets/sheet1.xml", b"/x/data.bin")
    with zipfile.ZipFile(path, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    assert refusal(path) == "too_many_cells"


OLD = old_book(sheet_of([order(at) for at in range(3)]))


@pytest.mark.parametrize("kind", [0x200, 0x203, 0xFD])
def test_far_cell_in_an_old_workbook(tmp_path: Path, kind: int) -> None:
    """An .xls whose cells or stored dimensions are absurd is refused before it is parsed."""
    stream = bytearray(stream_of(OLD))
    at = places = 0
    while at + 4 <= len(stream):
        found, size = struct.unpack_from("<HH", stream, at)
        if found == kind and kind == 0x200:
            struct.pack_into("<IIHH", stream, at + 4, 0, 0xFFFFFFF0, 0, 0xFFF0)
            places += 1
        elif found in (kind, 0xFD) and kind != 0x200:
            struct.pack_into("<HHHH", stream, at, kind, size, 0xFFFF, 0xFFFF)
            places += 1
            break
        at += 4 + size
    assert places
    path = tmp_path / "a.xls"
    path.write_bytes(with_stream(bytes(stream)))
    assert refusal(path) == "too_many_cells"


def test_merges_without_end(tmp_path: Path) -> None:
    """Merged blocks that cover the same rows over and over are refused."""
    blocks = '<mergeCell ref="A2:A1048576"/>' * 200
    path = write_raw_xlsx(tmp_path / "a.xlsx", ROWS)
    change = f"</sheetData><mergeCells>{blocks}</mergeCells></worksheet>".encode()
    with_part(path, "xl/worksheets/sheet1.xml", change, b"</sheetData>")
    assert refusal(path) == "too_many_cells"


# Paths


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.csv",
        "/tmp/evil.csv",  # noqa: S108
        "C:\\Windows\\evil.csv",
        "..\\..\\evil.csv",
        "\\\\server\\share\\evil.csv",
        "a/../../../evil.csv",
        "con.csv",
    ],
)
def test_paths_in_an_archive(tmp_path: Path, name: str) -> None:
    """A name that points elsewhere writes nothing anywhere; the table in it is read."""
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, CSV)
    assert len(read(path).orders) == 1
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == ["a.zip"]
    assert not Path("/tmp/evil.csv").exists()  # noqa: S108


def test_names_in_a_message(tmp_path: Path) -> None:
    """A name from an archive cannot draw on the terminal, nor show folders."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../x/\x1b[2J\u202eb.csv", CSV)
        archive.writestr("c\n.csv", CSV)
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert caught.value.values["names"] == "[2Jb.csv | c.csv"


def test_link_in_an_archive(tmp_path: Path) -> None:
    """A symbolic link in an archive is the text in it, and leads nowhere."""
    path = tmp_path / "a.zip"
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(ShopcrmError) as caught:
        read(path)
    assert "root" not in str(caught.value.values)


# Formulas and links


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|' /C calc'!A0",
        'HYPERLINK("http://127.0.0.1:9/x","go")',
        "[1]Sheet1!A1",
        'WEBSERVICE("x")',
    ],
)
def test_formulas_are_inert(tmp_path: Path, formula: str) -> None:
    """Of a formula only the value that is stored counts; without one the cell is blank."""
    told = formula.replace("&", "&amp;").replace("<", "&lt;")
    stored = f'<c r="B3" t="str"><f>{told}</f><v>tb077</v></c>'
    bare = f'<c r="B4"><f>{told}</f></c>'
    rows = [*ROWS]
    for number, cell in ((3, stored), (4, bare)):
        row = raw_row(number, [f"#{number}", "@@", *CELLS[2:]])
        start = row.index(f'<c r="B{number}"')
        end = row.index("</c>", start) + len("</c>")
        rows.append(row[:start] + cell + row[end:])
    link = (
        b'<Relationships><Relationship Id="rId1" Target="file:///etc/passwd" '
        b'TargetMode="External"/></Relationships>'
    )
    extra = {
        "xl/externalLinks/externalLink1.xml": b'<externalLink><externalBook r="1"/></externalLink>',
        "xl/externalLinks/_rels/externalLink1.xml.rels": link,
    }
    buyers = read(write_raw_xlsx(tmp_path / "a.xlsx", rows, extra)).orders["buyer"]
    assert sorted(buyers.dropna()) == ["tb001", "tb077"]


def test_formulas_in_a_text_file_are_text(tmp_path: Path) -> None:
    """A cell of a text file that looks like a formula is what it says."""
    path = tmp_path / "a.csv"
    path.write_bytes(text_of([order(1, 买家会员名="=cmd|' /C calc'!A0")]).encode())
    assert read(path).orders["buyer"].tolist() == ["=cmd|' /C calc'!A0"]


# What is no file


def pipe(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def dangling(path: Path) -> None:
    path.symlink_to(path.parent / "nowhere")


@pytest.mark.skipif(os.name == "nt", reason="no pipes and devices in folders here")
@pytest.mark.parametrize("make", [pipe, loop, device, dangling, Path.mkdir])
def test_no_file(tmp_path: Path, make: object) -> None:
    """A pipe, a loop of links, a device and a folder are refused, and not waited for."""
    path = tmp_path / "a.csv"
    make(path)  # type: ignore[operator]
    with pytest.raises(ShopcrmError) as caught:
        recognise(path, load_policy(None), Problems())
    assert caught.value.key in {"not_a_file", "unreadable"}
    with pytest.raises(ShopcrmError) as caught:
        find_files([path.name], tmp_path)
    assert caught.value.key in {"not_a_file", "no_tables"}
    assert find_files([str(tmp_path)], tmp_path, named=False) == []
