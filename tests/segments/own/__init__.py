"""Tests of the owner's own segments."""
