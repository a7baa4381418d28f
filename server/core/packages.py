"""What a package brings to the application, the command line and the migrations."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from fastapi import APIRouter, FastAPI, Request
from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State
from typer import Typer

from server.core.database.base import Base
from server.core.database.engine import Sessions
from server.settings import Settings

API_PREFIX = "/api/v1"

Export = Callable[[AsyncSession, int], Awaitable[Mapping[str, object]]]


Part = TypeVar("Part")


def find_part(name: str, _kind: type[Part]) -> Callable[[Request], Awaitable[Part]]:
    """A dependency: what a package has put into the application's state under this name."""

    # A plain function would be run in a thread each time.
    async def find(request: Request) -> Part:
        part: Part = getattr(request.app.state, name)
        return part

    return find


@dataclass(frozen=True, slots=True)
class Job:
    """Done by a worker again and again, beside its requests."""

    name: str  # as in the metrics and logs
    work: Callable[[State], Awaitable[object]]
    every_s: float


@dataclass(frozen=True, slots=True)
class Retention:
    """What is not kept for ever; says how many rows are gone."""

    name: str  # as in the log
    prune: Callable[[Sessions, Settings], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Package:
    """A part of the server; `state` is the application's, where the parts find each other."""

    routers: tuple[APIRouter, ...] = ()  # of the API, tried in this order
    root_routers: tuple[APIRouter, ...] = ()  # beside the API, after all of it
    tables: tuple[type[Base] | Table, ...] = ()
    exports: tuple[Export, ...] = ()  # what it holds about an account
    retention: tuple[Retention, ...] = ()
    jobs: tuple[Job, ...] = ()
    join: Callable[[State], None] | None = None  # puts its parts into the state
    finish: Callable[[State], Awaitable[None]] | None = None
    install: Callable[[FastAPI, Settings], None] | None = None  # what is no route
    commands: Callable[[Typer], None] | None = None  # adds its words to `chapterwise`
