"""What cannot be enriched without loss is refused, with the reason."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # an answer, not a mistake: the rows then go elsewhere
    """The workbook is left alone.

    Args:
        key: why, one of :data:`REASONS`.
        values: what the sentence about it mentions.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key, values)
        self.key = key
        self.values = values


REASONS = (
    "encrypted",
    "signed",
    "binary_book",
    "old_book",
    "not_a_workbook",
    "damaged",
    "odd_archive",
    "shared_book",
    "no_sheet",
    "not_a_worksheet",
    "no_header",
    "no_styles",
    "odd_xml",
    "odd_encoding",
    "odd_order",
    "entities",
    "no_room",
    "too_long",
    "own_columns_moved",
    "changed_meanwhile",
)
"""Every key that a :class:`Refused` can carry."""
