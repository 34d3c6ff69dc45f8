"""What is known of each row of the register: the columns that stand to the right of the owner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from shopcrm.labels import t, unit
from shopcrm.outputs.words import next_contacts, of_customers, other_tags, segment_words

if TYPE_CHECKING:
    import pandas as pd

    from shopcrm.shop import Shop


_OF_LABELS = ["segment", "tags", "own", "reason", "grade", "next_grade"]


class Computed(NamedTuple):
    """One column: the name of its header, its values in the order of REGISTER, what they are."""

    name: str
    header: str
    values: pd.Series
    kind: Literal["text", "whole", "money", "date"]


def computed_columns(shop: Shop) -> list[Computed]:
    """Return the computed columns, one value for each row of REGISTER."""
    lang = shop.lang
    who = shop.register["customer"]
    people = of_customers(shop.customers, who, ["orders", "net_fen", "last_order"])
    labels = of_customers(shop.segments, who, _OF_LABELS)
    due = next_contacts(shop).reindex(who).reset_index(drop=True)

    def column(
        name: str, values: pd.Series, kind: Literal["text", "whole", "money", "date"] = "text"
    ) -> Computed:
        header = t(f"column.{name}", lang, unit=unit(shop.currency, lang))
        return Computed(name, header, values, kind)

    found = [
        column("segment", segment_words(labels["segment"], lang)),
        column("tags", other_tags(labels, lang)),
        column("reason", labels["reason"]),
        column("orders", people["orders"].astype("Int64"), "whole"),
        column("net_fen", people["net_fen"].astype("Int64"), "money"),
        column("last_order", people["last_order"], "date"),
        column("due_by", due["due_by"], "date"),
        column("why", due["reason"]),
    ]
    if shop.policy.rows("grade.ladder"):
        found[5:5] = [
            column("grade", labels["grade"]),
            column("next_grade", labels["next_grade"].astype("str")),
        ]
    return found
