"""One answer in two forms: a page of JSON, or all rows as a CSV file."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from server.insight.analytics.exports import write_parts, write_table

CSV_TYPE = "text/csv; charset=utf-8; header=present"
LARGEST_PAGE = 1_000
LARGEST_OFFSET = 2**31 - 1


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Page:
    """What part of the rows a JSON answer holds; a CSV file holds them all."""

    limit: int
    offset: int

    def cut(self, items: Sequence[object]) -> Mapping[str, object]:
        return {
            "total": len(items),
            "limit": self.limit,
            "offset": self.offset,
            "items": items[self.offset : self.offset + self.limit],
        }


@dataclass(frozen=True, slots=True)
class Answering:
    """How this request is to be answered."""

    format: Format
    name: str  # of the file

    def show(
        self, json: BaseModel, row: type[BaseModel], rows: Iterable[object]
    ) -> BaseModel | Response:
        if self.format is Format.JSON:
            return json
        return self.send(row, rows)

    def send(self, row: type[BaseModel], rows: Iterable[object]) -> Response:
        """All rows as a file."""
        table = "".join(write_table(row, rows))
        return Response(table, media_type=CSV_TYPE, headers=self._headers())

    def stream(
        self, row: type[BaseModel], parts: AsyncIterator[Sequence[object]]
    ) -> StreamingResponse:
        """A file that never is in memory as a whole."""
        pieces = write_parts(row, parts)
        return StreamingResponse(pieces, media_type=CSV_TYPE, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        file = f"chapterwise-{self.name}-{datetime.now(UTC):%Y-%m-%d}.csv"
        return {
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }


def get_answering(
    request: Request,
    format_: Annotated[
        Format, Query(alias="format", description="`csv`: a file that holds all rows.")
    ] = Format.JSON,
) -> Answering:
    """The file is named after the last word of the path."""
    return Answering(format_, request.url.path.rstrip("/").rpartition("/")[2])


def get_page(
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0,
) -> Page:
    return Page(limit, offset)


AnsweringDep = Annotated[Answering, Depends(get_answering)]
PageDep = Annotated[Page, Depends(get_page)]
