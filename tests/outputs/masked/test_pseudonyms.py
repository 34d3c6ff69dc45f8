"""Pseudonyms and their key."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import InputError, OutputError
from shopcrm.outputs.masked import PSEUDONYM, Pseudonyms, kept_key, new_key

if TYPE_CHECKING:
    from pathlib import Path

ONE, OTHER = Pseudonyms(bytes(32)), Pseudonyms(b"\1" * 32)


@given(st.text(), st.text())
def test_a_pseudonym_is_the_keys(one: str, two: str) -> None:
    """Under one key ids have the same pseudonym if they are the same; under another, another."""
    found = ONE.of("C", one)
    assert PSEUDONYM.fullmatch(found)
    assert (ONE.of("C", two) == found) == (one == two)
    assert OTHER.of("C", one) != found
    assert ONE.of("O", one)[1:] != found[1:]


def test_the_key_is_kept(tmp_path: Path) -> None:
    """A key is random, is found again, is its owner's alone, and is never written over."""
    path = tmp_path / "mask.key"
    assert kept_key(path) is None
    key = new_key(path)
    assert kept_key(path) == key
    assert new_key(tmp_path / "other.key") != key
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OutputError):
        new_key(path)
    assert kept_key(path) == key
    assert sorted(each.name for each in tmp_path.iterdir()) == ["mask.key", "other.key"]


@pytest.mark.parametrize("content", [b"", b"0" * 63, "钥匙".encode("gbk"), b"g" * 64])
def test_a_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """A key that is none is told, and never replaced by a new one in silence."""
    path = tmp_path / "mask.key"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        kept_key(path)
    assert caught.value.key == "mask_key"
    assert path.read_bytes() == content
