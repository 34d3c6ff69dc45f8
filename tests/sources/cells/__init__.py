"""Cells and their repairs."""
