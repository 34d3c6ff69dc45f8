"""The generated parts of the manual: each a function that returns Markdown."""

from __future__ import annotations

import ast
import json
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from docs.contact_table import contact_kinds
from docs.layout_table import layout_table, layouts, platforms
from docs.markdown import code, table
from docs.source import PACKAGE, exit_code
from shopcrm.cli.app import build
from shopcrm.errors import (
    EXIT_BUG,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_PROBLEMS,
    error_classes,
)
from shopcrm.labels import LANGS, labels, names, t
from shopcrm.policy import defaults
from shopcrm.segments.own.words import facts
from shopcrm.sources.cells.repairs import REPAIRS
from shopcrm.sources.layouts import CLOSED_ANY, FIELDS, KINDS, REFUND_WORDS, STATUS_WORDS
from shopcrm.sources.problems import SEVERITIES
from shopcrm.tables import (
    CUSTOMERS,
    ORDERS,
    RATINGS,
    SEGMENTS,
    STATUSES,
    Column,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable

HELP: Final = "--help"


_READ_AS: Final = {
    "id": "text, compared without case, width and blanks; a masked one is missing",
    "phone": "digits; a masked one is missing",
    "email": "text in lower case; a masked one is missing",
    "name": "text; a masked one is missing",
    "text": "text as written",
    "time": "day or moment, in any usual way of writing it",
    "last_time": "the same; of several in one cell the last",
    "money": "amount, kept in hundredths of its currency",
    "whole": "whole number",
}
_REFUND_MEANINGS: Final = {
    "open": "asked for and not settled: no after-sale contact meanwhile",
    "done": "the money went back",
    "none": "no refund, or one that was called off",
}
_RATING_MEANINGS: Final = {
    "good": "content",
    "neutral": "so-so: asked what was wrong",
    "bad": "not content: asked what was wrong, and no after-sale contact meanwhile",
}
_STATUS_MEANINGS: Final = {
    **STATUSES,
    CLOSED_ANY: "closed, and the word does not say when: settled by pay time, refund and reason",
}


def both(key: str) -> list[str]:
    """Return a label in Chinese and in English."""
    return [t(key, lang) for lang in LANGS]


@cache
def commands() -> dict[str, list[Any]]:
    """Return every command by its full name: as built in Chinese, and in English."""
    found: dict[str, list[Any]] = {}
    for lang in LANGS:
        for name, command in build(lang).commands.items():
            inner = getattr(command, "commands", None)
            for tail, one in inner.items() if inner else (("", command),):
                found.setdefault(f"{name} {tail}".strip(), []).append(one)
    return found


def options(command: Any) -> set[str]:
    """Return every option of a command, ``--help`` too."""
    return {opt for param in command.params for opt in param.opts if opt.startswith("-")} | {HELP}


def shared_options() -> str:
    """Return the options that every command has."""
    built = commands()
    return _parameters(next(iter(built.values())), _shared())


def command(name: str) -> str:
    """Return usage, help and own parameters of one command."""
    one = commands()[name]
    own = {param.name for param in one[0].params} - _shared()
    usage = " ".join(
        ["shopcrm", name, "[OPTIONS]", *map(_usage, _ordered(one[1], "argument", own))]
    )
    lines = [f"    {usage}", "", *(f"{built.help}  " for built in one)]
    lines[-1] = lines[-1].rstrip()
    return "\n".join([*lines, "", _parameters(one, own)] if own else lines)


def policy() -> str:
    """Return every threshold: key, default, meaning."""
    return table(
        ("key", "default", "中文", "English"),
        (
            [code(key), code(json.dumps(value, ensure_ascii=False)), *both(_policy_label(key))]
            for key, value in defaults().items()
        ),
    )


def exit_codes() -> str:
    """Return every exit code."""
    rows: list[tuple[object, object, object]] = [
        (EXIT_OK, "", "All went well."),
        (EXIT_PROBLEMS, "", _docstring("EXIT_PROBLEMS")),
    ]
    rows += [
        (cls.exit_code, code(cls.__name__), _plain(cls.__doc__ or "")) for cls in error_classes()
    ]
    rows.append((EXIT_BUG, "", _docstring("EXIT_BUG")))
    rows.append((EXIT_INTERRUPTED, "", _docstring("EXIT_INTERRUPTED")))
    return table(("code", "class", "meaning"), rows)


def errors() -> str:
    """Return every message with its hint and its exit code, by exit code."""
    keys = sorted(names("error"), key=exit_code)
    rows = []
    for key in keys:
        hints = both(f"hint.{key}") if f"hint.{key}" in labels() else ["", ""]
        pairs = zip(both(f"error.{key}"), hints, strict=True)
        words = [f"{text}<br>{hint}" for text, hint in pairs]
        rows.append([code(key), exit_code(key), *words])
    return table(("key", "exit", "中文", "English"), rows)


def problems() -> str:
    """Return every kind of problem with a row, and what to do about it."""
    rows = []
    for kind in sorted(SEVERITIES):
        pairs = zip(both(f"problem.{kind}"), both(f"remedy.{kind}"), strict=True)
        words = [f"{text}<br>{remedy}" for text, remedy in pairs]
        rows.append([code(kind), SEVERITIES[kind], *words])
    return table(("kind", "severity", "中文", "English"), rows)


def fields() -> str:
    """Return every field that a layout can fill."""
    return table(
        ("field", "中文", "read as"),
        ([code(name), t(f"field.{name}", "zh"), _READ_AS[kind]] for name, kind in FIELDS.items()),
    )


def status_words() -> str:
    """Return what a status word can mean."""
    rows = [[code(name), _STATUS_MEANINGS[name]] for name in STATUS_WORDS]
    return table(("status", "meaning"), rows)


def refund_words() -> str:
    """Return what a refund status word can mean."""
    return table(("word", "meaning"), ([code(w), _REFUND_MEANINGS[w]] for w in REFUND_WORDS))


def kinds() -> str:
    """Return what a file can be."""
    return table(("kind", "meaning"), ([code(name), text] for name, text in KINDS.items()))


def rating_words() -> str:
    """Return what a word of a review can mean."""
    return table(("word", "meaning"), ([code(w), _RATING_MEANINGS[w]] for w in RATINGS))


def rooms(modules: str) -> str:
    """Return what each of some modules is for, as its own first line says.

    Args:
        modules: a folder of the package, and names of modules in it.
    """
    folder, *found = modules.split()
    rows = []
    for name in found:
        tree = ast.parse((PACKAGE / folder / f"{name}.py").read_text("utf-8"))
        rows.append([code(f"{folder}/{name}.py"), _plain(ast.get_docstring(tree) or "")])
    return table(("room", "what is done there"), rows)


def repairs() -> str:
    """Return every kind of repair, as inspect names it."""
    return table(
        ("repair", "中文", "English"),
        ([code(name), *both(f"repair.{name}")] for name in REPAIRS),
    )


def columns(name: str) -> str:
    """Return the fields of a table of the program, as JSON names them."""
    prefix, one, skipped = _COLUMNS[name]
    return table(("field", "meaning"), _rows(one, prefix, skipped))


_COLUMNS: Final[dict[str, tuple[str, Table, set[str]]]] = {
    "customers": ("", CUSTOMERS, {"customer"}),
    "segments": ("", SEGMENTS, {"customer", "tags"}),
    "orders": ("order_list[].", ORDERS, {"customer"}),
}
"""Tables whose columns JSON shows: before their names, and without which."""


def rule_facts() -> str:
    """Return what a rule of [[segments]] can ask of each customer."""
    return table(
        ("fact", "also", "kind", "meaning"),
        (
            [code(first), ", ".join(map(code, others)), kind, meaning]
            for (first, *others), kind, meaning in facts()
        ),
    )


PARTS: Final[dict[str, Callable[..., str]]] = {
    "contact kinds": contact_kinds,
    "shared options": shared_options,
    "command": command,
    "policy": policy,
    "exit codes": exit_codes,
    "errors": errors,
    "problems": problems,
    "fields": fields,
    "status words": status_words,
    "refund words": refund_words,
    "kinds": kinds,
    "rating words": rating_words,
    "layout table": layout_table,
    "platforms": platforms,
    "repairs": repairs,
    "rooms": rooms,
    "layouts": layouts,
    "columns": columns,
    "rule facts": rule_facts,
}
"""The generated parts by the name that stands in their marker; what follows it is an argument."""


def _meaning(name: str, column: Column) -> str:
    """Return a column's meaning as JSON has it."""
    if name == "file":
        return "name of the file"
    return column.meaning + ("; yuan" if name.endswith("_fen") else "")


def _rows(one: Table, prefix: str, skipped: set[str]) -> list[list[str]]:
    return [
        [code(prefix + name.removesuffix("_fen")), _meaning(name, column)]
        for name, column in one.items()
        if name not in skipped
    ]


def _shared() -> set[str]:
    per_command = [{param.name for param in one[0].params} for one in commands().values()]
    return set.intersection(*per_command)


def _ordered(command: Any, kind: str, wanted: set[str]) -> list[Any]:
    return [p for p in command.params if p.param_type_name == kind and p.name in wanted]


def _usage(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    several = "..." if argument.nargs == -1 else ""
    return f"{name}{several}" if argument.required else f"[{name}]{several}"


def _parameters(pair: list[Any], wanted: set[str]) -> str:
    rows = []
    for kind in ("argument", "option"):
        twins = (_ordered(one, kind, wanted) for one in pair)
        for in_chinese, in_english in zip(*twins, strict=True):
            rows.append([code(_spelled(in_chinese)), in_chinese.help, in_english.help])
    return table(("parameter", "中文", "English"), rows)


def _spelled(param: Any) -> str:
    if param.param_type_name == "argument":
        return _usage(param)
    opts = sorted(param.opts, key=len)
    value = param.metavar or opts[-1].lstrip("-").upper()
    return ", ".join(opts) + ("" if param.is_flag else f" {value}")


def _policy_label(key: str) -> str:
    return f"policy.{key.replace('.', '_')}"


def _docstring(constant: str) -> str:
    """Return the text below a constant of errors.py."""
    body = ast.parse((PACKAGE / "errors.py").read_text("utf-8")).body
    for node, below in pairwise(body):
        named = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == constant
        if named and isinstance(below, ast.Expr):
            return _plain(str(ast.literal_eval(below.value)))
    raise LookupError(constant)


def _plain(docstring: str) -> str:
    """Return the first line of a docstring as Markdown."""
    return docstring.splitlines()[0].replace("``", "`")
