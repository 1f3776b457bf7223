"""Tests of the JSON API, call by call."""
