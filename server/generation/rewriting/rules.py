"""The rules that every model gets, whatever the transformations ask for."""

from pathlib import Path

RULES = (Path(__file__).parent / "prompts.md").read_text(encoding="utf-8")
