"""The owner's TOML files: however Windows saved them, and whatever is wrong in them."""

from __future__ import annotations

import codecs
import datetime as dt
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopcrm.errors import PolicyError
from shopcrm.labels import LANGS, t
from shopcrm.toml_file import LARGEST, read_toml
from shopcrm.toml_text import as_toml, line_of
from tests.making import examples

TEXT = '[shop]\nname = "云眠家纺"\n'
CAUSES: list[tuple[str, str, int, dict[str, object]]] = [
    # Chinese punctuation
    ("\nkind = “orders”", "toml_mark", 2, {"mark": "“", "plain": '"'}),
    ('\nkind = "orders”', "toml_mark", 2, {"mark": "”", "plain": '"'}),
    ("kind = ‘orders’", "toml_mark", 1, {"mark": "‘", "plain": "'"}),
    ('kind ＝ "orders"', "toml_mark", 1, {"mark": "＝", "plain": "="}),
    ('kind： "orders"', "toml_mark", 1, {"mark": "：", "plain": "="}),
    ('kind: "orders"', "toml_mark", 1, {"mark": ":", "plain": "="}),
    ('a = ["b"，"c"]', "toml_mark", 1, {"mark": "，", "plain": ","}),
    ('a = ["b"、"c"]', "toml_mark", 1, {"mark": "、", "plain": ","}),
    ('a = ["b”, "c"]', "toml_mark", 1, {"mark": "”", "plain": '"'}),
    ('a = [\n  "b"，\n  "c",\n]', "toml_mark", 2, {"mark": "，"}),
    ("【shop】", "toml_mark", 1, {"mark": "【", "plain": "["}),
    ("［shop］", "toml_mark", 1, {"mark": "［", "plain": "["}),
    ("days = ６０", "toml_mark", 1, {"mark": "６", "plain": "6"}),
    ("＃ a remark", "toml_mark", 1, {"mark": "＃", "plain": "#"}),
    ("kind\u3000= 1", "toml_space", 1, {}),
    ("kind =\u3000", "toml_space", 1, {}),
    # what is missing
    ('a = 1\nb = "c', "toml_quote", 2, {}),
    ('b = c"', "toml_quote", 1, {}),
    ("b = '''c\nd = 1", "toml_quote", 1, {}),
    ('a = ["b", "c"\n[shop]', "toml_bracket", 1, {"mark": "[", "other": "]"}),
    ('a = ["b", "c",\n[shop]', "toml_bracket", 1, {"mark": "["}),
    ('a = ["b", "c",\nd = 1', "toml_bracket", 1, {"mark": "["}),
    ('a = ["b"\nd = 1', "toml_bracket", 1, {"mark": "["}),
    ('\na = ["b"', "toml_bracket", 2, {"mark": "["}),
    ("\n[shop\nname = 1", "toml_bracket", 2, {"mark": "[", "other": "]"}),
    ("\nshop]\nname = 1", "toml_bracket", 2, {"mark": "]", "other": "["}),
    ('a = ["b" "c"]', "toml_comma", 1, {"after": '"b"'}),
    ('a = [\n"b"\n"c"\n]', "toml_comma", 2, {"after": '"b"'}),
    ("a = { b = 1,\nc = 2 }", "toml_one_line", 1, {}),
    ("a = {\nb = 1\n}", "toml_one_line", 1, {}),
    ("a = { b = 1", "toml_one_line", 1, {}),
    ("a = ", "toml_no_value", 1, {}),
    ("a = \nb = 1", "toml_no_value", 1, {}),
    ("a = # later", "toml_no_value", 1, {}),
    ('kind "orders"', "toml_no_equals", 1, {}),
    ("a = 1\n这是说明", "toml_no_equals", 2, {}),
    ("// a remark", "toml_no_equals", 1, {}),
    # words as they are
    ("a = orders", "toml_word", 1, {"word": "orders", "better": '"orders"'}),
    ("a = 订单", "toml_word", 1, {"word": "订单", "better": '"订单"'}),
    ("a = [b, c]", "toml_word", 1, {"word": "b", "better": '"b"'}),
    ("a = True", "toml_word", 1, {"word": "True", "better": "true"}),
    ('买家 = "a"', "toml_word", 1, {"word": "买家", "better": '"买家"'}),
    ('a = { 买家 = "a" }', "toml_word", 1, {"word": "买家", "better": '"买家"'}),
    ('付款 时间 = "a"', "toml_word", 1, {"word": "付款"}),
    # too much
    ('a = "b";', "toml_rest", 1, {"rest": ";"}),
    ('a = "b",', "toml_rest", 1, {"rest": ","}),
    ('a = "b" c = 1', "toml_rest", 1, {"rest": "c = 1"}),
    ("a = 60天", "toml_rest", 1, {"rest": "天"}),
    ("[a]]", "toml_rest", 1, {"rest": "]"}),
    ('a = "D:\\shop"', "toml_slash", 1, {}),
    ('a = "C:\\Users"', "toml_slash", 1, {}),
    # twice
    ("[a]\nb = 1\nc = 2\nb = 3", "toml_twice", 4, {"key": "a.b", "first": 2}),
    ("[a]\nb = 1\n[c]\n[a]\n", "toml_twice", 4, {"key": "a", "first": 1}),
    ("a = { b = 1, b = 2 }", "toml_twice", 1, {"key": "a.b", "first": 1}),
    ("a = 1\n[a]\n", "toml_twice", 2, {"key": "a", "first": 1}),
    # what nobody foresaw
    ("a = 1\nb = 2026-02-31", "not_toml", 2, {}),
    ("a = " + "9" * 5000, "not_toml", 1, {}),
]


def refused(folder: Path, raw: bytes) -> PolicyError:
    path = folder / "x.toml"
    path.write_bytes(raw)
    with pytest.raises(PolicyError) as caught:
        read_toml(path)
    for lang in LANGS:  # neither language wants what is not told
        for part in ("error", "hint"):
            assert t(f"{part}.{caught.value.key}", lang).format(**caught.value.values)
    return caught.value


@pytest.mark.parametrize(("text", "key", "line", "told"), CAUSES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_causes(
    tmp_path: Path, text: str, key: str, line: int, told: dict[str, object], newline: str
) -> None:
    """What is wrong in a text is told in the owner's words, with the line to be corrected."""
    error = refused(tmp_path, text.replace("\n", newline).encode())
    assert (error.key, error.values["line"]) == (key, line)
    assert {name: error.values[name] for name in told} == told


@examples(150)
@given(st.data())
def test_whatever_is_wrong_is_one_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A text with signs put in and taken away is read or is one PolicyError in one of its lines."""
    text = '# 店\na = ["b", "买家"]\n[c]\n"d" = { e = 1, f = \'g\' }\n[[h]]\ni = """j\nk"""\n'
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        put = data.draw(st.sampled_from([*"\"'[]{}=,.#\\\n“，　买1a", "", '"""']))
        text = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    path = tmp_path_factory.mktemp("toml") / "x.toml"
    path.write_text(text, "utf-8")
    try:
        data_read, _ = read_toml(path)
    except PolicyError as error:
        assert 1 <= int(str(error.values["line"])) <= text.count("\n") + 1  # noqa: PT017
    else:
        assert data_read == tomllib.loads(text)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("gb18030", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, mark: bytes, newline: str) -> None:
    """A file is read however Notepad saved it: UTF-8, ANSI or Unicode."""
    path = tmp_path / "x.toml"
    path.write_bytes(mark + TEXT.replace("\n", newline).encode(encoding))
    assert read_toml(path) == ({"shop": {"name": "云眠家纺"}}, TEXT)


@pytest.mark.parametrize("raw", [TEXT.encode("utf-16-le"), b"PK\x03\x04\0\0", b"a = '\xff\xff'"])
def test_no_text(tmp_path: Path, raw: bytes) -> None:
    """What is in no encoding that Notepad writes is refused, not read with gaps."""
    assert refused(tmp_path, raw).key == "settings_encoding"


def test_large(tmp_path: Path) -> None:
    """A file that nobody can have written is refused before it is parsed."""
    assert refused(tmp_path, b"#" * (LARGEST + 1)).key == "settings_size"


def test_only_brackets(tmp_path: Path) -> None:
    """Brackets within brackets without end are refused at once."""
    assert refused(tmp_path, b"a = " + b"[" * 100_000).key == "toml_bracket"


def test_folder_and_nothing(tmp_path: Path) -> None:
    """A folder of that name, and no file, are told apart."""
    (tmp_path / "x.toml").mkdir()
    for name, key in (("x.toml", "settings_folder"), ("y.toml", "policy_unreadable")):
        with pytest.raises(PolicyError) as caught:
            read_toml(tmp_path / name)
        assert caught.value.key == key


def test_line_of() -> None:
    """The line of a key is that in its own section; of what has none, that of what holds it."""
    text = """a = { "b" = 1, c.d = [
  "x", # [not]
  "y" ] }
[e]
x = 1
[f.g]
"x" = '''
[e]
x = 3'''
y = 2
[[h]]
i = 1
[[h]]
i = 2
"""
    lines = {
        ("a",): 1,
        ("a", "b"): 1,
        ("a", "c", "d", 0): 2,
        ("a", "c", "d", 1): 3,
        ("e",): 4,
        ("e", "x"): 5,
        ("f", "g", "x"): 7,
        ("f", "g", "y"): 10,
        ("h",): 11,
        ("h", 1, "i"): 14,
        ("e", "nothing"): 4,
        ("nothing",): 1,
    }
    assert {keys: line_of(text, *keys) for keys in lines} == lines


def test_as_toml() -> None:
    """A value is shown as TOML has it, and not at any length."""
    values = ['买"家', 1, 1.5, False, [], {}, ["a", {"b": [True], "中": 2}]]
    for value in values:
        assert tomllib.loads(f"a = {as_toml(value)}") == {"a": value}
    assert as_toml([dt.date(2026, 11, 1)]) == "[2026-11-01]"
    assert len(as_toml(["a"] * 1000)) < 100
