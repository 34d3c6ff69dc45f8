"""What the source says about itself: which class raises which error, which labels it uses.

Read with :mod:`ast`, so that the pages and the tests follow the code without a list by hand.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from shopcrm.errors import EXIT_BUG, ShopcrmError, error_classes
from shopcrm.labels import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "shopcrm"
BUG: Final = "bug"
"""The one message that is no error of the owner's; it ends with EXIT_BUG."""


class Call(NamedTuple):
    """A call that names a label or a message: where, by which patterns, with which values.

    Attributes:
        function: name of what is called.
        patterns: regular expressions of the keys it can name, one group for each unknown part;
            empty where the source does not say.
        values: names of the values given; None where they cannot be told.
    """

    place: str
    function: str
    patterns: tuple[str, ...]
    values: frozenset[str] | None


@cache
def trees() -> dict[str, ast.Module]:
    """Return the package's modules by their path."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def calls(*names: str) -> Iterator[Call]:
    """Yield every call of a function or class of these names that has an argument."""
    for path, name, node in _named_calls():
        if name in names:
            patterns_of = tuple(_patterns(node.args[0]))
            yield Call(f"{path}:{node.lineno}", name, patterns_of, _values(node))


@cache
def _named_calls() -> list[tuple[str, str, ast.Call]]:
    """Return path, name and call: looked for once, as many ask for them."""
    return [
        (path, node.func.id, node)
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args
    ]


@cache
def raised() -> dict[str, set[type[ShopcrmError]]]:
    """Return the classes that raise each error, by the key of its message.

    A key that a function is handed (``denied="locked"``) counts for the classes that the function
    is said to raise with it: the one class whose other keys stand in the same module.
    """
    classes = {cls.__name__: cls for cls in error_classes()}
    found: dict[str, set[type[ShopcrmError]]] = defaultdict(set)
    handed: dict[str, set[type[ShopcrmError]]] = defaultdict(set)
    for call in calls(*classes):
        for pattern in call.patterns:
            found[re.sub(r"\\(.)", r"\1", pattern)].add(classes[call.function])
        if not call.patterns:
            handed[call.place.partition(":")[0]].add(classes[call.function])
    for path, raising in handed.items():
        for word in words(trees()[path]):
            if f"error.{word}" in labels() and word not in found:
                found[word] |= raising
    return dict(found)


def exit_code(key: str) -> int:
    """Return the exit code that a message ends with.

    Raises:
        LookupError: no class, or more than one, raises it.
    """
    if key == BUG:
        return EXIT_BUG
    codes = {cls.exit_code for cls in raised().get(key, ())}
    if len(codes) != 1:
        raise LookupError("message, exit codes", key, sorted(codes))
    return codes.pop()


def words(tree: ast.AST) -> set[str]:
    """Return every text, and every name of a function, an argument or a keyword, in a module."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


@cache
def patterns() -> frozenset[str]:
    """Return a pattern of every text in the package, one group for each part that is filled in."""
    return frozenset(
        pattern
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for pattern in _patterns(node)
    )


def _patterns(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        parts = (
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)"
            for part in node.values
        )
        yield "".join(parts)
    elif isinstance(node, ast.IfExp):
        yield from _patterns(node.body)
        yield from _patterns(node.orelse)


def _values(node: ast.Call) -> frozenset[str] | None:
    given = [keyword.arg for keyword in node.keywords]
    return None if None in given else frozenset(str(name) for name in given)
