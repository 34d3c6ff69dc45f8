"""Harm to the bytes of a file: bits, blocks, the structure of an archive, the XML in it."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Final

from tests.fuzz.packing import zipped

Damage = Callable[[bytes, random.Random], bytes]
"""Returns other bytes."""


def flipped(raw: bytes, draw: random.Random) -> bytes:
    """Turn bits over."""
    found = bytearray(raw)
    for _ in range(draw.choice((1, 4, 50))):
        if found:
            found[draw.randrange(len(found))] ^= 1 << draw.randrange(8)
    return bytes(found)


def flipped_head(raw: bytes, draw: random.Random) -> bytes:
    """Turn bits over where the file says what it is."""
    return flipped(raw[:600], draw) + raw[600:]


def flipped_end(raw: bytes, draw: random.Random) -> bytes:
    """Turn bits over at the end, where an archive has its list."""
    return raw[:-600] + flipped(raw[-600:], draw)


def cut(raw: bytes, draw: random.Random) -> bytes:
    """Break off, as a download does."""
    return raw[: draw.randrange(len(raw) + 1)]


def cut_front(raw: bytes, draw: random.Random) -> bytes:
    """Lose the beginning."""
    return raw[draw.choice((1, 2, 3, draw.randrange(len(raw) + 1))) :]


def inserted(raw: bytes, draw: random.Random) -> bytes:
    """Put bytes in."""
    some = draw.choice((b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"\r", b"\n\n", b"PK\x03\x04"))
    some = draw.choice((some, some * 100, draw.randbytes(20)))
    at = draw.choice((0, len(raw), draw.randrange(len(raw) + 1)))
    return raw[:at] + some + raw[at:]


def repeated(raw: bytes, draw: random.Random) -> bytes:
    """Write a block again."""
    at = draw.randrange(len(raw) + 1)
    size = draw.choice((1, 100, 4096, len(raw)))
    return raw[: at + size] + raw[at : at + size] * draw.choice((1, 3)) + raw[at + size :]


def other_encoding(raw: bytes, draw: random.Random) -> bytes:
    """Go on in another encoding, as when two files are pasted together."""
    at = draw.randrange(len(raw) + 1)
    rest = raw[at:].decode(draw.choice(("utf-8", "gb18030")), "replace")
    return raw[:at] + rest.encode(draw.choice(("utf-8", "gb18030", "utf-16-le")), "replace")


BYTES: Final = (
    *(flipped, flipped_head, flipped_end, cut, cut_front, inserted, repeated, other_encoding),
)


def wrong_sums(raw: bytes, draw: random.Random) -> bytes:
    """Let an archive's list say other sums, sizes, methods, flags or places than are true."""
    found = bytearray(raw)
    entries = [at.start() for at in re.finditer(rb"PK\x01\x02", raw)]
    if entries:
        at = draw.choice(entries)
        place, form = draw.choice(
            ((16, "<I"), (20, "<I"), (24, "<I"), (10, "<H"), (8, "<H"), (42, "<I"))
        )
        if at + place + 4 <= len(found):
            value = draw.choice((0, 1, 0xFFFF, draw.randrange(1 << 16)))
            struct.pack_into(form, found, at + place, value)
    return bytes(found)


def odd_parts(raw: bytes, draw: random.Random) -> bytes:
    """Rename, lose, repeat or empty parts of an archive, or turn its slashes over."""
    parts = _parts(raw)
    if not parts:
        return raw
    name = draw.choice(list(parts))
    which = draw.randrange(6)
    if which == 0:
        del parts[name]
    elif which == 1:
        parts[draw.choice((name.upper(), name + "x", "../" + name, "/" + name))] = parts.pop(name)
    elif which == 2:
        parts = {one.replace("/", "\\"): content for one, content in parts.items()}
    elif which == 3:
        parts[name] = b""
    elif which == 4:
        parts[name], other = parts[draw.choice(list(parts))], parts[name]
        parts[draw.choice(list(parts))] = other
    else:
        return _twice(parts, name, draw)
    return zipped(parts)


def _twice(parts: Mapping[str, bytes], name: str, draw: random.Random) -> bytes:
    """Return an archive with two parts of one name, which Python would warn of."""
    other = "~" * len(name)
    raw = zipped({**parts, other: draw.choice((b"", parts[name][: len(parts[name]) // 2]))})
    return raw.replace(other.encode(), name.encode())


def _parts(raw: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return {one: archive.read(one) for one in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        return {}
    except (RuntimeError, KeyError):
        return {}


_XML: Final[Mapping[bytes, tuple[bytes, ...]]] = {
    rb'<dimension ref="[^"]*"': (
        b'<dimension ref="A1"',
        b'<dimension ref="A1:XFD1048576"',
        b'<dimension ref="B7:A1"',
        b'<dimension ref="A0:ZZZZ99999999"',
        b'<dimension ref=""',
    ),
    rb'<c r="[A-Z]+\d+"': (
        b'<c r="XFD1048576"',
        b'<c r="A99999999999"',
        b'<c r="ZZZZZ1"',
        b'<c r="A0"',
        b'<c r="1A"',
        b'<c r=""',
        b"<c",
        b'<c r="a3"',
    ),
    rb'<row r="\d+"': (b'<row r="1048577"', b'<row r="0"', b'<row r="-1"', b"<row", b'<row r="2"'),
    rb't="s"': (b't="str"', b't="b"', b't="e"', b't="d"', b't="x"', b't="n"', b't="inlineStr"'),
    rb' s="\d+"': (b' s="99999"', b' s="-1"', b' s="x"'),
    rb"<v>[^<]*</v>": (
        b"<v>99999999</v>",
        b"<v>-1</v>",
        b"<v></v>",
        b"<v>1e999</v>",
        b"<v>NaN</v>",
        b"<v>2958466</v>",
        b"<v>-700000</v>",
        b"<v>x</v>",
        b"<v>12345678901234567890</v>",
        b"<v/>",
        b"<v>1</v><v>2</v>",
    ),
    rb"<t[^>]*>[^<]*</t>": (b"<t/>", b"<t>&#0;</t>", b"<t>&none;</t>", b"<t>a</t><t>b</t>", b""),
    rb'<mergeCell ref="[^"]*"': (
        b'<mergeCell ref="A1:XFD1048576"',
        b'<mergeCell ref="C9:A1"',
        b'<mergeCell ref="A1"',
        b'<mergeCell ref="x:y"',
        b'<mergeCell ref="A2:A1048576"',
    ),
    rb'Target="[^"]*"': (
        b'Target="none.xml"',
        b'Target=""',
        b'Target="../../../etc/passwd"',
        b'Target="workbook.xml"',
        b'Target="worksheets\\sheet1.xml"',
        b'Target="http://localhost/x"',
    ),
    rb'r:id="[^"]*"': (b'r:id="rId999"', b'r:id=""', b""),
    rb'<sheet name="[^"]*"': (b'<sheet name=""', b'<sheet name="=1"', b"<sheet"),
    rb'numFmtId="\d+"': (b'numFmtId="14"', b'numFmtId="9999"', b'numFmtId="x"'),
    rb'formatCode="[^"]*"': (
        b'formatCode="[$-804]yyyy"',
        b'formatCode="General"',
        b'formatCode=""',
    ),
    rb"<workbookPr": (b'<workbookPr date1904="1"', b'<workbookPr date1904="x"'),
    rb'repeated="\d+"': (b'repeated="1048576"', b'repeated="0"', b'repeated="-1"', b'repeated="x"'),
    rb'value-type="string"': (
        b'value-type="float" office:value="1e400"',
        b'value-type="date" office:date-value="2026-13-45"',
        b'value-type="date" office:date-value="99999-01-01T00:00:00"',
        b'value-type="time" office:time-value="PT26H30M"',
        b'value-type="time" office:time-value="P1Y"',
        b'value-type="percentage" office:value="0.5"',
        b'value-type="boolean" office:boolean-value="x"',
        b'value-type="currency" office:value="x"',
        b'value-type=""',
    ),
    rb"<\?xml": (b'<!DOCTYPE a [<!ENTITY b "c">]><?xml', b"<?xml version='9'?><?xml", b" <?xml"),
    rb'encoding="UTF-8"': (b'encoding="UTF-16"', b'encoding="gb2312"', b'encoding="none"'),
    rb"<sheetData>": (b"<sheetData>" + b"<a>" * 20_000, b"<sheetData><row/>", b"<sheetData/>"),
    rb"</row>": (b"", b"</row></row>", b"</row><row/><row><c/></row>"),
    rb' xmlns="[^"]*"': (b"", b' xmlns="urn:x"'),
}
"""What is looked for in the XML of a workbook, and what may be put in its place."""


def odd_xml(raw: bytes, draw: random.Random) -> bytes:
    """Change the XML of a workbook in one place, or everywhere."""
    parts = _parts(raw)
    fits = [
        (name, pattern)
        for name, content in parts.items()
        if name.endswith((".xml", ".rels"))
        for pattern in _XML
        if re.search(pattern, content)
    ]
    if not fits:
        return raw
    for _ in range(draw.choice((1, 1, 3))):
        name, pattern = draw.choice(fits)
        new = draw.choice(_XML[pattern])
        places = list(re.finditer(pattern, parts[name]))
        if not places:
            continue
        if draw.random() < 0.3:
            parts[name] = new.join(re.split(pattern, parts[name]))
        else:
            one = draw.choice(places)
            parts[name] = parts[name][: one.start()] + new + parts[name][one.end() :]
    return zipped(parts)


def flipped_part(raw: bytes, draw: random.Random) -> bytes:
    """Harm a part of an archive, the sums of which are right again."""
    parts = _parts(raw)
    if not parts:
        return raw
    name = draw.choice(list(parts))
    parts[name] = draw.choice(BYTES)(parts[name], draw)
    return zipped(parts)


ZIPS: Final = (odd_xml, odd_xml, odd_xml, odd_xml, odd_parts, wrong_sums, flipped_part)
