"""The table of the kinds of contact, as their files, the policy and the labels say them."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Final

from docs.markdown import code, table
from shopcrm.contacts.kinds import KINDS
from shopcrm.labels import names, t
from shopcrm.policy import load_policy
from shopcrm.tables import CHANNELS
from shopcrm.toml_text import as_toml

_SETTING: Final = re.compile(r'policy\.\w+\(\s*"([\w.]+)"')
_CHANNEL: Final = re.compile(r'"channel": .*?"(' + "|".join(CHANNELS) + ')"')


def contact_kinds() -> str:
    """Return one row a kind, in the order of importance."""
    policy = load_policy(None)
    order = policy.words("callbacks.priority")
    rows = []
    for name in sorted(KINDS, key=order.index):
        kind = KINDS[name]
        module = inspect.getmodule(kind.tasks) or importlib.import_module(kind.tasks.__module__)
        source = inspect.getsource(module)
        rule = (module.__doc__ or "").partition("\n")[0].partition(": ")[2].rstrip(".")
        settings = dict.fromkeys(_SETTING.findall(source))
        windows = [f"{code(key)} {as_toml(policy.values[key])}" for key in settings]
        channels = dict.fromkeys(_CHANNEL.findall(source)) or ["phone or message"]
        scripts = [one for one in names("script") if _of(one, name)]
        rows.append(
            [
                order.index(name) + 1,
                f"{code(name)} {t(f'kind.{name}', 'zh')}",
                rule,
                kind.standing,
                "<br>".join(windows),
                ", ".join(channels),
                " ".join(map(code, scripts)),
            ]
        )
    head = ["", "kind", "rule", "standing", "window: settings and their defaults", "channel"]
    return table([*head, "scripts"], rows)


def _of(script: str, kind: str) -> bool:
    longer = [name for name in KINDS if len(name) > len(kind) and script.startswith(name)]
    return script.startswith(kind) and not longer
