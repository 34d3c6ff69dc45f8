"""The commands by name, and the one boundary where errors become messages and exit codes."""

from __future__ import annotations

import gc
import importlib
import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Any, Final, NoReturn

import typer

from shopcrm import __version__
from shopcrm.cli.command import command
from shopcrm.cli.help import Command, Group, translate
from shopcrm.cli.run import LANG_VARIABLE
from shopcrm.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_OK, InputError, ShopcrmError, UsageError
from shopcrm.labels import LANGS, Lang, has, t
from shopcrm.policy import SHOP_FILE, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = (
    "init",
    "inspect",
    "segment",
    "callbacks",
    "done",
    "customer",
    "moves",
    "whatif",
    "cohorts",
    "effect",
    "audience",
    "products",
    "backtest",
    "policy",
)
"""Each is a function of its own name in a module of its own name."""

EXPORT: Final = "export"
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    EXPORT: ("qianniu",),
    "promise": ("add", "list", "kept"),
    "suggestion": ("add", "list", "decide", "told"),
    "optout": ("add", "list", "remove"),
}
"""Commands with commands below them: functions ``GROUP_NAME`` in the module ``GROUP``.

An export is a function of its own name in a module ``export_NAME``.
"""

_DEBUG: Final = "SHOPCRM_DEBUG"
# Typer keeps its parser's base class of usage errors to itself.
_PARSER_ERROR: Final[type[Exception]] = typer.BadParameter.__mro__[1]


def build(lang: Lang, only: str = "") -> Any:
    """Return the command line with its help in one language.

    Args:
        lang: language of the help.
        only: a command, or a word with commands below it, when no other is asked for: to make
            them all takes longer than many a command does.
    """
    app = typer.Typer(cls=Group, help="app", no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback()(_root)
    for name in COMMANDS:
        if only in ("", name):
            app.command(name, cls=Command, help=name)(_function(name, name))
    for group, names in GROUPS.items():
        if only in ("", group):
            app.add_typer(_group(group, names), name=group, help=group)
    built = typer.main.get_command(app)
    translate(built, lang)
    return built


def _group(group: str, names: Sequence[str]) -> typer.Typer:
    """Return a word of the command line with the commands below it."""
    below = typer.Typer(cls=Group, help=group, no_args_is_help=True)
    for name in names:
        full = f"{group}_{name}"
        if group == EXPORT:
            below.command(name, cls=Command, help=name)(_function(full, name))
        else:
            below.command(name, cls=Command, help=full)(_function(group, full))
    return below


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every way out is an exit code of docs/exit-codes.md."""
    # A short life with few cycles: looking for them at every 700th object is a tenth of a run.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that a GBK console cannot show
    given = list(sys.argv[1:] if arguments is None else arguments)
    lang = _language(given)
    words = _lang_last(given)
    only = words[0] if words and words[0] in {*COMMANDS, *GROUPS} else ""
    try:
        code = build(lang, only).main(words, prog_name="shopcrm", standalone_mode=False)
    except ShopcrmError as error:
        code = _fail(error, lang)
    except _PARSER_ERROR as error:
        # A bare `shopcrm` has printed its help already; there is nothing wrong to tell.
        code = EXIT_OK if not str(error).strip() else _fail(_usage(error), lang)
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough; what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_OK
    except MemoryError:
        code = _fail(InputError("out_of_memory"), lang)
    except Exception as error:  # noqa: BLE001  an owner shall never see a traceback
        code = _bug(error, lang)
    sys.exit(code if isinstance(code, int) else EXIT_OK)


def program() -> NoReturn:
    """Run the command line as a process of its own, whose end is not waited for.

    Taking a million orders apart, which nobody will ask for again, takes longer than many commands.
    """
    try:
        main()
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):  # whoever read it has gone
                stream.flush()
        os._exit(end.code if isinstance(end.code, int) else EXIT_BUG)


def _show_version(wanted: bool) -> None:  # noqa: FBT001  Typer calls it so
    if wanted:
        typer.echo(f"shopcrm {__version__}")
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", help="version", is_eager=True, callback=_show_version)
]


def _root(*, version: _Version = False) -> None:
    """Take the options that stand before a command."""


def _function(module: str, name: str) -> Any:
    return command(getattr(importlib.import_module(f"shopcrm.cli.{module}"), name))


def _language(given: Sequence[str]) -> Lang:
    """Return the language before anything is parsed, for help and for errors.

    ``shop.toml`` is looked into for this one line only; whether it is right is said later.
    """
    words: list[str] = []
    for at, word in enumerate(given):
        if word == "--lang":
            words += given[at + 1 : at + 2]
        elif word.startswith("--lang="):
            words.append(word.partition("=")[2])
    words.append(os.environ.get(LANG_VARIABLE, ""))
    try:
        with open(SHOP_FILE, encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            words += re.findall(r'^\s*lang\s*=\s*"(\w+)"', file.read(), re.MULTILINE)
    except OSError:
        pass
    for word in words:
        for lang in LANGS:
            if word == lang:
                return lang
    return LANGS[0]


def _lang_last(given: Sequence[str]) -> list[str]:
    """Let ``--lang`` stand anywhere: it goes to the command, or away where help is asked for."""
    rest: list[str] = []
    moved: list[str] = []
    words = iter(given)
    for word in words:
        if word == "--lang":
            moved = [word, next(words, "")]
        else:
            rest.append(word)
    below = {name for names in GROUPS.values() for name in names}
    has_command = any(word in {*COMMANDS, *below} for word in rest)
    return [*rest, *moved] if has_command and "--help" not in rest else rest


def _usage(error: Exception) -> UsageError:
    """Return the parser's complaint as ours: the parser speaks English only."""
    message = str(error)
    if (option := getattr(error, "option_name", None)) and "requires an argument" in message:
        return UsageError("missing_argument", name=f"{option} ...")
    if option:
        near = ", ".join(getattr(error, "possibilities", None) or [])
        return UsageError("no_option", option=option, near=_near(near))
    if found := re.match(r"No such command '([^']*)'", message):
        near = did_you_mean(found[1], [*COMMANDS, *GROUPS, *GROUPS[EXPORT]])
        return UsageError("no_command", command=found[1], near=_near(near))
    parameter = getattr(error, "param", None)
    if type(error).__name__ == "MissingParameter" and parameter is not None:
        return UsageError("missing_argument", name=parameter.metavar or parameter.name)
    if parameter is not None and (wanted := _number(parameter)) is not None:
        return wanted
    detail = getattr(error, "format_message", lambda: message)()
    return UsageError("bad_option", detail=detail)


def _number(parameter: Any) -> UsageError | None:
    """Return which numbers an option takes; None of an option that takes none."""
    option = max(parameter.opts, key=len)
    low, high = getattr(parameter, "min", None), getattr(parameter, "max", None)
    if low is None:
        return None
    if high is None:
        return UsageError("number_from", option=option, low=low)
    return UsageError("number_between", option=option, low=low, high=high)


def _near(word: str) -> str:
    return f"{word}? " if word else ""


def _fail(error: ShopcrmError, lang: Lang) -> int:
    """Print an error's message and what to do, and return its exit code."""
    message = t(f"error.{error.key}", lang).format(**error.values)
    print(message, file=sys.stderr)  # noqa: T201
    if has(f"hint.{error.key}"):
        hint = t(f"hint.{error.key}", lang).format(**error.values)
        print(f"  {hint}", file=sys.stderr)  # noqa: T201
    if os.environ.get(_DEBUG):
        raise error
    return error.exit_code


def _bug(error: Exception, lang: Lang) -> int:
    if os.environ.get(_DEBUG):
        raise error
    detail = f"{type(error).__name__}: {error}"
    _fail(UsageError("bug", detail=detail[:300]), lang)
    return EXIT_BUG
