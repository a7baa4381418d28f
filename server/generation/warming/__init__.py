"""Warm-up: what learners will ask for is generated before they do."""
