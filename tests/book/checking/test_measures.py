"""What a chapter is made of: counts that can be checked by hand."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from server.book.chapters.domain import Dialect, Run
from server.book.chapters.markdown.lines import Layout, Place
from server.book.checking.manuscripts import (
    locate_spans,
    place_pieces,
    read_manuscript,
)
from server.book.checking.measures import joins_exactly
from server.settings import DialectSetting
from tests.book.chapters.cases import CASES
from tests.book.checking.books import check_files

TEXTS = [text for text in CASES.values() if "\0" not in text]
CHAPTER = """\
# Title

One `code` and [link](https://a.example).

- item

```py
x = 1
```

## Locked

<!-- personalize: off -->

| a | b |
|---|---|
| c | `d |
"""


def test_runs_spans_and_blocks_are_counted_by_kind(tmp_path: Path) -> None:
    (chapter,) = check_files(tmp_path, {"a.md": CHAPTER}, DialectSetting.COMMONMARK).chapters
    counts = chapter.counts
    assert (counts.sections, counts.locked_sections) == (2, 1)
    assert counts.runs == {"heading": 2, "passage": 1, "item": 1, "cell": 3}
    assert counts.spans == {"code": 1, "link": 1}
    assert counts.blocks == {"code": 1, "html": 1, "table_rule": 1, "opaque": 1}
    (stretch,) = chapter.opaque
    assert (stretch.line, stretch.column, stretch.characters) == (17, 7, 2)
    assert "backtick" in stretch.why
    assert not stretch.is_intended


def test_the_share_of_prose_counts_letters(tmp_path: Path) -> None:
    (chapter,) = check_files(tmp_path, {"a.md": "abc `def`\n\n```\nxyz\n```\n"}).chapters
    assert chapter.counts.prose_share == 3 / 9


def test_lines_for_the_site_generator_are_opaque_by_intention(tmp_path: Path) -> None:
    (chapter,) = check_files(tmp_path, {"a.md": "# A\n\n{% include x.html %}\n"}).chapters
    assert [(each.line, each.is_intended) for each in chapter.opaque] == [(3, True)]


def test_every_span_is_found_where_it_stands() -> None:
    for text in TEXTS:
        sections = read_manuscript(text, dialect=Dialect.DOCUSAURUS, mdx=True).sections
        for placed in place_pieces(sections):
            run = placed.piece
            assert text.startswith(run.source, placed.start)
            if isinstance(run, Run):
                offsets = locate_spans(run)
                assert offsets is not None, run
                for offset, span in zip(offsets, run.spans, strict=True):
                    assert run.source.startswith(span.source, offset)


def test_views_are_as_long_as_the_text() -> None:
    for text in TEXTS:
        manuscript = read_manuscript(text, dialect=Dialect.COMMONMARK, mdx=False)
        views = manuscript.views
        assert joins_exactly(manuscript)
        assert len(views.prose) == len(views.markup) == len(views.with_comments) == len(text)


@given(st.text(st.sampled_from("ab\r\n\u2028\u0085\ufeff"), max_size=40))
def test_lines_end_only_where_markdown_says(text: str) -> None:
    table = Layout(text, first=True)
    body = text.removeprefix("\ufeff")
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert table.find_place(len(text)) == Place(len(lines), len(lines[-1]) + 1)
    assert table.find_place(0) == Place(1, 1)
