"""Instruction: what instructors do to keep the book right."""
