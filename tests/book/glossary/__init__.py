"""Tests of book / glossary."""
