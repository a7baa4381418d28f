"""What a value that goes out as it is says of itself: its name on the wire, and an example."""

from pathlib import Path

import yaml
from pydantic import ConfigDict
from pydantic.config import JsonDict


class Examples:
    """The examples of one package, by the names on the wire: `examples.yaml` beside a module."""

    def __init__(self, module: str) -> None:
        file = Path(module).with_name("examples.yaml")
        self._by_name: dict[str, JsonDict] = yaml.safe_load(file.read_text(encoding="utf-8"))

    def show(self, name: str) -> JsonDict:
        return {"examples": [self._by_name[name]]}

    def name(self, name: str) -> ConfigDict:
        """For a frozen value, which has another name inside; a part of others has no example."""
        if name not in self._by_name:
            return ConfigDict(title=name)
        return ConfigDict(title=name, json_schema_extra=self.show(name))
