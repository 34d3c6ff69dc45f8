"""The owner's own workbook with new columns beside its table, and nothing else changed.

A spreadsheet library would load the workbook and save what it understood of it. Here the package
is copied, and only the places that must change are patched in the bytes:

``package``    zip entries: copied as they are packed, or new
``refused``    what cannot be done without loss, and why
``xml``        where the elements of a small part stand
``ground``     what the sheet is like: its Tables, our own columns, what stands beside
``survey``     the first look at its rows
``decide``     where the new columns stand, and why there
``place``      references, and free columns
``rows``       rows and cells found in the bytes of the sheet, piece by piece
``patch``      the rows with the new cells in them
``columns``    the new cells as text
``sheet``      what stands around the rows: dimension, filter, column widths
``styles``     styles for the new cells, appended
``table``      an Excel Table with more columns
``names``      defined names, and the mark by which our columns are found again
``unmarked``   our columns in a file that has lost the mark
``drawings``   what lies over the sheet
``enrich``     all of it together
"""

from shopcrm.outputs.enriched.columns import NewColumn, column_of
from shopcrm.outputs.enriched.decide import REASONS_APART
from shopcrm.outputs.enriched.enrich import Enriched, Prepared, enrich
from shopcrm.outputs.enriched.refused import REASONS, Refused

__all__ = [
    "REASONS",
    "REASONS_APART",
    "Enriched",
    "NewColumn",
    "Prepared",
    "Refused",
    "column_of",
    "enrich",
]
