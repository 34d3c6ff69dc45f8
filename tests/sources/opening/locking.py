"""Makes workbooks with a password in each way that Excel has locked them."""

from __future__ import annotations

import hashlib
import io
import struct
from typing import TYPE_CHECKING, Any

import olefile
import xlwt
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from msoffcrypto.method.container.ecma376_encrypted import ECMA376Encrypted
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.ecma376_standard import ECMA376Standard
from xlwt.CompoundDoc import XlsDoc

if TYPE_CHECKING:
    from collections.abc import Sequence

SALT = bytes(range(16))
ROUNDS = 1000
"""Excel's own 100,000 are there to take long."""
_BOF, _BOUND_SHEET, _INTERFACE, _USER, _LOCK = 0x809, 0x85, 0xE1, 0x194, 0x195


def agile(book: bytes, password: str) -> bytes:
    """Lock an .xlsx as Excel does since 2010, but for the rounds: the file says how many."""
    locked: bytes = ECMA376Agile.encrypt(password, io.BytesIO(book), spin_count=ROUNDS)
    return locked


def standard(book: bytes, password: str) -> bytes:
    """Lock an .xlsx as Excel 2007 did."""
    key = ECMA376Standard.makekey_from_password(password, 0x660E, 0x8004, 0x18, 128, 16, SALT)
    cipher = Cipher(algorithms.AES(bytes(key)), modes.ECB())  # noqa: S305

    def encrypted(raw: bytes) -> bytes:
        return cipher.encryptor().update(raw + bytes(-len(raw) % 16))

    name = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + name
    check = hashlib.sha1(SALT[::-1]).digest()  # noqa: S324
    verifier = struct.pack("<I", 16) + SALT + encrypted(SALT[::-1])
    verifier += struct.pack("<I", 20) + encrypted(check)
    info = struct.pack("<HHII", 3, 2, 0x24, len(header)) + header + verifier
    return envelope(struct.pack("<Q", len(book)) + encrypted(book), info)


def envelope(package: bytes, info: bytes) -> bytes:
    """Return the compound file that a locked .xlsx stands in."""
    out = io.BytesIO()
    ECMA376Encrypted(package, info).write_to(out)
    return out.getvalue()


def old_book(rows: Sequence[Sequence[Any]]) -> bytes:
    """Return rows of cells as an .xls."""
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            page.write(at, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def stream_of(book: bytes) -> bytes:
    """Return the records of an .xls."""
    with olefile.OleFileIO(io.BytesIO(book)) as ole:
        found: bytes = ole.openstream("Workbook").read()
    return found


def with_stream(stream: bytes) -> bytes:
    """Return an .xls with these records."""
    out = io.BytesIO()
    XlsDoc().save(out, stream)
    return out.getvalue()


def rc4(book: bytes, password: str) -> bytes:
    """Lock an .xls as Excel 97 to 2003 did."""

    def cipher(block: int) -> Any:
        short = hashlib.md5(password.encode("utf-16-le")).digest()[:5]  # noqa: S324
        short = hashlib.md5((short + SALT) * 16).digest()[:5]  # noqa: S324
        key = hashlib.md5(short + struct.pack("<I", block)).digest()  # noqa: S324
        return Cipher(ARC4(key), mode=None).encryptor()

    first = cipher(0)
    verifier = first.update(SALT[::-1])
    verifier += first.update(hashlib.md5(SALT[::-1]).digest())  # noqa: S324
    lock = struct.pack("<HHHHH", 0x2F, 54, 1, 1, 1) + SALT + verifier
    plain, at = b"", 0
    hidden: list[tuple[int, int]] = []
    stream = stream_of(book)
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        if not kind:
            break  # zeros that xlwt fills the last sector with
        body = stream[at + 4 : at + 4 + size]
        if kind == _BOUND_SHEET:
            body = struct.pack("<I", struct.unpack("<I", body[:4])[0] + len(lock)) + body[4:]
        begin = len(plain) + 4
        plain += struct.pack("<HH", kind, size) + body
        if kind == _BOUND_SHEET:
            hidden.append((begin + 4, begin + size))
        elif kind not in (_BOF, _INTERFACE, _USER, _LOCK):
            hidden.append((begin, begin + size))
        if not at:
            plain += lock
        at += 4 + size
    plain += struct.pack("<HH", 1, -len(plain) % 4) + bytes(-len(plain) % 4)
    keys = b"".join(cipher(at).update(bytes(1024)) for at in range(len(plain) // 1024 + 1))
    locked = bytearray(plain)
    for begin, end in hidden:
        for place in range(begin, end):
            locked[place] ^= keys[place]
    return with_stream(bytes(locked))
