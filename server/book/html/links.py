"""Where links and pictures of a chapter lead on our pages."""

from posixpath import basename, dirname, join, normpath
from urllib.parse import quote, unquote, urlsplit

SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
CHAPTER_ENDINGS = (".mdx", ".md")
NOWHERE = "#"


def resolve_link(target: str, chapter_id: str) -> str:
    """The address behind a link of this chapter; `#` for one that leads nowhere good."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return NOWHERE
    if parts.scheme or parts.netloc:
        return target if parts.scheme in SAFE_SCHEMES else NOWHERE
    if not parts.path:
        return f"#{parts.fragment}"
    path = _from_root(unquote(parts.path), chapter_id)
    if path is None:
        return NOWHERE
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    name = _chapter_name(path)
    return f"/media/{quote(path)}" if name is None else f"/chapters/{quote(name)}{fragment}"


def resolve_picture(target: str, chapter_id: str) -> str | None:
    """The address of a picture of the book; None for one from elsewhere, which is not loaded."""
    if is_elsewhere(target) or not urlsplit(target).path:
        return None
    path = _from_root(unquote(urlsplit(target).path), chapter_id)
    return f"/media/{quote(path)}" if path else None


def is_elsewhere(target: str) -> bool:
    """Whether a link of a chapter's page leads out of the site."""
    try:
        parts = urlsplit(target.strip())
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)


def _chapter_name(path: str) -> str | None:
    """The chapter that a path means, if it means one: a `.md` file, or a page of a docs site."""
    for ending in CHAPTER_ENDINGS:
        if path.endswith(ending):
            return path.removesuffix(ending)
    return None if "." in basename(path) else path


def _from_root(path: str, chapter_id: str) -> str | None:
    """The path below the book's folder, or None when it leads out of it."""
    if "\\" in path or not path.isprintable():
        return None
    absolute = path.lstrip("/") if path.startswith("/") else join(dirname(chapter_id), path)
    normal = normpath(absolute)
    return None if normal == "." or normal.startswith("..") else normal
