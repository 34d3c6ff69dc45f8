"""The manual: complete, up to date, and true."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from docs import generate, parts
from docs.source import ROOT, trees
from shopcrm.cli import main
from shopcrm.errors import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_PROBLEMS,
    error_classes,
)
from shopcrm.labels import names
from shopcrm.policy import defaults
from shopcrm.sources.cells.repairs import REPAIRS
from shopcrm.sources.layouts import FIELDS, REFUND_WORDS, STATUS_WORDS, Layout, built_in
from shopcrm.sources.problems import SEVERITIES

PAGES = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in generate.pages()}
IN_ENGLISH = "README.md"
"""It shows the commands of README.zh-CN.md once more, on the whole example shop."""

QUICK = "shopcrm inspect"
"""Of what the program prints on the example shop, this is compared in every run."""

COSTLY = "layout table"
"""Reads every header list, changed in every way."""

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
MACHINE_PATH = re.compile(r"(?<![\w.~<>/:*）])/(?:[a-z_][\w.-]*/)+[\w.-]*|\b[A-Za-z]:\\")


def listed(page: str) -> set[str]:
    """Return what stands as code in the first column of the tables of a page."""
    return set(re.findall(r"^\| `([^`]+)` \|", PAGES[page], re.MULTILINE))


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE)


def command_lines(text: str) -> list[str]:
    """Return the command lines that a page shows."""
    shown = [line for _, block in FENCE.findall(text) for line in block.splitlines()]
    shown += re.findall(r"`(shopcrm [^`]+)`", FENCE.sub("", text))
    shown += re.findall(r"^<!-- output: (.+) -->$", text, re.MULTILINE)
    return [line for line in shown if line.startswith("shopcrm ")]


def generated() -> Iterator[Any]:
    """Yield page and text of every part that is generated, what costs whole runs marked slow."""
    for page, text in PAGES.items():
        for part in generate.MARK.finditer(text):
            what = part["what"]
            whole_run = part["kind"] == "output" and (page == IN_ENGLISH or QUICK not in what)
            marks = pytest.mark.slow if whole_run or what == COSTLY else ()
            yield pytest.param(part[0], marks=marks, id=f"{page}: {what}")


@pytest.mark.parametrize("part", [*generated()])
def test_the_generated_parts_are_up_to_date(part: str) -> None:
    """What the source says, and what the program prints, is what the page says: run make docs."""
    assert generate.filled(part) == part


@pytest.mark.parametrize("page", PAGES)
def test_every_marker_is_closed(page: str) -> None:
    """A generated part has a beginning and an end, so that none is passed over."""
    begun = re.findall(r"^<!-- (?:generated|output): ", PAGES[page], re.MULTILINE)
    assert len(begun) == len(generate.MARK.findall(PAGES[page])) == PAGES[page].count(generate.END)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is(page: str) -> None:
    """Below its title every page has one line that says what it is."""
    title, blank, line, *_ = PAGES[page].splitlines()
    assert title.startswith("# ")
    assert not blank
    assert line.startswith("This page") == (not page.startswith("README"))
    assert line.endswith((".", "。"))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """A relative link names a file that exists, and a heading in it."""
    for link in LINK.findall(FENCE.sub("", PAGES[page])):
        if link.startswith("https://"):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / page).parent / name if name else ROOT / page
        assert target.exists(), link
        if anchor:
            anchors = {
                word.lower().replace(" ", "-") for word in headings(target.read_text("utf-8"))
            }
            assert anchor in anchors, link


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_no_path_of_a_machine(page: str) -> None:
    """No page knows where its writer's files are."""
    assert not MACHINE_PATH.findall(re.sub(r"https://\S+", "", PAGES[page]))


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_shown_exists(page: str) -> None:
    """A command that a page shows is one of the program's, with options that it has."""
    known = parts.commands()
    top = {"--help", "--version", "--install-completion", "--show-completion"}
    for line in command_lines(PAGES[page]):
        words = shlex.split(line)[1:]
        name = next((n for n in known if words[: len(n.split())] == n.split()), None)
        allowed = top if name is None else parts.options(known[name][0])
        assert name is not None or words[0] in top, line
        assert {word.partition("=")[0] for word in words if re.match("-+[a-z]", word)} <= allowed


def test_every_command_has_a_section() -> None:
    """docs/commands.md has a section, and an example, for each command and nothing else."""
    found = re.findall(r"^## (.+)$", PAGES["docs/commands.md"], re.MULTILINE)
    assert found == list(dict.fromkeys(found))
    assert set(found) == set(parts.commands())
    for name in found:
        section = PAGES["docs/commands.md"].partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert any(line.startswith(f"shopcrm {name}") for line in command_lines(section))


def test_every_command_has_the_shared_options() -> None:
    """Day, language, settings, JSON, strictness and force are options of every command."""
    for pair in parts.commands().values():
        shared = {"--today", "--lang", "--policy", "--json", "--strict", "--force"}
        assert shared <= parts.options(pair[0])


def test_every_setting_is_documented() -> None:
    """docs/policy.md has every key of policy.toml and no other."""
    assert listed("docs/policy.md") == set(defaults())


def test_every_layout_is_documented() -> None:
    """docs/layouts.md has every built-in layout, every field and every meaning of a word."""
    assert {one.name for one in built_in()} <= set(headings(PAGES["docs/layouts.md"]))
    vocabulary = {*FIELDS, *STATUS_WORDS, *REFUND_WORDS}
    assert vocabulary <= listed("docs/layouts.md")


def test_every_exit_code_is_documented() -> None:
    """docs/exit-codes.md has every number that the program can end with and no other."""
    page = PAGES["docs/exit-codes.md"]
    found = {int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    ours = {cls.exit_code for cls in error_classes()}
    assert found == {EXIT_OK, EXIT_PROBLEMS, EXIT_BUG, EXIT_INTERRUPTED} | ours


def test_no_code_stands_for_two_classes() -> None:
    """An exit code says which kind of error it was."""
    codes = [cls.exit_code for cls in error_classes()]
    assert len(codes) == len(set(codes))


def test_every_error_and_problem_is_documented() -> None:
    """docs/errors.md has every message and every kind of problem."""
    assert listed("docs/errors.md") == {*names("error"), *SEVERITIES}


def test_every_repair_is_documented() -> None:
    """docs/reading.md has every kind of repair."""
    assert set(REPAIRS) <= listed("docs/reading.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page: str) -> None:
    """A test that a page names is there."""
    for name, test in TEST.findall(PAGES[page]):
        assert f"\ndef {test}(" in (ROOT / name).read_text("utf-8"), test


def test_every_line_of_the_reader_is_held_by_a_test() -> None:
    """Whatever docs/reading.md says that the reader meets, it names a test that holds it."""
    tables = re.findall(r"^\| met \|.*\n(?:\|.*\n)+", PAGES["docs/reading.md"], re.MULTILINE)
    lines = [line for table in tables for line in table.splitlines()[2:]]
    assert len(lines) > 50
    assert [line for line in lines if not TEST.search(line)] == []


def test_the_rooms_of_the_architecture_exist() -> None:
    """Every module that docs/architecture.md names is there; the first rooms are whole."""
    named = re.findall(
        r"`((?:tables|sources|customers|segments|products|contacts|outputs|cli)/[\w/.]*)`",
        PAGES["docs/architecture.md"],
    )
    for name in named:
        assert (ROOT / "shopcrm" / name).exists() or "NAME" in name, name
    assert {path.split("/")[1] for path in trees() if path.count("/") == 2} <= {
        name.split("/")[0] for name in named
    }
    for folder in ("sources", "customers", "products"):
        modules = (ROOT / "shopcrm" / folder).rglob("[!_]*.py")
        paths = {module.relative_to(ROOT / "shopcrm").as_posix() for module in modules}
        assert paths <= set(named)


def test_every_key_of_a_layout_is_shown() -> None:
    """The file that docs/layouts.md shows has every key that a layout can have and no other."""
    section = PAGES["docs/layouts.md"].partition("## The file\n")[2]
    (shown,) = (block for kind, block in FENCE.findall(section.partition("\n## ")[0]) if kind)
    known = {one.name for one in fields(Layout)} - {"name"} | {"like"}
    assert set(tomllib.loads(shown)) == known


def test_the_example_of_an_own_layout_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The layout that docs/layouts.md shows reads the file that it shows."""
    section = PAGES["docs/layouts.md"].partition("## A layout of your own\n")[2]
    blocks = dict(FENCE.findall(section.partition("\n## ")[0]))
    (tmp_path / "layouts").mkdir()
    (tmp_path / "layouts" / "sales.toml").write_text(blocks["toml"], "utf-8")
    (tmp_path / "sales.csv").write_text(blocks["csv"], "utf-8")
    (tmp_path / "shop.toml").write_text('[shop]\nlang = "en"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHOPCRM_LANG", raising=False)
    with pytest.raises(SystemExit) as end:
        main(["segment", "sales.csv", "--json", "--today", "2026-11-20"])
    assert end.value.code == 0
    assert '"net_sales": "427.90"' in capsys.readouterr().out


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_short(name: str) -> None:
    """A README has at most 150 lines beside what the program prints."""
    written = re.sub(
        r"^<!-- output: .*?^<!-- end -->$", "", PAGES[name], flags=re.MULTILINE | re.DOTALL
    )
    assert len(written.splitlines()) <= 150
