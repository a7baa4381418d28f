"""Tests of generation / rewriting / notes."""
