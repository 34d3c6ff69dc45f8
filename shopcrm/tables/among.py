"""Which texts of a column are among some others: what most tables are joined by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def among(values: Any, few: Any) -> npt.NDArray[np.bool_]:
    """Tell which texts are among some others; pandas would make a list of these first."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(values) or not len(few):
        return np.zeros(len(values), bool)
    rows = pa.array(pd.Series(values, dtype="str").array)
    wanted = pa.array(pd.Series(few, dtype="str").array).drop_null()
    flags: npt.NDArray[np.bool_] = pc.is_in(rows, value_set=wanted).to_numpy(zero_copy_only=False)
    return flags
