"""Real chapters: joined back exactly, their code and targets out of reach, honest rewrites kept."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from server.book.chapters.domain import Dialect, Run, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.rewrites import REWRITES
from tests.book.chapters.shapes import shape_of
from tests.corpus import EACH_FILE, FILES, NEEDS_CORPUS

pytestmark = NEEDS_CORPUS
MDX_OR_NOT = pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])
FENCE = re.compile(r"^(```+|~~~+)[^`\n]*\n.*?^\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
# What MyST writes as a fence, and is prose.
MYST_PROSE = re.compile(r"[`~]+\{(?:admonition|note|tip|versionadded|warning)\}")
URL = re.compile(r"https?://[\w.-]+/?")
TARGET = re.compile(r"\]\([^)\s]+\)")


def read(path: Path) -> str:
    return path.read_bytes().decode()


def split(text: str, *, mdx: bool) -> tuple[Section, ...]:
    return split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)


def list_prose(sections: tuple[Section, ...]) -> Iterator[str]:
    """Yield the words a model may change, without the spans."""
    for section in sections:
        for run in section.runs:
            yield from re.split(r"⟦\d+⟧", run.masked)


def read_skeleton(section: Section) -> str:
    return "\n".join(
        "\n".join(span.source for span in piece.spans) if isinstance(piece, Run) else piece.source
        for piece in section.pieces()
    )


@MDX_OR_NOT
@EACH_FILE
def test_every_real_chapter_joins_back_byte_for_byte(path: Path, mdx: bool) -> None:
    text = read(path)
    for dialect in Dialect:
        sections = split_chapter(text, dialect=dialect, mdx=mdx)
        assert "".join(section.source for section in sections) == text


@MDX_OR_NOT
@EACH_FILE
def test_sections_of_real_chapters_stand_alone(path: Path, mdx: bool) -> None:
    text = read(path)
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(split(text, mdx=mdx)):
        assert split_section(section.source, context, first=index == 0).blocks == section.blocks


@MDX_OR_NOT
@EACH_FILE
def test_fences_urls_and_targets_are_out_of_reach(path: Path, mdx: bool) -> None:
    text = read(path)
    sections = split(text, mdx=mdx)
    skeleton = "\n".join(read_skeleton(section) for section in sections)
    for fence in FENCE.finditer(text):
        assert fence[0] in skeleton or "\r" in fence[0] or MYST_PROSE.match(fence[0])
    for words in list_prose(sections):
        assert not URL.search(words)
        assert not TARGET.search(words)


@EACH_FILE
def test_the_parser_s_own_inline_code_is_out_of_reach(path: Path) -> None:
    """Another reading of the same text: markdown-it's inline rules, which we do not use."""
    sections = split(read(path), mdx=False)
    parser = MarkdownIt("commonmark")
    for section in sections:
        for run in section.runs:
            if run.prefix or "\r" in run.source:
                continue
            (inline,) = parser.parseInline(run.source)
            codes = [t for t in inline.children or [] if t.type == "code_inline"]
            protected = "\n".join(span.source for span in run.spans).replace("\n", " ")
            assert all(code.content.strip() in protected for code in codes)


@EACH_FILE
def test_benign_rewrites_of_real_chapters_keep_the_shape(path: Path) -> None:
    text, mdx = read(path), path.suffix == ".mdx"
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(split(text, mdx=mdx)):
        shape = shape_of(section)
        for rewrite in REWRITES:
            answers = {number: rewrite(run) for number, run in enumerate(section.runs)}
            joined = join_section(section, answers)
            again = split_section(joined, context, first=index == 0)
            assert shape_of(again) == shape, (rewrite.__name__, joined)


def test_keys_of_real_sections_name_their_masked_text() -> None:
    seen = dict[str, list[tuple[str, list[str]]]]()
    for path in FILES:
        for section in split(read(path), mdx=path.suffix == ".mdx"):
            runs = [(run.masked, [span.kind for span in run.spans]) for run in section.runs]
            assert seen.setdefault(keyed_text(section), runs) == runs
