"""Load the catalogue: one Markdown file per transformation, checked whole before it is used.

A site's own directory (`TRANSFORMATIONS_DIR`) holds more `*.md` files, and fact sheets in its
`facts/`. A file there whose id is one of ours takes its place, so a site can reword what we ship;
everything else is added. A `README.md` is left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Annotated

from pydantic import BeforeValidator, Field, TypeAdapter

from server.core.files import CatalogueError, FileModel, decode, parse_yaml, read_bytes
from server.learners.conditions.domain import ConditionError, Fields
from server.learners.conditions.service import parse_condition
from server.plan.transformations.domain import (
    NOTE_KINDS,
    Adds,
    Catalogue,
    Entry,
    FactSheet,
    Transformation,
)
from server.plan.transformations.fact_sheets import load_sheets
from server.settings import Publish

_IDS = TypeAdapter(list[str])


def _give_no_reasons(raw: object) -> object:
    """A list of ids is the short form of a mapping from each to the sentence that says why."""
    return dict.fromkeys(_IDS.validate_python(raw), "") if isinstance(raw, list) else raw


Conflicts = Annotated[dict[str, str], BeforeValidator(_give_no_reasons)]


class FrontMatter(FileModel):
    """The front matter of a transformation; its body is the instruction."""

    id: str
    title: str
    when: dict[str, object]
    why: str
    order: int
    adds: str
    facts: list[str] = Field(default_factory=list)
    condenses: bool = False
    translates: bool = False
    conflicts: Conflicts = Field(default_factory=dict)
    notes: list[str] | None = None
    publish: str = Publish.AT_ONCE

    def read_adds(self) -> Adds:
        """Say which of the three was meant; ValueError when it is none of them."""
        try:
            return Adds(self.adds)
        except ValueError:
            known = ", ".join(f"`{value}`" for value in Adds)
            raise ValueError(f"`adds` is `{self.adds}`; it may be one of {known}.") from None

    def read_publish(self) -> Publish:
        """Say when what it makes is shown; ValueError when that is no word of ours."""
        try:
            return Publish(self.publish)
        except ValueError:
            known = " or ".join(f"`{value}`" for value in Publish)
            raise ValueError(f"`publish` is `{self.publish}`; it may be {known}.") from None


__all__ = ["Catalogue", "CatalogueError", "Entry", "read_catalogue"]

_OURS = Path(__file__).parent
_FENCE = "---"


def read_catalogue(fields: Fields, extra_dir: Path | None = None) -> Catalogue:
    """Read and check everything; the first thing that is wrong is a CatalogueError.

    `fields` are all that a condition may be about.
    """
    return _load_ours(fields) if extra_dir is None else _load_all(fields, extra_dir)


@cache
def _load_ours(fields: Fields) -> Catalogue:
    """What we ship does not change while we run."""
    return _load_all(fields, None)


def _load_all(fields: Fields, extra_dir: Path | None) -> Catalogue:
    if extra_dir is not None and not extra_dir.is_dir():
        raise CatalogueError(extra_dir, "This directory of transformations does not exist.")
    extra_facts = [] if extra_dir is None else [extra_dir / "facts"]
    sheets = load_sheets([_OURS / "facts", *extra_facts])
    entries = _load_directory(_OURS / "catalogue", sheets, fields)
    if extra_dir is not None:
        entries |= _load_directory(extra_dir, sheets, fields)
    _check_conflicts(entries)
    ordered = sorted(entries.values(), key=_position)
    _check_translations_last(ordered)
    return Catalogue(entries=tuple(ordered))


def _position(entry: Entry) -> tuple[int, str]:
    return entry.transformation.order, entry.transformation.id


def _load_directory(
    directory: Path, sheets: Mapping[str, FactSheet], fields: Fields
) -> dict[str, Entry]:
    entries = dict[str, Entry]()
    for path in sorted(directory.glob("*.md")):
        if path.name == "README.md":
            continue
        entry = _load_entry(path, sheets, fields)
        name = entry.transformation.id
        if name in entries:
            raise CatalogueError(path, f"The id `{name}` is used by two files.")
        entries[name] = entry
    return entries


def _load_entry(path: Path, sheets: Mapping[str, FactSheet], fields: Fields) -> Entry:
    data = read_bytes(path)
    header, body = _split_front_matter(path, decode(path, data))
    front = parse_yaml(path, header, FrontMatter, line_offset=1)
    used = [_find_sheet(path, sheets, sheet_id) for sheet_id in front.facts]
    try:
        condition = parse_condition(front.when, fields)
        transformation = _build(front, body, used, digest=sha256(data).hexdigest())
    except ValueError as error:
        sentence = f"In `when`: {error}" if isinstance(error, ConditionError) else str(error)
        raise CatalogueError(path, sentence) from error
    return Entry(
        transformation=transformation,
        condition=condition,
        conflicts=MappingProxyType(front.conflicts),
        path=path,
    )


def _split_front_matter(path: Path, text: str) -> tuple[str, str]:
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE or _FENCE not in lines[1:]:
        raise CatalogueError(path, "The file must begin with front matter between `---` lines.")
    end = lines.index(_FENCE, 1)
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]).strip()


def _find_sheet(path: Path, sheets: Mapping[str, FactSheet], sheet_id: str) -> FactSheet:
    if sheet_id not in sheets:
        raise CatalogueError(path, f"There is no fact sheet `{sheet_id}`.")
    return sheets[sheet_id]


def _build(
    front: FrontMatter, body: str, sheets: Iterable[FactSheet], *, digest: str
) -> Transformation:
    """Put the checked parts together; a ValueError says what is not right."""
    adds = front.read_adds()
    facts = tuple(sheets)
    _check_words(front, body)
    _check_adds(front, adds)
    return Transformation(
        id=front.id,
        title=front.title,
        why=front.why,
        order=front.order,
        adds=adds,
        instruction=body,
        facts=facts,
        condenses=front.condenses,
        translates=front.translates,
        digest=digest,
        note_kinds=_find_note_kinds(front, adds, facts),
        publish=front.read_publish(),
    )


def _find_note_kinds(front: FrontMatter, adds: Adds, facts: Sequence[FactSheet]) -> frozenset[str]:
    """What `notes` names; left out, the kinds of the fact sheets, or any where there are none."""
    if front.notes is None:
        return frozenset(sheet.kind for sheet in facts) or _default_kinds(front, adds)
    for kind in front.notes:
        if kind not in NOTE_KINDS:
            known = ", ".join(f"`{name}`" for name in sorted(NOTE_KINDS))
            raise ValueError(f"`notes` names `{kind}`; the kinds of note are {known}.")
    return frozenset(front.notes)


def _default_kinds(front: FrontMatter, adds: Adds) -> frozenset[str]:
    """A translation puts the notes of others into words; it asks for none of its own."""
    return frozenset() if adds is Adds.RUNS or front.translates else NOTE_KINDS


def _check_words(front: FrontMatter, body: str) -> None:
    for key, text in (("id", front.id), ("title", front.title), ("why", front.why)):
        if not text:
            raise ValueError(f"`{key}` is empty.")
    if not body:
        raise ValueError("The instruction below the front matter is empty.")
    if front.order < 1:
        raise ValueError(f"`order` is {front.order}; it must be 1 or more.")
    _check_why(front.why)


def _check_why(why: str) -> None:
    try:
        names = {name for _, name, _, _ in Formatter().parse(why) if name is not None}
    except ValueError:
        raise ValueError("`why` has a single brace; only `{language}` may stand in it.") from None
    if names - {"language"}:
        raise ValueError("Only `{language}` may stand in braces in `why`.")


def _check_adds(front: FrontMatter, adds: Adds) -> None:
    if adds is Adds.NOTES and (front.condenses or front.translates):
        raise ValueError("A transformation that condenses or translates must add `runs` or `both`.")
    if adds is Adds.RUNS and front.facts:
        raise ValueError("Facts become notes, so `adds` must be `notes` or `both`.")
    if adds is Adds.RUNS and front.notes:
        raise ValueError("It names kinds of `notes`, so `adds` must be `notes` or `both`.")
    if adds is Adds.NOTES and front.notes == []:
        raise ValueError("It adds only notes, so `notes` must name a kind of them.")


def _check_conflicts(entries: Mapping[str, Entry]) -> None:
    for name, entry in entries.items():
        for other in entry.conflicts:
            if other == name or other not in entries:
                raise CatalogueError(
                    entry.path, f"`conflicts` names `{other}`, which is no other transformation."
                )


def _check_translations_last(ordered: Iterable[Entry]) -> None:
    """A translation is of the result, notes included, so nothing may come behind it."""
    translation: Entry | None = None
    for entry in ordered:
        if entry.transformation.translates:
            translation = entry
        elif translation is not None:
            name = translation.transformation.id
            raise CatalogueError(
                entry.path, f"`order` must be lower than that of the translation `{name}`."
            )
