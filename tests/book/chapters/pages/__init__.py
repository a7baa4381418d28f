"""Tests of book / chapters / pages."""
