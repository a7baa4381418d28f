"""Benchmarks: what design and README promise, measured."""
