"""A grid to the rows of its kind of file: one module a kind, and how the kinds are joined."""
