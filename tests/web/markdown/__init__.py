"""Tests of web / markdown."""
