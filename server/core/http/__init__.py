"""HTTP for all: limits, problems, descriptions."""
