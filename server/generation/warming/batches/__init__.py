"""Warm-ups by a provider’s batches."""
