"""Passwords: from a file, or typed in where somebody sits at the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from shopcrm.cli.passwords import ask, passwords_in
from shopcrm.errors import InputError
from shopcrm.policy import load_policy
from tests.cli.conftest import Call
from tests.making import order, sheet_of, write_xlsx
from tests.sources.opening.locking import agile

POLICY = load_policy(None)


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    plain = write_xlsx(tmp_path / "plain" / "a.xlsx", sheet_of([order(1), order(2)]))
    path = tmp_path / "locked.xlsx"
    path.write_bytes(agile(plain.read_bytes(), "密码 9"))
    return path


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> list[str]:
    """Sit at the terminal and type these words; returns the questions in the end."""
    asked: list[str] = []
    left = list(words)

    def prompt(text: str, **how: object) -> str:
        assert how["hide_input"]
        assert how["err"]
        asked.append(text)
        return left.pop(0)

    monkeypatch.setattr("typer.prompt", prompt)
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    return asked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_file(tmp_path: Path, encoding: str, newline: str) -> None:
    """A password file is read however Notepad saved it; spaces belong to the password."""
    path = tmp_path / "密码.txt"
    path.write_bytes(f"密码 9{newline}{newline} b {newline}".encode(encoding))
    assert passwords_in(path) == ("密码 9", " b ")


def test_file_without_password(tmp_path: Path) -> None:
    """A password file that is missing or blank says so."""
    (tmp_path / "a.txt").write_bytes(b"\r\n")
    for name, key in (("a.txt", "no_password"), ("b.txt", "unreadable")):
        with pytest.raises(InputError) as caught:
            passwords_in(tmp_path / name)
        assert caught.value.key == key


def test_command(locked: Path, call: Call) -> None:
    """With the right password a command works; else it says what is wrong and what to do."""
    told = locked.with_name("密码.txt")
    told.write_text("密码 9\n", "utf-8")
    assert call("inspect", locked, "--password-file", told).code == 0
    answer = call("inspect", locked)
    assert answer.code == 3
    assert "--password-file" in answer.err
    told.write_text("Geheim77\n", "utf-8")
    answer = call("inspect", locked, "--password-file", told)
    assert answer.code == 3
    assert "密码不对" in answer.err
    assert "Geheim77" not in answer.err + answer.out


def test_password_file_is_no_table(locked: Path, call: Call) -> None:
    """The password file is never read as a table, also when it lies among them."""
    told = locked.with_name("密码.txt")
    told.write_text("密码 9\n", "utf-8")
    answer = call("inspect", locked.parent, "--password-file", told)
    assert answer.code == 0
    assert "密码.txt" not in answer.out + answer.err


def test_typed(
    locked: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who sits at the terminal is asked, told of a slip, and asked again, once for all files."""
    other = locked.with_name("other.xlsx")
    other.write_bytes(locked.read_bytes())
    asked = typed(monkeypatch, "wrong", "密码 9")
    assert ask([locked, other], POLICY, "en") == ("wrong", "密码 9")
    assert len(asked) == 2
    assert "locked.xlsx" in asked[0]
    told = capsys.readouterr()
    assert "is wrong" in told.err
    assert "密码 9" not in told.err + told.out


def test_typed_nothing(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who presses Enter, or is wrong three times, goes on without."""
    typed(monkeypatch, "")
    assert ask([locked], POLICY, "zh") == ()
    asked = typed(monkeypatch, "1", "2", "3", "4")
    assert ask([locked], POLICY, "zh") == ("1", "2", "3")
    assert len(asked) == 3


def test_nobody_there(locked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked where there is no terminal, and for files that are open."""
    asked = typed(monkeypatch)
    assert ask([locked.parent / "plain" / "a.xlsx"], POLICY, "zh") == ()
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    assert ask([locked], POLICY, "zh") == ()
    assert not asked
