"""A drafted layout as TOML for its owner to edit: each part explained, cells shown beside it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from shopcrm.labels import Lang, t
from shopcrm.outputs.write import Artifact
from shopcrm.sources import layouts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from shopcrm.sources.drafting.draft import Draft
    from shopcrm.sources.drafting.guess import Column

_NOT_IN_A_NAME: Final = re.compile(r"[^\w()-]+")
_NAME_LENGTH: Final = 60
_NOT_ON_WINDOWS: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_EXAMPLE_LENGTH: Final = 20
_MOBILE: Final = re.compile(r"(?<!\d)(1[3-9]\d)\d{6}(\d\d)(?!\d)")
_PRIVATE: Final = ("buyer", "name", "address", "email")
"""Fields whose example cells are cut short: a layout is handed on, customers are not."""

_NOWHERE: Final = "?"
"""Header that stands for one still to be filled in: no file has it."""


def layout_file(draft: Draft, path: Path, lang: Lang) -> Artifact:
    """Return the draft as a file."""
    text = layout_text(draft, path.stem, lang)

    def render(to: Path) -> None:
        # As shop.toml: Notepad of older Windows wants the mark to read UTF-8, and CRLF.
        to.write_text(text, encoding="utf-8-sig", newline="\r\n")

    return Artifact(path, render)


def layout_name(path: Path) -> str:
    """Return a name for the layout of a file that every system takes: ``订单 (1).csv`` to 订单_(1).

    >>> from pathlib import Path
    >>> layout_name(Path("a/2026.11 订单*.xlsx")), layout_name(Path("con.csv"))
    ('2026_11_订单', 'con_')
    """
    name = _NOT_IN_A_NAME.sub("_", path.stem)[:_NAME_LENGTH].strip("_") or "layout"
    return f"{name}_" if _NOT_ON_WINDOWS.fullmatch(name) else name


def layout_text(draft: Draft, title: str, lang: Lang) -> str:
    """Return the draft as TOML that loads, with its comments in one language."""
    parts = [
        _top(draft, title, lang),
        _columns(draft, lang),
        _words(draft, "status", draft.status, layouts.STATUS_WORDS, lang),
        _words(draft, "refund_status", draft.refund_status, layouts.REFUND_WORDS, lang),
        _ratings(draft),
        _defaults(draft, lang),
    ]
    return "\n".join(line for part in parts for line in part)


def draft_data(draft: Draft) -> dict[str, Any]:
    """Return the draft for ``--json``."""
    return {
        "file": draft.path.name,
        "sheet": draft.sheet,
        "encoding": draft.encoding,
        "header_row": draft.header_row,
        "layout": draft.known.name if draft.known else None,
        "kind": draft.kind,
        "platform": draft.platform,
        "required": list(draft.required),
        "missing": [list(group) for group in draft.missing],
        "mapped": {
            name: [column.header for column in columns] for name, columns in draft.columns.items()
        },
        "why": dict(draft.why),
        "unmapped": [column.header for column in draft.unmapped],
        "status": dict(draft.status),
        "refund_status": dict(draft.refund_status),
        "defaults": dict(draft.defaults),
        "grain": draft.grain,
        "fill_down": list(draft.fill_down),
    }


def missing_fields(draft: Draft, lang: Lang) -> list[str]:
    """Return what was not found and is needed, each as the owner calls it."""
    either = t("draft.or", lang)
    return [either.join(_field(name, lang) for name in group) for group in draft.missing]


def _top(draft: Draft, title: str, lang: Lang) -> Iterator[str]:
    place = {"file": _plain(draft.path.name), "row": draft.header_row, "encoding": draft.encoding}
    yield from _comment(t("draft.top", lang, **place))
    if draft.known:
        known = f"{draft.known.title[lang]} ({draft.known.name})"
        yield from _comment(t("draft.known", lang, layout=known))
    yield ""
    yield from _comment(t("draft.kind", lang))
    width = max(map(len, layouts.KINDS))
    for kind in layouts.KINDS:
        yield f"#   {kind:{width}}  {t(f'file_kind.{kind}', lang)}"
    yield f"kind = {_quoted(draft.kind)}"
    if draft.platform is not None:
        yield ""
        yield from _comment(t("draft.platform", lang, known=_platforms()))
        yield f"platform = {_quoted(draft.platform)}"
    yield ""
    yield from _comment(t("draft.title", lang))
    yield f"title = {{ zh = {_quoted(title)}, en = {_quoted(title)} }}"
    yield ""
    yield from _comment(t("draft.required", lang))
    yield f"required = {_listed(draft.required or ('buyer',))}"
    yield from _as_known(draft)
    if draft.grain != layouts.GRAINS[0]:
        yield from _comment(t("draft.grain", lang))
        yield f"grain = {_quoted(draft.grain)}"
    if draft.fill_down:
        yield from _comment(t("draft.fill_down", lang))
        yield f"fill_down = {_listed(draft.fill_down)}"
    for group in draft.missing:
        names = t("draft.or", lang).join(f"{name} ({_field(name, lang)})" for name in group)
        yield from _comment(t("draft.missing", lang, fields=names))
    yield ""


def _as_known(draft: Draft) -> Iterator[str]:
    """Yield what only the layout that knows the file can say."""
    known = draft.known
    if known is None:
        return
    for key, headers in (("not_with", known.not_with), ("only_with", known.only_with)):
        if headers:
            yield f"{key} = {_listed(sorted(headers))}"
    if known.order_day:
        yield f"order_day = {_quoted(known.order_day)}"


def _platforms() -> str:
    return ", ".join(sorted({one.platform for one in layouts.built_in() if one.platform}))


def _columns(draft: Draft, lang: Lang) -> Iterator[str]:
    yield from _comment(t("draft.columns", lang))
    yield "[columns]"
    for name, columns in draft.columns.items():
        why = t(f"draft.why_{draft.why[name]}", lang)
        shown = _examples(columns, name, lang)
        yield from _comment(t("draft.column", lang, field=_field(name, lang), why=why) + shown)
        yield f"{name} = {_listed(column.header for column in columns)}"
    for group in draft.missing:
        for name in group:
            yield from _comment(t("draft.fill_in", lang, field=_field(name, lang)))
            yield f"# {name} = {_listed([_NOWHERE])}"
    if not draft.columns:
        yield f"buyer = {_listed([_NOWHERE])}"
    yield ""
    if draft.unmapped:
        yield from _comment(t("draft.unmapped", lang))
        for column in draft.unmapped:
            yield f"#   {_quoted(column.header)}{_examples([column], '', lang)}"
        yield ""
    yield from _comment(t("draft.others", lang))
    others = [name for name in _fields_like(draft) if name not in draft.columns]
    yield from (f"#   {name}  {_field(name, lang)}" for name in others)
    yield ""


def _fields_like(draft: Draft) -> list[str]:
    """Return the fields that layouts of the same kind fill, in their usual order."""
    same = [one for one in layouts.built_in() if one.kind == draft.kind]
    names = {name for one in same for name in one.columns}
    return [name for name in layouts.FIELDS if name in names or not same]


def _words(
    draft: Draft,
    section: str,
    words: Mapping[str, str | None],
    meanings: Iterable[str],
    lang: Lang,
) -> Iterator[str]:
    """Yield a section of words: a word without a guess is a comment with what it may mean."""
    if not words:
        return
    yield from _comment(t(f"draft.{section}", lang))
    for meaning in meanings:
        yield f"#   {meaning}  {t(f'draft_word.{meaning}', lang)}"
    yield f"[{section}]"
    for word, guess in words.items():
        line = f"{_quoted(word)} = {_quoted(guess or _NOWHERE)}"
        number = draft.words.get(word, 0)
        times = f"  # {t('draft.times', lang, number=f'{number:,}')}" if number else ""
        yield f"{line}{times}" if guess else f"# {line}{times} {t('draft.unsure', lang)}"
    yield ""


def _ratings(draft: Draft) -> Iterator[str]:
    if draft.rating:
        yield "[rating]"
        yield from (f"{_quoted(word)} = {_quoted(to)}" for word, to in draft.rating.items())
        yield ""


def _defaults(draft: Draft, lang: Lang) -> Iterator[str]:
    if not draft.defaults:
        return
    yield from _comment(t("draft.defaults", lang))
    yield "[defaults]"
    for name, value in draft.defaults.items():
        yield f"{name} = {_quoted(value)}"
    yield ""


def _field(name: str, lang: Lang) -> str:
    return t(f"field.{name}", lang)


def _examples(columns: Iterable[Column], field: str, lang: Lang) -> str:
    cells = [_example(cell, field) for column in columns for cell in column.cells]
    mark = t("draft.example", lang)
    return mark + " | ".join(dict.fromkeys(cells)) if cells else ""


def _example(cell: str, field: str) -> str:
    text = _MOBILE.sub(r"\1******\2", _plain(cell))
    limit = min(_EXAMPLE_LENGTH, -(-len(text) // 2)) if field in _PRIVATE else _EXAMPLE_LENGTH
    return text if len(text) <= limit else f"{text[:limit]}.."


def _plain(text: str) -> str:
    """Return a text that fits in a comment: one line, nothing that TOML refuses."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _comment(text: str) -> list[str]:
    return [f"# {line}".rstrip() for line in text.split("\n")]


def _quoted(text: str) -> str:
    """Return a text as TOML's basic string, which JSON's is but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"
