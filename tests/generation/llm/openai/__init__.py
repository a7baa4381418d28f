"""Tests of generation / llm / openai."""
