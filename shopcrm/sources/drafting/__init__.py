"""A first draft of a layout for a file that none knows."""
