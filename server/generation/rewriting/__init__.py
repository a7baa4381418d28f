"""Rewriting: one section at a time, from runs to verified runs and notes, or the original."""
