"""Check a book: read every chapter, then look at what stands between them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from server.book.chapters.domain import Dialect
from server.book.chapters.front_matter import FrontMatter, read_front_matter
from server.book.chapters.markdown.lines import Layout
from server.book.chapters.titles import find_title
from server.book.checking.books import ListIds, check_catalogue, check_glossary, check_names
from server.book.checking.characters import check_characters
from server.book.checking.containers import (
    check_comments,
    check_directives,
    check_fences,
    check_tags,
)
from server.book.checking.domain import (
    BookReport,
    ChapterFile,
    ChapterReport,
    Code,
    Counts,
    Finding,
    Problem,
    Targets,
)
from server.book.checking.files import find_book
from server.book.checking.front_matter import check_front_matter
from server.book.checking.links import check_headings, check_links, check_references, find_targets
from server.book.checking.manuscripts import Manuscript, read_manuscript
from server.book.checking.measures import (
    check_sizes,
    count_pieces,
    find_unstable,
    joins_exactly,
    list_opaque,
)
from server.book.checking.tables import check_tables
from server.settings import DialectSetting

_GLOSSARY = "glossary.yaml"
_CHECKS: tuple[Callable[[Manuscript], Iterator[Finding]], ...] = (
    check_fences,
    check_comments,
    check_tags,
    check_directives,
    check_tables,
    check_references,
    check_headings,
    check_characters,
    check_sizes,
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A chapter's report, and what the other chapters need to know of it."""

    report: ChapterReport
    front_matter: FrontMatter
    targets: Targets


def check_book(
    directory: Path,
    setting: DialectSetting,
    list_ids: ListIds,
    transformations_dir: Path | None = None,
) -> BookReport:
    """Check every chapter below a directory; UncheckableBook where there is none."""
    files, dialect = find_book(directory, setting)
    known, of_catalogue = check_catalogue(list_ids, transformations_dir)
    readings = [_read(file, dialect, known)[1] for file in files]
    between = defaultdict[str, list[Problem]](list)
    for problem in (
        *check_names(files, {each.report.file.name: each.front_matter for each in readings}),
        *check_links(files, {each.report.file.name: each.targets for each in readings}),
    ):
        between[problem.path].append(problem)
    return BookReport(
        directory=directory,
        dialect=dialect,
        chapters=[_add_problems(each.report, between[each.report.file.name]) for each in readings],
        problems=[*check_glossary(directory, _GLOSSARY), *of_catalogue],
    )


def is_mdx(file: ChapterFile, dialect: Dialect) -> bool:
    """Whether the file that is checked is parsed as MDX."""
    return file.path.suffix == ".mdx" or dialect is Dialect.DOCUSAURUS


def read_chapter(file: ChapterFile, dialect: Dialect) -> tuple[str, Sequence[Problem]]:
    """Return a chapter's text, and what is wrong with it whatever stands beside it."""
    text, reading = _read(file, dialect, ())
    problems = reading.report.problems
    return text, [each for each in problems if each.code is not Code.UNKNOWN_TRANSFORMATION]


def _read(
    file: ChapterFile, dialect: Dialect, transformations: Sequence[str]
) -> tuple[str, _Reading]:
    try:
        data = file.path.read_bytes()
    except OSError as error:
        sentence = f"The file cannot be read: {(error.strerror or 'no reason is given').lower()}."
        return "", _refuse(file, "", Finding(0, Code.UNREADABLE, sentence))
    text, finding = _decode(data)
    if finding is not None:
        return text, _refuse(file, text, finding)
    return text, _check_chapter(file, text, dialect, transformations)


def _decode(data: bytes) -> tuple[str, Finding | None]:
    """Return a file's text, as far as it can be read, and what keeps it from being checked."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8")
        sentence = (
            f"The file is not UTF-8: the byte at offset {error.start} "
            f"(0x{data[error.start]:02x}) cannot be read."
        )
        return good, Finding(len(good), Code.NOT_UTF8, sentence)
    if "\0" not in text:
        return text, None
    sentence = "The file holds a NUL byte, so it is shown as it is and nothing is rewritten."
    return text, Finding(text.index("\0"), Code.NUL_BYTE, sentence)


def _check_chapter(
    file: ChapterFile, text: str, dialect: Dialect, transformations: Sequence[str]
) -> _Reading:
    """Check one chapter's text, without the rest of the book."""
    manuscript = read_manuscript(text, dialect=dialect, mdx=is_mdx(file, dialect))
    unstable = list(find_unstable(manuscript))
    is_exact = joins_exactly(manuscript)
    findings = [
        *check_front_matter(manuscript, transformations),
        *(finding for check in _CHECKS for finding in check(manuscript)),
        *unstable,
    ]
    if not is_exact:
        findings.append(Finding(0, Code.INEXACT_JOIN, "The sections joined are not the file."))
    report = ChapterReport(
        file=file,
        title=find_title(file.chapter_id, text, manuscript.front_matter),
        counts=count_pieces(manuscript),
        opaque=tuple(list_opaque(manuscript)),
        joins_exactly=is_exact,
        splits_alone=not unstable,
        problems=_place(file, manuscript.parsed.layout, findings),
    )
    return _Reading(report, manuscript.front_matter, find_targets(manuscript))


def _refuse(file: ChapterFile, text: str, finding: Finding) -> _Reading:
    """Return the report of a file that nothing more can be said of."""
    front_matter = read_front_matter(text)
    problems = _place(file, Layout(text, first=True), [finding])
    title = front_matter.title or file.chapter_id
    report = ChapterReport(
        file, title, Counts(), (), joins_exactly=True, splits_alone=True, problems=problems
    )
    return _Reading(report, front_matter, Targets(takes_in_others=True))


def _place(file: ChapterFile, layout: Layout, findings: Sequence[Finding]) -> tuple[Problem, ...]:
    problems = list[Problem]()
    for finding in findings:
        place = layout.find_place(finding.offset)
        problems.append(
            Problem(file.name, place.line, place.column, finding.code, finding.sentence)
        )
    return tuple(sorted(problems))


def _add_problems(report: ChapterReport, problems: Sequence[Problem]) -> ChapterReport:
    return replace(report, problems=tuple(sorted([*report.problems, *problems])))
