"""Tests of book / chapters / markdown."""
