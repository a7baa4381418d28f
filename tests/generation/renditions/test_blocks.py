"""Sections as blocks: for a page built from the same file, and for no other."""

import json
from hashlib import sha256

import pytest

from server.book.chapters.domain import Dialect
from server.book.chapters.pages.layout import Page, lay_out_chapter
from server.generation.renditions.blocks import (
    Block,
    ElementBlock,
    MarkdownBlock,
    NativeBlock,
    SectionBlocks,
    divide_section,
)
from server.generation.renditions.schemas import (
    RenditionResponse,
    SectionResponse,
)
from server.generation.rewriting.domain import Note, SectionRewrite
from server.generation.rewriting.notes.markdown import join_with_notes
from tests.generation.renditions.classroom import BEGINNER, Classroom
from tests.generation.rewriting.samples import make_brief

STREAM = "/api/v1/personalize/stream"


def divide(source: str, shown: str) -> SectionBlocks:
    """The first section of a chapter, showing another text."""
    brief = make_brief(source, mdx=True)
    page = lay_out_chapter(brief.chapter)
    assert isinstance(page, Page)
    return divide_section(page, 0, shown, brief.context)


def describe(blocks: tuple[Block, ...] | None) -> list[str | tuple[int, str, int]]:
    assert blocks is not None
    described = list[str | tuple[int, str, int]]()
    for each in blocks:
        assert not isinstance(each, ElementBlock)
        if isinstance(each, NativeBlock):
            described.append((each.native, each.kind, each.element))
        else:
            described.append(each.markdown)
    return described


def test_native_blocks_stand_between_what_is_rendered() -> None:
    source = "# A\n\nOne.\n\nTwo.\n\n```\nx\n```\n\nThree.\n\n---\n\n$$\ny\n$$\n"
    shown = source.replace("One.\n\nTwo.", "Both at once.").replace("Three", "Third")

    found = divide(source, shown)

    assert describe(found.blocks) == [
        "# A\n\nBoth at once.\n\n",
        (0, "code", 3),
        "Third.\n\n",
        (1, "rule", 5),
        (2, "math", 6),
    ]
    assert (found.elements, found.images) == (7, ())


def test_a_note_that_folds_is_rendered_and_no_native_block() -> None:
    source = "# A\n\nOne:\n\n```\nx\n```\n\nThree.\n\n<details>\n\nMine.\n\n</details>\n"
    brief = make_brief(source, dialect=Dialect.DOCUSAURUS, mdx=True)
    section = brief.chapter.sections[0]
    answers = {index: run.masked for index, run in enumerate(section.runs)}
    notes = (Note("walkthrough", "- `x` is a name.", 3),)
    shown, (note,) = join_with_notes(section, SectionRewrite(answers, notes, "claude", "m"), brief)

    assert describe(divide(source, shown).blocks) == [
        "# A\n\nOne:\n\n",
        (0, "code", 2),
        f"{note.markdown}\n\nThree.\n\n<details>\n\nMine.\n\n</details>\n\n",
    ]


def test_what_only_its_author_sees_is_left_out() -> None:
    source = "---\nid: x\n---\nimport A from 'a'\n\nOne.\n{/* not for you */}\nTwo.\n\n<A/>\n"
    assert describe(divide(source, source).blocks) == ["One.\n\nTwo.\n\n", (0, "jsx", 2)]


def test_definitions_stand_behind_what_needs_them() -> None:
    source = "See [it][a] and ![b].\n\n---\n\nNothing.\n\n[A]: u\n[b]: c.png\n[d]: e\n"
    found = divide(source, source.replace("See", "Look at"))

    assert describe(found.blocks) == [
        "Look at [it][a] and ![b].\n\n[A]: u\n[b]: c.png\n",
        (0, "rule", 1),
        "Nothing.\n\n",
    ]
    assert found.images == ("c.png",)


def test_a_component_among_words_keeps_its_paragraphs() -> None:
    """The passage is one: nobody can say which of its new paragraphs the old one is."""
    source = "Try <Counter/> now.\n\nAnd on.\n"
    found = divide(source, "On it goes: try <Counter/> now.\n")
    assert describe(found.blocks) == [(0, "prose", 0), (1, "prose", 1)]


def test_a_native_block_is_known_by_its_author_s_text() -> None:
    source = "```py\nprint(1)\n```\n\n<A b='c'/>\n"
    blocks = divide(source, source).blocks
    assert blocks is not None
    texts = [sha256(text.encode()).hexdigest() for text in ("print(1)", "<A b='c'/>")]
    assert [each.text_hash for each in blocks if isinstance(each, NativeBlock)] == texts


@pytest.mark.parametrize(
    "shown",
    [
        "One.\n\n```\ny\n```\n\n---\n",
        "One.\n\n---\n\n```\nx\n```\n",
        "One.\n\n```\nx\n```\n",
        "One.\n\n```\nx\n```\n\n---\n\n<A/>\n",
    ],
)
def test_where_native_blocks_differ_there_are_none(shown: str) -> None:
    """The page then knows where the section is, and keeps the author's."""
    found = divide("One.\n\n```\nx\n```\n\n---\n", shown)
    assert found == SectionBlocks(None, 3, ())


def test_a_container_without_its_words_is_not_native() -> None:
    """Condensed, the note has nothing left that its author's page could show."""
    source = "One.\n\n:::note\n\nTwo.\n\n:::\n\n---\n"
    found = divide(source, "One.\n\n:::note\n\n:::\n\n---\n")
    assert describe(found.blocks) == ["One.\n\n:::note\n\n:::\n\n", (0, "rule", 2)]


def with_blocks(answer: RenditionResponse) -> list[bool]:
    return [
        None not in (section.blocks, section.elements, section.images)
        for section in answer.sections
    ]


def list_natives(answer: RenditionResponse) -> list[tuple[int, str, int]]:
    return [
        (block.native, block.kind, block.element)
        for section in answer.sections
        for block in section.blocks or []
        if isinstance(block, NativeBlock)
    ]


async def find_source_hash(classroom: Classroom) -> str:
    return sha256(classroom.chapter_file.read_bytes()).hexdigest()


async def test_a_page_built_from_the_same_file_gets_blocks(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers, source_hash=await find_source_hash(classroom))

    assert with_blocks(answer) == [True, True, True]
    assert [section.elements for section in answer.sections] == [2, 5, 3]
    setup = answer.sections[1]
    assert setup.status == "rewritten"
    assert setup.blocks is not None
    before, listing, behind = setup.blocks
    assert isinstance(before, MarkdownBlock)
    assert setup.markdown.startswith(before.markdown.rstrip())
    assert isinstance(listing, NativeBlock)
    assert (listing.native, listing.kind, listing.element) == (0, "code", 4)
    assert isinstance(behind, MarkdownBlock)
    assert setup.markdown.endswith(behind.markdown)


@pytest.mark.parametrize("source_hash", [None, "", "0" * 64])
async def test_any_other_page_gets_none(classroom: Classroom, source_hash: str | None) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers, source_hash=source_hash)

    assert with_blocks(answer) == [False, False, False]
    assert answer.source_hash == await find_source_hash(classroom)
    for section in answer.sections:
        assert (section.blocks, section.elements, section.images) == (None, None, None)


async def test_blocks_are_beside_the_text_and_change_nothing_of_it(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    plain = await classroom.read(headers)

    answer = await classroom.read(headers, source_hash=await find_source_hash(classroom))

    assert answer.content == plain.content
    assert [each.markdown for each in answer.sections] == [each.markdown for each in plain.sections]


async def test_the_stream_carries_the_same_blocks(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    body = {"chapter_id": "robots", "source_hash": await find_source_hash(classroom)}

    response = await classroom.client.post(STREAM, headers=headers, json=body)
    events = [
        (found[0].removeprefix("event: "), json.loads(found[1].removeprefix("data: ")))
        for event in response.text.split("\n\n")
        if len(found := [line for line in event.splitlines() if not line.startswith(":")]) > 1
    ]

    streamed = {data["index"]: data["section"] for kind, data in events if kind == "section"}
    (done,) = [data for kind, data in events if kind == "done"]
    assert [streamed[index] for index in range(3)] == done["sections"]
    again = await classroom.read(headers, source_hash=body["source_hash"])
    for section, one in zip(again.sections, done["sections"], strict=True):
        assert SectionResponse.model_validate(one).blocks == section.blocks
    assert list_natives(again) == [(0, "code", 4)]
