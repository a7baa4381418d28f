"""Tests of generation / editions."""
