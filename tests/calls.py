"""Every route of the application: who may use it, and a request that it understands.

A new route belongs here; the tests that walk all routes fail until it does.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from fastapi import FastAPI
from httpx import AsyncClient, Response

from server.book.chapters.library import ChapterLibrary
from server.generation.editions.domain import Edition
from server.generation.editions.service import draft_edition
from server.generation.rewriting.domain import SectionRewrite
from server.learners.profiles.domain import LearnerFacts
from server.plan.recipes.service import load_catalogue
from server.settings import DialectSetting
from server.staff.instruction.domain import sign_text
from tests.factories import PASSWORD

CHAPTER = "robots"
BOOK = "# Robots\n\nThey move.\n"  # the chapter's text, wherever these calls are made
JOB = "1f0c7c0e-6d2c-4f5e-9a55-0a4f4f0f9f55"  # of a test's own making


class Who(Enum):
    """The least that is asked of who may use a route."""

    ANYONE = 0
    LEARNER = 1
    INSTRUCTOR = 2
    ADMIN = 3


@dataclass(frozen=True)
class Call:
    """One request; `path` holds its parameters in braces."""

    method: str
    path: str
    who: Who
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, object] | None = None
    form: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        query = f"?{urlencode(self.query)}" if self.query else ""
        return self.path.format(**self.parameters) + query

    @property
    def content(self) -> bytes | None:
        """The body's bytes; JSON writes what is not ASCII as escapes, lone surrogates too."""
        if self.body is not None:
            return json.dumps(self.body).encode()
        return urlencode(self.form).encode() if self.form is not None else None

    @property
    def headers(self) -> dict[str, str]:
        if self.body is not None:
            return {"Content-Type": "application/json"}
        if self.form is not None:
            return {"Content-Type": "application/x-www-form-urlencoded"}
        return {}

    async def send(self, client: AsyncClient, headers: Mapping[str, str]) -> Response:
        return await client.request(
            self.method, self.url, content=self.content, headers={**self.headers, **headers}
        )

    def with_query(self, **query: str) -> "Call":
        return replace(self, query={**self.query, **query})

    def with_body(self, **body: object) -> "Call":
        return replace(self, body={**(self.body or {}), **body})


def _plan_for_everybody() -> Edition:
    """The one plan of the chapter: every account that makes these calls has the same answers."""
    with TemporaryDirectory() as folder:
        (Path(folder) / f"{CHAPTER}.md").write_text(BOOK, encoding="utf-8")
        chapter = ChapterLibrary(Path(folder), DialectSetting.AUTO).load_chapter(CHAPTER)
    return draft_edition(load_catalogue(), LearnerFacts(), chapter)


_EDITION = _plan_for_everybody()
PLAN = _EDITION.plan_hash
KEY = _EDITION.parts[0].key
REWRITE = SectionRewrite({0: "Robots", 1: "They move."}, notes=(), provider="", model="")
API = "/api/v1"
ONBOARDING = {"preferred_language": "Other", "language_tag": "fr"}
NEW_ACCOUNT = {
    "email": "ada@example.test",
    "password": PASSWORD,
    "invite": "an invitation",
    "onboarding": ONBOARDING,
}
ORDER = {"chapter_id": CHAPTER, "language": "fr", "refresh": False, "source_hash": "0c5f"}
REVIEWED = f"{API}/instruction/chapters/{{chapter_id}}"
ABOUT = {"chapter_id": CHAPTER}
TARGET = {"section": "robots", "plan_hash": PLAN}
FEEDBACK = {
    "chapter_id": CHAPTER,
    "section": "robots",
    "helpful": True,
    "comment": "Clear.",
    "language": "fr",
}
YEAR = {"from": "2026-01-01", "to": "2026-12-31", "format": "json"}
YEAR_PAGE = {**YEAR, "limit": "10", "offset": "0"}
CALLS = (
    Call("POST", f"{API}/auth/register", Who.ANYONE, body=NEW_ACCOUNT),
    Call(
        "POST",
        f"{API}/auth/token",
        Who.ANYONE,
        form={"username": "nobody@example.test", "password": PASSWORD},
    ),
    Call("POST", f"{API}/auth/refresh", Who.ANYONE, body={"refresh_token": "of no session"}),
    Call("POST", f"{API}/auth/logout", Who.ANYONE, body={"refresh_token": "of no session"}),
    Call("GET", f"{API}/me", Who.LEARNER),
    Call("DELETE", f"{API}/me", Who.LEARNER),
    Call("GET", f"{API}/me/export", Who.LEARNER),
    Call("PUT", f"{API}/me/onboarding", Who.LEARNER, body=ONBOARDING),
    Call(
        "PUT",
        f"{API}/me/password",
        Who.LEARNER,
        body={"current_password": PASSWORD, "new_password": f"{PASSWORD}!"},
    ),
    Call("GET", f"{API}/chapters", Who.ANYONE),
    Call(
        "GET",
        f"{API}/chapters/{{chapter_id}}",
        Who.ANYONE,
        parameters={"chapter_id": CHAPTER},
    ),
    Call("POST", f"{API}/personalize", Who.LEARNER, body=ORDER),
    Call("POST", f"{API}/personalize/stream", Who.LEARNER, body=ORDER),
    Call("POST", f"{API}/personalize/batch", Who.LEARNER, body={"requests": [ORDER]}),
    Call(
        "GET",
        f"{API}/personalize/plan",
        Who.LEARNER,
        query={"chapter_id": CHAPTER, "language": "fr"},
    ),
    Call("POST", f"{API}/feedback", Who.LEARNER, body=FEEDBACK),
    Call("GET", f"{API}/feedback", Who.LEARNER, query={"chapter_id": CHAPTER}),
    Call(
        "DELETE",
        f"{API}/feedback",
        Who.LEARNER,
        query={"chapter_id": CHAPTER, "section": "robots"},
    ),
    Call(
        "GET",
        f"{API}/feedback/all",
        Who.INSTRUCTOR,
        query={"chapter_id": CHAPTER, "limit": "10", "offset": "0"},
    ),
    Call("GET", f"{API}/cache/stats", Who.INSTRUCTOR),
    Call("DELETE", f"{API}/cache", Who.INSTRUCTOR, query={"chapter_id": CHAPTER, "rewrites": "1"}),
    Call(
        "POST",
        f"{API}/cache/warm",
        Who.INSTRUCTOR,
        body={"chapter_ids": [CHAPTER], "languages": ["fr"], "dry_run": True},
    ),
    Call("GET", f"{API}/cache/warm/{{job_id}}", Who.INSTRUCTOR, parameters={"job_id": JOB}),
    Call("DELETE", f"{API}/cache/warm/{{job_id}}", Who.INSTRUCTOR, parameters={"job_id": JOB}),
    Call("GET", f"{REVIEWED}/changes", Who.INSTRUCTOR, parameters=ABOUT),
    Call("GET", f"{REVIEWED}/plans", Who.INSTRUCTOR, parameters=ABOUT),
    Call(
        "GET",
        f"{REVIEWED}/review",
        Who.INSTRUCTOR,
        parameters=ABOUT,
        query={"plan_hash": PLAN},
    ),
    Call(
        "PUT",
        f"{REVIEWED}/text",
        Who.INSTRUCTOR,
        parameters=ABOUT,
        body={**TARGET, "runs": [{"index": 1, "text": "They move."}], "notes": []},
    ),
    Call("PUT", f"{REVIEWED}/pin", Who.INSTRUCTOR, parameters=ABOUT, body=TARGET),
    Call("DELETE", f"{REVIEWED}/pin", Who.INSTRUCTOR, parameters=ABOUT, query=TARGET),
    Call(
        "POST",
        f"{REVIEWED}/accept",
        Who.INSTRUCTOR,
        parameters=ABOUT,
        body={
            "plan_hash": TARGET["plan_hash"],
            "sections": [{"section": TARGET["section"], "text_hash": sign_text(KEY, REWRITE)}],
        },
    ),
    Call(
        "POST",
        f"{REVIEWED}/reject",
        Who.INSTRUCTOR,
        parameters=ABOUT,
        body={**TARGET, "hint": "Say more."},
    ),
    Call("PUT", f"{REVIEWED}/lock", Who.INSTRUCTOR, parameters=ABOUT, body={"section": "robots"}),
    Call(
        "DELETE",
        f"{REVIEWED}/lock",
        Who.INSTRUCTOR,
        parameters=ABOUT,
        query={"section": "robots"},
    ),
    Call(
        "GET",
        f"{API}/instruction/queue",
        Who.INSTRUCTOR,
        query={"limit": "10", "offset": "0"},
    ),
    Call("GET", f"{API}/instruction/glossary", Who.INSTRUCTOR),
    Call("GET", f"{API}/instruction/catalogue", Who.INSTRUCTOR),
    Call(
        "POST",
        f"{API}/instruction/dry-run",
        Who.INSTRUCTOR,
        body={"chapter_id": CHAPTER, "onboarding": ONBOARDING},
    ),
    Call(
        "GET",
        f"{API}/instruction/audit",
        Who.INSTRUCTOR,
        query={
            "chapter_id": CHAPTER,
            "act": "pin",
            "user_id": "1",
            "limit": "10",
            "offset": "0",
        },
    ),
    Call("GET", f"{API}/analytics/summary", Who.ADMIN, query=YEAR),
    Call("GET", f"{API}/metrics", Who.ADMIN, query={"from": "2026-01-01", "to": "2026-12-31"}),
    Call("GET", f"{API}/analytics/chapters", Who.ADMIN, query=YEAR_PAGE),
    Call("GET", f"{API}/analytics/latency", Who.ADMIN, query={**YEAR_PAGE, "by": "day"}),
    Call("GET", f"{API}/analytics/providers", Who.ADMIN, query={**YEAR_PAGE, "by": "day"}),
    Call("GET", f"{API}/analytics/transformations", Who.ADMIN, query=YEAR_PAGE),
    Call("GET", f"{API}/analytics/fallbacks", Who.ADMIN, query={**YEAR_PAGE, "by": "chapter"}),
    Call("GET", f"{API}/analytics/feedback", Who.ADMIN, query=YEAR_PAGE),
    Call("GET", f"{API}/analytics/reviews", Who.ADMIN, query=YEAR_PAGE),
    Call("GET", f"{API}/analytics/faults", Who.ADMIN, query=YEAR_PAGE),
    Call(
        "GET",
        f"{API}/analytics/log",
        Who.ADMIN,
        query={
            **YEAR,
            "limit": "10",
            "after": "2026-06-01T00:00:00+00:00_7",
            "chapter_id": CHAPTER,
            "source": "llm",
            "status": "ok",
            "transformation": "beginner-simplify",
            "fallback_reason": "numbers",
            "language": "fr",
            "request_id": "of no request",
            "user_id": "1",
        },
    ),
    Call(
        "GET",
        f"{API}/renditions/{{rendition_hash}}",
        Who.ANYONE,
        parameters={"rendition_hash": "0" * 64},  # nobody has it
    ),
    Call(
        "HEAD",
        f"{API}/renditions/{{rendition_hash}}",
        Who.ANYONE,
        parameters={"rendition_hash": "0" * 64},  # nobody has it
    ),
    Call("GET", f"{API}/health", Who.ANYONE),
    Call("GET", f"{API}/health/live", Who.ANYONE),
    Call("GET", f"{API}/health/ready", Who.ANYONE),
)
NAMES = [call.name for call in CALLS]


def find_call(name: str) -> Call:
    return CALLS[NAMES.index(name)]


def list_described(app: FastAPI) -> list[str]:
    """Every operation that the API's description names."""
    paths: dict[str, dict[str, object]] = app.openapi()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


def list_undescribed(routes: Sequence[object]) -> Iterator[str]:
    """Every route, in routers within routers too, that the API's description leaves out."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from list_undescribed(inner.routes)
        elif not getattr(route, "include_in_schema", False):
            yield str(getattr(route, "path", route))
