"""Editions: a chapter under one plan, with its names and corrections."""
