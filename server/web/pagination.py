"""Turning the pages of a long list: which part is shown, and the addresses of its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

MOST_DIGITS = 6  # of a page, so that no offset is too large for the database


@dataclass(frozen=True)
class Turning:
    """One page of a list with filters; `total` counts what all its pages hold."""

    path: str
    filters: Mapping[str, str]
    page: int
    size: int
    total: int

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.page * self.size, self.total)

    @property
    def previous(self) -> str | None:
        return self._address(self.page - 1) if self.page > 1 else None

    @property
    def following(self) -> str | None:
        return self._address(self.page + 1) if self.last < self.total else None

    @property
    def start(self) -> str:
        """The first page, for who turned past the end."""
        return self._address(1)

    def _address(self, page: int) -> str:
        return f"{self.path}?{write_query({**self.filters, 'page': str(page)})}"


def read_page(given: Mapping[str, str]) -> int:
    """The page that is asked for; the first, where that is no page."""
    page = given.get("page", "")
    is_number = page.isascii() and page.isdecimal() and len(page) <= MOST_DIGITS
    return max(1, int(page)) if is_number else 1


def write_query(fields: Mapping[str, str]) -> str:
    """The fields that were filled in, as an address has them."""
    return urlencode({name: value for name, value in fields.items() if value})
