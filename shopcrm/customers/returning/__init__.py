"""Will they come back: the next order as a window, its chance, and what a year may bring."""
