"""Kinds of file, and how they are joined."""
