"""Transformations: the catalogue of named changes, and the plan for one profile and chapter."""
