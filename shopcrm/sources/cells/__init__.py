"""One raw cell to one value, and what had to be mended for it."""
