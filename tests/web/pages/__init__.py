"""Tests of the pages, form by form."""
