"""What the pages call things."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter

_TEXT = Path(__file__).with_name("labels.yaml").read_text(encoding="utf-8")
# By what they are labels of, then by the word that the program has for it.
LABELS = TypeAdapter(dict[str, dict[str, str]]).validate_python(yaml.safe_load(_TEXT))
