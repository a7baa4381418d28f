"""The library: chapters as they stand on disk now."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from server.book.chapters.dialects import choose_dialect, find_site_format, holds_directive, is_mdx
from server.book.chapters.domain import Chapter, ChapterSummary, Dialect, Reserved
from server.book.chapters.front_matter import FrontMatter, list_aliases, read_front_matter
from server.book.chapters.splitter import split_chapter
from server.book.chapters.titles import find_title
from server.core.files import Memory
from server.errors import ChapterNotFound, InvalidInput
from server.settings import DialectSetting, Publish, Settings

# The first that exists is the chapter.
_ENDINGS = (".mdx", ".md")
_HIDDEN = ("_", ".")
_LONGEST_ID = 255
_CHAPTERS_KEPT = 64
_CARDS_KEPT = 10_000


class UnreadableChapter(InvalidInput):
    """A chapter's file is not UTF-8."""

    slug = "unreadable-chapter"
    title = "The chapter's file cannot be read"


@dataclass(frozen=True, slots=True)
class _Card:
    """What the library knows of a file without splitting it."""

    title: str
    front_matter: FrontMatter
    speaks_docusaurus: bool
    source_hash: str


@dataclass(frozen=True, slots=True)
class Customs:
    """What holds in every chapter that does not say otherwise in its front matter."""

    publish: Publish = Publish.AT_ONCE
    rewritable: frozenset[Reserved] = frozenset()


NO_CUSTOMS = Customs()


class ChapterLibrary:
    """Finds and loads the chapters below `docs_dir`; edited files are seen at once.

    Each call looks at the file's state on disk and reads it only when that changed. Loading a long
    chapter takes a while, so callers on an event loop do it in a thread; that is safe.
    """

    def __init__(
        self, docs_dir: Path, dialect: DialectSetting, customs: Customs = NO_CUSTOMS
    ) -> None:
        self._docs_dir = docs_dir
        self._setting = dialect
        self._customs = customs
        self._chapters = Memory[Chapter](_CHAPTERS_KEPT)
        self._cards = Memory[_Card](_CARDS_KEPT)
        # Of each chapter that was loaded its file, and the one that would take its place.
        self._paths = dict[str, tuple[Path, str | None]]()
        self._dialect: Dialect | None = None

    def list_chapters(self) -> list[ChapterSummary]:
        """List the book's chapters in reading order: by `sidebar_position`, then by path."""
        summaries = [_summarise(chapter_id, card) for chapter_id, _, card in self._list_cards()]
        return sorted(summaries, key=_reading_order)

    def list_source_hashes(self) -> dict[str, str]:
        """The hash of each chapter's file as it stands now; no chapter is split for it."""
        return {chapter_id: card.source_hash for chapter_id, _, card in self._list_cards()}

    def list_publishing(self) -> dict[str, Publish]:
        """When each chapter's rewrites are shown; no chapter is split for it, either."""
        return {
            chapter_id: card.front_matter.publish or self._customs.publish
            for chapter_id, _, card in self._list_cards()
        }

    def load_chapter(self, chapter_id: str) -> Chapter:
        """Load a chapter by its id or an alias, as its file stands now."""
        _check_id(chapter_id)
        try:
            found = self._find_file(chapter_id) or self._find_by_alias(chapter_id)
            if found is None:
                raise _not_found(chapter_id)
            return self._load(*found)
        except (OSError, UnicodeEncodeError) as error:
            raise _not_found(chapter_id) from error

    def find_unchanged(self, chapter_id: str) -> Chapter | None:
        """The chapter, if a look at its file is enough to know that it is as it was; else None.

        It reads and parses nothing, so that an event loop may ask. Only an id finds anything; an
        alias has to be looked up.
        """
        path, rival = self._paths.get(chapter_id, (None, None))
        if path is None or (rival is not None and os.path.exists(rival)):  # noqa: PTH110  # faster
            return None
        try:
            kept = self._chapters.find(path)
        except OSError:
            return None
        return kept if kept is not None and kept.dialect is self._dialect else None

    def find_attachment(self, path: str) -> Path | None:
        """A file of the book that is no chapter, a figure say; None where there is none."""
        parts = path.split("/")
        if "\0" in path or any(part in {"", ".", ".."} or part[0] in _HIDDEN for part in parts):
            return None
        try:
            file = self._docs_dir.joinpath(*parts)
            return file if file.is_file() and self._holds(file) else None
        except OSError:
            return None

    def _load(self, chapter_id: str, path: Path) -> Chapter:
        kept = self._chapters.find(path)
        if kept is not None and kept.dialect is self._dialect:
            return kept
        self._dialect = self._find_dialect()
        first = path.with_suffix(_ENDINGS[0])
        self._paths[chapter_id] = path, None if path == first else str(first)
        return self._chapters.remember(path, lambda: self._read(chapter_id, path))

    def _read(self, chapter_id: str, path: Path) -> Chapter:
        data = path.read_bytes()
        text = _decode(chapter_id, data)
        dialect = self._dialect or self._find_dialect()
        front_matter, customs = read_front_matter(text), self._customs
        rewritable = front_matter.rewritable
        if rewritable is None:
            rewritable = customs.rewritable
        mdx = is_mdx(
            path,
            dialect,
            site_format=find_site_format(self._docs_dir),
            own_format=front_matter.markdown_format,
        )
        return Chapter(
            id=chapter_id,
            title=find_title(chapter_id, text, front_matter),
            content=text,
            source_hash=sha256(data).hexdigest(),
            dialect=dialect,
            sections=split_chapter(text, dialect=dialect, mdx=mdx, rewritable=rewritable),
            position=front_matter.position,
            language=front_matter.language,
            personalize=front_matter.personalize,
            excluded_transformations=front_matter.excluded_transformations,
            rewritable=rewritable,
            publish=front_matter.publish or customs.publish,
            mdx=mdx,
        )

    def _find_file(self, chapter_id: str) -> tuple[str, Path] | None:
        if any(part.startswith(_HIDDEN) for part in chapter_id.split("/")):
            return None
        for ending in _ENDINGS:
            path = self._docs_dir / f"{chapter_id}{ending}"
            if path.is_file() and self._holds(path):
                return chapter_id, path
        return None

    def _holds(self, path: Path) -> bool:
        """Whether the file is really below the book's folder, wherever links lead."""
        return path.resolve().is_relative_to(self._docs_dir.resolve())

    def _find_by_alias(self, name: str) -> tuple[str, Path] | None:
        for chapter_id, path, card in self._list_cards():
            if name in list_aliases(chapter_id, card.front_matter):
                return chapter_id, path
        return None

    def _list_files(self) -> Iterator[tuple[str, Path]]:
        """Yield each chapter's id and file, sorted by path."""
        found = dict[str, Path]()
        for chapter_id, path in walk(self._docs_dir):
            found[chapter_id] = max(found.get(chapter_id, path), path)
        yield from sorted(found.items())

    def _list_cards(self) -> Iterator[tuple[str, Path, _Card]]:
        for chapter_id, path in self._list_files():
            # A file may be gone since it was listed, or not be ours to read.
            card: _Card | None = None
            with suppress(OSError):
                card = self._load_card(path)
            if card is not None:
                yield chapter_id, path, card

    def _load_card(self, path: Path) -> _Card:
        kept = self._cards.find(path)
        return kept or self._cards.remember(path, lambda: self._read_card(path))

    def _read_card(self, path: Path) -> _Card:
        chapter_id = path.relative_to(self._docs_dir).with_suffix("").as_posix()
        # A file that cannot be read is listed by its name; loading it says what is wrong.
        data = path.read_bytes()
        text = data.decode("utf-8", errors="replace")
        front_matter = read_front_matter(text)
        return _Card(
            title=find_title(chapter_id, text, front_matter),
            front_matter=front_matter,
            speaks_docusaurus=path.suffix == ".mdx" or holds_directive(text),
            source_hash=sha256(data).hexdigest(),
        )

    def _find_dialect(self) -> Dialect:
        speaks_docusaurus = (card.speaks_docusaurus for _, _, card in self._list_cards())
        return choose_dialect(self._docs_dir, self._setting, speaks_docusaurus)


def open_library(settings: Settings) -> ChapterLibrary:
    """The library of the book that the settings name."""
    customs = Customs(settings.publish, frozenset(map(Reserved, settings.rewrite)))
    return ChapterLibrary(settings.docs_dir, settings.docs_dialect, customs)


def walk(docs_dir: Path) -> Iterator[tuple[str, Path]]:
    """Yield the id and the file of each chapter below the folder; two endings share an id."""
    root = docs_dir.resolve()
    for folder, folders, names in os.walk(docs_dir):
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        for name in names:
            path = Path(folder, name)
            if name.startswith(_HIDDEN) or path.suffix not in _ENDINGS or not path.is_file():
                continue
            if path.resolve().is_relative_to(root):
                yield path.relative_to(docs_dir).with_suffix("").as_posix(), path


def _check_id(chapter_id: str) -> None:
    parts = chapter_id.split("/")
    is_path = all(part not in ("", ".", "..") for part in parts)
    if not is_path or len(chapter_id) > _LONGEST_ID or {"\0", "\\"} & set(chapter_id):
        raise _not_found(chapter_id)


def _not_found(chapter_id: str) -> ChapterNotFound:
    name = chapter_id if len(chapter_id) <= _LONGEST_ID else f"{chapter_id[:_LONGEST_ID]}…"
    return ChapterNotFound(f"There is no chapter {name!r} in this book.")


def _decode(chapter_id: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableChapter(
            f"The file of {chapter_id!r} is not UTF-8: the byte at offset {error.start}"
            f" (0x{data[error.start]:02x}) cannot be read."
        ) from error


def _summarise(chapter_id: str, card: _Card) -> ChapterSummary:
    front_matter = card.front_matter
    return ChapterSummary(
        chapter_id=chapter_id,
        title=card.title,
        position=front_matter.position,
        permalink=front_matter.slug,
        description=front_matter.description,
    )


def _reading_order(summary: ChapterSummary) -> tuple[float, str]:
    position = float("inf") if summary.position is None else summary.position
    return position, summary.chapter_id
