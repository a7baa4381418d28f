"""Files: what was read from a file, for as long as the file does not change."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

Value = TypeVar("Value")


Stamp = tuple[int, int, int]


class Memory(Generic[Value]):
    """A bounded store by path; a value is good while its file's stamp is the same."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[Path, tuple[Stamp, Value]]()
        self._lock = Lock()

    def find(self, path: Path) -> Value | None:
        """Return what is remembered of the file, unless the file changed since."""
        stamp = read_stamp(path)
        with self._lock:
            kept = self._kept.get(path)
            if kept is None or kept[0] != stamp:
                return None
            self._kept.move_to_end(path)
            return kept[1]

    def remember(self, path: Path, read: Callable[[], Value]) -> Value:
        """Read the file anew and remember the result under the state it had before reading."""
        stamp = read_stamp(path)
        value = read()
        with self._lock:
            self._kept[path] = stamp, value
            self._kept.move_to_end(path)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return value


def read_stamp(path: Path) -> Stamp:
    """The state of a file on disk; any edit changes it."""
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


class CatalogueError(ValueError):
    """A file that people write by hand cannot be used: a fact sheet, the glossary, …

    The message names the file and says in one sentence what to change; it is for the person who
    starts the server, never for a learner.
    """

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path
        self.sentence = sentence


class FileModel(BaseModel):
    """A file that people write by hand: strict, and nothing in it that nobody asked for."""

    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=FileModel)


def read_bytes(path: Path) -> bytes:
    """The file's bytes; an unreadable file is an error with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CatalogueError(path, f"The file cannot be read ({error.strerror}).") from error


def decode(path: Path, data: bytes) -> str:
    """The file's text with plain line ends and without a byte order mark."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogueError(path, f"The file is not UTF-8 at byte {error.start}.") from error
    return text.replace("\r\n", "\n")


def parse_yaml(path: Path, text: str, model: type[Model], *, line_offset: int = 0) -> Model:
    """Read a YAML mapping into the model; what does not fit is named by its key."""
    try:
        raw: object = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 + line_offset if error.problem_mark else line_offset
        raise CatalogueError(path, f"Line {line} is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        raise CatalogueError(path, "The text is not YAML.") from error
    if not isinstance(raw, Mapping):
        raise CatalogueError(path, "A mapping of keys to values is expected here.")
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise CatalogueError(path, _describe(error.errors()[0])) from error


def _describe(error: ErrorDetails) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"`{place}` is missing."
    if error["type"] == "extra_forbidden":
        return f"`{place}` is not a key that is known here."
    message = error["msg"]
    return f"`{place}` does not fit: {message[0].lower()}{message[1:]}."
