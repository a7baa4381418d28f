"""The shape of the catalogue's files, and a sentence for every way in which one can be wrong."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from server.plan.transformations.domain import Adds


class CatalogueError(ValueError):
    """A file of the catalogue, its fact sheets or the glossary cannot be used.

    The message names the file and says in one sentence what to change; it is for the person who
    starts the server, never for a learner.
    """

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path
        self.sentence = sentence


class _FileModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, str_strip_whitespace=True)


_IDS = TypeAdapter(list[str])


def _give_no_reasons(raw: object) -> object:
    """A list of ids is the short form of a mapping from each to the sentence that says why."""
    return dict.fromkeys(_IDS.validate_python(raw), "") if isinstance(raw, list) else raw


Conflicts = Annotated[dict[str, str], BeforeValidator(_give_no_reasons)]


class FrontMatter(_FileModel):
    """The front matter of a transformation; its body is the instruction."""

    id: str
    title: str
    when: dict[str, object]
    why: str
    order: int
    adds: str
    facts: list[str] = []
    condenses: bool = False
    translates: bool = False
    conflicts: Conflicts = {}
    notes: list[str] | None = None

    def read_adds(self) -> Adds:
        """Say which of the three was meant; ValueError when it is none of them."""
        try:
            return Adds(self.adds)
        except ValueError:
            known = ", ".join(f"`{value}`" for value in Adds)
            raise ValueError(f"`adds` is `{self.adds}`; it may be one of {known}.") from None


class FactEntry(_FileModel):
    id: str
    mentions: list[str]
    note: str
    source: str
    checked: date | str


class FactSheetFile(_FileModel):
    id: str
    title: str
    kind: str
    facts: list[FactEntry]


class TermEntry(_FileModel):
    term: str
    definition: str
    keep: bool = False
    translations: dict[str, str] = {}


class GlossaryContent(_FileModel):
    terms: list[TermEntry]


Model = TypeVar("Model", bound=_FileModel)


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
