"""Records the names of the book's chapters again: `python -m tests.golden`."""

from tests.golden.names import list_chapters, record_chapter, write_record

write_record({chapter_id: record_chapter(chapter_id) for chapter_id in list_chapters()})
