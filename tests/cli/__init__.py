"""Tests of the commands, from arguments to exit codes."""
