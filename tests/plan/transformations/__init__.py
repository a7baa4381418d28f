"""Tests of the catalogue, the fact sheets, the glossary, the planner and the hashes."""
