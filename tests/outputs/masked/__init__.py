"""Tests of shopcrm.outputs.masked."""
