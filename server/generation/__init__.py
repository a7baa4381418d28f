"""Doing it once for everybody: models, money, rewriting, renditions."""
