"""Containers and grids."""
