"""The labels: complete, alike in both languages, all used, and right in a GBK console."""

from __future__ import annotations

import ast
import re
import tomllib
import unicodedata
from functools import cache

import pytest

from docs.source import ROOT, calls, exit_code, patterns, raised, trees, words
from shopcrm.contacts.audience import KIND as ON_DEMAND
from shopcrm.contacts.holidays import HOLIDAYS
from shopcrm.contacts.kinds import KINDS
from shopcrm.contacts.rules import RULES
from shopcrm.errors import error_classes
from shopcrm.labels import LANGS, labels, names
from shopcrm.policy import defaults
from shopcrm.sources.layouts import FIELDS, built_in
from shopcrm.sources.problems import SEVERITIES
from shopcrm.tables import (
    CHANNELS,
    OUTCOMES,
    RESULTS,
    STAGES,
    STANDING_KINDS,
    STATUSES,
    TAGS,
    TEAMS,
)

PLATFORMS = {one.platform or "" for one in built_in()}
"""Named by the layouts."""

ONLY_CHINESE = {
    f"honorific.{name}"
    for name in ("compound_surnames", "known_titles", "business", "female", "male")
} | {f"birthday.{name}" for name in names("birthday")}
"""Titles that English does without, and how Chinese birthdays are written."""

ONLY_IN_SHEETS = {"overview.title"}

PROGRAM_NAMES = {
    "stage": STAGES,
    "tag": TAGS,
    "status": STATUSES,
    "result": RESULTS,
    "field": FIELDS,
    "problem": SEVERITIES,
    "kind": [*KINDS, ON_DEMAND],
    "channel": CHANNELS,
    "held": (*RULES, "due", "settled", "lapsed", "later", "one_a_day", "bought_lately"),
    "holiday": (*HOLIDAYS, "mark"),
    "standing": STANDING_KINDS,
    "team": TEAMS,
    "team_also": ["owner"],
    "outcome": OUTCOMES,
    "remedy": SEVERITIES,
    "policy": [key.replace(".", "_") for key in defaults()],
}
OF_TYPER = {"help", "version", "install_completion", "show_completion"}
"""Options that Typer adds; their help is asked for by name."""

ERRORS = [cls.__name__ for cls in error_classes()]
HOLE = "(.+)"


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def literal(pattern: str) -> str | None:
    """Return the text that a pattern stands for, None where a part of it is filled in."""
    return None if HOLE in pattern else re.sub(r"\\(.)", r"\1", pattern)


def test_a_label_has_both_languages() -> None:
    """Every label has Chinese and English and nothing else, and neither is empty by mistake."""
    for key, told in labels().items():
        assert set(told) == set(LANGS), key
        assert told["zh"].strip(), key
        assert told["en"].strip() or key in ONLY_CHINESE, key


def test_both_languages_have_the_same_placeholders() -> None:
    """What is filled in stands in both languages."""
    for key, told in labels().items():
        assert placeholders(told["zh"]) == placeholders(told["en"]), key


def test_a_label_is_right_in_a_gbk_console() -> None:
    """Every character can be shown in cp936, and is as wide there as everywhere else."""
    for key in labels().keys() - ONLY_IN_SHEETS:
        for text in labels()[key].values():
            assert text.encode("cp936", errors="replace").decode("cp936") == text, key
            assert not {char for char in text if unicodedata.east_asian_width(char) == "A"}, key


def test_every_label_that_is_asked_for_exists() -> None:
    """A key that the package names is in labels.toml."""
    wrong = [
        f"{call.place} {pattern}"
        for call in calls("t")
        for pattern in call.patterns
        if literal(pattern) not in labels()
        and not any(re.fullmatch(pattern, key) for key in labels())
    ]
    wrong += [
        f"{call.place} {section}"
        for call in calls("names", "find")
        for section in call.patterns
        if not names(section)
    ]
    assert not wrong


def test_every_label_is_used() -> None:
    """A label that nothing in the package can name is deleted."""
    assert not [key for key in labels() if not is_used(key)]


def test_every_value_that_a_label_wants_is_given() -> None:
    """A label that is filled where it is asked for gets all that it mentions."""
    wrong = []
    for call in calls("t"):
        for key in filter(None, map(literal, call.patterns if call.values else ())):
            missing = placeholders(labels()[key]["zh"]) - (call.values or set())
            wrong += [f"{call.place} {key} {sorted(missing)}"] if missing else []
    assert not wrong


def test_every_error_gets_what_its_words_mention() -> None:
    """Who raises an error gives every value that its message and its hint mention."""
    wrong = []
    for call in calls(*ERRORS):
        for key in call.patterns if call.values is not None else ():
            told = [labels()[f"{part}.{key}"]["zh"] for part in ("error", "hint")]
            missing = set[str]().union(*map(placeholders, told)) - (call.values or set())
            wrong += [f"{call.place} {key} {sorted(missing)}"] if missing else []
    assert not wrong


def test_every_error_has_a_message_and_a_hint() -> None:
    """What can go wrong is said, and what to do; nothing else is."""
    assert not raised().keys() - set(names("error"))
    assert set(names("error")) == set(names("hint"))


@pytest.mark.parametrize("key", names("error"))
def test_a_message_ends_with_one_exit_code(key: str) -> None:
    """The same message never ends with two exit codes, and none is left that nobody raises."""
    assert exit_code(key) > 1


@pytest.mark.parametrize("section", PROGRAM_NAMES)
def test_every_name_of_the_program_has_a_label(section: str) -> None:
    """Stages, tags, statuses, results, fields, problems and settings all have their words."""
    assert set(names(section)) == set(PROGRAM_NAMES[section])


def is_used(key: str) -> bool:
    section, _, name = key.partition(".")
    if key in texts() or section in listed_sections():
        return True
    # Other words for the labels of a section are looked for wherever its own are.
    if section.removesuffix("_also") in handed_sections() and is_word(name):
        return True
    found = (one.fullmatch(key) for one in formed(dotted=True))
    return any(all(map(is_word, match.groups())) for match in found if match)


@cache
def is_word(text: str) -> bool:
    """Tell whether the package can fill a hole in a key with this."""
    if text in known_words():
        return True
    found = (one.fullmatch(text) for one in formed(dotted=False))
    return any(all(part in known_words() for part in match.groups()) for match in found if match)


@cache
def texts() -> frozenset[str]:
    return frozenset(filter(None, map(literal, patterns())))


@cache
def formed(*, dotted: bool) -> list[re.Pattern[str]]:
    """Return the patterns that begin with a word and have a part that is filled in."""
    found = (one for one in patterns() if HOLE in one and re.match(r"[a-z_]+\\?[._]", one))
    return [re.compile(one) for one in sorted(found) if (r"\." in one) == dotted]


@cache
def known_words() -> frozenset[str]:
    """Return every text and name in the package, and the words that others hand to it."""
    numbers = {str(number) for number in range(10)}
    return frozenset(
        set[str]().union(
            *map(words, trees().values()), numbers, OF_TYPER, PROGRAM_NAMES["policy"], PLATFORMS
        )
    )


@cache
def listed_sections() -> frozenset[str]:
    """Return the sections of which all labels are asked for at once."""
    return frozenset(section for call in calls("names", "find") for section in call.patterns)


@cache
def handed_sections() -> frozenset[str]:
    """Return the sections that are handed to functions: ``worded(names, "stage", lang)``."""
    functions = {
        node.name
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "section" in {arg.arg for arg in node.args.args}
    }
    return frozenset(
        argument.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in functions
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    )


def test_file_is_one_toml() -> None:
    """The file is read section by section; read as a whole it says the same."""
    whole = tomllib.loads((ROOT / "shopcrm" / "labels.toml").read_text("utf-8"))
    flat = {
        f"{part}.{name}": words for part, names in whole.items() for name, words in names.items()
    }
    assert flat == labels()
