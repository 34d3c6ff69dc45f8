"""Tests of the sources: files in, tables and problems out."""
