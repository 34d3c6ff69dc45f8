"""Tests of the kinds of contact, one file each."""
