"""The file of the shop's own scripts: every built-in one as a remark, ready to be changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shopcrm.contacts.scripts import PLACEHOLDERS
from shopcrm.labels import has, names, t

if TYPE_CHECKING:
    from shopcrm.labels import Lang


def script_file(lang: Lang) -> str:
    """Return the text of the file.

    Every line is a remark: what the owner does not change goes on as it is built in, and is
    better in a later version.

    Args:
        lang: language of the scripts, of the remarks, and of the placeholders.
    """
    words = {name: t(f"placeholder.{name}", lang) for name in PLACEHOLDERS}
    lines = [f"# {line}" for line in t("script_file.head", lang).split("\n")]
    lines += [f"#   {{{word}}}  {t(f'script_file.{name}', lang)}" for name, word in words.items()]
    kind = ""
    for name in names("script"):
        this = _kind(name)
        if this != kind:
            lines += ["", f"# {t(f'kind.{this}', lang)}"]
            kind = this
        text = t(f"script.{name}", lang)
        for english, word in words.items():
            text = text.replace(f"{{{english}}}", f"{{{word}}}")
        lines.append(f"# {name} = {json.dumps(text, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _kind(script: str) -> str:
    """Return the kind of contact that a script is for."""
    while not has(f"kind.{script}"):
        script = script.rpartition("_")[0]
    return script
