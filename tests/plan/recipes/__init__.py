"""Tests of plan / recipes."""
