"""The owner's TOML files, read however Windows saved them, or told what is wrong in them."""

from __future__ import annotations

import codecs
import tomllib
from typing import TYPE_CHECKING, Any, Final

from shopcrm.errors import PolicyError
from shopcrm.toml_trouble import trouble

if TYPE_CHECKING:
    from pathlib import Path

LARGEST: Final = 1_000_000
"""Bytes; nobody writes so much by hand. No setting, for it guards the reading of the settings."""

_BOMS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",  # what old Notepad calls Unicode
    codecs.BOM_UTF16_BE: "utf-16",
}
_CANDIDATES: Final = ("utf-8", "gb18030")
"""Without a mark: UTF-8, else what Notepad calls ANSI on a Chinese Windows."""


def read_toml(path: Path) -> tuple[dict[str, Any], str]:
    """Return a TOML file of the owner's as data and as text with plain line ends.

    UTF-8, UTF-16 with its mark, and GBK are read: the owner edits this file on Windows.

    Raises:
        PolicyError: it cannot be read, or is no TOML: then with the line and what is wrong there.
    """
    text = _text(path)
    try:
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:
        raise trouble(path, text, error) from error


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise PolicyError("settings_folder", path=path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise PolicyError("policy_unreadable", path=path) from error
    if len(raw) > LARGEST:
        raise PolicyError("settings_size", path=path, limit=LARGEST // 1_000)
    marked = [encoding for bom, encoding in _BOMS.items() if raw.startswith(bom)]
    for encoding in marked or _CANDIDATES:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise PolicyError("settings_encoding", path=path)
