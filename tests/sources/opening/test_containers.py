"""What a table comes packed in."""

from __future__ import annotations

import gzip
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from shopcrm.errors import ShopcrmError
from shopcrm.labels import has
from shopcrm.policy import load_policy
from shopcrm.sources.opening.containers import needs_password
from shopcrm.sources.read import Inputs, read_files
from tests.making import (
    TODAY,
    fates,
    order,
    read,
    said,
    sheet_of,
    text_of,
    write_csv,
    write_xlsx,
)
from tests.sources.opening.locking import agile, envelope, old_book, rc4, standard

ROWS = [order(at, 买家会员名=nick) for at, nick in enumerate(["李雨薇", "tb001", "0078123"])]
CSV = text_of(ROWS).encode("gb18030")


def refusal(path: Path, shop: str = "", passwords: tuple[str, ...] = ()) -> ShopcrmError:
    with pytest.raises(ShopcrmError) as caught:
        opened(path, *passwords) if passwords else read(path, shop=shop)
    return caught.value


def opened(path: Path, *passwords: str) -> Inputs:
    return read_files([(path, True)], load_policy(None), TODAY, passwords=passwords)


def book(folder: Path) -> bytes:
    return write_xlsx(folder / "plain.xlsx", sheet_of(ROWS)).read_bytes()


def zipped(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return path


def with_gbk_names(path: Path) -> Path:
    """Spell the names in an archive as Windows in China does: in GBK, and not marked."""
    raw = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        names = [one.filename for one in archive.infolist() if one.flag_bits & 0x800]
    for name in names:
        # As long in UTF-8 as in GBK with a filler, so that nothing in the archive moves.
        spelt = name.encode("gbk")
        filled = b"_" * (len(name.encode()) - len(spelt)) + spelt
        raw = raw.replace(name.encode(), filled)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        parts = bytearray(raw)
        while (at := parts.find(mark, at + 1)) >= 0:
            parts[at + place + 1] &= ~8 & 255
        raw = bytes(parts)
    path.write_bytes(raw)
    return path


# One table


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_packed_says_the_same(tmp_path: Path, encoding: str) -> None:
    """A table says the same packed and unpacked, in any encoding."""
    plain = read(write_csv(tmp_path / "a.csv", ROWS, encoding))
    raw = (tmp_path / "a.csv").read_bytes()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(raw))
    for path in (tmp_path / "a.csv.gz", zipped(tmp_path / "a.zip", {"a.csv": raw})):
        inputs = read(path)
        assert said(inputs.orders) == said(plain.orders)
        assert inputs.orders["row"].tolist() == plain.orders["row"].tolist()
        assert inputs.files[0].encoding == encoding
        assert inputs.files[0].file == path.name


def test_uneven_text_packed(tmp_path: Path) -> None:
    """Rows that are too short are read in an archive as they are outside."""
    raw = CSV + b"\r\n,,\r\n"
    (tmp_path / "a.csv").write_bytes(raw)
    path = zipped(tmp_path / "a.zip", {"a.csv": raw})
    assert said(read(path).orders) == said(read(tmp_path / "a.csv").orders)


def test_workbook_packed(tmp_path: Path) -> None:
    """A workbook in an archive is read, and being an archive itself makes it none in another."""
    raw = book(tmp_path)
    (tmp_path / "a.xlsx.gz").write_bytes(gzip.compress(raw))
    plain = read(tmp_path / "plain.xlsx")
    for path in (tmp_path / "a.xlsx.gz", zipped(tmp_path / "a.zip", {"订单/a.xlsx": raw})):
        assert said(read(path).orders) == said(plain.orders)


def test_old_workbook_packed(tmp_path: Path) -> None:
    """An old workbook in an archive is read."""
    path = zipped(tmp_path / "a.zip", {"a.xls": old_book(sheet_of(ROWS))})
    assert fates(read(path)) == [(3, 3, 0, 0)]


def test_several_members(tmp_path: Path) -> None:
    """A gzip file of several pieces, as `cat` makes one, is all of them."""
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(CSV[:100]) + gzip.compress(CSV[100:]))
    assert len(read(path).orders) == 3


def test_what_is_not_meant(tmp_path: Path) -> None:
    """Folders, hidden files and what macOS and Windows add are not what the archive holds."""
    entries = {
        "__MACOSX/._a.csv": b"x",
        "订单/": b"",
        ".a.csv": b"x",
        "订单/~$a.xlsx": b"x",
        "Thumbs.db": b"x",
        "说明.pdf": b"%PDF",
        "订单/a.csv": CSV,
    }
    assert len(read(zipped(tmp_path / "a.zip", entries)).orders) == 3


def test_only_file_without_extension(tmp_path: Path) -> None:
    """The only file of an archive is the table whatever it is called."""
    assert len(read(zipped(tmp_path / "a.zip", {"export": CSV})).orders) == 3


@pytest.mark.parametrize("gbk", [True, False])
def test_several_tables(tmp_path: Path, *, gbk: bool) -> None:
    """An archive with several tables names them, also where Windows spelt the names in GBK."""
    path = zipped(tmp_path / "a.zip", {"订单/九月.csv": CSV, "订单/十月.csv": CSV})
    error = refusal(with_gbk_names(path) if gbk else path)
    assert (error.key, error.exit_code, error.values["number"]) == ("several_inside", 3, 2)
    assert error.values["names"] == "九月.csv | 十月.csv"


def test_many_tables(tmp_path: Path) -> None:
    """The message stays one line however many tables there are."""
    error = refusal(zipped(tmp_path / "a.zip", {f"{at}.csv": CSV for at in range(400)}))
    assert len(str(error.values["names"])) < 100
    assert error.values["number"] == 400


@pytest.mark.parametrize("entries", [{}, {"a.pdf": b"%PDF", "b.jpg": b"x"}, {"订单/": b""}])
def test_no_table(tmp_path: Path, entries: dict[str, bytes]) -> None:
    """An archive without a table says what it holds."""
    error = refusal(zipped(tmp_path / "a.zip", entries))
    assert error.key == "none_inside"
    assert ("a.pdf" in str(error.values["names"])) == ("a.pdf" in entries)


@pytest.mark.parametrize("kind", ["zip", "gz", "7z"])
@pytest.mark.parametrize("outer", ["zip", "gz"])
def test_nested(tmp_path: Path, kind: str, outer: str) -> None:
    """An archive in an archive is not unpacked."""
    inner = {
        "zip": zipped(tmp_path / "b.zip", {"a.csv": CSV}).read_bytes(),
        "gz": gzip.compress(CSV),
        "7z": b"7z\xbc\xaf'\x1c" + bytes(40),
    }[kind]
    path = tmp_path / f"a.{outer}"
    if outer == "gz":
        path.write_bytes(gzip.compress(inner))
    else:
        zipped(path, {f"b.{kind}": inner})
    assert refusal(path).key == "nested_archive"


def test_other_document_in_an_archive(tmp_path: Path) -> None:
    """What is packed may be anything, and is told for what it is."""
    assert (
        refusal(zipped(tmp_path / "a.zip", {"a.csv": b"%PDF-1.4" + bytes(99)})).key == "not_a_table"
    )
    assert refusal(zipped(tmp_path / "b.zip", {"a.csv": b""})).key == "empty_file"
    (tmp_path / "c.tar.gz").write_bytes(gzip.compress(b"a.csv" + bytes(507) + CSV))
    assert refusal(tmp_path / "c.tar.gz").key == "not_a_table"


# Damage


@pytest.mark.parametrize("outer", ["zip", "gz"])
def test_cut_short(tmp_path: Path, outer: str) -> None:
    """An archive that was not downloaded to its end says so wherever it was cut."""
    path = tmp_path / f"a.{outer}"
    path.write_bytes(gzip.compress(CSV))
    if outer == "zip":
        zipped(path, {"a.csv": CSV})
    whole = path.read_bytes()
    for size in range(12, len(whole) - 1, 17):
        path.write_bytes(whole[:size])
        assert refusal(path).key == "damaged_archive", size


@pytest.mark.parametrize("outer", ["zip", "gz"])
def test_spoilt(tmp_path: Path, outer: str) -> None:
    """Wherever an archive is spoilt, it is read or refused, never a traceback."""
    path = tmp_path / f"a.{outer}"
    whole = gzip.compress(CSV) if outer == "gz" else zipped(path, {"a.csv": CSV}).read_bytes()
    rng = random.Random(1)  # noqa: S311
    seen = set()
    for _ in range(150):
        raw = bytearray(whole)
        raw[rng.randrange(len(raw))] = rng.randrange(256)
        path.write_bytes(raw)
        try:
            read(path)
        except ShopcrmError as error:
            seen.add(error.key)
    assert "damaged_archive" in seen


def test_rare_packing(tmp_path: Path) -> None:
    """A way of packing that could unpack to any size at once is not tried."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", CSV)
    assert refusal(path).key == "odd_archive"


# Passwords


@pytest.mark.parametrize(
    ("lock", "name"), [(agile, "a.xlsx"), (standard, "a.xlsm"), (standard, "a.xls")]
)
def test_locked_workbook(tmp_path: Path, lock: Callable[[bytes, str], bytes], name: str) -> None:
    """A workbook with a password is read with it, and says the same as without."""
    raw = book(tmp_path)
    path = tmp_path / name
    path.write_bytes(lock(raw, "密码 1"))
    assert needs_password(path)
    assert refusal(path).key == "encrypted"
    wrong = refusal(path, passwords=("密码", "1"))
    assert (wrong.key, wrong.exit_code) == ("wrong_password", 3)
    inputs = opened(path, "another", "密码 1")
    assert said(inputs.orders) == said(read(tmp_path / "plain.xlsx").orders)
    assert inputs.files[0].encoding == "xlsx"


def test_locked_old_workbook(tmp_path: Path) -> None:
    """An old workbook with a password is read with it."""
    plain = old_book(sheet_of(ROWS))
    (tmp_path / "plain.xls").write_bytes(plain)
    path = tmp_path / "a.xls"
    path.write_bytes(rc4(plain, "secret"))
    assert needs_password(path)
    assert refusal(path).key == "encrypted"
    assert refusal(path, passwords=("secreT", "密码" * 40)).key == "wrong_password"
    inputs = opened(path, "secret")
    assert said(inputs.orders) == said(read(tmp_path / "plain.xls").orders)


def test_locked_against_changes(tmp_path: Path) -> None:
    """A workbook that is only protected from changes is read without a password, as in Excel."""
    path = tmp_path / "a.xls"
    path.write_bytes(rc4(old_book(sheet_of(ROWS)), "VelvetSweatshop"))
    assert len(read(path).orders) == 3


def test_locked_in_an_archive(tmp_path: Path) -> None:
    """A locked workbook in an archive is unlocked too."""
    path = zipped(tmp_path / "a.zip", {"a.xlsx": agile(book(tmp_path), "1")})
    assert refusal(path).key == "encrypted"
    assert len(opened(path, "1").orders) == 3


def zip_crypto(raw: bytes, password: bytes, name: str = "a.csv") -> bytes:
    """Return an archive of one stored entry, locked the old way."""
    check = zlib.crc32(raw)
    plain = bytes(11) + bytes([check >> 24]) + raw
    out = bytearray()
    state = [0x12345678, 0x23456789, 0x34567890]
    table = [crc_of(at) for at in range(256)]

    def update(byte: int) -> None:
        state[0] = (state[0] >> 8) ^ table[(state[0] ^ byte) & 255]
        state[1] = ((state[1] + (state[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        state[2] = (state[2] >> 8) ^ table[(state[2] ^ (state[1] >> 24)) & 255]

    for byte in password:
        update(byte)
    for byte in plain:
        mask = state[2] | 2
        out.append(byte ^ (((mask * (mask ^ 1)) >> 8) & 255))
        update(byte)
    spelt = name.encode()
    fields = struct.pack("<HHHHIIIHH", 1, 0, 0, 33, check, len(out), len(raw), len(spelt), 0)
    local = b"PK\x03\x04" + struct.pack("<H", 20) + fields + spelt + out
    central = b"PK\x01\x02" + struct.pack("<HH", 20, 20) + fields
    central += struct.pack("<HHHII", 0, 0, 0, 0, 0) + spelt
    end = struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return bytes(local + central + b"PK\x05\x06" + end)


def crc_of(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ (0xEDB88320 if byte & 1 else 0)
    return byte


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_locked_archive(tmp_path: Path, encoding: str) -> None:
    """An archive with a password is read with it, however the packer spelt it."""
    path = tmp_path / "a.zip"
    path.write_bytes(zip_crypto(CSV, "密码".encode(encoding)))
    assert needs_password(path)
    assert refusal(path).key == "encrypted"
    assert refusal(path, passwords=tuple(map(str, range(600)))).key == "wrong_password"
    assert len(opened(path, "x", "密码").orders) == 3


def test_lock_of_another_kind(tmp_path: Path) -> None:
    """A lock that nobody here can open says so, instead of asking for the password."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(envelope(bytes(4096), struct.pack("<HHI", 9, 9, 0) + bytes(64)))
    assert refusal(path, passwords=("1",)).key == "encrypted_kind"


@pytest.mark.parametrize(
    "info",
    [
        b'<e spinCount="9999999"/>',
        b'<!DOCTYPE e [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><e>&b;</e>',
        b"<e",
    ],
)
def test_harmful_lock(tmp_path: Path, info: bytes) -> None:
    """A lock made to waste time or memory is not looked into."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(envelope(bytes(4096), struct.pack("<HHI", 4, 4, 0x40) + info))
    assert refusal(path, passwords=("1",)).key == "damaged"


def test_nothing_needs_a_password(tmp_path: Path) -> None:
    """What is not locked, not there, or no file asks for no password."""
    plain = write_csv(tmp_path / "a.csv", ROWS)
    book(tmp_path)
    packed = zipped(tmp_path / "a.zip", {"a.csv": CSV})
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04")
    others = [tmp_path, tmp_path / "no", tmp_path / "b.zip", tmp_path / "plain.xlsx"]
    assert not any(map(needs_password, [plain, packed, *others]))


def test_password_leaves_no_trace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """No password and nothing unlocked is printed, logged, or left in any folder."""
    caplog.set_level("DEBUG")
    path = tmp_path / "a.xlsx"
    path.write_bytes(standard(book(tmp_path), "Geheim77"))
    before = sorted(tmp_path.iterdir())
    caplog.clear()
    opened(path, "Falsch88", "Geheim77")
    error = refusal(path, passwords=("Falsch88",))
    told = capfd.readouterr()
    everything = caplog.text + told.out + told.err + repr(error) + repr(error.values)
    assert "Geheim77" not in everything
    assert "Falsch88" not in everything
    assert sorted(tmp_path.iterdir()) == before


def test_every_refusal_has_a_short_word() -> None:
    """What is refused in a folder is said in a few words in the report."""
    for key in ("encrypted_kind", "wrong_password", "damaged_archive", "odd_archive", "entities"):
        assert has(f"unread.{key}")
    for key in ("binary_book", "not_a_file", "nested_archive", "none_inside", "several_inside"):
        assert has(f"unread.{key}")
