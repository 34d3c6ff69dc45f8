"""What a table is: columns, their types and what they mean."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Dtype = Literal["str", "category", "datetime64[us]", "int64", "Int64", "float64", "bool"]


class Column(NamedTuple):
    """One column of a table: pandas dtype, and what it means."""

    dtype: Dtype
    meaning: str


Table = dict[str, Column]
TEXT: Final[Dtype] = "str"

FEW: Final[Dtype] = "category"
"""Text of few distinct values: a byte or four a row instead of fourteen and more."""

TIME: Final[Dtype] = "datetime64[us]"
WHOLE: Final[Dtype] = "int64"
MAYBE_WHOLE: Final[Dtype] = "Int64"
NUMBER: Final[Dtype] = "float64"
FLAG: Final[Dtype] = "bool"
