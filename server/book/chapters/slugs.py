"""Slugs: the anchor a site gives to a heading, by the rules of github-slugger."""

import unicodedata

_KEPT_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Nd", "Mn", "Mc", "Me", "Pc"})
# Letters in circles and squares are symbols to Unicode's categories, and still alphabetic.
_CIRCLED_LETTERS = (
    ("Ⓐ", "ⓩ"),
    ("\U0001f130", "\U0001f149"),
    ("\U0001f150", "\U0001f169"),
    ("\U0001f170", "\U0001f189"),
)


def make_slug(text: str) -> str:
    """Return the slug of a heading's plain text, without regard to other headings."""
    kept = (char for char in text.lower() if char in " -" or _is_kept(char))
    return "".join(kept).replace(" ", "-")


def _is_kept(char: str) -> bool:
    if unicodedata.category(char) in _KEPT_CATEGORIES:
        return True
    return any(first <= char <= last for first, last in _CIRCLED_LETTERS)


class Slugger:
    """Gives each heading of one chapter a slug of its own: `setup`, `setup-1`, `setup-2`."""

    def __init__(self) -> None:
        self._seen = dict[str, int]()

    def take(self, text: str) -> str:
        """Return the slug of the next heading with this text."""
        original = slug = make_slug(text)
        while slug in self._seen:
            self._seen[original] += 1
            slug = f"{original}-{self._seen[original]}"
        self._seen[slug] = 0
        return slug
