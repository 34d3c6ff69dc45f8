"""Ids that mean nothing without the key: the same customer has the same one in every copy."""

from __future__ import annotations

import hmac
import re
import secrets
from typing import TYPE_CHECKING, Final, Literal

from shopcrm.errors import InputError
from shopcrm.lettered import lettered
from shopcrm.outputs.write import Artifact, write_all

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["C", "O"]
"""C: a customer. O: an order."""

PSEUDONYM: Final = re.compile(r"([CO])-[a-p]{16}")
_KEY: Final = re.compile(r"[0-9a-f]{64}")
_KEY_BYTES: Final = 32
_OWNER_ALONE: Final = 0o600


class Pseudonyms:
    """The pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, kind: Kind, key: str) -> str:
        """Return the pseudonym of a customer's or an order's key, as ``C-`` and 16 letters.

        The first 64 bits of an HMAC-SHA-256: without the key nobody can try ids until one fits,
        and among a million customers two agree once in 37 million shops. Letters alone, for Excel
        makes numbers of some texts with digits.
        """
        digest = hmac.digest(self._key, f"{kind}\0{key}".encode("utf-8", "replace"), "sha256")
        return f"{kind}-{lettered(digest[:8].hex())}"


def kept_key(path: Path) -> bytes | None:
    """Return the key in a file; None where there is no such file.

    Raises:
        InputError: ``mask_key``: it holds no key. It is never replaced: copies that are out
            already would no longer agree with new ones. ``unreadable``.
    """
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError("unreadable", path=path.name) from error
    except UnicodeDecodeError:
        text = ""
    if not _KEY.fullmatch(text):
        raise InputError("mask_key", path=path)
    return bytes.fromhex(text)


def new_key(path: Path) -> bytes:
    """Make a key of the system's randomness, and keep it in a file that only its owner may read.

    Raises:
        OutputError: as :func:`shopcrm.outputs.write.write_all`.
    """
    key = secrets.token_bytes(_KEY_BYTES)

    def render(target: Path) -> None:
        target.chmod(_OWNER_ALONE)  # before there is anything to read in it
        target.write_text(f"{key.hex()}\n", "ascii")

    write_all([Artifact(path, render)], force=False)
    return key
