"""What must hold whatever is written and whatever is answered; a trial that breaks it raises."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Markup, Run, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.masks import keyed_text
from server.book.chapters.pages.layout import lay_out_chapter
from server.book.chapters.splitter import split_chapter
from server.generation.renditions.blocks import divide_section
from server.generation.rewriting.answers import settle_answer
from server.generation.rewriting.domain import Brief, Note, PlacedNote, SectionRewrite
from server.generation.rewriting.notes.admission import admit_notes
from server.generation.rewriting.notes.markdown import join_with_notes
from server.generation.rewriting.protocol import read_reply
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.fuzzing.chapters import Book
from tests.fuzzing.replies import Edit, Mischief, answer, splice, write_reply
from tests.generation.rewriting.corpus import list_protected

MARKUP = "`<{}$|⟦⟧\\"  # what no accepted answer adds, counted without any parser
ADDRESS = re.compile(r"(?:https?|ftp)://|\b(?i:javascript:)\S|(?<![^\W_])www\.\w")
TAG = re.compile(r"(?<!\\)<(/?[A-Za-z][\w.-]*)[^<>\n]*>")
FORMULA = re.compile(r"\$[^$\n]+\$")
ALTERNATIVE = re.compile(r"!\[[^\[\]]*\]")  # the words of an image are prose


@dataclass(frozen=True)
class Splitting:
    """It joins back byte for byte, each section stands alone, and its key is one."""

    book: Book

    def run(self) -> int:
        brief = self.book.brief()
        sections = brief.chapter.sections
        assert "".join(section.source for section in sections) == self.book.text
        for section in sections:
            alone = brief.split(section.source, section)
            assert alone.blocks == section.blocks
            assert keyed_text(alone) == keyed_text(section)
            honest = {index: run.masked for index, run in enumerate(section.runs)}
            assert join_section(section, honest) == section.source
        return len(sections)


@dataclass(frozen=True)
class Reading:
    """A reply is read without an error, whatever became of its elements."""

    book: Book
    mischief: Mischief
    edits: tuple[Edit, ...]
    text: str

    def run(self) -> int:
        read = 0
        for section in self.book.brief().chapter.sections:
            reply = splice(write_reply(section, answer(section, self.mischief)), self.edits)
            for each in (reply, self.text, reply + self.text):
                found = read_reply(each, section)
                assert found is None or set(found.runs) <= set(range(len(section.runs)))
                read += found is not None
        return read


@dataclass(frozen=True)
class Rewriting:
    """What the verifier accepts has all that the author protected, and nothing of its own."""

    book: Book
    mischief: Mischief
    is_tidy: bool  # regular expressions can read the book too

    def run(self) -> int:
        brief = self.book.brief()
        accepted = _accept(brief, self.mischief)
        shown = [
            join_section(section, accepted.get(index, {}))
            for index, section in enumerate(brief.chapter.sections)
        ]
        for index in accepted:
            section = brief.chapter.sections[index]
            _compare_section(brief, section, shown[index])
            if self.is_tidy:
                _compare_expressions(section.source, shown[index])
        _compare_chapter(self.book, "".join(shown))
        return len(accepted)


@dataclass(frozen=True)
class Noting:
    """Notes stand beside the author's blocks, change none, and hold no markup and no address."""

    book: Book
    mischief: Mischief
    texts: tuple[str, ...]
    after: int

    def run(self) -> int:
        brief = self.book.brief()
        accepted = _accept(brief, self.mischief)
        plain, noted, admitted = "", "", 0
        for index, section in enumerate(brief.chapter.sections):
            given = [Note("hardware", text, self.after) for text in self.texts]
            notes = admit_notes(given, section, brief, provider="claude").notes
            rewrite = SectionRewrite(accepted.get(index, {}), notes, "claude", "any")
            markdown, placed = join_with_notes(section, rewrite, brief)
            without = join_section(section, rewrite.answers)
            _check_notes(placed, markdown, without)
            plain, noted, admitted = plain + without, noted + markdown, admitted + len(placed)
        lost = _count_chapter(self.book, plain) - _count_chapter(self.book, noted)
        assert not lost, f"the notes took away {list(lost)[:3]}"
        return admitted


@dataclass(frozen=True)
class Matching:
    """A page finds the author's native blocks again in all that is shown in their place."""

    book: Book
    mischief: Mischief
    note: str

    def run(self) -> int:
        brief = self.book.brief()
        page = lay_out_chapter(brief.chapter)
        if page is None:
            return 0
        accepted = _accept(brief, self.mischief)
        notes = (Note("hardware", self.note, None),)
        for index in accepted:
            section = brief.chapter.sections[index]
            admitted = admit_notes(notes, section, brief, provider="claude").notes
            rewrite = SectionRewrite(accepted[index], admitted, "claude", "any")
            markdown, _ = join_with_notes(section, rewrite, brief)
            blocks = divide_section(page, index, markdown, brief.context)
            assert blocks.blocks is not None, "the native blocks do not match"
        return len(accepted)


Trial = Splitting | Reading | Rewriting | Noting | Matching


def _check_notes(placed: Sequence[PlacedNote], markdown: str, without: str) -> None:
    for note in placed:
        assert note.markdown in markdown
        assert not TAG.search(note.markdown)
        assert not ADDRESS.search(note.markdown)
        markdown = markdown.replace(note.markdown, "", 1)
    assert markdown.split() == without.split()


def _accept(brief: Brief, mischief: Mischief) -> dict[int, dict[int, str]]:
    """The sections of which the mischief is accepted, with their answers as they are settled."""
    accepted = dict[int, dict[int, str]]()
    for index, section in enumerate(brief.chapter.sections):
        if not section.has_prose:
            continue
        answers = {
            number: settle_answer(text, section.runs[number], brief.plan.language)
            for number, text in answer(section, mischief).items()
        }
        if not find_differences(Candidate(section, answers, brief)):
            accepted[index] = answers
    return accepted


def _compare_section(brief: Brief, section: Section, joined: str) -> None:
    again = brief.split(joined, section)
    assert again.source == joined
    found = {index: run.masked for index, run in enumerate(again.runs)}
    assert join_section(again, found) == joined
    assert [run.kind for run in _find_placed(again)] == [
        run.kind for run in _find_placed(brief.split_source(section))
    ] or brief.plan.condenses
    for sign in MARKUP:
        assert joined.count(sign) <= section.source.count(sign), f"{sign!r} was added"
    for pattern in (ADDRESS, TAG):
        added = Counter(pattern.findall(joined)) - Counter(pattern.findall(section.source))
        assert not added, f"{sorted(added)} were added"


def _count_by_expressions(text: str) -> Counter[str]:
    """A formula may touch a word: readers of mathematics do not mind, and nor do we."""
    formulas = Counter(FORMULA.findall(text))
    return formulas + list_protected(ALTERNATIVE.sub("![]", FORMULA.sub("", text)))


def _compare_expressions(source: str, joined: str) -> None:
    """Let regular expressions alone say what is protected."""
    wanted, found = _count_by_expressions(source), _count_by_expressions(joined)
    assert found == wanted, f"lost {list(wanted - found)[:3]}, added {list(found - wanted)[:3]}"


def _find_placed(section: Section) -> list[Run]:
    return [run for run in section.runs if not run.detached]


def _compare_chapter(book: Book, shown: str) -> None:
    wanted, found = _count_chapter(book, book.text), _count_chapter(book, shown)
    assert found == wanted, f"lost {list(wanted - found)[:3]}, added {list(found - wanted)[:3]}"
    assert _list_levels(book, shown) == _list_levels(book, book.text)


def _count_chapter(book: Book, text: str) -> Counter[tuple[str, str]]:
    """All that is protected in a chapter, split as a whole."""
    counts = Counter[tuple[str, str]]()
    for section in split_chapter(text, dialect=book.dialect, mdx=book.mdx):
        for piece in section.pieces():
            if isinstance(piece, Run):
                counts.update((span.kind, span.source) for span in piece.spans)
            elif not isinstance(piece, Markup):
                counts[piece.kind, piece.source] += 1
    return counts


def _list_levels(book: Book, text: str) -> list[int]:
    sections = split_chapter(text, dialect=book.dialect, mdx=book.mdx)
    return [heading.level for section in sections for heading in section.headings]
