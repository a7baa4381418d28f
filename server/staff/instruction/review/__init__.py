"""A version beside its original."""
