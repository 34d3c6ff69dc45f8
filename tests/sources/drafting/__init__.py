"""Drafts of layouts."""
