"""A section of Markdown, split by the product and rendered for its page."""

from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from server.book.chapters.domain import Chapter
from server.book.chapters.library import ChapterLibrary
from server.settings import DialectSetting
from server.web.chapters import render_sections


def load(text: str, *, name: str = "robots.md", dialect: str = "docusaurus") -> Chapter:
    """The chapter that a file with this text is."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        library = ChapterLibrary(Path(folder), DialectSetting(dialect))
        return library.load_chapter(name.rsplit(".", 1)[0])


@lru_cache
def render(text: str, *, name: str = "robots.md", dialect: str = "docusaurus") -> str:
    """The HTML of all its sections."""
    chapter = load(text, name=name, dialect=dialect)
    return "".join(render_sections(chapter))
