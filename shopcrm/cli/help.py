"""Help in both languages: commands carry label keys, and here the words are put in."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

from shopcrm.labels import Lang, has, t

_LANG: list[Lang] = ["zh"]
"""Language of the help being printed; set once, before the commands are built."""


class _Translated:
    """Puts the words of help that Typer itself writes into the owner's language."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        usage: str = super().get_usage(ctx)  # type: ignore[misc]
        return usage.replace("Usage:", t("help.usage", _LANG[0]))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help, with Typer's own remarks on options in the owner's language."""
        from typer import rich_utils

        rich_utils.Columns = _folding()  # type: ignore[attr-defined]
        rich_utils.REQUIRED_LONG_STRING = t("help.required", _LANG[0])
        rich_utils.DEFAULT_STRING = t("help.default", _LANG[0])
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option ``--help``."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = t("help.help", _LANG[0])
            option.rich_help_panel = t("help.panel_options", _LANG[0])
            _without_type(option)
        return option


class Command(_Translated, TyperCommand):
    """A command with help in the owner's language."""


class Group(_Translated, TyperGroup):
    """A group of commands with help in the owner's language."""


def _folding() -> Any:
    """Return what never cuts the help of an option: Chinese has no spaces for a line to break."""
    from rich.columns import Columns
    from rich.text import Text

    def folding(items: Any) -> Any:
        for one in items:
            if isinstance(one, Text):
                one.overflow = "fold"
        return Columns(items)

    return folding


def _without_type(param: Any) -> None:
    """Leave out Typer's name of a type (``<bool>``, ``<path>``), which tells an owner nothing."""
    param.display_type_rich = lambda ctx: None  # noqa: ARG005  called by that name


def translate(command: Any, lang: Lang) -> None:
    """Replace the label keys in a command's help, and in those below it, by their words.

    Args:
        command: what Typer made of the functions; its help texts are names under ``help``.
        lang: language to use.
    """
    _LANG[0] = lang
    command.help = t(f"help.{command.help}", lang)
    command.rich_help_panel = t("help.panel_commands", lang)
    command.options_metavar = t("help.options_word", lang)
    if hasattr(command, "subcommand_metavar"):
        command.subcommand_metavar = t("help.command_word", lang)
    for param in command.params:
        kind = "arguments" if param.param_type_name == "argument" else "options"
        param.rich_help_panel = t(f"help.panel_{kind}", lang)
        key = f"help.{param.help if has(f'help.{param.help}') else param.name}"
        param.help = t(key, lang)
        if kind == "arguments" and has(f"help.metavar_{param.name}"):
            param.metavar = t(f"help.metavar_{param.name}", lang)
        if kind == "arguments" or param.metavar is None:
            _without_type(param)
    for child in getattr(command, "commands", {}).values():
        translate(child, lang)
