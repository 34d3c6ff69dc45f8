"""The labels: complete, alike in both languages, all used, and right in a GBK console."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from functools import cache

import pytest

from docs.source import calls, exit_code, key_patterns, raised, trees, words
from shopcrm.errors import error_classes
from shopcrm.labels import LANGS, labels, names
from shopcrm.policy import defaults
from shopcrm.sources.layouts import FIELDS
from shopcrm.sources.problems import SEVERITIES
from shopcrm.tables import RESULTS, STAGES, STATUSES, TAGS

ONLY_CHINESE = {
    f"honorific.{name}"
    for name in ("compound_surnames", "known_titles", "business", "female", "male")
}
"""Titles that English does without."""

ONLY_IN_SHEETS = {"overview.title"}

PROGRAM_NAMES = {
    "stage": STAGES,
    "tag": TAGS,
    "status": STATUSES,
    "result": RESULTS,
    "field": FIELDS,
    "problem": SEVERITIES,
    "remedy": SEVERITIES,
    "policy": [key.replace(".", "_") for key in defaults()],
}
ERRORS = [cls.__name__ for cls in error_classes()]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", labels())
def test_a_label_has_both_languages(key: str) -> None:
    """Every label has Chinese and English and nothing else, and neither is empty by mistake."""
    words_of = labels()[key]
    assert set(words_of) == set(LANGS)
    assert words_of["zh"].strip()
    assert words_of["en"].strip() or key in ONLY_CHINESE


@pytest.mark.parametrize("key", labels())
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    """What is filled in stands in both languages."""
    words_of = labels()[key]
    assert placeholders(words_of["zh"]) == placeholders(words_of["en"])


@pytest.mark.parametrize("key", sorted(labels().keys() - ONLY_IN_SHEETS))
def test_a_label_is_right_in_a_gbk_console(key: str) -> None:
    """Every character can be shown in cp936, and is as wide there as everywhere else."""
    for text in labels()[key].values():
        assert text.encode("cp936")
        assert not [char for char in text if unicodedata.east_asian_width(char) == "A"]


def test_every_label_that_is_asked_for_exists() -> None:
    """A key that the package names is in labels.toml."""
    wrong = [
        f"{call.place} {pattern}"
        for call in calls("t")
        for pattern in call.patterns
        if not any(re.fullmatch(pattern, key) for key in labels())
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
        for pattern in call.patterns if call.values else ():
            for key in labels():
                if re.fullmatch(pattern, key) and call.values is not None:
                    missing = placeholders(labels()[key]["zh"]) - call.values
                    wrong += [f"{call.place} {key} {sorted(missing)}"] if missing else []
    assert not wrong


def test_every_error_gets_what_its_words_mention() -> None:
    """Who raises an error gives every value that its message and its hint mention."""
    wrong = []
    for call in calls(*ERRORS):
        for key in call.patterns if call.values is not None else ():
            told = [labels().get(f"{part}.{key}", {"zh": ""})["zh"] for part in ("error", "hint")]
            missing = set().union(*map(placeholders, told)) - (call.values or set())
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
    missing = set(PROGRAM_NAMES[section]) - set(names(section))
    assert not missing
    if section in ("policy", "problem", "remedy", "stage", "tag", "result"):
        assert set(PROGRAM_NAMES[section]) == set(names(section))


def is_used(key: str) -> bool:
    section, _, name = key.partition(".")
    if section in PROGRAM_NAMES:
        return name in PROGRAM_NAMES[section]
    if section in handed_sections() and name in known_words():
        return True
    for pattern in key_patterns():
        found = None if pattern.startswith("(") else re.fullmatch(pattern, key)
        if found and all(hole in known_words() for hole in found.groups()):
            return True
    return section == "script" or (section in ("error", "hint") and name in raised() | {"bug": ()})


@cache
def known_words() -> frozenset[str]:
    """Return every text and name in the package: what a hole in a key can be filled with."""
    known = set().union(*map(words, trees().values()))
    numbers = {str(number) for number in range(10)}
    return frozenset(known | numbers | set(raised()) | {"bug"})


@cache
def handed_sections() -> frozenset[str]:
    """Return the sections that are handed to functions, such as ``worded(names, "stage", lang)``."""
    functions = {
        node.name: node
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and {"section", "name"} & {arg.arg for arg in node.args.args}
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
