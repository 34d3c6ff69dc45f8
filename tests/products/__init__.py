"""Tests of shopcrm.products."""
