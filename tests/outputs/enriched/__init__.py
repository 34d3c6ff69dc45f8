"""Tests of the owner's own workbook, enriched."""
