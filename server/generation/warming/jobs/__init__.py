"""Warm-ups that workers do beside their requests."""
