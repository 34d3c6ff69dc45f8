"""Tests of the test of the rules on the past."""
