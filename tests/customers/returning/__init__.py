"""Tests of what is to be expected of customers."""
